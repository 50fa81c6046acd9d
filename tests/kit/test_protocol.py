"""The wire: a real uvicorn on a loopback socket, and everything a client may throw at it before the app hears."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from app.kit.edge import Edge
from app.kit.guard import Guard
from app.kit.protocol import MAX_HEADERS, BoundedProtocol, protocol

MAX_HEADER_BYTES = 8192
READ_BUFFER = 262_144  # the most that asyncio and uvloop hand over at once
CANARY = b"canary-6f1d"
GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Tells method, path and body; `/slow` and `/slower` wait first."""
    if scope["type"] != "http":
        return
    body = (await receive())["body"]
    await asyncio.sleep({"/slow": 0.1, "/slower": 0.3}.get(scope["path"], 0))
    told = [scope["method"], scope["path"], body.decode(), len(scope["headers"])]
    answer = json.dumps(told).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


@dataclass
class Wire:
    port: int
    taken: list[int]

    async def say(self, *pieces: bytes, pause: float = 0.0) -> bytes:
        """Everything the server answers until it closes or is silent for half a second."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(pause)
            said = b""
            try:
                while more := await asyncio.wait_for(reader.read(65536), 0.5):
                    said += more
            except TimeoutError:
                return said + b"<open>"
            return said
        finally:
            writer.close()


@asynccontextmanager
async def serving(app: Any, header_seconds: float) -> AsyncIterator[Wire]:
    taken: list[int] = []
    bounded: Any = protocol(MAX_HEADER_BYTES, header_seconds)

    class Counting(bounded):  # type: ignore[misc]
        def data_received(self, data: bytes) -> None:
            taken.append(len(data))
            super().data_received(data)

    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, http=Counting, ws="none", lifespan="off", log_config=None, access_log=False, timeout_keep_alive=2
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    running = asyncio.create_task(server._serve([listener]))
    while not server.started:  # noqa: ASYNC110 (uvicorn has no event for it)
        await asyncio.sleep(0.005)
    try:
        yield Wire(listener.getsockname()[1], taken)
    finally:
        server.should_exit = True
        await running


@pytest.fixture(scope="module")
async def wire() -> AsyncIterator[Wire]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.kit.protocol.LINGER_SECONDS", 0.3)
        async with serving(Edge(Guard(echo, 65_536, 5)), header_seconds=0.3) as up:
            yield up


def answers(said: bytes) -> list[tuple[int, Any]]:
    """(status, JSON body) of each answer in a stream; fails when anything else is in it."""
    found = []
    rest = said.removesuffix(b"<open>")
    while rest:
        head, _, rest = rest.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        assert lines[0].startswith(b"HTTP/1.1 "), lines[0]
        fields = {k.lower(): v for k, _, v in (line.partition(b": ") for line in lines[1:])}
        assert b"x-request-id" in fields
        size = int(fields[b"content-length"])
        found.append((int(lines[0].split()[1]), json.loads(rest[:size])))
        rest = rest[size:]
    return found


def one_refusal(said: bytes, status: int, code: str) -> None:
    assert not said.endswith(b"<open>"), "the connection must be closed"
    assert [(s, body["code"]) for s, body in answers(said)] == [(status, code)]
    assert b"application/problem+json" in said
    assert b"connection: close" in said
    assert CANARY not in said


def head(*lines: bytes, first: bytes = b"GET / HTTP/1.1") -> bytes:
    return b"\r\n".join([first, *lines]) + b"\r\n\r\n"


POST = b"POST /p HTTP/1.1"
JSON = b"Content-Type: application/json"
HOST = b"Host: x"

MALFORMED = {
    "bare LF ends the first line": b"GET / HTTP/1.1\nHost: x\r\n\r\n",
    "bare LF ends a header": b"GET / HTTP/1.1\r\nHost: x\nX: canary-6f1d\r\n\r\n",
    "bare LF everywhere": b"GET / HTTP/1.1\nHost: x\n\n",
    "bare CR in a value": head(HOST, b"X: canary-6f1d\rY: b"),
    "NUL in a value": head(HOST, b"X: canary-6f1d\0"),
    "control byte in a value": head(HOST, b"X: canary-6f1d\x01"),
    "folded header": head(HOST, b"X: a\r\n canary-6f1d"),
    "space before the colon": head(b"Host : x"),
    "space before the name": head(b" Host: x"),
    "no name": head(HOST, b": canary-6f1d"),
    "no colon": head(HOST, b"canary-6f1d"),
    "name outside ASCII": head(HOST, b"X\xc3\xa4: canary-6f1d"),
    "unknown method": head(HOST, first=b"CANARY / HTTP/1.1"),
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/0.9 named": head(HOST, first=b"GET / HTTP/0.9"),
    "HTTP/2.0 named": head(HOST, first=b"GET / HTTP/2.0"),
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS on a plain port": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "CONNECT": head(b"Host: a:443", first=b"CONNECT a:443 HTTP/1.1"),
    "target without a path": head(HOST, first=b"GET http://canary-6f1d HTTP/1.1"),
    "target with a raw high byte": head(HOST, first=b"GET /\xc3\xa4 HTTP/1.1"),
    "target with a tab": head(HOST, first=b"GET /\ta HTTP/1.1"),
    "no Host": head(b"X: canary-6f1d"),
    "two Hosts": head(HOST, b"Host: canary-6f1d"),
    "two equal Hosts": head(HOST, HOST),
    "two Hosts in HTTP/1.0": head(HOST, b"Host: y", first=b"GET / HTTP/1.0"),
    "Host with a space": head(b"Host: x canary-6f1d"),
    "Host with a path": head(b"Host: x/canary-6f1d"),
    "Host empty": head(b"Host: "),
    "CL and TE": head(HOST, JSON, b"Content-Length: 4", b"Transfer-Encoding: chunked", first=POST) + b"0\r\n\r\n",
    "TE and CL": head(HOST, JSON, b"Transfer-Encoding: chunked", b"Content-Length: 4", first=POST) + b"0\r\n\r\n",
    "two lengths": head(HOST, JSON, b"Content-Length: 2", b"Content-Length: 3", first=POST) + b"{} ",
    "two equal lengths": head(HOST, JSON, b"Content-Length: 2", b"Content-Length: 2", first=POST) + b"{}",
    "list of lengths": head(HOST, JSON, b"Content-Length: 2, 2", first=POST) + b"{}",
    "signed length": head(HOST, JSON, b"Content-Length: +2", first=POST) + b"{}",
    "negative length": head(HOST, JSON, b"Content-Length: -2", first=POST) + b"{}",
    "hexadecimal length": head(HOST, JSON, b"Content-Length: 0x2", first=POST) + b"{}",
    "length over 64 bits": head(HOST, JSON, b"Content-Length: 99999999999999999999", first=POST) + b"{}",
    "empty length": head(HOST, JSON, b"Content-Length: ", first=POST) + b"{}",
    "TE xchunked": head(HOST, JSON, b"Transfer-Encoding: xchunked", first=POST) + b"0\r\n\r\n",
    "TE identity": head(HOST, JSON, b"Transfer-Encoding: identity", first=POST) + b"0\r\n\r\n",
    "TE chunked, identity": head(HOST, JSON, b"Transfer-Encoding: chunked, identity", first=POST) + b"0\r\n\r\n",
    "TE gzip, chunked": head(HOST, JSON, b"Transfer-Encoding: gzip, chunked", first=POST) + b"0\r\n\r\n",
    "TE twice": head(HOST, JSON, b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", first=POST)
    + b"0\r\n\r\n",
    "TE in HTTP/1.0": head(HOST, JSON, b"Transfer-Encoding: chunked", first=b"POST / HTTP/1.0") + b"0\r\n\r\n",
    "TE quoted": head(HOST, JSON, b'Transfer-Encoding: "chunked"', first=POST) + b"0\r\n\r\n",
}

CHUNKED = head(HOST, JSON, b"Transfer-Encoding: chunked", first=POST)

MALFORMED_CHUNKS = {
    "bare LF": b"2\n{}\n0\n\n",
    "negative": b"-2\r\n{}\r\n0\r\n\r\n",
    "0x": b"0x2\r\n{}\r\n0\r\n\r\n",
    "over 64 bits": b"fffffffffffffffff\r\n{}\r\n0\r\n\r\n",
    "longer than told": b"1\r\n{}\r\n0\r\n\r\n",
    "trailer": b"2\r\n{}\r\n0\r\nAuthorization: canary-6f1d\r\n\r\n",
    "not hexadecimal": b"canary-6f1d\r\n",
}


@pytest.mark.parametrize("sent", MALFORMED.values(), ids=MALFORMED)
async def test_a_malformed_head_is_refused_and_the_connection_closed(wire: Wire, sent: bytes) -> None:
    one_refusal(await wire.say(sent + b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"), 400, "malformed_request")


@pytest.mark.parametrize("pause", [0.0, 0.02], ids=["at once", "in pieces"])
@pytest.mark.parametrize("sent", MALFORMED_CHUNKS.values(), ids=MALFORMED_CHUNKS)
async def test_malformed_chunks_are_refused(wire: Wire, sent: bytes, pause: float) -> None:
    middle = len(sent) // 2
    one_refusal(await wire.say(CHUNKED, sent[:middle], sent[middle:], pause=pause), 400, "malformed_request")


@pytest.mark.parametrize(
    "sent",
    [
        head(HOST, b"X: " + b"a" * MAX_HEADER_BYTES),
        head(HOST, first=b"GET /" + b"a" * MAX_HEADER_BYTES + b" HTTP/1.1"),
        head(HOST, *[b"X%d: " % n + b"a" * 200 for n in range(60)]),
        head(HOST, *[b"X: a"] * (MAX_HEADERS + 5)),
        head(HOST, b"a" * MAX_HEADER_BYTES + b": x"),
    ],
    ids=["one long value", "long target", "long together", "many", "long name"],
)
@pytest.mark.parametrize("finished", [True, False], ids=["whole", "open end"])
async def test_a_large_head_is_431(wire: Wire, sent: bytes, finished: bool) -> None:
    one_refusal(await wire.say(sent if finished else sent[:-3]), 431, "header_too_large")


async def test_a_head_just_inside_the_bounds_passes(wire: Wire) -> None:
    full = head(HOST, *[b"X%02d: " % n + b"a" * 70 for n in range(MAX_HEADERS - 1)])
    assert len(full) < MAX_HEADER_BYTES
    said = await wire.say(full)
    assert answers(said) == [(200, ["GET", "/", "", MAX_HEADERS])]
    assert said.endswith(b"<open>")


@pytest.mark.parametrize("shape", ["one value", "many headers", "target", "trailers", "chunk extension", "after a GET"])
async def test_a_flood_is_cut_off_after_the_bound_and_one_read_buffer(wire: Wire, shape: str) -> None:
    start, piece = {
        "one value": (b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"a" * 65536),
        "many headers": (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X: aaaaaaaaaa\r\n" * 4096),
        "target": (b"GET /", b"a" * 65536),
        "trailers": (CHUNKED + b"2\r\n{}\r\n0\r\nX: ", b"a" * 65536),
        "chunk extension": (CHUNKED + b"2;", b"a" * 65536),
        "after a GET": (GET + b"GET / HTTP/1.1\r\nX: ", b"a" * 65536),
    }[shape]
    wire.taken.clear()
    _, writer = await asyncio.open_connection("127.0.0.1", wire.port)
    sent = 0
    try:
        writer.write(start)
        async with asyncio.timeout(10):
            while sent < 50_000_000:
                writer.write(piece)
                sent += len(piece)
                await writer.drain()
    except (ConnectionError, TimeoutError):
        pass
    finally:
        writer.close()
    assert sent < 50_000_000
    assert sum(wire.taken) <= MAX_HEADER_BYTES + 2 * READ_BUFFER
    assert len(start) < sum(wire.taken)


@pytest.mark.parametrize(
    "pieces",
    [
        [b"G"] + [b""] * 4,
        [b"GET / HTTP/1.1\r\n", *[b"X: a\r\n"] * 5],
        [b"\r\n", b"\r\n", b"\r\n", b"\r\n", b"\r\n"],
        [GET, b"GET / HT", b"T", b"P", b"/1.1\r\n", b"X: b\r\n"],
    ],
    ids=["one byte", "drip", "empty lines", "second request"],
)
async def test_a_slow_head_is_408(wire: Wire, pieces: list[bytes]) -> None:
    said = await wire.say(*pieces, pause=0.08)
    assert not said.endswith(b"<open>")
    found = answers(said)
    assert (found[-1][0], found[-1][1]["code"]) == (408, "request_timeout")
    assert [status for status, _ in found[:-1]] == [200] * (GET in pieces)


async def test_a_connection_without_a_byte_is_closed_without_a_word(wire: Wire) -> None:
    assert await wire.say() == b""


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


def test_the_bounds_are_those_given() -> None:
    made = protocol(5000, 1.5)
    assert issubclass(made, BoundedProtocol)
    assert (made.max_header_bytes, made.header_seconds) == (5000, 1.5)
    assert protocol(6000, 1.5) is not made
