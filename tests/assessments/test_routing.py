"""Who gets the assessment: by kind, by what the nurse said, by a human with a reason, and when the seat is full."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, CODE_WITHIN, LACKS, MALFORMED, NOBODY, act, code, get, ok
from tests.world import World


async def a_path(who: As, world: World) -> f.Json:
    return (await f.accepted(who, world))[1]


async def assigned(who: As, row: f.Json, world: World, seat: str, person: str, by: str = "nurse", **over: Any) -> Any:
    body = {"seatRole": seat, "personId": str(world.persons[person]), "reason": "agreed_together", **over}
    return await act(who(by), f"/v1/assessments/{row['id']}/assign", body, row)


@pytest.mark.parametrize(
    ("kind", "owner"),
    [
        ("health_check", "nurse"),
        ("functional_test_physical", "physiotherapist"),
        ("functional_test_daily", "occupational_therapist"),
        ("social_assessment", "social"),
        ("psychiatric_assessment", "psychiatric_nurse"),
        ("coordination", {"coordinator", "coordinator_two"}),
        ("kela_consultation", {"coordinator", "coordinator_two"}),
    ],
)
async def test_each_kind_has_its_seat(who: As, world: World, kind: str, owner: str | set[str]) -> None:
    path = await a_path(who, world)
    row = await f.an_assessment(who, path, kind)
    people = {owner} if isinstance(owner, str) else owner
    assert row["owner"]["personId"] in {str(world.persons[p]) for p in people}
    assert (row["owner"]["queue"], row["owner"]["alarm"]) == (None, False)


@pytest.mark.parametrize(
    ("areas", "over", "owner"),
    [
        (["mental_health"], {}, "physician_mental"),
        (["substance_use", "neuropsychiatric"], {}, "physician_mental"),
        (["musculoskeletal"], {}, "physician_msk"),
        (["somatic"], {}, "physician_msk"),
        (["somatic", "mental_health"], {}, "physician_msk"),  # the first is the main one
        (["mental_health", "somatic"], {}, "physician_mental"),
        (["mental_health", "somatic"], {"mainArea": None}, None),
        ([], {}, None),
        (["mental_health"], {"demanding": None}, None),
        (["mental_health"], {"demanding": False}, None),
    ],
)
async def test_the_physician_by_what_the_nurse_said(
    who: As, world: World, areas: list[str], over: dict[str, Any], owner: str | None
) -> None:
    path = await a_path(who, world)
    await f.problems(who, path, *areas, **over)
    row = await f.an_assessment(who, path, "physician_assessment")
    assert row["owner"]["personId"] == (str(world.persons[owner]) if owner else None)
    assert (row["owner"]["queue"] is None) is (owner is not None)
    why = await get(who("nurse"), f"/v1/routing-decisions/{row['decisionId']}")
    assert set(why["explanation"]) == {"fi", "sv", "en"}
    assert (why["outcome"] == "assigned") is (owner is not None)
    assert why["ruleSet"] == "heinola"


@pytest.mark.parametrize("by", ["coordinator", "social"])
async def test_from_outside_health_the_nurse_is_first(who: As, world: World, by: str) -> None:
    """C-58."""
    path = await a_path(who, world)
    row = await f.an_assessment(who, path, "physician_assessment", by=by)
    assert row["owner"]["name"] == "Hanna Harju"


async def test_a_mixed_case_waits_for_a_human(who: As, world: World) -> None:
    """C-04: no guess; it stands in a queue with a suggestion, and a human decides with a reason."""
    path = await a_path(who, world)
    await f.problems(who, path, "mental_health", "musculoskeletal", mainArea=None)
    row = await f.an_assessment(who, path, "physician_assessment")
    why = await get(who("nurse"), f"/v1/routing-decisions/{row['decisionId']}")
    assert (why["outcome"], why["suggest"]) == ("manual", "joint_consultation")
    assert why["candidates"] == ["physician_mental_substance_neuro", "physician_msk_somatic"]
    assert (row["owner"]["queue"], row["owner"]["alarm"]) == (f"team_unassigned:{world.team}", True)
    assert row["owner"]["suggest"] == "joint_consultation"
    waiting = (await get(who("nurse"), "/v1/worklist", list="unassigned"))["items"]
    assert [w["subjectId"] for w in waiting] == [row["id"]]
    for persona, refusal in (
        ("", NOBODY),
        ("physiotherapist", LACKS),
        ("client", LACKS),
        ("coordinator", ABSENT),
        ("lead", ABSENT),  # may override, and reads no health data
        ("hollola_nurse", ABSENT),
    ):
        assert code(await assigned(who, row, world, "physician_msk_somatic", "physician_msk", persona)) == refusal
    unsaid = await assigned(who, row, world, "physician_msk_somatic", "physician_msk", reason="because")
    assert code(unsaid) == MALFORMED
    wordless = await assigned(who, row, world, "physician_msk_somatic", "physician_msk", reason="other")
    assert code(wordless) == (422, "words_missing")
    hidden = await assigned(who, row, world, "physician_msk_somatic", "physician_msk", words=f.AINO)
    assert code(hidden) == CODE_WITHIN
    given = ok(await assigned(who, row, world, "physician_msk_somatic", "physician_msk"))
    assert (given["owner"]["name"], given["owner"]["queue"]) == ("Tapio Tuominen", None)
    human = await get(who("nurse"), f"/v1/routing-decisions/{given['decisionId']}")
    assert (human["rule"], human["overrideReason"], human["replacesId"], human["because"]) == (
        "both_groups_no_main_problem", "agreed_together", why["id"], ["human_choice"],
    )  # fmt: skip
    assert (human["cause"], given["owner"]["suggest"]) == ("override", None)
    assert human["decidedById"] == str(world.persons["nurse"])
    done = {"conclusion": "undetermined_needs_more", "physician": {"findings": "x"}}
    assert ok(await act(who("physician_msk"), f"/v1/assessments/{row['id']}/complete", done, given))


async def test_functional_tests_are_for_the_designated(who: As, world: World) -> None:
    """C-05, also against a human's choice."""
    path = await a_path(who, world)
    row = await f.an_assessment(who, path, "functional_test")
    assert row["owner"]["suggest"] == "choose_test_kind"
    refused = await assigned(who, row, world, "unemployed_health_nurse", "nurse")
    assert (code(refused), refused.json()["seats"]) == (
        (409, "designated_only"), ["occupational_therapist", "physiotherapist"],
    )  # fmt: skip
    for seat, person in (("physiotherapist", "occupational_therapist"), ("physiotherapist", "hollola_nurse")):
        assert code(await assigned(who, row, world, seat, person)) == (409, "not_in_seat")
    given = ok(await assigned(who, row, world, "occupational_therapist", "occupational_therapist"))
    assert given["owner"]["name"] == "Outi Oksanen"
    check = await f.an_assessment(who, path)
    assert code(await assigned(who, check, world, "physiotherapist", "physiotherapist")) == (409, "designated_only")


async def test_a_full_seat_takes_no_more(who: As, world: World, connection: AsyncConnection) -> None:
    """C-23: the next one waits, and no human puts it on top either; when one is done there is room."""
    path = await a_path(who, world)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(
        text("UPDATE seats SET max_open = 1 WHERE id = :id"), {"id": world.seats["physiotherapist"]}
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    first = await f.an_assessment(who, path, "functional_test_physical")
    second = await f.an_assessment(who, path, "functional_test_physical")
    assert (first["owner"]["name"], second["owner"]["personId"]) == ("Fanni Forsman", None)
    why = await get(who("nurse"), f"/v1/routing-decisions/{second['decisionId']}")
    assert [(r["name"], r["reason"], r["open"], r["maxOpen"]) for r in why["rejected"]] == [
        ("Fanni Forsman", "at_capacity", 1, 1),
    ]  # fmt: skip
    refused = await assigned(who, second, world, "physiotherapist", "physiotherapist")
    assert code(refused) == (409, "seat_full")
    body = {"functionalTest": {"tests": ["UKK"], "findings": "Good."}}
    ok(await act(who("physiotherapist"), f"/v1/assessments/{first['id']}/complete", body, first))
    assert (
        ok(await assigned(who, second, world, "physiotherapist", "physiotherapist"))["owner"]["name"] == "Fanni Forsman"
    )


async def test_what_is_not_asked_by_itself(who: As, world: World) -> None:
    path = await a_path(who, world)
    for kind, refusal in (("referral_triage", (422, "kind_not_asked")), ("horoscope", MALFORMED)):
        assert code(await act(who("nurse"), f"/v1/pathways/{path['id']}/assessments", {"kind": kind})) == refusal


async def test_nobody_is_chosen_against_a_conflict_of_interest(who: As, world: World) -> None:
    """Also not by a human, and not as the responsible worker."""
    seen, path = await f.accepted(who, world)
    row = await f.an_assessment(who, path, "coordination")
    body = {"conflictPersonIds": [str(world.persons["coordinator"]), str(world.persons["coordinator_two"])]}
    ok(await who("nurse").patch(f"/v1/clients/{seen['clientId']}", json=body, headers={"If-Match": "*"}))
    refused = (409, "conflict_of_interest")
    for person in ("coordinator", "coordinator_two"):
        given = {"seatRole": "work_ability_coordinator", "personId": str(world.persons[person]), "reason": "sooner"}
        at = f"/v1/assessments/{row['id']}/assign"
        assert code(await who("nurse").post(at, json=given, headers={"If-Match": "*"})) == refused
        named = {"responsiblePersonId": str(world.persons[person])}
        at = f"/v1/pathways/{path['id']}"
        assert code(await who("nurse").patch(at, json=named, headers={"If-Match": "*"})) == refused


async def test_that_it_is_not_demanding_is_of_health_too(who: As, world: World) -> None:
    path = await a_path(who, world)
    await f.problems(who, path, demanding=False, mainArea=None)
    row = await f.an_assessment(who, path, "physician_assessment")
    assert (await get(who("nurse"), "/v1/routing-decisions", subjectId=row["id"]))["items"][0]["facts"][
        "demanding"
    ] is False
    assert (await get(who("coordinator"), "/v1/routing-decisions", subjectId=row["id"]))["items"] == []


async def test_the_path_does_not_say_which_physician(who: As, world: World) -> None:
    path = await a_path(who, world)
    await f.problems(who, path, "substance_use")
    await f.an_assessment(who, path, "physician_assessment")
    for persona, role in (
        ("nurse", "physician_mental_substance_neuro"), ("coordinator", "work_ability_physician"),
        ("social", "work_ability_physician"), ("lead", "work_ability_physician"),
    ):  # fmt: skip
        steps = (await get(who(persona), f"/v1/pathways/{path['id']}"))["steps"]
        assert {s["ownerRole"] for s in steps if "physician" in s["ownerRole"]} == {role}, persona
