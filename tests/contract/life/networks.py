"""A network of peers, with a member, a meeting and who was there. No client stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dev.town import Town

if TYPE_CHECKING:
    from tests.contract.conftest import Place


async def live(place: Place, town: Town) -> None:
    nurse, coordinator = place.who("nurse"), place.who("coordinator")
    convener, area = str(town.persons["coordinator"]), str(town.organisations["area"])
    member = {"personId": str(town.persons["nurse"]), "organisationId": area, "role": "unemployed_health_nurse"}
    held = {"startsAt": "2026-11-02T08:00:00Z", "minutes": 90, "place": "Teams", "themes": ["First"]}
    made = await nurse.post("/v1/networks", json={"name": "Peers", "purpose": "First", "convenerId": convener})
    assert made.status_code == 201, made.text
    here = f"/v1/networks/{made.json()['id']}"
    joined = await coordinator.post(f"{here}/members", json=member, headers={"If-Match": "*"})
    one = joined.json()["members"][0]["id"]
    for where, body in ((f"/members/{one}/approve", {"supervisor": "Somebody Else"}), ("/meetings", held)):
        made = await coordinator.post(here + where, json=body, headers={"If-Match": "*"})
        assert made.is_success, made.text
    there = {"present": [{"memberId": made.json()["members"][0]["id"]}]}
    record = f"{here}/meetings/{made.json()['meetings'][0]['id']}/record"
    made = await coordinator.post(record, json=there, headers={"If-Match": "*"})
    assert made.is_success, made.text
