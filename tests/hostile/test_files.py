"""Bytes for a document: random, cut, false, mislabelled, misannounced; and names that would like to be paths."""

from __future__ import annotations

import random
from collections.abc import Iterator
from hashlib import sha256
from uuid import uuid4

from app.attachments.rules import MEDIA_TYPES
from app.kit.ids import new_id
from tests.attachments.samples import BAD, GOOD, jpeg, metadata, pdf, png
from tests.hostile.judge import CANARY, CODE, WORD, Case, Judge
from tests.hostile.stage import Hands, Stage
from tests.hostile.wire import dump

OTHER_TYPES = (b"", b"text/html", b"application/json", b"image/svg+xml", b"application/pdf\x00", WORD.encode(), b"*/*")
NAMES = (
    "../../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/shadow", "C:\\CON", "con", "nul.pdf", "a\u0000b.pdf",
    "\u202efdp.exe", "\r\nSet-Cookie: x=1", 'x"; filename=y.html', "%2e%2e%2f", "file:///etc/passwd", ".", "..", "...",
    "\u2028", "\ufeff", "a" * 255, "😀" * 120, "\u0301" * 200, "-rf", "`id`.pdf", "$(id).pdf", "lausunto.pdf.exe",
)  # fmt: skip


def contents() -> Iterator[tuple[str, bytes]]:
    """More than a hundred, the same ones every time."""
    dice = random.Random(20261123)
    for name, (_, content) in BAD.items():
        yield f"bad {name}", content[:200_000]
    for start in (b"", b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"):
        for size in (1, 7, 64, 1000, 70_000):
            yield f"{start!r} and {size} random", start + dice.randbytes(size)
    for content in (pdf(), png(), jpeg()):
        for _ in range(8):
            yield "cut", content[: dice.randrange(8, len(content) - 7)]
        for _ in range(8):
            place = dice.randrange(len(content))
            yield "flipped", content[:place] + bytes([content[place] ^ 1 << dice.randrange(8)]) + content[place + 1 :]
    yield "a canary", CANARY.encode() + b"\x00"


async def noted(judge: Judge) -> None:
    """What was written on purpose is not held against the next case."""
    if judge.baseline is not None:
        judge.baseline = await judge.rows()


async def test_whatever_the_bytes_are(judge: Judge, stage: Stage) -> None:
    """Announced truly, so that they are looked at. What happens to be a good file may be taken."""
    hands = Hands(judge, stage)
    # One case takes sixty documents of a side.
    cases = [f"/v1/pathways/{stage.ids[name]}/attachments" for name in ("running_path", "of_aino_path", "ending_path")]
    cases.append(f"/v1/referrals/{stage.ids['received']}/attachments")
    for number, (name, content) in enumerate(found for found in contents() if found[1]):
        media = MEDIA_TYPES[number % len(MEDIA_TYPES)] if number % 2 else "application/pdf"
        case = cases[number % len(cases)]
        told = await hands.send("nurse", "POST", case, metadata(content, media, register="health"))
        await noted(judge)
        target = f"/v1/attachments/{told['id']}/content".encode()
        await judge.hear(Case(name, "PUT", target, content, headers=[(b"content-type", media.encode())], refuse=False))
    judge.verdict(least=100)


async def test_whatever_is_announced(judge: Judge, stage: Stage) -> None:
    target = f"/v1/attachments/{stage.ids['document_put']}/content".encode()
    for name, (media, content) in GOOD.items():
        await judge.hear(Case(f"another file: {name}", "PUT", target, content + b" ", headers=typed(media.encode())))
    for other in OTHER_TYPES:
        await judge.hear(Case(f"type {other!r}", "PUT", target, pdf(), headers=typed(other)))
    for headers in (
        [(b"content-length", b"99999999999")], [(b"content-length", b"-1")], [(b"content-length", b"1" * 19)],
        [(b"content-encoding", b"gzip")], [(b"transfer-encoding", b"chunked")], [(b"content-length", b"1")],
        [(b"content-range", b"bytes 0-1/2")], [(b"if-match", b'"99"')],
    ):  # fmt: skip
        await judge.hear(Case(f"{headers}", "PUT", target, pdf(), headers=[*typed(b"application/pdf"), *headers]))
    too_large = b"x" * (judge.app.state.settings.max_attachment_bytes + 1)
    await judge.hear(Case("too large", "PUT", target, too_large, headers=typed(b"text/plain")))
    await judge.hear(Case("nothing", "PUT", target, b"", headers=typed(b"text/plain")))
    for persona in ("", "kela", "hollola_nurse", "coordinator", "client", "admin"):
        case = Case(f"as {persona}", "PUT", target, pdf(), persona, typed(b"application/pdf"), signed=bool(persona))
        await judge.hear(case)
    for id in (str(uuid4()), str(new_id()), WORD, CODE, "%2e%2e", "0" * 36, "-" * 36):
        for method, body in (("GET", None), ("PUT", pdf())):
            where = f"/v1/attachments/{id}/content".encode()
            await judge.hear(Case(f"{method} of {id}", method, where, body, headers=typed(b"application/pdf")))
    judge.verdict(least=40)


def typed(media: bytes) -> list[tuple[bytes, bytes]]:
    return [(b"content-type", media)]


async def test_names_that_would_be_paths(judge: Judge, stage: Stage) -> None:
    """Taken cleaned, or refused; given back in one header line that holds no path."""
    hands = Hands(judge, stage)
    path = f"/v1/pathways/{stage.ids['running_path']}/attachments"
    for name in NAMES:
        given = metadata(pdf(), register="health", fileName=name)
        told = await judge.hear(Case(f"name {name!r}", "POST", path.encode(), dump(given), refuse=False))
        assert told.status in (201, 400, 422), name
        if told.status != 201:
            continue
        kept = told.json()["fileName"]
        assert kept.endswith(".pdf")
        assert not set(kept) & set('/\\:"\r\n\x00'), name
        made = await hands.send("nurse", "POST", path, given)
        where = f"/v1/attachments/{made['id']}/content".encode()
        await noted(judge)
        put = Case("content", "PUT", where, pdf(), headers=typed(b"application/pdf"), refuse=False)
        assert (await judge.hear(put)).status == 200
    judge.verdict(least=len(NAMES))


def test_the_corpus_is_the_same_every_time() -> None:
    first, second = ([sha256(content).digest() for _, content in contents()] for _ in range(2))
    assert first == second
    assert len(set(first)) > 100
