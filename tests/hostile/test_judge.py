"""The judge finds each fault it is there for: a corpus that always passes proves nothing."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.types import Receive, Scope, Send

from tests.hostile.judge import CANARY, Case, Judge
from tests.hostile.wire import Headers, Raw, dump

PROBLEM = {"type": "/problems/not_found", "code": "not_found", "status": 404, "instance": "abc"}
TYPE = (b"content-type", b"application/problem+json")
ID = (b"x-request-id", b"abc")
Before = Callable[[], Awaitable[object]]


class Broken:
    """Answers what it is told to, after doing what it must not."""

    def __init__(self, status: int, document: object, headers: Headers, before: Before | None) -> None:
        self.status, self.document, self.headers, self.before = status, document, headers, before

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.before is not None:
            await self.before()
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": json.dumps(self.document).encode()})


@pytest.fixture
async def verdict_on(judge: Judge, app: FastAPI) -> AsyncIterator[Callable[..., Awaitable[list[str]]]]:
    async def hear(
        status: int = 404,
        document: object = PROBLEM,
        headers: Headers | None = None,
        before: Before | None = None,
        refuse: bool = True,
    ) -> list[str]:
        judge.wrong.clear()
        judge.app = Broken(status, document, [TYPE, ID] if headers is None else headers, before)  # type: ignore[assignment]
        await judge.hear(Case("x", "GET", b"/", signed=False, refuse=refuse))
        return list(judge.wrong)

    yield hear
    judge.app = app


async def test_a_good_refusal_passes(verdict_on: Callable[..., Awaitable[list[str]]]) -> None:
    assert not await verdict_on()


async def test_each_fault_is_named(
    judge: Judge, connection: AsyncConnection, verdict_on: Callable[..., Awaitable[list[str]]]
) -> None:
    async def talk() -> None:
        logging.getLogger("heinola.anything").debug("it was %s", CANARY)

    async def write() -> None:
        await connection.execute(text("SET LOCAL ROLE NONE"))
        await connection.execute(text("UPDATE teams SET name = name || '!'"))

    assert "no such status" in (await verdict_on(500))[0]
    assert "no such status" in (await verdict_on(307, refuse=False))[0]
    assert "was taken" in (await verdict_on(200))[0]
    assert "body repeats" in (await verdict_on(document=PROBLEM | {"detail": CANARY}))[0]
    assert "header repeats" in (await verdict_on(headers=[TYPE, ID, (b"link", CANARY.encode())]))[0]
    assert "log repeats" in (await verdict_on(before=talk))[0]
    assert "wrote something" in (await verdict_on(before=write))[0]
    assert "not a problem document" in (await verdict_on(headers=[ID, (b"content-type", b"text/plain")]))[0]
    assert "unknown code" in (await verdict_on(document=PROBLEM | {"code": "x", "type": "/problems/x"}))[0]
    assert "type" in (await verdict_on(document=PROBLEM | {"type": "about:blank"}))[0]
    assert "status 400" in (await verdict_on(document=PROBLEM | {"status": 400}))[0]
    assert "instance" in (await verdict_on(document=PROBLEM | {"instance": "other"}))[0]
    assert "no request id" in (await verdict_on(headers=[TYPE]))[0]
    judge.wrong = ["x: 500: a fault"]
    with pytest.raises(AssertionError, match="x: 500: a fault"):
        judge.verdict(least=1)
    judge.wrong = []
    with pytest.raises(AssertionError, match="only"):
        judge.verdict(least=10_000)


def test_what_json_cannot_say_is_written_bare() -> None:
    assert dump({"a": [Raw("NaN"), "\ud800", "\0"]}) == b'{"a": [NaN, "\\ud800", "\\u0000"]}'
