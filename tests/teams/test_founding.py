"""A team as its template makes it: unit, rules, seats it lacks, and seats it may not have."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import As
from tests.factories import MALFORMED, code, ok, pointer
from tests.teams.conftest import ANY, team
from tests.world import World

UNIT = {"name": "Orimattilan sote-keskus", "kind": "sote_centre", "municipality": "560"}


async def a_unit(who: As, world: World, organisation: str = "area", by: str = "admin") -> str:
    path = f"/v1/organisations/{world.organisations[organisation]}/units"
    return str(ok(await who(by).post(path, json=UNIT))["id"])


async def test_what_is_left_out_the_template_says(who: As) -> None:
    made = ok(await who("lead").post("/v1/teams", json=team()))
    assert {name: made[name] for name in ("unitId", "ruleSet", "silentAfterDays", "missingSeats")} == {
        "unitId": None,
        "ruleSet": "light",
        "silentAfterDays": 21,
        "missingSeats": ["work_ability_coordinator"],
    }
    said = ok(await who("lead").post("/v1/teams", json=team(code="x2", ruleSet="heinola", silentAfterDays=3)))
    assert (said["ruleSet"], said["silentAfterDays"]) == ("heinola", 3)


async def test_a_unit_is_one_of_the_areas_own(who: As, world: World, elsewhere: str) -> None:
    lead, path, unit = who("lead"), f"/v1/teams/{world.team}", await a_unit(who, world)
    theirs = (await who(elsewhere).get("/v1/organisations")).json()["items"][0]["id"]
    of_another_area = ok(await who(elsewhere).post(f"/v1/organisations/{theirs}/units", json=UNIT))["id"]
    for other in (str(world.team), of_another_area, await a_unit(who, world, "workshop")):
        for answer in (
            await lead.post("/v1/teams", json=team(unitId=other)),
            await lead.patch(path, json={"unitId": other}, headers=ANY),
        ):
            assert (code(answer), pointer(answer)) == ((422, "unknown_unit"), "/body/unitId")
    assert ok(await lead.post("/v1/teams", json=team(unitId=unit)))["unitId"] == unit
    assert ok(await lead.patch(path, json={"unitId": unit}, headers=ANY))["unitId"] == unit
    assert ok(await lead.patch(path, json={"unitId": None}, headers=ANY))["unitId"] is None


async def test_the_required_seats_at_once_and_vacant(who: As) -> None:
    given = team(template="sote_centre_support", municipalities=["560"], createSeats=True)
    made = ok(await who("lead").post("/v1/teams", json=given))
    assert made["missingSeats"] == []
    (shown,) = (await who("ngo").get("/v1/directory?municipality=560")).json()["teams"]
    assert [(s["role"], s["vacant"], s["freePlaces"], s["nextFreeOn"]) for s in shown["seats"]] == [
        # Of a seat that tells by itself a partner does not read how much room there is.
        (role, True, None if role == "work_ability_physician" else 0, None)
        for role in (
            "work_ability_coordinator", "unemployed_health_nurse", "health_social_counsellor", "work_ability_physician",
        )
    ]  # fmt: skip


async def test_what_a_team_lacks_is_seen_wherever_it_is_read(who: As, world: World) -> None:
    listed = {t["code"]: t["missingSeats"] for t in (await who("ngo").get("/v1/teams")).json()["items"]}
    assert listed == {"heinola": [], "hollola": ["health_social_counsellor"], "padasjoki": []}
    shown = {t["code"]: t["missingSeats"] for t in (await who("ngo").get("/v1/directory")).json()["teams"]}
    assert shown == listed
    # A vacant seat is there: Hollola's coordinator is named by nobody, and not missing.
    assert ok(await who("ngo").get(f"/v1/teams/{world.team}"))["missingSeats"] == []


async def test_a_seat_that_the_template_does_not_have(who: As) -> None:
    """C-59: a light team gets no health seat."""
    lead = who("lead")
    made = ok(await lead.post("/v1/teams", json=team()))
    seats = f"/v1/teams/{made['id']}/seats"
    for role in ("unemployed_health_nurse", "physiotherapist", "memory_nurse", "dpo"):
        refused = await lead.post(seats, json={"role": role})
        assert code(refused) == (409, "seat_not_in_template")
        assert refused.json()["roles"] == [role]
    for role in ("work_ability_coordinator", "sports_coordinator", "team_lead"):
        assert (await lead.post(seats, json={"role": role})).status_code == 201
    assert ok(await lead.get(f"/v1/teams/{made['id']}"))["missingSeats"] == []


async def test_a_team_with_a_health_seat_does_not_become_a_light_one(who: As, world: World) -> None:
    lead = who("lead")
    refused = await lead.patch(f"/v1/teams/{world.team}", json={"template": "small_municipality_light"}, headers=ANY)
    assert code(refused) == (409, "seat_not_in_template")
    assert "unemployed_health_nurse" in refused.json()["roles"]
    made = ok(await lead.post("/v1/teams", json=team(createSeats=True)))
    grown = ok(await lead.patch(f"/v1/teams/{made['id']}", json={"template": "heinola"}, headers=ANY))
    # Nothing else changes by itself: neither the rules it follows nor its days.
    assert (grown["missingSeats"][0], grown["silentAfterDays"]) == ("unemployed_health_nurse", 21)


@pytest.mark.parametrize("over", [{"silentAfterDays": 0}, {"silentAfterDays": 366}, {"createSeats": None}])
async def test_numbers_out_of_bounds(who: As, over: dict[str, Any]) -> None:
    assert code(await who("lead").post("/v1/teams", json=team(**over))) == MALFORMED
