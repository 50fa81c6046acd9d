"""Headers: preconditions, keys, languages, tokens and types as no client should send them."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.hostile.bodies import valid_requests
from tests.hostile.judge import CANARY, CODE, WORD, Case, Judge
from tests.hostile.stage import Stage

BODY = b'{"name": "Uusi nimi"}'
TEAM = b'{"code": "sysma-two", "name": "Uusi", "template": "heinola"}'
IF_MATCH: dict[str, bytes] = {
    "empty": b"", "bare": b"1", "weak": b'W/"1"', "list": b'"1", "2"', "word": WORD.encode(), "quoted word": b'"abc"',
    "canary": f'"{CODE}"'.encode(), "unclosed": b'"1', "negative": b'"-1"', "huge": b'"' + b"9" * 18 + b'"',
    "400 digits": b'"' + b"9" * 400 + b'"', "long": b"x" * 60_000, "leading zero": b'"01"', "half": b'"1.0"',
    "NUL": b'"1\x00"', "Latin-1": b'"\xb2"', "UTF-8": '"１"'.encode(), "escaped": b'"%31"', "two stars": b"**",
    "single": b"'1'", "hexadecimal": b'"0x1"', "blank inside": b'" 1"', "stale": b'"999"', "zero": b'"0"',
}  # fmt: skip
KEYS: dict[str, bytes] = {
    "empty": b"", "short": b"abc", "long": b"x" * 129, "huge": b"x" * 60_000, "blank": b"        ",
    "blank inside": b"12345 6789", "tab": b"1234\t56789", "NUL": b"1234\x0056789", "line break": b"1234\n56789",
    "Latin-1": b"12345678\xe4", "UTF-8": "avain-nüll-1".encode(), "delete": b"12345678\x7f",
    "spaced canary": CANARY.encode(),
}  # fmt: skip
TOKENS: dict[str, bytes] = {
    "empty": b"", "scheme only": b"Bearer", "scheme and blank": b"Bearer ", "basic": b"Basic YTpi",
    "word": WORD.encode(),
    "canary": b"Bearer " + CODE.encode(), "two words": b"Bearer a b", "dots": b"Bearer ..",
    "four parts": b"Bearer a.b.c.d",
    "none": b"Bearer eyJhbGciOiJub25lIn0.e30.", "JSON": b'Bearer {"sub": "nurse"}', "huge": b"Bearer " + b"a" * 60_000,
    "not base64": b"Bearer a!.b!.c!", "Latin-1": b"Bearer \xe4\xf6", "UTF-8": "Bearer ä.ö.å".encode(),
    "NUL": b"Bearer a\x00b", "array header": b"Bearer W10.W10.W10", "deep": b"Bearer " + b"W1tb" * 2000 + b".e30.e30",
    "null": b"Bearer null", "comma": b"Bearer a, Bearer b", "digest": b'Digest username="' + CODE.encode() + b'"',
}  # fmt: skip
TYPES: dict[str, bytes] = {
    "none": b"", "text": b"text/plain", "form": b"application/x-www-form-urlencoded", "XML": b"application/xml",
    "multipart": b"multipart/form-data; boundary=x", "UTF-16": b"application/json; charset=utf-16",
    "Latin-1": b"application/json; charset=iso-8859-1", "list": b"application/json, text/plain",
    "nearly": b"application/jsonx", "canary": WORD.encode() + b"/" + CODE.encode(), "huge": b"a" * 60_000,
    "raw": b"\xff\xfe", "problem": b"application/problem+json", "wildcard": b"*/*",
}  # fmt: skip
LENGTHS: dict[str, bytes] = {
    "word": WORD.encode(), "negative": b"-1", "plus": b"+5", "huge": b"9" * 30, "over the limit": b"999999999",
    "list": b"5, 5", "empty": b"", "hexadecimal": b"0x5", "blank": b" 5", "wide": "５".encode(),
}  # fmt: skip
HARMLESS: dict[str, list[bytes]] = {
    "accept-language": [
        b"", b"*", b"xx", b"fi;q=NaN", b"fi;q=9" * 50, b"sv;q=-1", b"en;q=0", b"," * 5000, b"\xff\xfe",
        WORD.encode(), CODE.encode(), b"a-" * 8000, b"fi;q=" + b"9" * 5000, b";;;===", b"en-\x00",
    ],
    "accept": [b"*/*", b"", b"text/html", b"application/xml;q=0.9", WORD.encode() * 1000, b"\xff"],
    "x-request-id": [
        b"", b"x", b"a b", CODE.encode(), f"req-{CODE}".encode(), b"x" * 65, b"x" * 60_000, b"a\r\nX-Evil: 1",
        b"\xff" * 10, "pyyntö-1234".encode(), b"<script>alert(1)</script>", b"12345678\x00", CODE.lower().encode(),
    ],
    "if-none-match": [b"*", b"", WORD.encode(), b'W/"x"', b"\xff", b'"' * 5000],
    "origin": [b"null", b"http://evil.example", b"\xff", CODE.encode(), b"*"],
    "host": [b"", b"evil.example", b"a b", b"[::1", b"127.0.0.1:99999", b"\xff", CODE.encode()],
    "x-forwarded-for": [CODE.encode(), b"\xff", b"a" * 5000],
    "x-forwarded-proto": [b"javascript", b"\xff"],
    "x-http-method-override": [b"DELETE"],
    "range": [b"bytes=0-", b"bytes=-1", b"bytes=9-1,2-3", WORD.encode()],
    "expect": [b"100-continue", WORD.encode()],
    "cookie": [b"a=" + CODE.encode(), b"\xff", b";" * 5000],
    "upgrade": [b"websocket", b"h2c"],
    "traceparent": [b"00-" + b"0" * 32, WORD.encode(), b"\xff"],
    "content-encoding": [b"identity", b"gzip"],
    WORD: [CODE.encode()],
}  # fmt: skip


async def test_preconditions_and_keys(judge: Judge, stage: Stage) -> None:
    person = f"/v1/persons/{stage.ids['person']}".encode()
    for name, value in IF_MATCH.items():
        await judge.hear(Case(f"If-Match {name}", "PATCH", person, BODY, "admin", [(b"if-match", value)]))
    good = f'"{stage.versions["person"]}"'.encode()
    for name, more in (("twice", [good, b'"7"']), ("twice, one empty", [b"", good]), ("none", [])):
        headers = [(b"if-match", value) for value in more]
        # Two lines are a list (RFC 9110, 5.3), and one of it holds; none at all is refused.
        await judge.hear(Case(f"If-Match {name}", "PATCH", person, BODY, "admin", headers, refuse=not more))
    for name, key in KEYS.items():
        await judge.hear(Case(f"key {name}", "POST", b"/v1/teams", TEAM, "lead", [(b"idempotency-key", key)]))
    # Keys of 8 to 128 printable characters are the caller's own business, whatever they say.
    for key in (CODE.encode(), b"'; DROP TABLE x; --".replace(b" ", b"_"), b"%00%00%00%00", b"../../../etc"):
        case = Case("odd key", "POST", b"/v1/teams", TEAM, "lead", [(b"idempotency-key", key)], refuse=False)
        assert (await judge.hear(case)).status == 201
    judge.verdict(least=40)


async def test_every_verb_wants_its_precondition(judge: Judge, stage: Stage) -> None:
    """Where If-Match is needed: none is 428, a stale one 412, garbage 422; and the row stays as it was."""
    for name, valid in valid_requests(stage).items():
        if valid.version is None:
            continue
        method = "PATCH" if name.startswith(("update", "save")) else "POST"
        content = json.dumps(valid.body).encode()
        case = Case(
            f"{name} without If-Match", method, valid.path.encode(), content, valid.persona, signed=bool(valid.persona)
        )
        for status, header in ((428, None), (412, b'"777"'), (422, b"garbage")):
            headers = [*valid.headers, *([] if header is None else [(b"if-match", header)])]
            answer = await judge.hear(replace(case, headers=headers))
            if answer.status != status:
                judge.wrong.append(f"{name} If-Match {header!r}: {answer.status} instead of {status}")
    judge.verdict(least=80)


async def test_tokens(judge: Judge) -> None:
    good = judge.token("nurse")
    for name, value in TOKENS.items():
        for method, target, body in (("GET", b"/v1/me", None), ("POST", b"/v1/clients/search", b"{}")):
            case = Case(f"token {name}", method, target, body, headers=[(b"authorization", value)], signed=False)
            answer = await judge.hear(case)
            if answer.status != 401:
                judge.wrong.append(f"token {name}: {answer.status}")
    for name, pair in {"two": [good, good], "good and bad": [good, b"Bearer x"], "bad and good": [b"x", good]}.items():
        headers = [(b"authorization", value) for value in pair]
        await judge.hear(Case(f"tokens {name}", "GET", b"/v1/me", headers=headers, signed=False))
    for changed in (good[:-1], good + b"x", good.swapcase(), good.replace(b".", b"..", 1), good[:60]):
        headers = [(b"authorization", changed)]
        await judge.hear(Case("token changed", "GET", b"/v1/me", headers=headers, signed=False))
    judge.verdict(least=45)


async def test_bodies_of_another_kind(judge: Judge) -> None:
    target = b"/v1/clients/search"
    body = b'{"familyName": "Esim"}'
    for name, value in TYPES.items():
        await judge.hear(Case(f"type {name}", "POST", target, body, headers=[(b"content-type", value)]))
    kind = (b"content-type", b"application/json")
    await judge.hear(Case("type twice", "POST", target, body, headers=[kind, kind]))
    for name, value in LENGTHS.items():
        await judge.hear(Case(f"length {name}", "POST", target, body, headers=[kind, (b"content-length", value)]))
    two = [kind, (b"content-length", b"5"), (b"content-length", b"6")]
    await judge.hear(Case("two lengths", "POST", target, body, headers=two))
    both = [kind, (b"content-length", b"5"), (b"transfer-encoding", b"chunked")]
    await judge.hear(Case("length and chunked", "POST", target, body, headers=both))
    for coding in (b"gzip", b"br", b"deflate, gzip", b"x-" + WORD.encode()):
        await judge.hear(Case("coded", "POST", target, body, headers=[kind, (b"content-encoding", coding)]))
    for method in ("GET", "HEAD", "DELETE", "OPTIONS"):
        await judge.hear(Case(f"{method} with a body", method, b"/v1/me", body))
    for padding in (3_000_000, 300_000_000 // 50):
        await judge.hear(Case("large", "POST", target, b'{"familyName": "' + b"x" * padding + b'"}'))
    judge.verdict(least=35)


async def test_harmless_headers(judge: Judge) -> None:
    """What says nothing to us changes nothing, and never comes back."""
    for header, contents in HARMLESS.items():
        for value in contents:
            for target in (b"/v1/me", b"/v1/codesets/role", b"/v1/clients/none"):
                sent = [(header.encode(), value)]
                case = Case(f"{header}: {value[:40]!r}", "GET", target, headers=sent, refuse=False)
                answer = await judge.hear(case)
                if any(canary in found for _, found in answer.headers for canary in (CODE, CODE.lower())):
                    judge.wrong.append(f"{case.name} comes back in a header")
                if any("\n" in found or "\r" in found for _, found in answer.headers):
                    judge.wrong.append(f"{case.name} breaks a header")
    judge.verdict(least=200)
