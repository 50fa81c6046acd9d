"""Jobs work on committed rows: each test has a copy of a database in which one client's story was told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from app import embedded
from app.config import Settings
from app.dev.town import build_town
from app.embedded import create_database, drop_database
from app.migrate import migrate
from tests.contract.conftest import Place, new_person, place_on

NUMBER = count(1)


@pytest.fixture(scope="session")
async def told(server: embedded.Server, settings: Settings, data_dir: Path) -> str:
    """The name of a database with the town, a story and a referral that waits."""
    template = f"worked_{next(NUMBER)}"
    create_database(server, template)
    await migrate(server.dsn(template))
    place = place_on(server, template, settings, data_dir)
    try:
        town = await build_town(place.api)
        await place.tell()
        sent = await place.who("employment").post(
            "/v1/referrals", json=new_person(town), headers={"Idempotency-Key": "a-key-of-ours"}
        )
        assert sent.status_code == 201, sent.text
    finally:
        await place.close()
    return template


@pytest.fixture
async def place(server: embedded.Server, settings: Settings, data_dir: Path, told: str) -> AsyncIterator[Place]:
    """A copy of it for one test, and an API on it."""
    name = f"job_{next(NUMBER)}"
    create_database(server, name, told)
    place = place_on(server, name, settings, data_dir)
    yield place
    await place.close()
    drop_database(server, name)
