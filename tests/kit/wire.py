"""A real uvicorn on a loopback socket, and what a client says to it byte by byte."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send

from app.kit.protocol import protocol

MAX_HEADER_BYTES = 8192
CANARY = b"canary-6f1d"
GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /p HTTP/1.1"
JSON = b"Content-Type: application/json"
HOST = b"Host: x"


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


CHUNKED = head(HOST, JSON, b"Transfer-Encoding: chunked", first=POST)
