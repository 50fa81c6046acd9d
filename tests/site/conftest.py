"""The API without a database: what stands around it needs none, except readiness."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from app.config import Settings
from app.main import create_app

NOWHERE = "postgresql+asyncpg://nobody@127.0.0.1:9/none"


def calling(settings: Settings, dsn: str = NOWHERE) -> httpx.AsyncClient:
    api = create_app(settings, dsn=dsn)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=api), base_url="http://127.0.0.1")


@pytest.fixture
async def anyone(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without a token."""
    async with calling(settings) as client:
        yield client
