"""The guard, called as a server calls it: hostile targets, bodies and JSON over a small echo app."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from starlette.types import Message, Receive, Scope, Send

from app.kit.guard import Guard
from app.kit.problems import catalogue
from app.kit.strictjson import MAX_DIGITS, REASONS
from tests.kit.test_strictjson import DEPTH, MALFORMED_JSON, VALUES

MAX_BODY = 2048
CANARY = "canary-6f1d"
JSON = (b"content-type", b"application/json")


@dataclass
class Client:
    """One request to an app behind the guard, and what came of it."""

    reached: list[bytes] = field(default_factory=list)
    received: int = 0

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                break
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.reached.append(body)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    async def call(
        self,
        method: str = "GET",
        path: bytes = b"/v1/things",
        query: bytes = b"",
        headers: tuple[tuple[bytes, bytes], ...] = (),
        messages: tuple[Message, ...] = (),
        seconds: float = 5,
    ) -> tuple[int, dict[bytes, bytes], bytes]:
        waiting = list(messages)
        sent: list[Message] = []

        async def receive() -> Message:
            self.received += 1
            if waiting:
                return waiting.pop(0)
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Message) -> None:
            sent.append(message)

        scope: Scope = {
            "type": "http",
            "method": method,
            "path": path.decode("latin-1"),
            "raw_path": path,
            "query_string": query,
            "headers": list(headers),
        }
        async with asyncio.timeout(2):  # an app that is reached against all expectation waits for a body
            await Guard(self.app, MAX_BODY, seconds, DEPTH)(scope, receive, send)
        if not sent:
            return 0, {}, b""
        return sent[0]["status"], dict(sent[0]["headers"]), b"".join(m.get("body", b"") for m in sent[1:])


def part(body: bytes, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def length(body: bytes) -> tuple[bytes, bytes]:
    return (b"content-length", str(len(body)).encode())


async def refused(client: Client, status: int, code: str, **call: Any) -> dict[str, Any]:
    """The problem document of a refused request; asserts that the app was not reached and the input not repeated."""
    got, headers, body = await client.call(**call)
    document: dict[str, Any] = json.loads(body)
    assert (got, document["status"], document["code"]) == (status, status, code)
    assert client.reached == []
    assert headers[b"content-type"] == b"application/problem+json"
    assert headers[b"content-language"] == b"en"
    assert headers[b"vary"] == b"Accept-Language"
    assert CANARY.encode() not in body + b"".join(headers.values())
    assert document["type"] == f"/problems/{code}"
    return document


C = CANARY.encode()
MALFORMED_TARGETS = {
    "NUL": b"%00",
    "NUL after text": C + b"%00",
    "lone percent": C + b"%",
    "one digit": C + b"%4",
    "not hexadecimal": C + b"%zz",
    "percent u": C + b"%u0041",
    "lone continuation": C + b"%80",
    "cut sequence": C + b"%c3",
    "overlong slash": C + b"%c0%af",
    "overlong NUL": C + b"%c0%80",
    "surrogate": C + b"%ed%a0%80",
    "above Unicode": C + b"%f4%90%80%80",
    "latin-1": C + b"%e4",
    "raw high byte": C + b"\xc3\xa4",
    "raw NUL": C + b"\0",
    "raw newline": C + b"\r\nX: y",
    "raw space": C + b" x",
    "raw delete": C + b"\x7f",
}


@pytest.mark.parametrize("target", MALFORMED_TARGETS.values(), ids=MALFORMED_TARGETS)
async def test_malformed_path(target: bytes) -> None:
    await refused(Client(), 400, "malformed_path", path=b"/v1/" + target)


@pytest.mark.parametrize("target", [b"/v1/%0a" + C, b"/v1/%0D%0A" + C, b"/%1f", b"/%7F", b"*", b"v1/" + C], ids=repr)
async def test_control_characters_and_rootless_paths(target: bytes) -> None:
    await refused(Client(), 400, "malformed_path", path=target)


@pytest.mark.parametrize("target", MALFORMED_TARGETS.values(), ids=MALFORMED_TARGETS)
@pytest.mark.parametrize("name", [b"q=", b"", b"a=1&", b"a=1&a="], ids=repr)
async def test_malformed_query(name: bytes, target: bytes) -> None:
    await refused(Client(), 400, "malformed_query", query=name + target)


@pytest.mark.parametrize(
    "call",
    [{"path": b"/" + b"a" * 2048}, {"query": b"a" * 4097}, {"path": b"/" + b"%C3%A4" * 400}, {"query": b"a=1&" * 1100}],
    ids=["path", "query", "encoded path", "many parameters"],
)
async def test_too_long(call: dict[str, bytes]) -> None:
    document = await refused(Client(), 414, "uri_too_long", **call)
    assert (document["maxPath"], document["maxQuery"]) == (2048, 4096)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (b"/" + b"a" * 2047, b""),
        (b"/v1/%C3%A4iti", b"q=%C3%A4&q=%F0%9F%99%82&r=a+b&empty=&&="),
        (b"/v1/things/:batch;v=1", b"a=1&a=2"),
        (b"/", b"a" * 4096),
    ],
)
async def test_good_targets_pass(path: bytes, query: bytes) -> None:
    status, _, _ = await Client().call(path=path, query=query, messages=(part(b""),))
    assert status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("header", [(b"content-length", b"4"), (b"transfer-encoding", b"chunked")], ids=["CL", "TE"])
async def test_a_body_where_none_belongs(method: str, header: tuple[bytes, bytes]) -> None:
    client = Client()
    await refused(client, 400, "unexpected_body", method=method, headers=(JSON, header), messages=(part(b"null"),))
    assert client.received == 0


@pytest.mark.parametrize(
    "kind",
    [
        None,
        b"",
        b"text/plain",
        b"text/json",
        b"application/x-www-form-urlencoded",
        b"multipart/form-data; boundary=" + C,
        b"application/json-patch+json",
        b"application/jsonx",
        b"application/json; charset=latin-1",
        b"application/json; charset=utf-16",
        b"application/json; charset",
        b"application/json; charset=utf-8; charset=utf-16",
        b"application/json, text/plain",
        b"application/" + C,
    ],
    ids=repr,
)
async def test_unsupported_media_type(kind: bytes | None) -> None:
    body = json.dumps(CANARY).encode()
    headers = (length(body), *([] if kind is None else [(b"content-type", kind)]))
    client = Client()
    await refused(client, 415, "unsupported_media_type", method="POST", headers=headers, messages=(part(body),))
    assert client.received == 0


async def test_two_media_types_are_none() -> None:
    await refused(Client(), 415, "unsupported_media_type", method="PUT", headers=(JSON, JSON, length(b"1")))


async def test_an_unannounced_body_needs_its_media_type_too() -> None:
    """HTTP/2 has bodies without a length."""
    await refused(Client(), 415, "unsupported_media_type", method="POST", messages=(part(b"1"),))


@pytest.mark.parametrize("coding", [b"gzip", b"br", b"identity, gzip", b"deflate", b"", C], ids=repr)
async def test_unsupported_encoding(coding: bytes) -> None:
    headers = (JSON, length(b"1"), (b"content-encoding", coding))
    await refused(Client(), 415, "unsupported_encoding", method="PATCH", headers=headers, messages=(part(b"1"),))


@pytest.mark.parametrize(
    "lengths", [(b"x",), (b"-1",), (b"",), (b"1", b"1"), (b"9" * 19,), ("²".encode(),), (b"1 ",)], ids=repr
)
async def test_a_length_that_is_no_number(lengths: tuple[bytes, ...]) -> None:
    headers = (JSON, *((b"content-length", value) for value in lengths))
    await refused(Client(), 400, "malformed_request", method="POST", headers=headers, messages=(part(b"1"),))


async def test_a_body_told_to_be_too_large_is_not_read() -> None:
    client = Client()
    headers = (JSON, (b"content-length", str(MAX_BODY + 1).encode()))
    document = await refused(client, 413, "body_too_large", method="POST", headers=headers)
    assert document["maxBytes"] == MAX_BODY
    assert client.received == 0


@pytest.mark.parametrize("told", [b"10", None], ids=["understated", "chunked"])
async def test_a_body_is_counted_while_it_is_read(told: bytes | None) -> None:
    client = Client()
    announced = (b"transfer-encoding", b"chunked") if told is None else (b"content-length", told)
    endless = tuple(part(b" " * 1000, more=True) for _ in range(50))
    await refused(client, 413, "body_too_large", method="POST", headers=(JSON, announced), messages=endless)
    assert client.received == 3


async def test_one_byte_over_the_bound_is_too_much() -> None:
    headers = (JSON, (b"transfer-encoding", b"chunked"))
    messages = (part(b" " * MAX_BODY, more=True), part(b"1"))
    await refused(Client(), 413, "body_too_large", method="POST", headers=headers, messages=messages)


@pytest.mark.parametrize("body", [b" " * (MAX_BODY - 2) + b"{}", b'"' + b"a" * (MAX_BODY - 2) + b'"'])
async def test_a_body_of_exactly_the_bound_passes(body: bytes) -> None:
    pieces = tuple(part(body[n : n + 100], more=True) for n in range(0, len(body), 100))
    headers = (JSON, (b"transfer-encoding", b"chunked"))
    assert await Client().call("POST", headers=headers, messages=(*pieces, part(b""))) == (200, {}, body)


async def test_a_slow_body_is_408() -> None:
    headers = (JSON, (b"content-length", b"100"))
    messages = (part(b"{", more=True),)
    client = Client()
    await refused(client, 408, "request_timeout", method="POST", headers=headers, messages=messages, seconds=0.02)
    assert client.received == 2


@pytest.mark.parametrize("before", [(), (part(b"{", more=True),)], ids=["at once", "half-way"])
async def test_a_client_that_leaves_gets_no_answer_and_reaches_no_app(before: tuple[Message, ...]) -> None:
    client = Client()
    gone: Message = {"type": "http.disconnect"}
    headers = (JSON, (b"content-length", b"100"))
    assert (await client.call("POST", headers=headers, messages=(*before, gone)))[0] == 0
    assert client.reached == []


@pytest.mark.parametrize(
    ("call", "closes"),
    [
        ({"method": "POST", "headers": (JSON, (b"content-length", b"9999"))}, True),
        ({"method": "GET", "headers": ((b"content-length", b"9999"),)}, True),
        ({"method": "POST", "path": b"/%00", "headers": (JSON, (b"transfer-encoding", b"chunked"))}, True),
        ({"method": "POST", "headers": (JSON, length(b"{")), "messages": (part(b"{"),)}, False),
        ({"method": "GET", "path": b"/%00"}, False),
    ],
)
async def test_the_connection_closes_when_the_body_stays_unread(call: dict[str, Any], closes: bool) -> None:
    _, headers, _ = await Client().call(**call)
    assert (headers.get(b"connection") == b"close") is closes


@pytest.mark.parametrize(("body", "reason"), MALFORMED_JSON.values(), ids=MALFORMED_JSON)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_malformed_json(method: str, body: bytes, reason: str) -> None:
    headers = (JSON, length(body))
    client = Client()
    document = await refused(client, 400, "malformed_json", method=method, headers=headers, messages=(part(body),))
    assert document["reason"] == reason
    assert reason in REASONS


@pytest.mark.parametrize(
    "body",
    [
        rb'"\\u0000"',
        rb'"\\ud800"',
        rb'"\ud83d\ude42"',
        rb'{"a":1,"A":2}',
        b"[" * DEPTH + b"]" * DEPTH,
        b"[" + b",".join([b"{}"] * 40) + b"]",
        b"9" * MAX_DIGITS,
        b"-" + b"9" * MAX_DIGITS,
        b"[1.7976931348623157e+308, 5e-324, -0.0, 1e10, 1E+2]",
        b' \r\n\t{ "a" : [ ] } ',
        '"äö🙂\u2028"'.encode(),
        b'"NaN"',
        b"null",
    ],
    ids=repr,
)
async def test_good_json_passes_unchanged(body: bytes) -> None:
    client = Client()
    status, _, answer = await client.call("POST", headers=(JSON, length(body)), messages=(part(body),))
    assert (status, answer) == (200, body)


@pytest.mark.parametrize(
    "kind",
    [
        b"application/json",
        b"Application/JSON",
        b"application/json;charset=UTF-8",
        b'application/json ; charset="utf-8"',
        b"application/json; profile=x",
        b"application/merge-patch+json",
    ],
    ids=repr,
)
async def test_media_types_that_pass(kind: bytes) -> None:
    headers = ((b"content-type", kind), length(b"{}"), (b"content-encoding", b"identity"))
    assert (await Client().call("PATCH", headers=headers, messages=(part(b"{}"),)))[0] == 200


@pytest.mark.parametrize("headers", [(), ((b"content-length", b"0"),), (JSON, (b"content-length", b"0"))])
async def test_a_post_without_a_body_needs_no_media_type(headers: tuple[tuple[bytes, bytes], ...]) -> None:
    assert await Client().call("POST", headers=headers, messages=(part(b""),)) == (200, {}, b"")


async def test_after_the_body_the_app_hears_of_the_disconnect() -> None:
    heard = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        heard.extend([await receive(), await receive()])

    gone: Message = {"type": "http.disconnect"}
    client = Client()
    client.app = app  # type: ignore[method-assign]
    await client.call("POST", headers=(JSON, length(b"[1]")), messages=(part(b"[", more=True), part(b"1]"), gone))
    assert heard == [part(b"[1]"), gone]


async def test_a_websocket_is_refused_and_the_lifespan_passes() -> None:
    sent: list[Message] = []
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    guard = Guard(app, MAX_BODY, 1)
    await guard({"type": "websocket"}, receive, send)
    assert (sent, seen) == ([{"type": "websocket.close", "code": 1008}], [])
    await guard({"type": "lifespan"}, receive, send)
    assert seen == ["lifespan"]


@pytest.mark.parametrize(("asked", "said"), [(b"fi", "Sisältötyyppiä ei tueta"), (b"sv", "Innehållstypen stöds inte")])
async def test_refusals_speak_the_callers_language(asked: bytes, said: str) -> None:
    _, headers, body = await Client().call("POST", headers=(length(b"1"), (b"accept-language", asked)))
    assert json.loads(body)["title"] == said
    assert headers[b"content-language"] == asked


def test_the_codes_are_different() -> None:
    codes = [problem.code for problem in catalogue() if problem.__module__.startswith("app.kit.")]
    assert len(codes) == len(set(codes))


@settings(max_examples=25, deadline=None)
@given(value=VALUES)
async def test_the_app_gets_the_very_bytes(value: Any) -> None:
    body = json.dumps(value).encode()
    middle = len(body) // 2
    client = Client()
    messages = (part(body[:middle], more=True), part(body[middle:]))
    status, _, answer = await client.call("POST", headers=(JSON, length(body)), messages=messages)
    if len(body) > MAX_BODY:
        assert status == 413
    elif status == 200:
        assert answer == body
    else:
        assert json.loads(answer)["reason"] == "too_deep"
