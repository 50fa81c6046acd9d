"""The one address that takes a file: its own size, the same clock, no JSON; and nothing changes beside it."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from app.kit.guard import Guard, Raw
from tests.kit.guarded import JSON, MAX_BODY, Client, length, part

ID = b"01a207d9-2100-73c6-8b0e-23bf2852f1e1"
FILE = b"/v1/files/" + ID
MOST = 3 * MAX_BODY
RAW = Raw("PUT", re.compile(rb"/v1/files/[0-9a-f-]{36}"), MOST, at_once=2)
PDF = (b"content-type", b"application/pdf")


class Files(Client):
    """The same client with a guard that lets files through."""

    guard: Guard

    async def send(self, method: str = "PUT", path: bytes = FILE, seconds: float = 5, **given: Any) -> tuple[int, Any]:
        waiting: list[Message] = list(given.get("messages", ()))
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
            "type": "http", "method": method, "path": path.decode("latin-1"), "raw_path": path, "query_string": b"",
            "headers": list(given.get("headers", ())),
        }  # fmt: skip
        guard = given.get("guard") or Guard(self.app, MAX_BODY, seconds, raw=RAW)
        async with asyncio.timeout(3):
            await guard(scope, receive, send)
        body = b"".join(m.get("body", b"") for m in sent[1:])
        status: int = sent[0]["status"]
        return status, body if status == 200 else json.loads(body)["code"]


async def test_a_file_passes_unchanged_up_to_its_own_bound() -> None:
    content = b"\x00\xff{" * (MOST // 3)
    pieces = tuple(part(content[n : n + 500], more=True) for n in range(0, len(content), 500))
    for announced in (length(content), (b"transfer-encoding", b"chunked")):
        assert await Files().send(headers=(PDF, announced), messages=(*pieces, part(b""))) == (200, content)


async def test_one_byte_more_is_too_much_told_or_counted() -> None:
    client = Files()
    told = (b"content-length", str(MOST + 1).encode())
    assert await client.send(headers=(PDF, told)) == (413, "body_too_large")
    assert client.received == 0
    chunked = (b"transfer-encoding", b"chunked")
    endless = tuple(part(b"x" * MAX_BODY, more=True) for _ in range(50))
    client = Files()
    assert await client.send(headers=(PDF, chunked), messages=endless) == (413, "body_too_large")
    assert (client.received, client.reached) == (4, [])


async def test_the_clock_and_the_encoding_hold_for_files_too() -> None:
    slow: dict[str, Any] = {"headers": (PDF, (b"content-length", b"10")), "messages": (part(b"x", more=True),)}
    assert await Files().send(seconds=0.02, **slow) == (408, "request_timeout")
    packed = (PDF, length(b"x"), (b"content-encoding", b"gzip"))
    assert await Files().send(headers=packed, messages=(part(b"x"),)) == (415, "unsupported_encoding")
    twice = (PDF, length(b"x"), length(b"x"))
    assert await Files().send(headers=twice, messages=(part(b"x"),)) == (400, "malformed_request")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", FILE), ("PATCH", FILE), ("PUT", FILE + b"/"), ("PUT", FILE + b"%2f"), ("PUT", b"/x" + FILE),
        ("PUT", b"/v1/files/" + ID[:-1]), ("PUT", b"/v1/%66iles/" + ID), ("PUT", FILE + b"\n"), ("put", FILE),
        ("PUT", b"/v1/things"),
    ],
)  # fmt: skip
async def test_every_other_address_takes_json_of_its_size_only(method: str, path: bytes) -> None:
    client = Files()
    headers = (PDF, length(b"%PDF"))
    status, _ = await client.send(method, path, headers=headers, messages=(part(b"%PDF"),))
    assert status in (400, 415)
    told = (JSON, (b"content-length", str(MAX_BODY + 1).encode()))
    status, _ = await client.send(method, path, headers=told)
    assert status in (400, 413)
    assert client.reached == []


async def test_large_bodies_wait_for_each_other_and_not_for_ever() -> None:
    """Two at a time; the third waits unread, and is told to come again when the wait is too long."""
    inside, release = asyncio.Semaphore(0), asyncio.Event()

    async def busy(scope: Scope, receive: Receive, send: Send) -> None:
        inside.release()
        await release.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    guard = Guard(busy, MAX_BODY, 0.2, raw=RAW)
    clients = [Files() for _ in range(3)]
    body: dict[str, Any] = {"headers": (PDF, length(b"x")), "guard": guard}
    first = [asyncio.create_task(c.send(messages=(part(b"x"),), **body)) for c in clients[:2]]
    for _ in first:
        await inside.acquire()
    assert await clients[2].send(messages=(part(b"x"),), **body) == (503, "unavailable")
    assert clients[2].received == 0
    release.set()
    assert [await task for task in first] == [(200, b"")] * 2
    assert await clients[2].send(messages=(part(b"x"),), **body) == (200, b"")
