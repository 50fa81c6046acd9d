"""The team publishes what it needs to know; no client stands in it. Lived twice, it is there already."""

from __future__ import annotations

from app.dev.town import Town
from tests.contract.conftest import Place


async def live(place: Place, town: Town) -> None:
    lead = place.who("lead")
    there = (await lead.get(f"/v1/teams/{town.team}/requirements")).json()["items"]
    if any(one["state"] == "published" for one in there):
        return
    items = {"items": [{"item": "contact", "required": False}], "askedFor": "kela_consultation"}
    drafted = await lead.post(f"/v1/teams/{town.team}/requirements", json=items)
    assert drafted.status_code == 201, drafted.text
    published = f"/v1/requirements/{drafted.json()['id']}/publish"
    answer = await lead.post(published, json={}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
