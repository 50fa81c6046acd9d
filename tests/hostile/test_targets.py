"""Addresses: paths and queries no client library would send, methods nobody offers, cursors of others."""

from __future__ import annotations

import base64
import re

from fastapi import FastAPI

from app.kit.ids import new_id
from tests.hostile.judge import CODE, WORD, Case, Judge
from tests.hostile.stage import Stage

CLIENTS = b"/v1/clients"
METHODS = ("PUT", "DELETE", "TRACE", "CONNECT", "HEAD", "OPTIONS", "PROPFIND", "get", "GET\x20", "")
IDS: dict[str, bytes] = {
    "NUL": b"%00", "NUL after": b"01a207d9-2100-73c6-8b0e-23bf2852f1e1%00", "dots": b"%2e%2e", "dots up": b"..",
    "slash": b"a%2fb", "backslash": b"..%5c..%5cetc", "overlong UTF-8": b"%c0%af", "half UTF-8": b"%c3",
    "UTF-8 surrogate": b"%ed%a0%80", "bad escape": b"%zz", "lone percent": b"%", "raw bytes": b"\xff\xfe",
    "raw UTF-8": "ä".encode(), "line break": b"a%0d%0aSet-Cookie:%20x=1", "tab": b"%09", "delete": b"%7f",
    "SQL": b"'%20OR%201=1--", "canary": WORD.encode(), "identity code": CODE.encode(), "long": b"a" * 1500,
    "overlong": b"a" * 70_000, "semicolon": b"1;2", "star": b"*", "nil": b"00000000-0000-0000-0000-000000000000",
    "braces": b"{01a207d9-2100-73c6-8b0e-23bf2852f1e1}", "negative": b"-1", "number": b"1", "null": b"null",
    "template": b"{client_id}", "wide digits": "０1a207d9".encode().hex("%").encode(), "fragment": b"a%23b",
    "double escape": b"%252e%252e", "blank": b"%20", "unicode line": b"%e2%80%a8", "bidi": b"%e2%80%ae",
}  # fmt: skip
PATHS: dict[str, bytes] = {
    "empty": b"", "no slash": b"v1/clients", "two slashes": b"//v1/clients", "trailing slash": b"/v1/clients/",
    "upper case": b"/V1/CLIENTS", "absolute": b"http://example.org/v1/clients", "star": b"*", "dots": b"/v1/./clients",
    "up and down": b"/v1/clients/../clients", "unknown": b"/v1/" + WORD.encode(), "escaped": b"/%76%31/clients%2f",
    "hidden": b"/.env", "etc": b"/..%2f..%2fetc/passwd", "matrix": b"/v1/clients;x=1", "old docs": b"/openapi.yaml",
    "guide": b"/guides/..%2f..%2fmain", "problem": b"/problems/" + WORD.encode(),
    "codeset": b"/v1/codesets/" + WORD.encode(), "codeset up": b"/v1/codesets/..%2froles",
}  # fmt: skip
QUERIES: dict[str, bytes] = {
    "unknown": b"limt=1", "unknown with a canary": b"x=" + CODE.encode(), "canary as a name": WORD.encode() + b"=1",
    "limit 0": b"limit=0", "limit -1": b"limit=-1", "limit 201": b"limit=201", "limit 1e9": b"limit=1000000000",
    "limit of 400 digits": b"limit=" + b"9" * 400, "limit word": b"limit=" + WORD.encode(), "limit half": b"limit=1.5",
    "limit empty": b"limit=", "limit NaN": b"limit=NaN", "limit wide": b"limit=%ef%bc%91x",
    "cursor garbage": b"cursor=" + WORD.encode(), "cursor empty": b"cursor=", "cursor dots": b"cursor=..%2f..",
    "cursor long": b"cursor=" + b"A" * 601, "cursor fits": b"cursor=" + b"A" * 600, "cursor UTF-8": b"cursor=%c3%a4",
    "cursor zero bytes": b"cursor=" + base64.urlsafe_b64encode(bytes(40)), "cursor JSON": b"cursor=" +
    base64.urlsafe_b64encode(b"0" * 12 + b'[["uuid"],["' + CODE.encode() + b'"]]'), "count word": b"count=perhaps",
    "NUL": b"limit=%00", "bad UTF-8": b"limit=%ff", "bad escape": b"limit=%zz", "raw": b"limit=\xff",
    "overlong": b"x=" + b"y" * 5000, "many": b"&".join(b"a%d=1" % n for n in range(400)), "brackets": b"limit[]=1",
    "operator": b"limit[$gt]=1", "bare": WORD.encode(),
}  # fmt: skip


async def test_paths(app: FastAPI, judge: Judge, stage: Stage) -> None:
    """Whatever stands where an id should: 404 or malformed, never another route and never a 500."""
    templates = [path for path in app.openapi()["paths"] if "{" in path and "codesets" not in path]
    for number, (name, id) in enumerate(IDS.items()):
        for template in templates[number % 4 :: 4]:
            target = re.sub(rb"\{[^}]+\}", lambda _, id=id: id, template.encode())  # type: ignore[misc]
            method = "GET" if "get" in app.openapi()["paths"][template] else "POST"
            body = b"{}" if method == "POST" else None
            await judge.hear(Case(f"{method} {template} with {name}", method, target, body))
    for name, path in PATHS.items():
        await judge.hear(Case(f"path {name}", "GET", path))
    judge.verdict(least=len(IDS) * len(templates) // 4)


async def test_methods(app: FastAPI, judge: Judge) -> None:
    """A method nobody offers: 405 or 404, on every address."""
    for path, item in app.openapi()["paths"].items():
        target = path.replace("{codeset_id}", "role").encode()
        for method in METHODS:
            if method.lower() in item and method.isupper():
                continue
            answer = await judge.hear(Case(f"{method} {path}", method, target, refuse=method not in ("HEAD",)))
            if method in ("PUT", "DELETE", "PROPFIND") and answer.status not in (404, 405, 400):
                judge.wrong.append(f"{method} {path}: {answer.status}")
    judge.verdict(least=400)


async def test_queries(app: FastAPI, judge: Judge, stage: Stage) -> None:
    """Every list with every hostile query."""
    lists = {
        "/v1/clients": "nurse", "/v1/referrals": "nurse", "/v1/pathways": "nurse", "/v1/assessments": "nurse",
        "/v1/meetings": "nurse", "/v1/worklist": "nurse", "/v1/routing-decisions": "nurse", "/v1/teams": "lead",
        "/v1/absences": "lead", "/v1/persons": "admin", "/v1/organisations": "admin",
        f"/v1/clients/{stage.ids['client']}/consents": "nurse",
    }  # fmt: skip
    for path, persona in lists.items():
        for name, query in QUERIES.items():
            await judge.hear(Case(f"{path} {name}", "GET", path.encode() + b"?" + query, persona=persona))
        twice = b"?limit=1&limit=0"
        await judge.hear(Case(f"{path} limit twice", "GET", path.encode() + twice, persona=persona))
    for query in (b"clientId=" + CODE.encode(), b"clientId=", b"status=" + WORD.encode(), b"status=draft&status=x"):
        await judge.hear(Case(f"referrals {query!r}", "GET", b"/v1/referrals?" + query, refuse=b"status" not in query))
    for query in (b"list=" + WORD.encode(), b"list="):
        await judge.hear(Case(f"worklist {query!r}", "GET", b"/v1/worklist?" + query))
    judge.verdict(least=350)


async def test_cursors(judge: Judge, stage: Stage) -> None:
    """A cursor is good for its own list, its own filter and its own caller only, and not when changed."""
    page = await judge.hear(Case("a page", "GET", b"/v1/clients?limit=1", refuse=False))
    cursor = page.json()["nextCursor"].encode()
    good = await judge.hear(Case("its next page", "GET", b"/v1/clients?limit=1&cursor=" + cursor, refuse=False))
    assert good.status == 200
    raw = base64.urlsafe_b64decode(cursor + b"=" * (-len(cursor) % 4))
    flipped = [raw[:n] + bytes([raw[n] ^ 1]) + raw[n + 1 :] for n in range(0, len(raw), 3)]
    hostile = {
        "another list": (b"/v1/referrals?cursor=" + cursor, "nurse"),
        "another filter": (b"/v1/pathways?state=active&cursor=" + cursor, "nurse"),
        "another caller": (b"/v1/clients?cursor=" + cursor, "nurse_deputy"),
        "upper case": (b"/v1/clients?cursor=" + cursor.upper(), "nurse"),
        "twice over": (b"/v1/clients?cursor=" + cursor + cursor, "nurse"),
        **{f"cut to {n}": (b"/v1/clients?cursor=" + cursor[:n], "nurse") for n in range(0, len(cursor) - 1, 5)},
        **{
            f"bit {n}": (b"/v1/clients?cursor=" + base64.urlsafe_b64encode(changed).rstrip(b"="), "nurse")
            for n, changed in enumerate(flipped)
        },
    }
    for name, (target, persona) in hostile.items():
        answer = await judge.hear(Case(f"cursor {name}", "GET", target, persona=persona))
        if answer.status != 422:
            judge.wrong.append(f"cursor {name}: {answer.status}")
    judge.verdict(least=40)


async def test_an_id_that_is_not_there(app: FastAPI, judge: Judge, stage: Stage) -> None:
    """Whoever asks: another team's, another organisation's and nobody's row answer alike, to the letter."""
    rows = {
        "/v1/clients/{}": "client", "/v1/clients/{}/consents": "client", "/v1/consents/{}": "consent",
        "/v1/referrals/{}": "received", "/v1/referrals/{}/feedback": "ending", "/v1/pathways/{}": "running_path",
        "/v1/pathways/{}/problem-areas": "running_path", "/v1/assessments/{}": "check", "/v1/meetings/{}": "meeting",
        "/v1/routing-decisions/{}": "decision",
    }  # fmt: skip
    for template, name in rows.items():
        for persona in ("hollola_nurse", "lahti_employment", "ngo", "workshop", "kela", "client", "admin"):
            if persona == "client" and name in ("client", "consent"):
                continue
            answers = []
            for id in (stage.ids[name], str(new_id())):
                case = Case(f"{persona} {template}", "GET", template.format(id).encode(), persona=persona)
                answer = await judge.hear(case)
                document = answer.json()
                document.pop("instance")
                alike = [(k, v) for k, v in answer.headers if k != "x-request-id"]
                answers.append((answer.status, document, alike))
            if answers[0] != answers[1] or answers[0][0] not in (403, 404):
                judge.wrong.append(f"{persona} {template}: {answers}")
    judge.verdict(least=120)
