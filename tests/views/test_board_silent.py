"""The silent holder: present, with open work, and for long no touch of anybody's case."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.clock import civil_date
from app.security.development import DEVELOPMENT_ISSUER
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import Json, act, get, ok
from tests.views.boards import HEALTH, a_path, away, board, sql
from tests.world import World


async def given_a_test(who: As, world: World) -> Json:
    return await f.an_assessment(who, await a_path(who, world), "functional_test_physical")


async def lines(who: As, world: World, by: str = HEALTH) -> list[Json]:
    """Of the seat in question: the nurse is responsible for the path, and may be silent as well."""
    return [one for one in (await board(who, world, by))["silent"] if one["role"] == "physiotherapist"]


async def silent(who: As, world: World, by: str = HEALTH) -> list[tuple[str, str]]:
    return [(one["person"]["name"], one["sinceOn"]) for one in await lines(who, world, by)]


async def test_somebody_who_never_touched_is_silent_after_the_teams_days(
    who: As, world: World, clock: Clock, connection: AsyncConnection
) -> None:
    given = await given_a_test(who, world)
    for day, expected in ((0, []), (14, []), (15, [("Fanni Forsman", "2026-11-23")])):
        clock.at = NOON + timedelta(days=day)
        for persona in (HEALTH, "lead", "admin"):
            assert await silent(who, world, persona) == expected, (day, persona)
    [line] = await lines(who, world)
    assert (line["open"], line["role"], line["operation"]) == (1, "physiotherapist", None)
    assert line["remedy"].endswith("Ask the team's lead to do it.")
    [line] = await lines(who, world, "lead")
    assert line["operation"] == "rerouteWork"
    await sql(connection, "UPDATE teams SET silent_after_days = 20 WHERE id = :id", id=world.team)
    assert await silent(who, world) == []
    await sql(connection, "UPDATE teams SET silent_after_days = 14 WHERE id = :id", id=world.team)
    [work] = await sql(connection, "SELECT id::text, version FROM work_items WHERE subject_id = :s", s=given["id"])
    move = {"workItemId": work[0], "version": work[1], "personId": str(world.persons["occupational_therapist"])}
    why = {"seatRole": "occupational_therapist", "reason": "sooner"}
    body = {"cause": "handover", "moves": [move | why]}
    ok(await act(who("lead"), f"/v1/teams/{world.team}/reroutes", body))
    assert await silent(who, world) == [], "what the remedy says can be done"


async def test_a_touch_ends_the_silence_and_a_list_does_not(who: As, world: World, clock: Clock) -> None:
    row = await given_a_test(who, world)
    clock.at = NOON + timedelta(days=20)
    await get(who("physiotherapist"), "/v1/worklist", list="mine")
    assert [name for name, _ in await silent(who, world)] == ["Fanni Forsman"]
    await get(who("physiotherapist"), f"/v1/assessments/{row['id']}")
    assert await silent(who, world) == []
    clock.at = NOON + timedelta(days=21)
    assert await silent(who, world) == [], "touched yesterday"
    clock.at = NOON + timedelta(days=35)
    assert await silent(who, world) == [("Fanni Forsman", "2026-12-13")], "since the last touch"


async def test_who_is_away_or_just_back_is_not_silent(who: As, world: World, clock: Clock) -> None:
    await given_a_test(who, world)
    await away(who, world, "physiotherapist", "2026-12-01", "2026-12-31")
    for day, on in ((20, "away"), (39, "back for a day")):
        clock.at = NOON + timedelta(days=day)
        assert await silent(who, world) == [], on
    clock.at = NOON + timedelta(days=60)
    assert await silent(who, world) == [("Fanni Forsman", "2027-01-01")]


async def test_the_newly_assigned_and_who_handed_over_are_not_silent(
    who: As, world: World, clock: Clock, connection: AsyncConnection
) -> None:
    clock.at = NOON + timedelta(days=100)
    await given_a_test(who, world)
    assert await silent(who, world) == [], "on the seat for years, with work since today"
    clock.at = NOON + timedelta(days=120)
    assert len(await silent(who, world)) == 1
    person = world.persons["physiotherapist"]
    await sql(connection, "UPDATE holders SET handed_over_at = now() WHERE person_id = :p", p=person)
    assert await silent(who, world) == []


async def test_the_database_tells_touches_to_nobody_else(who: As, world: World, connection: AsyncConnection) -> None:
    row = await given_a_test(who, world)
    await get(who("physiotherapist"), f"/v1/assessments/{row['id']}")
    asked = text("SELECT count(last_at) FROM holder_touches(:team, :on, :since)")
    values = {"team": world.team, "on": civil_date(NOON), "since": NOON - timedelta(days=30)}
    for persona, told in (("nurse", True), ("lead", True), ("admin", True), ("hollola_nurse", False),
                          ("kela", False), ("employment", False), ("dpo", False)):  # fmt: skip
        entered = text("SELECT enter_request(:issuer, :subject, :on)")
        await connection.execute(entered, {"issuer": DEVELOPMENT_ISSUER, "subject": persona, "on": civil_date(NOON)})
        assert bool((await connection.execute(asked, values)).scalar_one()) is told, persona
