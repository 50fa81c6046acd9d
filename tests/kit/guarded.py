"""A small echo app behind the guard, called as a server calls it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from app.kit.guard import Guard
from tests.kit.test_strictjson import DEPTH

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
