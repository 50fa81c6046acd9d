"""The area has a version of its own of a rule set that no team follows. Lived twice, it is there already."""

from __future__ import annotations

from app.dev.town import Town
from tests.contract.conftest import Place
from tests.routing.rulesets_made import HERE, document


async def live(place: Place, town: Town) -> None:
    lead, admin = place.who("lead"), place.who("admin")
    if any(not one["shipped"] for one in (await lead.get(HERE)).json()["items"]):
        return
    made = (await lead.post(HERE, json={"code": "lived", **document()})).json()
    signed = await admin.post(f"{HERE}/{made['id']}/sign-off", headers={"If-Match": "*"})
    assert signed.status_code == 200, signed.text
    put = await lead.post(f"{HERE}/{made['id']}/put-in-force", json={}, headers={"If-Match": "*"})
    assert put.status_code == 200, put.text
