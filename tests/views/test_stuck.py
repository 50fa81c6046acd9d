"""smoke"""
from __future__ import annotations
from datetime import timedelta
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import get
from tests.world import World

async def test_smoke(who: As, world: World, clock: Clock) -> None:
    nurse = who("nurse")
    seen, path = await f.accepted(who, world)
    r = await nurse.get("/v1/stuck-cases")
    print(r.text[:3000])
    r = await nurse.get("/v1/stuck-cases/counts")
    print(r.text[:3000])
    clock.at = NOON + timedelta(days=60)
    r = await who("nurse").get("/v1/stuck-cases?limit=2")
    print(r.text[:6000])
    assert 0
