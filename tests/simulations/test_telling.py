"""What comes out of a simulation tells nothing of anybody's health to who may not know, and is in the use log."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import act, ok
from tests.simulations.scene import MENTAL, MSK, NURSE, asked_physicians, nurse_leads, rules, simulated
from tests.world import World


async def test_a_vacant_seat_shows_as_cases_nobody_gets_and_not_whose(who: As, world: World) -> None:
    """Who is missing from the physicians tells what the client has: a lead gets the number."""
    asked = await asked_physicians(who, world, "musculoskeletal", "musculoskeletal", "mental_health")
    answer = await simulated(who, world, vacancies=[MSK])
    made = ok(answer)
    assert [made[when]["unassigned"] for when in ("before", "after")] == [0, 2]
    assert [made[when]["alarms"] for when in ("before", "after")] == [0, 2]
    assert (made["changedCount"], made["changed"], made["unassigned"]) == (2, [], [])
    assert made["unlisted"] == [{"kind": "physician_assessment", "changed": 2, "unassigned": 2}]
    for word in ("problem", "facts", "Veera", *(row["id"] for row in asked)):
        assert word not in answer.text


async def test_who_may_know_gets_the_cases(who: As, world: World, connection: AsyncConnection) -> None:
    asked = await asked_physicians(who, world, "musculoskeletal", "mental_health")
    await nurse_leads(who, world)
    made = ok(await simulated(who, world, "nurse", vacancies=[MSK]))
    [case] = made["unassigned"]
    assert (case["subjectId"], case["decisionId"], case["kind"]) == (
        asked[0]["id"], asked[0]["decisionId"], "physician_assessment",
    )  # fmt: skip
    assert (case["before"]["seatRole"], case["before"]["personId"]) == (MSK, str(world.persons["physician_msk"]))
    assert (case["after"]["place"], case["after"]["personId"]) == ("unassigned", None)
    assert "vacancy" in case["after"]["because"]
    assert (made["changed"], made["unlisted"]) == ([case], [])


async def test_one_to_four_of_a_seat_that_tells_are_not_counted_for_a_lead(who: As, world: World) -> None:
    """Which of two physicians one client has would be read from the number."""
    await asked_physicians(who, world, *["musculoskeletal"] * 5, "mental_health")
    counts = ("before", "beforePercent", "after", "afterPercent", "change")
    for what in ("seats", "people"):
        made = {row["seatRole"]: [row[name] for name in counts] for row in ok(await simulated(who, world))[what]}
        assert made[MENTAL] == [None] * 5
        assert made[MSK][0] == 5
        assert made[NURSE][0] == 6
    own = ok(await simulated(who, world, rules=rules()))
    assert {row["seatRole"]: row["before"] for row in own["seats"]} == {MENTAL: None, MSK: 5, NURSE: 6}
    await nurse_leads(who, world)
    seen = ok(await simulated(who, world, "nurse"))
    assert {row["seatRole"]: row["before"] for row in seen["seats"]} == {MENTAL: 1, MSK: 5, NURSE: 6}


async def test_whose_client_it_is_not_gets_numbers_only(who: As, world: World) -> None:
    await f.a_referral(who, world)
    made = ok(await simulated(who, world, "admin", vacancies=[NURSE]))
    assert (made["changedCount"], made["changed"]) == (1, [])
    assert made["unlisted"] == [{"kind": "referral_triage", "changed": 1, "unassigned": 0}]
    of_team = ok(await simulated(who, world, vacancies=[NURSE]))
    assert [case["after"]["personId"] for case in of_team["changed"]] == [str(world.persons["nurse_deputy"])]


async def test_where_a_protected_client_goes_is_not_told(who: As, world: World) -> None:
    """A rule may ask for the municipality, so the list would answer."""
    seen, _ = await f.accepted(who, world)
    ok(await who("nurse").patch(f"/v1/clients/{seen['clientId']}", json={"protected": True}, headers={"If-Match": "*"}))
    await f.a_referral(who, world)
    made = ok(await simulated(who, world, vacancies=[NURSE]))
    assert (made["changedCount"], len(made["changed"])) == (2, 1)
    assert seen["id"] not in [case["subjectId"] for case in made["changed"]]


async def test_a_draft_cannot_be_used_to_ask_who_has_what(who: As, world: World) -> None:
    """Coordination tells nothing, but a rule of the lead's own that looks at problem areas would."""
    _, path = await f.accepted(who, world)
    await f.problems(who, path, "substance_use")
    asked = await f.an_assessment(who, path, "coordination")
    _, other = await f.accepted(who, world)
    plain = await f.an_assessment(who, other, "coordination")
    document = rules()
    first = {**document["rules"][0], "id": "asks", "rank": 1, "when": {"assessment": ["coordination"]},
             "then": {"seat": "social_counsellor"}}  # fmt: skip
    answer = await simulated(who, world, rules=document | {"rules": [first, *document["rules"]]})
    made = ok(answer)
    assert [case["subjectId"] for case in made["changed"]] == [plain["id"]]
    assert asked["id"] not in answer.text
    assert made["unlisted"] == [{"kind": "coordination", "changed": 1, "unassigned": 0}]


async def test_reading_the_history_is_one_line_of_the_use_log(
    who: As, world: World, connection: AsyncConnection
) -> None:
    await asked_physicians(who, world, "mental_health", "musculoskeletal")
    key = {"Idempotency-Key": "simulate-once-1", "X-Request-Id": "simulated-1"}
    path = f"/v1/teams/{world.team}/simulations"
    first = await act(who("lead"), path, {"vacancies": [MSK]}, headers=key)
    again = await act(who("lead"), path, {"vacancies": [MSK]}, headers=key | {"X-Request-Id": "simulated-2"})
    assert (first.json(), again.headers["Idempotency-Replayed"]) == (again.json(), "true")
    await connection.execute(text("SET LOCAL ROLE NONE"))
    rows = await connection.execute(
        text(
            "SELECT action, resource_type, resource_id, client_id, fields, person_id FROM use_log"
            " WHERE request_id LIKE 'simulated-%'"
        )
    )
    assert [tuple(row) for row in rows] == [
        ("simulate", "teams", world.team, None, ["routing_decisions", "work_items"], world.persons["lead"])
    ]
