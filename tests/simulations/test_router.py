"""Simulations over HTTP: who may, what is refused, and what each change brings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.routing.versions import shipped
from app.simulations import reading, service
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, LACKS, MALFORMED, NOBODY, act, code, get, ok, pointer
from tests.routing.test_service import limited
from tests.simulations.scene import COORDINATOR, MENTAL, MSK, NURSE, asked_physicians, nurse_leads, rules, simulated
from tests.world import World


async def test_who_may(who: As, world: World) -> None:
    await f.a_referral(who, world)
    for persona, refusal in (
        ("", NOBODY), ("nurse", LACKS), ("coordinator", LACKS), ("employment", LACKS), ("client", LACKS),
        ("dpo", LACKS),
    ):  # fmt: skip
        assert code(await simulated(who, world, persona)) == refusal, persona
    nowhere = f"/v1/teams/{world.organisations['area']}/simulations"
    assert code(await act(who("lead"), nowhere)) == ABSENT
    for persona in ("lead", "admin"):
        assert ok(await simulated(who, world, persona))["before"]["cases"] == 1, persona


async def test_what_cannot_be_simulated(who: As, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert code(await simulated(who, world)) == (409, "nothing_to_simulate")
    nurse, employment = str(world.persons["nurse"]), str(world.persons["hollola_nurse"])
    away = {"personId": nurse, "firstOn": "2026-12-01", "lastOn": "2026-12-04"}
    room = {"seatRole": NURSE, "maxOpen": 3}
    for given, refusal, place in (
        ({"months": 0}, MALFORMED, "/body/months"),
        ({"months": 25}, MALFORMED, "/body/months"),
        ({"vacancies": ["boss"]}, MALFORMED, "/body/vacancies/0"),
        ({"vacancies": [NURSE, "memory_nurse"]}, (422, "unknown_seat"), "/body/vacancies/1"),
        ({"absences": [away | {"lastOn": "2026-11-30"}]}, (422, "ends_before_start"), "/body/absences/0/lastOn"),
        ({"absences": [away | {"personId": employment}]}, (422, "person_not_seated"), "/body/absences/0/personId"),
        (
            {"absences": [away, away | {"firstOn": "2025-01-01", "lastOn": "2025-01-31"}]},
            (422, "absence_before_window"),
            "/body/absences/1/lastOn",
        ),
        ({"capacities": [room | {"seatRole": "memory_nurse"}]}, (422, "unknown_seat"), "/body/capacities/0/seatRole"),
        (
            {"capacities": [room | {"personId": str(world.persons["lead"])}]},
            (422, "person_not_seated"),
            "/body/capacities/0/personId",
        ),
        ({"capacities": [{"seatRole": NURSE}]}, (422, "limit_missing"), "/body/capacities/0"),
        (
            {"capacities": [room, room | {"clientDaysPerWeek": 2.5}]},
            (422, "no_clients_per_day"),
            "/body/capacities/1/clientDaysPerWeek",
        ),
        ({"rules": {}}, MALFORMED, "/body/rules/problemGroups"),
        ({"rules": rules(seat="quokka")}, (422, "unknown_seat"), "/body/rules/rules/0/then/seat"),
        (
            {"rules": rules(settings=rules()["settings"] | {"short_absence_working_days": 90})},
            (422, "rule_set_malformed"),
            "/body/rules/settings/short_absence_working_days",
        ),
        ({"rules": rules(), "ruleSetId": str(world.team)}, (422, "rules_twice"), "/body/ruleSetId"),
    ):
        answer = await simulated(who, world, **given)
        assert (code(answer), pointer(answer)) == (refusal, place)
        assert "quokka" not in answer.text
    listed = await simulated(who, world, vacancies=["memory_nurse"])
    assert NURSE in listed.json()["seats"]
    assert code(await simulated(who, world, ruleSetId=str(world.team))) == ABSENT


async def test_one_at_a_time(who: As, world: World) -> None:
    await f.a_referral(who, world)
    async with service.ONE_AT_A_TIME:
        busy = await simulated(who, world)
    assert (code(busy), busy.headers["Retry-After"]) == ((503, "unavailable"), "5")
    ok(await simulated(who, world))


async def test_nothing_changed_is_as_it_was(who: As, world: World) -> None:
    await f.with_outcome(who, world)
    await asked_physicians(who, world, "musculoskeletal", "mental_health")
    made = ok(await simulated(who, world))
    assert made["before"] == made["after"]
    assert (made["changedCount"], made["changed"], made["unlisted"]) == (0, [], [])
    assert (made["fromOn"], made["toOn"], made["truncated"]) == ("2025-11-23", "2026-11-23", False)
    assert made["before"]["cases"] == made["decisions"] == 5
    seats = {seat["seatRole"]: (seat["before"], seat["after"], seat["change"]) for seat in made["seats"]}
    assert seats == {NURSE: (3, 3, 0), MSK: (None, None, None), MENTAL: (None, None, None)}
    people = {person["personName"]: person["beforePercent"] for person in made["people"]}
    assert people["Hanna Harju"] == 60.0


async def test_more_capacity_lets_fewer_wait(who: As, world: World, connection: AsyncConnection, clock: Clock) -> None:
    await limited(connection, world, NURSE, 2)
    for _ in range(6):
        await f.a_referral(who, world)
    clock.at = NOON + timedelta(days=45)
    made = ok(await simulated(who, world, months=2, capacities=[{"seatRole": NURSE, "maxOpen": 5}]))
    assert [made[when]["waiting"] for when in ("before", "after")] == [4, 1]
    assert [made[when]["overRecheck"] for when in ("before", "after")] == [4, 1]
    assert made["before"]["waitedLongestDays"] == 45
    for limit in (None, 6):
        one = {"seatRole": NURSE, "personId": str(world.persons["nurse"]), "maxOpen": limit}
        assert ok(await simulated(who, world, months=2, capacities=[one]))["after"]["waiting"] == 0


async def test_client_days_limit_a_week(who: As, world: World, connection: AsyncConnection) -> None:
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(
        text("UPDATE seats SET clients_per_day = 2 WHERE id = :id"), {"id": world.seats["unemployed_health_nurse"]}
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    for _ in range(4):
        await f.a_referral(who, world)
    made = ok(await simulated(who, world, capacities=[{"seatRole": NURSE, "clientDaysPerWeek": 1.5}]))
    assert [made[when]["waiting"] for when in ("before", "after")] == [0, 1]


async def test_a_draft_that_sends_everything_to_one_seat(who: As, world: World) -> None:
    await asked_physicians(who, world, "musculoskeletal", "mental_health")
    await nurse_leads(who, world)
    drafted = ok(await act(who("lead"), "/v1/routing-rule-sets", {"code": "heinola", **rules(seat=COORDINATOR)}))
    for over, named in (
        ({"rules": rules(seat=COORDINATOR)}, ("draft", 1)),
        ({"ruleSetId": drafted["id"]}, ("heinola", 2)),
    ):
        made = ok(await simulated(who, world, "nurse", **over))
        assert (made["ruleSet"], made["ruleSetVersion"]) == named
        assert {s["seatRole"]: s["after"] for s in made["seats"] if s["after"]} == {COORDINATOR: 4}
        assert {s["seatRole"]: s["change"] for s in made["seats"]} == {COORDINATOR: 4, NURSE: -2, MSK: -1, MENTAL: -1}
        assert made["changedCount"] == 4


async def test_a_planned_absence_is_given_to_the_past(who: As, world: World, clock: Clock) -> None:
    await f.a_referral(who, world)
    clock.at = NOON + timedelta(days=3)
    away = {"personId": str(world.persons["nurse"]), "firstOn": "2027-01-04", "lastOn": "2027-01-17"}
    made = ok(await simulated(who, world, absences=[away]))
    [placed] = made["absences"]
    assert (placed["placedFirstOn"], placed["placedLastOn"]) == ("2026-11-09", "2026-11-22")
    assert made["changedCount"] == 0
    away["firstOn"], away["lastOn"] = "2026-11-23", "2026-11-25"
    made = ok(await simulated(who, world, absences=[away]))
    assert made["absences"][0]["placedFirstOn"] == "2026-11-23"
    assert {p["personName"]: (p["before"], p["after"]) for p in made["people"]} == {
        "Hanna Harju": (1, 0), "Niina Niemi": (0, 1),
    }  # fmt: skip


async def test_what_another_team_took_over_is_closed_here(who: As, world: World, clock: Clock) -> None:
    hollola = (await get(who("hollola_nurse"), "/v1/me"))["seats"][0]["teamId"]
    sent = await f.a_referral(who, world)
    seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    ok(await act(who("nurse"), f"/v1/referrals/{sent['id']}/redirect", {"teamId": hollola, "reason": "earlier_place"},
                 seen))  # fmt: skip
    clock.at = NOON + timedelta(minutes=1)
    rows: list[Any] = []
    kept = reading.asked

    def listening(*given: Any) -> Any:
        rows.extend(made := kept(*given))
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "asked", listening)
        assert ok(await simulated(who, world))["before"]["cases"] == 1
        assert ok(await act(who("admin"), f"/v1/teams/{hollola}/simulations"))["before"]["cases"] == 1
    assert [row.closed_at and row.closed_at.replace(microsecond=0) for row in rows] == [NOON, None]


async def test_more_than_the_most_is_cut_and_said(who: As, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        await f.a_referral(who, world)
    monkeypatch.setattr(reading, "MOST", 3)
    made = ok(await simulated(who, world))
    assert (made["truncated"], made["decisions"], made["fromOn"]) == (True, 3, "2026-11-23")
    monkeypatch.setattr(reading, "MOST", 4)
    assert ok(await simulated(who, world))["truncated"] is False


async def test_the_rules_of_the_time_decide_what_was(who: As, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the version that each decision names; where that is gone, by those of today."""
    await f.a_referral(who, world)
    asked: list[tuple[str, int]] = []

    async def gone(_s: Any, _a: Any, code: str, version: int) -> None:
        asked.append((code, version))

    monkeypatch.setattr(reading, "version_of", gone)
    assert ok(await simulated(who, world))["before"]["assigned"] == 1
    assert asked == [(shipped()[0].id, shipped()[0].version)]
