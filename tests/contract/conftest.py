"""Databases of their own, with committed data: what a transaction that is rolled back cannot show."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module
from itertools import count
from pathlib import Path
from pkgutil import iter_modules
from typing import Any
from unittest.mock import patch
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from app import embedded
from app.config import UNLIMITED, Settings
from app.dev.personas import CLIENTS
from app.dev.stage import test_identity_code
from app.dev.story import tell
from app.dev.town import Town, build_town
from app.embedded import create_database, drop_database
from app.kit.clock import civil_date, utcnow
from app.main import create_app
from app.migrate import migrate
from app.security.development import DEVELOPMENT_ISSUER
from tests import quick
from tests.contract import life

TEMPLATE = "told"
AINO = CLIENTS["aino"].identity_code


@dataclass
class Place:
    """An API with a database of its own. `engine` works as the app role, `root` as the superuser."""

    api: FastAPI
    engine: AsyncEngine
    root: AsyncEngine
    database: str
    stack: AsyncExitStack
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    def who(self, persona: str) -> httpx.AsyncClient:
        """An HTTP client signed in as that persona; nobody for `""`."""
        if persona not in self.clients:
            token = self.api.state.development.token(persona, self.api.state.clock()) if persona else ""
            headers = {"Authorization": f"Bearer {token}"} if persona else {}
            transport = httpx.ASGITransport(app=self.api, raise_app_exceptions=False)
            self.clients[persona] = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers)
            self.stack.push_async_callback(self.clients[persona].aclose)
        return self.clients[persona]

    async def sql(self, statement: str, **values: Any) -> list[Any]:
        """Rows of a statement as the superuser, whom no policy holds; committed."""
        async with self.root.begin() as connection:
            result = await connection.execute(text(statement), values)
            return list(result) if result.returns_rows else []

    async def value(self, statement: str, **values: Any) -> Any:
        return (await self.sql(statement, **values))[0][0]

    async def tell(self, code: str | None = None) -> dict[str, Any]:
        """Play the main job; of the client with this identity code, or of somebody new."""
        transport = httpx.ASGITransport(app=self.api)
        chosen = patch("app.dev.story.test_identity_code", lambda: code or test_identity_code())
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            with chosen:
                return await tell(http, lambda _: None)

    async def close(self) -> None:
        await self.stack.aclose()
        await self.engine.dispose()
        await self.root.dispose()


Settle = Callable[..., Any]


def place_on(server: embedded.Server, database: str, settings: Settings, data_dir: Path) -> Place:
    engine = quick.engine(settings, server.dsn(database))
    api = create_app(settings, engine=engine, data_dir=data_dir)
    return Place(api, engine, create_async_engine(server.dsn(database), pool_size=3), database, AsyncExitStack())


TOLD: dict[str, Town] = {}


@pytest.fixture(scope="session")
async def template(server: embedded.Server, settings: Settings, data_dir: Path) -> Town:
    """The database `told`: the town, and the main job done for Aino and for somebody new, and a referral that waits.

    Other folders take this fixture too; the database is made once in a process all the same.
    """
    if server.dsn() in TOLD:
        return TOLD[server.dsn()]
    create_database(server, TEMPLATE)
    await migrate(server.dsn(TEMPLATE))
    place = place_on(server, TEMPLATE, settings, data_dir)
    try:
        town = await build_town(place.api)
        await place.tell(AINO)
        await place.tell()
        sent = await place.who("employment").post("/v1/referrals", json=new_person(town))
        assert sent.status_code == 201, sent.text
        await live_on(place, town)
    finally:
        await place.close()
    TOLD[server.dsn()] = town
    return town


async def live_on(place: Place, town: Town) -> None:
    """Rows of Aino in the tables of every later room."""
    for module in sorted(found.name for found in iter_modules(life.__path__)):
        await import_module(f"{life.__name__}.{module}").live(place, town)


NUMBER = count(1)


@pytest.fixture(scope="session")
def settle(server: embedded.Server, template: Town, data_dir: Path) -> Settle:
    """`async with settle(pool_size=3) as place`: a copy of the told database and an API on it, gone afterwards."""

    @asynccontextmanager
    async def settled(**over: Any) -> AsyncIterator[Place]:
        database = f"copy_{next(NUMBER)}"
        create_database(server, database, TEMPLATE)
        place = place_on(server, database, Settings(mode="demo", _env_file=None, **{**UNLIMITED, **over}), data_dir)
        try:
            yield place
        finally:
            await place.close()
            drop_database(server, database)

    return settled


@pytest.fixture(scope="module")
async def place(settle: Settle) -> AsyncIterator[Place]:
    """A told place for the tests of one module."""
    async with settle() as made:
        yield made


@pytest.fixture(scope="module")
async def busy(settle: Settle) -> AsyncIterator[Place]:
    """A told place with as many connections as meet at once in a test."""
    async with settle(pool_size=12, gate_seconds=30) as place:
        # As in production a deadlock is found by waiting; a test waits less.
        await place.sql(f"ALTER DATABASE {place.database} SET deadlock_timeout = '60ms'")
        yield place


CLIENT_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND (a.attname = 'client_id' AND NOT a.attisdropped OR c.relname = 'clients' AND a.attname = 'id')
 ORDER BY 1
"""


@pytest.fixture(scope="module")
async def client_tables(place: Place) -> list[str]:
    """Every table with a client in it, from the catalogues."""
    return [row[0] for row in await place.sql(CLIENT_TABLES)]


def new_person(town: Town, **over: Any) -> dict[str, Any]:
    """A referral of somebody new to Heinola by the employment services, complete, with the client's permission."""
    person = {
        "identityCode": test_identity_code(),
        "givenName": "Testi",
        "familyName": "Henkilö",
        "municipality": "111",
        "phone": "+358 40 0000 000",
    }
    return {
        "client": person,
        "reason": "Ten months without work.",
        "askedFor": "health_check",
        "unemploymentDays": 305,
        "criteria": {"answers": {"unemployed_or_at_risk": "yes", "obstacle_to_work": "yes", "client_agrees": "yes"}},
        "permission": permission(town.organisations["area"], town.organisations["employment"]),
    } | over


def permission(*recipients: UUID) -> dict[str, Any]:
    """What the client permits in these tests: the conclusion to these organisations."""
    return {
        "recipientIds": [str(recipient) for recipient in recipients],
        "dataClasses": ["referral_reason", "work_ability_conclusion", "participation"],
        "purposes": ["work_ability_assessment", "referral_feedback", "network_meeting"],
        "validUntil": "2099-01-01T00:00:00Z",
        "howGiven": "written",
        "informationGivenAt": "2026-01-01T00:00:00Z",
    }


@asynccontextmanager
async def seen_by(place: Place, persona: str | None) -> AsyncIterator[AsyncConnection]:
    """A connection as the app role, entered by this persona (None: by nobody), rolled back at the end."""
    async with place.engine.connect() as connection:
        transaction = await connection.begin()
        if persona:
            entered = text("SELECT enter_request(:issuer, :subject, :on)")
            values = {"issuer": DEVELOPMENT_ISSUER, "subject": persona, "on": civil_date(utcnow())}
            assert (await connection.execute(entered, values)).scalar_one()
        yield connection
        await transaction.rollback()
