"""The API without a database: what stands around it needs none, except readiness."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from app.config import Settings
from app.main import create_app

NOWHERE = "postgresql+asyncpg://nobody@127.0.0.1:9/none"


def calling(settings: Settings, dsn: str = NOWHERE) -> httpx.AsyncClient:
    api = create_app(settings, dsn=dsn)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=api), base_url="http://127.0.0.1")


@pytest.fixture(scope="session")
def without_database(settings: Settings) -> FastAPI:
    """One for all of these tests: making it takes longer than most of them."""
    return create_app(settings, dsn=NOWHERE)


@pytest.fixture
async def anyone(without_database: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without a token."""
    transport = httpx.ASGITransport(app=without_database)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client
