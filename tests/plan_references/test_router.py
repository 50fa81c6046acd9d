"""References to plans over HTTP: which there are on a day, on which law, who reads them, and what stands out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx

from tests import factories as f
from tests.conftest import As, Clock
from tests.consultations.cases import a_path
from tests.factories import ABSENT, CODE_WITHIN, LACKS, Json, act, code, get, ok, pointer
from tests.world import World

PERMITS = {"permitted": True, "on": "2026-11-20", "how": "in_person"}


def plan(world: World, kind: str = "multi_sector_plan", **over: Any) -> Json:
    return {
        "planType": kind, "organiserId": str(world.organisations["employment"]), "madeOn": "2026-11-20",
        "validFrom": "2026-11-20", "clientPermits": PERMITS, **over,
    }  # fmt: skip


async def recorded(who: As, path: Json, given: Json, by: str = "coordinator") -> httpx.Response:
    return await act(who(by), f"/v1/pathways/{path['id']}/plan-references", given)


async def does(who: As, row: Json, verb: str, body: Json, by: str = "coordinator") -> httpx.Response:
    return await act(who(by), f"/v1/plan-references/{row['id']}/{verb}", body, row)


def warned(row: Json) -> list[str]:
    return [one["code"] for one in row["warnings"]]


async def test_recorded_reviewed_superseded_ended(who: As, world: World, clock: Clock) -> None:
    path = await a_path(who, world)
    row = ok(await recorded(who, path, plan(world, externalId="M-1", reviewDueOn="2026-11-30", tymClient="yes")))
    assert (row["legalBasis"], row["register"], row["lawVersion"]) == ("act_381_2023", "operational", "2026")
    other = ok(await recorded(who, path, plan(world, needAssessedOn="2026-07-01")))
    assert (warned(row), warned(other)) == ([], ["made_late"])
    clock.at += timedelta(days=10)
    late = (await get(who("coordinator"), "/v1/plan-references", overdue="true"))["items"]
    assert [(one["id"], warned(one)) for one in late] == [(row["id"], ["review_overdue"])]
    stuck = (await get(who("coordinator"), "/v1/stuck-cases", code="plan_review_overdue"))["items"]
    assert [one["subjectId"] for one in stuck] == [row["id"]]
    row = ok(await does(who, row, "review", {"reviewDueOn": "2027-02-01"}))
    assert (await get(who("coordinator"), "/v1/plan-references", overdue="true"))["items"] == []
    new = ok(await recorded(who, path, plan(world, supersedesId=row["id"])))
    old = await get(who("client"), f"/v1/plan-references/{row['id']}")
    assert (old["state"], old["warnings"], new["supersedesId"]) == ("superseded", [], row["id"])
    again = await recorded(who, path, plan(world, supersedesId=row["id"]))
    assert (code(again), pointer(again)) == ((422, "supersedes_another_plan"), "/body/supersedesId")
    new = ok(await does(who, new, "end", {"reason": "goals_reached"}))
    assert code(await does(who, new, "review", {"reviewDueOn": None})) == (409, "illegal_move")
    new = ok(await does(who, new, "mark-entered-in-error", {"reason": "Another client."}))
    assert (new["state"], new["errorReason"]) == ("entered_in_error", "Another client.")
    for persona, refusal in (("hollola_nurse", ABSENT), ("kela", LACKS), ("employment", LACKS)):
        assert code(await who(persona).get(f"/v1/plan-references/{row['id']}")) == refusal


async def test_the_law_of_the_day(who: As, world: World) -> None:
    path = await a_path(who, world)
    for over, refusal, where in (
        ({"planType": "activation_plan"}, "plan_type_not_for_client", "/body/planType"),
        ({"madeOn": "2014-12-31"}, "plan_type_not_in_force", "/body/planType"),
        ({"legalBasis": "act_1369_2014"}, "legal_basis_not_in_force", "/body/legalBasis"),
        ({"weeklyDays": 4}, "activity_of_activation_plan", "/body/planType"),
        ({"clientPermits": PERMITS | {"permitted": False}}, "plan_not_permitted", "/body/clientPermits/permitted"),
        ({"clientPermits": PERMITS | {"on": "2026-11-24"}}, "reference_days", "/body/clientPermits/on"),
        ({"validTo": "2026-11-19"}, "reference_days", "/body/validTo"),
        ({"madeOn": "2026-11-24"}, "reference_days", "/body/madeOn"),
        ({"organiserId": path["id"]}, "plan_organiser_unknown", "/body/organiserId"),
    ):
        refused = await recorded(who, path, plan(world, **over), "social")
        assert (code(refused), pointer(refused)) == ((422, refusal), where), over
    instead = await recorded(who, path, plan(world, "activation_plan"), "social")
    assert instead.json()["instead"] == "multi_sector_plan"
    refused = await recorded(who, path, plan(world, externalId="010190-999P"))
    assert code(refused) == CODE_WITHIN
    old = ok(await recorded(who, path, plan(world, madeOn="2024-12-31", legalBasis="act_1369_2014")))
    assert old["lawVersion"] == "2015"


async def test_an_activation_plan_is_of_social_care_and_its_limits_warn(who: As, world: World) -> None:
    path = await a_path(who, world)
    given = plan(
        world, "activation_plan", socialAssistance=True, validTo="2026-12-20", weeklyDays=5, dailyHours=3.5,
        plannedDays=231,
    )  # fmt: skip
    assert code(await recorded(who, path, given)) == (403, "reference_register_not_yours")
    row = ok(await recorded(who, path, given, "social"))
    assert (row["legalBasis"], row["register"]) == ("act_189_2001", "social")
    assert warned(row) == ["period_short", "few_hours", "days_a_week", "many_days"]
    for persona in ("coordinator", "nurse"):
        assert code(await who(persona).get(f"/v1/plan-references/{row['id']}")) == ABSENT
        assert row["id"] not in (await who(persona).get("/v1/plan-references")).text
    before = {"madeOn": "2025-12-01", "validFrom": "2025-12-01", "validTo": "2026-12-01", "weeklyDays": 5}
    earlier = ok(await recorded(who, path, plan(world, "activation_plan", **before), "social"))
    assert (earlier["lawVersion"], warned(earlier)) == ("2025", [])


async def test_beside_the_goals_and_from_a_meeting(who: As, world: World) -> None:
    """What a reader sees of them stands in the shared plan, on screen and in plain words."""
    path = await a_path(who, world)
    body = {"startsAt": f.at(), "minutes": 60, "place": "Room 2", "participantIds": [str(world.persons["coordinator"])]}
    meeting = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/meetings", body))
    made = plan(world, meetingId=meeting["id"], reviewDueOn="2027-02-01", externalId="M-7")
    refused = await recorded(who, path, made)
    assert (code(refused), pointer(refused)) == ((422, "plan_meeting_unknown"), "/body/meetingId")
    held = {"clientParticipation": "present", "notes": "Agreed."}
    ok(await act(who("nurse"), f"/v1/meetings/{meeting['id']}/hold", held, meeting))
    row = ok(await recorded(who, path, made))
    other = (await f.accepted(who, world))[1]
    assert code(await recorded(who, other, made)) == (422, "plan_meeting_unknown")
    social = ok(
        await recorded(who, path, plan(world, "client_plan", organiserId=str(world.organisations["area"])), "social")
    )
    wrong = ok(await recorded(who, path, plan(world)))
    ok(await does(who, wrong, "mark-entered-in-error", {"reason": "Another client."}))
    here = f"/v1/pathways/{path['id']}/plan"
    seen = {by: {one["id"] for one in (await get(who(by), here))["planReferences"]} for by in ("coordinator", "client")}
    assert seen == {"coordinator": {row["id"]}, "client": {row["id"], social["id"]}}
    [line] = (await get(who("nurse"), here))["planReferences"]
    assert (line["planType"], line["legalBasis"], line["state"]) == ("multi_sector_plan", "act_381_2023", "in_force")
    assert (line["validFrom"], line["validTo"], line["reviewDueOn"]) == ("2026-11-20", None, "2027-02-01")
    assert (line["meetingId"], row["meetingId"]) == (meeting["id"], meeting["id"])
    words = (await who("coordinator").get(f"{here}-text", headers={"Accept-Language": "en"})).json()["text"]
    assert " M-7: 20.11.2026–, " in words
    assert "reviewed 1.2.2027" in words
    assert words.count("20.11.2026") == 1
