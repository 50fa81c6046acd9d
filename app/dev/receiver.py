"""A receiver of webhooks on this machine, as an integrator would write one, that can also misbehave."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Got:
    """One request as it came in."""

    headers: Mapping[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def content(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def position(self) -> int:
        return int(self.content["data"]["position"])

    def signed_by(self, secret: str) -> bool:
        """Whether one of the signatures is of this secret (Standard Webhooks 1.0)."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        mine = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return any(hmac.compare_digest(mine, theirs) for theirs in self.headers["webhook-signature"].split())


@dataclass(frozen=True)
class Reply:
    """What it answers: a status with headers, after a while, and then a body that comes slowly or never ends. Without a
    status it closes the connection, and with `raw` it says that instead."""

    status: int | None = 204
    headers: Mapping[str, str] = field(default_factory=dict)
    after: float = 0
    endless: bool = False
    slow: bool = False
    raw: bytes = b""


@dataclass
class Receiver:
    """`answer` decides for each request; `got` holds them all, those it then failed on too."""

    answer: Callable[[Got], Reply] = lambda _: Reply()
    got: list[Got] = field(default_factory=list)
    busy: int = 0
    most_at_once: int = 0

    async def __aenter__(self) -> Receiver:
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = int(self.server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.server.wait_closed(), 1)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.busy += 1
        self.most_at_once = max(self.most_at_once, self.busy)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
            got = Got(headers, await reader.readexactly(int(headers.get("content-length", 0))))
            self.got.append(got)
            await self.reply(self.answer(got), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.busy -= 1
            writer.close()

    async def reply(self, reply: Reply, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(reply.after)
        if reply.raw:
            writer.write(reply.raw)
        elif reply.status is not None:
            length = {} if reply.endless or reply.slow or reply.status == 204 else {"Content-Length": "0"}
            said = {"Connection": "close", **length, **reply.headers}
            lines = [f"HTTP/1.1 {reply.status} X", *(f"{k}: {v}" for k, v in said.items()), "", ""]
            writer.write("\r\n".join(lines).encode())
        await writer.drain()
        while reply.endless or reply.slow:
            writer.write(b"x" * (65_536 if reply.endless else 1))
            await writer.drain()
            await asyncio.sleep(0 if reply.endless else 0.2)
