"""A throwaway town with an API in this process, whose requests are done in a transaction that is rolled back."""

from __future__ import annotations

import json
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, async_sessionmaker, create_async_engine

from app import embedded
from app.audit.trail import AuditedSession
from app.config import unlimited
from app.dev.stage import StoryBroken
from app.dev.town import Town, build_town
from app.kit.ids import new_id
from app.main import create_app
from app.migrate import migrate
from app.security.development import DEVELOPMENT_ISSUER
from app.serving.home import Home

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
Body = Any


@dataclass
class Place:
    """`root` reads and writes as the superuser, committed; `send` is one HTTP request of whoever has a token."""

    api: FastAPI
    http: httpx.AsyncClient
    root: AsyncEngine
    town: Town
    server: embedded.Server
    home: Path
    now: Callable[[], datetime]
    committing: Any = None
    inside: AsyncConnection | None = None
    depth: int = 0
    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, subject: str) -> str:
        if subject not in self.tokens:
            self.tokens[subject] = self.api.state.development.token(subject, self.now())
        return self.tokens[subject]

    async def send(
        self,
        subject: str,
        method: str,
        path: str,
        body: Body = None,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        """As the login with this subject; nobody for `""`."""
        told = {"Authorization": f"Bearer {self.token(subject)}"} if subject else {}
        return await self.http.request(method, path, json=body, content=content, headers=told | (headers or {}))

    async def act(self, subject: str, method: str, path: str, body: Body = None) -> dict[str, Any]:
        """The answer, which must be a good one. Raises `StoryBroken`."""
        answer = await self.send(subject, method, path, body, {"If-Match": "*"} if method != "GET" else None)
        if not answer.is_success:
            raise StoryBroken(f"{subject or 'nobody'} {method} {path}: {answer.status_code} {answer.text}")
        found: dict[str, Any] = answer.json()
        return found

    async def sql(self, statement: str, **values: Any) -> list[Any]:
        """Rows of a statement as the superuser; inside the transaction that is rolled back while there is one."""
        if self.inside is not None:
            await self.inside.execute(text("SET LOCAL ROLE NONE"))
            try:
                result = await self.inside.execute(text(statement), values)
                return list(result) if result.returns_rows else []
            finally:
                await self.inside.execute(text("SET LOCAL ROLE heinola_app"))
        async with self.root.begin() as connection:
            result = await connection.execute(text(statement), values)
            return list(result) if result.returns_rows else []

    async def enrol(self, subject: str, client: str) -> None:
        """From now on the client can sign in with a token of this subject."""
        await self.sql(
            "INSERT INTO logins (id, issuer, subject, client_id, created_at)"
            " VALUES (:id, :issuer, :subject, CAST(:client AS uuid), now())",
            id=new_id(), issuer=DEVELOPMENT_ISSUER, subject=subject, client=client,
        )  # fmt: skip

    @asynccontextmanager
    async def unguarded(self) -> AsyncIterator[None]:
        """Statements in here are done without triggers and without constraints between tables."""
        await self.sql("SET LOCAL session_replication_role = replica")
        try:
            yield
        finally:
            await self.sql("SET LOCAL session_replication_role = origin")

    @asynccontextmanager
    async def undone(self) -> AsyncIterator[AsyncConnection]:
        """Whatever is done here over HTTP really happens, and is taken back at the end."""
        async with self.api.state.engine.connect() as connection:
            outer = await connection.begin()
            self.inside = connection
            self.api.state.sessions = async_sessionmaker(
                connection,
                sync_session_class=AuditedSession,
                expire_on_commit=False,
                join_transaction_mode="create_savepoint",
            )
            try:
                yield connection
            finally:
                self.api.state.sessions, self.inside = self.committing, None
                await outer.rollback()

    @asynccontextmanager
    async def step(self) -> AsyncIterator[None]:
        """A part of `undone()` that is taken back by itself: state does not drift from one request to the next."""
        assert self.inside is not None
        self.depth += 1
        name = f"step_{self.depth}"
        await self.inside.exec_driver_sql(f"SAVEPOINT {name}")
        try:
            yield
        finally:
            await self.inside.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {name}")
            await self.inside.exec_driver_sql(f"RELEASE SAVEPOINT {name}")
            self.depth -= 1


@asynccontextmanager
async def place(now: Callable[[], datetime] = lambda: NOW) -> AsyncIterator[Place]:
    """An API on a database of its own with the demo's town in it; its clock stands still unless another is given."""
    async with AsyncExitStack() as held:
        server = held.enter_context(embedded.throwaway())
        home = Home(Path(held.enter_context(tempfile.TemporaryDirectory())))
        home.prepare()
        await migrate(server.dsn())
        api = create_app(unlimited(), dsn=server.dsn(), data_dir=home.keys, now=now)
        held.push_async_callback(api.state.engine.dispose)
        town = await build_town(api)
        root = create_async_engine(server.dsn(), pool_size=2)
        held.push_async_callback(root.dispose)
        transport = httpx.ASGITransport(app=api, raise_app_exceptions=False)
        http = await held.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=120)
        )
        yield Place(api, http, root, town, server, home.path, now, committing=api.state.sessions)


def filled(value: Any, ids: dict[str, str]) -> Any:
    """The same with every `{name}` replaced by the id of that name. Raises `KeyError` for a name without an id."""
    if isinstance(value, str):
        return value.format_map(ids) if "{" in value else value
    if isinstance(value, dict):
        return {key: filled(inner, ids) for key, inner in value.items()}
    if isinstance(value, list):
        return [one for inner in value for one in several(inner, filled(inner, ids))]
    return value


def several(inner: Any, value: Any) -> list[Any]:
    """In a list a name may stand for several ids, with spaces between."""
    return value.split() if isinstance(inner, str) and inner.startswith("{") else [value]


def parsed(answer: httpx.Response) -> Any:
    try:
        return json.loads(answer.content)
    except ValueError:
        return None
