"""The area has a path template of its own, in force. Lived twice, it is there already."""

from __future__ import annotations

from app.dev.town import Town
from tests.contract.conftest import Place
from tests.path_templates.made import HERE


async def live(place: Place, town: Town) -> None:
    lead = place.who("lead")
    if any(not one["shipped"] for one in (await lead.get(HERE)).json()["items"]):
        return
    copied = {"code": "lived", "from": {"code": "coordinator_episode", "number": 1}}
    made = (await lead.post(HERE, json=copied)).json()
    put = await lead.post(f"{HERE}/{made['id']}/publish", json={}, headers={"If-Match": "*"})
    assert put.status_code == 200, put.text
