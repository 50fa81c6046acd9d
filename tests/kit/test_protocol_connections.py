"""The life of a connection: requests in a row, in a pipeline, after an upgrade, and bodies that do not come."""

from __future__ import annotations

import asyncio
import json

import pytest
from starlette.types import Receive, Scope, Send

from app.kit.edge import Edge
from app.kit.guard import Guard
from tests.kit.wire import CHUNKED, GET, HOST, JSON, POST, Wire, answers, echo, head, one_refusal, serving


async def test_one_request_after_the_other_on_one_connection(wire: Wire) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", wire.port)
    for n in range(12):
        writer.write(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % n)
        answer = await reader.readuntil(b"\r\n\r\n")
        size = int(answer.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        assert json.loads(await reader.readexactly(size))[1] == f"/{n}"
        await asyncio.sleep(0.03)  # together longer than header_seconds: the clock is per head
    writer.close()


async def test_pipelined_requests_are_answered_in_order(wire: Wire) -> None:
    post = head(HOST, JSON, b"Content-Length: 7", first=POST) + b'{"a":1}'
    said = await wire.say(
        b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n" + post + GET + CHUNKED + b"2\r\n[]\r\n0\r\n\r\n" + GET
    )
    bodies = [body[:3] for _, body in answers(said)]
    assert bodies == [
        ["GET", "/slow", ""],
        ["POST", "/p", '{"a":1}'],
        ["GET", "/a", ""],
        ["POST", "/p", "[]"],
        ["GET", "/a", ""],
    ]
    assert said.endswith(b"<open>")


async def test_a_refusal_waits_for_the_answers_owed_before_it(wire: Wire) -> None:
    slow = b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
    said = await wire.say(slow + GET + head(HOST, HOST))
    assert [status for status, _ in answers(said)] == [200, 200, 400]
    assert not said.endswith(b"<open>")


async def test_a_refused_body_in_the_pipeline_waits_too(wire: Wire) -> None:
    slow = b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
    said = await wire.say(slow + CHUNKED + b"-1\r\n")
    assert [status for status, _ in answers(said)] == [200, 400]
    assert not said.endswith(b"<open>")


async def test_the_clock_of_a_head_rests_while_we_do_not_read() -> None:
    """The second request waits in the pipeline for the first, so the third cannot come in: not the client's fault."""
    async with serving(Edge(Guard(echo, 65_536, 5)), header_seconds=0.2) as hasty:
        slower = b"GET /slower HTTP/1.1\r\nHost: x\r\n\r\n"
        said = await hasty.say(slower, GET + GET[:9], GET[9:], pause=0.02)
    assert [status for status, _ in answers(said)] == [200, 200, 200]


async def test_a_fault_after_the_answer_has_begun_only_closes() -> None:
    async def hurried(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
        await send({"type": "http.response.body", "body": b"abc", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass

    async with serving(hurried, header_seconds=5) as up:
        said = await up.say(CHUNKED, b"-1\r\n", pause=0.02)
    assert said.count(b"HTTP/1.1") == 1
    assert said.endswith(b"abc")


async def test_nothing_is_read_after_connection_close(wire: Wire) -> None:
    said = await wire.say(head(HOST, b"Connection: close") + GET)
    assert [status for status, _ in answers(said)] == [200]
    assert not said.endswith(b"<open>")


async def test_too_many_pipelined_requests_are_refused(wire: Wire) -> None:
    said = await wire.say(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n" + GET * 1000)
    found = [status for status, _ in answers(said)]
    assert found[-1] == 400
    assert 10 < len(found) < 110
    assert set(found[:-1]) == {200}


@pytest.mark.parametrize("pause", [0.0, 0.02], ids=["at once", "in pieces"])
async def test_an_upgrade_is_passed_over_and_its_body_is_not_taken_for_a_request(wire: Wire, pause: float) -> None:
    upgrade = (b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQAAP__")
    body = b'"GET /smuggled HTTP/1.1"'
    post = head(HOST, JSON, b"Content-Length: %d" % len(body), *upgrade, first=POST)
    said = await wire.say(GET, post[:60], post[60:], body, head(HOST, *upgrade), GET, pause=pause)
    assert [body[:3] for _, body in answers(said)] == [
        ["GET", "/a", ""],
        ["POST", "/p", body.decode()],
        ["GET", "/", ""],
        ["GET", "/a", ""],
    ]


async def test_a_websocket_is_not_opened(wire: Wire) -> None:
    ask = head(HOST, b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13")
    assert answers(await wire.say(ask)) == [(200, ["GET", "/", "", 3])]


async def test_a_body_that_stops_coming_is_408() -> None:
    async with serving(Edge(Guard(echo, 65_536, 0.1)), header_seconds=5) as slow:
        said = await slow.say(head(HOST, JSON, b"Content-Length: 20", first=POST) + b"{")
    one_refusal(said, 408, "request_timeout")


async def test_a_body_over_the_bound_is_refused_before_it_is_sent(wire: Wire) -> None:
    ask = head(HOST, JSON, b"Expect: 100-continue", b"Content-Length: 99999999", first=POST)
    one_refusal(await wire.say(ask), 413, "body_too_large")
