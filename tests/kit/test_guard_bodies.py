"""The guard while it reads: bodies too large, too slow or left half-way, and the JSON in them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from starlette.types import Message, Receive, Scope, Send

from app.kit.strictjson import MAX_DIGITS, REASONS
from tests.kit.guarded import JSON, MAX_BODY, Client, length, part, refused
from tests.kit.test_strictjson import DEPTH, MALFORMED_JSON, VALUES


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


async def test_after_the_body_the_app_hears_of_the_disconnect() -> None:
    heard = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        heard.extend([await receive(), await receive()])

    gone: Message = {"type": "http.disconnect"}
    client = Client()
    client.app = app  # type: ignore[method-assign]
    await client.call("POST", headers=(JSON, length(b"[1]")), messages=(part(b"[", more=True), part(b"1]"), gone))
    assert heard == [part(b"[1]"), gone]


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
