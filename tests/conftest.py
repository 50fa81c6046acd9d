"""One embedded PostgreSQL per test process, migrated once; one transaction per test, rolled back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import hypothesis
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker

from app import embedded
from app.audit.trail import AuditedSession
from app.config import UNLIMITED, Settings
from app.main import create_app
from app.migrate import migrate
from tests import quick
from tests.world import World, build

# How long an example takes says how busy the machine is, and nothing of the code.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")
# A Monday of no holiday, noon in Finland: what "now" is in tests unless one says otherwise.
NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
# Where the process's own clock begins: whatever day it really is, ids that clients make are not of a later day.
EVE = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)


class Clock:
    """What time it is for the API under test."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


def pytest_collection_finish() -> None:
    quick.lasting()


@pytest.fixture(scope="session", autouse=True)
def eve() -> Iterator[None]:
    """The process's clock runs on from `EVE`, so that the tests say the same on every day."""
    with time_machine.travel(EVE, tick=True):
        yield


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings(mode="demo", _env_file=None, **UNLIMITED)


@pytest.fixture(scope="session")
def server() -> Iterator[embedded.Server]:
    with embedded.throwaway() as running:
        yield running


@pytest.fixture(scope="session")
def dsn(server: embedded.Server) -> str:
    """A migrated and populated database, and its address as the superuser; the API itself works as the app role."""
    asyncio.run(migrate(server.dsn()))
    return server.dsn()


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="session")
async def engine(settings: Settings, dsn: str) -> AsyncIterator[AsyncEngine]:
    made = quick.plain_savepoints(quick.engine(settings, dsn))
    yield made
    await made.dispose()


@pytest.fixture(scope="session")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def api(settings: Settings, engine: AsyncEngine, data_dir: Path, clock: Clock) -> FastAPI:
    return create_app(settings, engine=engine, data_dir=data_dir, now=clock)


@pytest.fixture(scope="session")
async def world(api: FastAPI) -> World:
    """A small Heinola, committed once per test process."""
    built = await build(api)
    quick.lasting()
    return built


@pytest.fixture
async def connection(engine: AsyncEngine, world: World) -> AsyncIterator[AsyncConnection]:
    """The one connection of a test; whatever is done on it is rolled back."""
    async with engine.connect() as conn:
        outer = await conn.begin()
        yield conn
        if outer.is_active:
            await outer.rollback()


@contextmanager
def on(api: FastAPI, connection: AsyncConnection) -> Iterator[None]:
    """Every request of the API becomes a savepoint in the transaction of this connection."""
    before = api.state.sessions
    api.state.sessions = async_sessionmaker(
        connection,
        sync_session_class=AuditedSession,
        expire_on_commit=False,
        join_transaction_mode="create_savepoint",
    )
    try:
        yield
    finally:
        api.state.sessions = before


@pytest.fixture
async def app(api: FastAPI, connection: AsyncConnection, clock: Clock) -> AsyncIterator[FastAPI]:
    """The API, every request of it a savepoint in the transaction of the test."""
    with on(api, connection):
        clock.at = NOON
        yield api


@pytest.fixture
async def session(connection: AsyncConnection) -> AsyncIterator[AsyncSession]:
    """A session in the transaction of the test, as the app role, with no row-security context yet."""
    async with AsyncSession(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as made:
        yield made


As = Callable[[str], httpx.AsyncClient]


@pytest.fixture
async def who(app: FastAPI, clock: Clock) -> AsyncIterator[As]:
    """`who("nurse")` is an HTTP client signed in as that persona; `who("")` is nobody."""
    opened: list[httpx.AsyncClient] = []

    def sign_in(persona: str) -> httpx.AsyncClient:
        token = quick.token(app.state.development, persona, clock.at) if persona else ""
        headers = {"Authorization": f"Bearer {token}"} if persona else {}
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers)
        opened.append(client)
        return client

    yield sign_in
    for client in opened:
        await client.aclose()
