"""smoke"""
from __future__ import annotations
from tests import factories as f
from tests.conftest import As
from tests.factories import get
from tests.world import World

async def test_smoke(who: As, world: World) -> None:
    seen, path = await f.closed(who, world)
    for p in ("nurse","coordinator","lead"):
        r = await who(p).get(f"/v1/pathways/{path['id']}/timeline")
        print(p, r.text[:500])
        for i in r.json().get("items", []): print(i["at"], i["kind"], i["sentence"])
    r = await who("nurse").get(f"/v1/clients/{path['clientId']}/timeline?limit=3&count=true")
    print(r.text[:3000])
    assert 0
