"""Figures of routing per rule: what people keep overriding is seen, and few people are not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.clock import civil_date
from app.security.development import DEVELOPMENT_ISSUER
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, LACKS, NOBODY, Json, act, code, get, ok
from tests.world import World

QUARTER = {"from": "2026-10-01", "to": "2026-12-31"}


async def figures(who: As, world: World, by: str = "lead", **over: str) -> Json:
    return await get(who(by), f"/v1/teams/{world.team}/routing-figures", **{**QUARTER, **over})


def of_rule(found: Json, rule: str) -> Json:
    return next(dict(line) for line in found["rules"] if line["rule"] == rule)


async def coordinated(who: As, world: World, number: int) -> list[Json]:
    """So many people's work for the coordinators."""
    rows = []
    for _ in range(number):
        _, path = await f.accepted(who, world)
        rows.append(await f.an_assessment(who, path, "coordination"))
    return rows


async def overridden(who: As, world: World, rows: list[Json], reason: str) -> None:
    for row in rows:
        other = "coordinator" if row["owner"]["name"] == "Kaarlo Kivi" else "coordinator_two"
        given = {"seatRole": "work_ability_coordinator", "personId": str(world.persons[other]), "reason": reason}
        ok(await act(who("nurse"), f"/v1/assessments/{row['id']}/assign", given, row))


async def test_who_may(who: As, world: World) -> None:
    path = f"/v1/teams/{world.team}/routing-figures"
    assert code(await who("").get(path, params=QUARTER)) == NOBODY
    for persona in ("nurse", "coordinator", "employment", "kela", "client", "dpo"):
        assert code(await who(persona).get(path, params=QUARTER)) == LACKS, persona
    unknown = f"/v1/teams/{world.persons['lead']}/routing-figures"
    assert code(await who("lead").get(unknown, params=QUARTER)) == ABSENT
    for persona in ("lead", "admin"):
        assert (await figures(who, world, persona))["rules"] == []


@pytest.mark.parametrize(
    ("first", "last", "refusal"),
    [
        ("2026-11-01", "2026-10-31", "range_backwards"),
        ("2026-10-01", "2026-11-30", "range_not_a_quarter"),
        ("2026-04-01", "2026-12-31", "range_not_a_quarter"),
        ("2027-01-01", "2027-03-31", "range_not_ended"),
    ],
)
async def test_which_periods(who: As, world: World, first: str, last: str, refusal: str) -> None:
    path = f"/v1/teams/{world.team}/routing-figures"
    assert code(await who("lead").get(path, params={"from": first, "to": last})) == (422, refusal)


async def test_overrides_are_counted_per_rule_and_reason(who: As, world: World, clock: Clock) -> None:
    rows = await coordinated(who, world, 15)
    await overridden(who, world, rows[:5], "knows_the_case")
    await overridden(who, world, rows[5:10], "language")
    found = await figures(who, world)
    line = of_rule(found, "coordination")
    assert [line[n] for n in ("decisions", "overridden", "answered", "declined", "overriddenShare")] == [
        15, 10, 0, 0, 0.67,
    ]  # fmt: skip
    assert [(r["code"], r["number"], r["label"]) for r in line["byReason"]] == [
        ("knows_the_case", 5, "knows the case from before"), ("language", 5, "a language in common"),
    ]  # fmt: skip
    assert [(o["code"], o["number"]) for o in line["byOutcome"]] == [("assigned", 15)]
    assert (line["ruleSet"], line["ruleSetVersion"], line["source"]) == ("heinola", 1, "own design")
    triage = of_rule(found, "referral_triage")
    assert (triage["decisions"], triage["overridden"], triage["byReason"]) == (15, 0, [])
    assert found["total"] == {"decisions": 30, "overridden": 10, "answered": 0, "declined": 0}
    # What is decided in another quarter is not of this one.
    clock.at = NOON + timedelta(days=50)
    await coordinated(who, world, 5)
    assert of_rule(await figures(who, world), "coordination")["decisions"] == 15
    clock.at = NOON + timedelta(days=20)
    await coordinated(who, world, 5)
    assert of_rule(await figures(who, world), "coordination")["decisions"] == 20


async def test_a_rule_that_asks_a_human_is_answered_and_not_overridden(who: As, world: World) -> None:
    for _ in range(5):
        _, path = await f.accepted(who, world)
        row = await f.an_assessment(who, path, "functional_test")
        given = {
            "seatRole": "physiotherapist", "personId": str(world.persons["physiotherapist"]), "reason": "fits_better",
        }  # fmt: skip
        ok(await act(who("nurse"), f"/v1/assessments/{row['id']}/assign", given, row))
    line = of_rule(await figures(who, world), "functional_test_kind_not_said")
    assert (line["decisions"], line["answered"], line["overridden"], line["byReason"]) == (5, 5, 0, [])
    assert [(o["code"], o["number"]) for o in line["byOutcome"]] == [("manual", 5)]


DECLINED = """
INSERT INTO routing_decisions SELECT (jsonb_populate_record(d, jsonb_build_object(
  'id', gen_random_uuid(), 'cause', 'declined', 'replaces_id', d.id, 'rule', 'referral_triage'))).*
  FROM routing_decisions d WHERE d.rule = 'coordination'
"""


async def test_a_decline_counts_for_the_rule_that_gave_the_work(
    who: As, world: World, connection: AsyncConnection
) -> None:
    await coordinated(who, world, 6)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(text(DECLINED))
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    found = await figures(who, world)
    assert of_rule(found, "coordination")["declined"] == 6
    assert of_rule(found, "referral_triage")["declined"] == 0


async def test_few_people_are_not_shown_and_not_computed(who: As, world: World) -> None:
    """Two overrides among seven: neither the number nor a reason nor the total tells of them."""
    rows = await coordinated(who, world, 7)
    await overridden(who, world, rows[:2], "language")
    found = await figures(who, world)
    line = of_rule(found, "coordination")
    assert (line["decisions"], line["overridden"], line["overriddenShare"]) == (7, None, None)
    assert [(r["code"], r["number"]) for r in line["byReason"]] == [("language", None)]
    assert (found["total"]["decisions"], found["total"]["overridden"]) == (14, None)
    # A rule with few decisions is not there, and the next smallest is hidden with it.
    _, path = await f.accepted(who, world)
    await f.an_assessment(who, path, "functional_test_physical")
    found = await figures(who, world)
    shown = {line["rule"]: line["decisions"] for line in found["rules"]}
    assert shown == {"coordination": None, "referral_triage": 8}


async def test_the_function_answers_who_manages_and_nobody_else(
    who: As, world: World, connection: AsyncConnection
) -> None:
    await coordinated(who, world, 5)
    call = text("SELECT count(*) FROM report_team_routing(:team, :on, date '2026-11-01', date '2026-11-30')")
    for persona, expected in (("lead", True), ("admin", True), ("nurse", False), ("hollola_nurse", False),
                              ("employment", False), ("dpo", False)):  # fmt: skip
        values: dict[str, Any] = {"issuer": DEVELOPMENT_ISSUER, "subject": persona, "on": civil_date(NOON)}
        await connection.execute(text("SELECT enter_request(:issuer, :subject, :on)"), values)
        found = await connection.execute(call, {"team": world.team, "on": civil_date(NOON)})
        assert bool(found.scalar_one()) is expected, persona
