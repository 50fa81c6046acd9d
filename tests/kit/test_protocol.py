"""The wire before the app hears: heads and chunks that are malformed, too large or too slow."""

from __future__ import annotations

import asyncio

import pytest

from app.kit.protocol import MAX_HEADERS, BoundedProtocol, protocol
from tests.kit.wire import CHUNKED, GET, HOST, JSON, MAX_HEADER_BYTES, POST, Wire, answers, head, one_refusal

READ_BUFFER = 262_144  # the most that asyncio and uvloop hand over at once

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


def test_the_bounds_are_those_given() -> None:
    made = protocol(5000, 1.5)
    assert issubclass(made, BoundedProtocol)
    assert (made.max_header_bytes, made.header_seconds) == (5000, 1.5)
    assert protocol(6000, 1.5) is not made
