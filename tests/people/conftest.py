"""People and memberships as an administrator writes them, and an area that is not ours."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.bootstrap import bootstrap
from app.security.development import DEVELOPMENT_ISSUER
from tests.conftest import NOON
from tests.world import World

TODAY, YESTERDAY, TOMORROW = "2026-11-23", "2026-11-22", "2026-11-24"


async def person(admin: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    answer = await admin.post("/v1/persons", json={"name": "Uusi Ihminen", **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def membership(world: World, **more: Any) -> dict[str, Any]:
    return {
        "organisationId": str(world.organisations["area"]),
        "role": "physiotherapist",
        "register": "health",
        "validFrom": TODAY,
        **more,
    }


@pytest.fixture
async def elsewhere(session: AsyncSession) -> str:
    """Another wellbeing area, and the persona who administers it."""
    async with session.begin():
        await bootstrap(
            session,
            area_name="Pohjolan hyvinvointialue",
            administrator_name="Pertti Pohjola",
            issuer=DEVELOPMENT_ISSUER,
            subject="other-admin",
            at=NOON,
        )
    return "other-admin"
