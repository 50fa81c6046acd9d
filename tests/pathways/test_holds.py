"""Holds over HTTP: they always end, dates move by the working days held, and lists say what the path says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import CODE_WITHIN, act, code, get, ok, pointer
from tests.pathways.courses import step
from tests.pathways.places import sql
from tests.world import World

FIRST = date(2026, 11, 23)
GIVEN = {"untilOn": "2026-12-04", "reason": "client_wishes", "nextAction": "Call and ask"}


async def hold(who: As, path: f.Json, **over: str | None) -> f.Json:
    now = await f.reread(who("nurse"), path)
    return ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/hold", GIVEN | over, now))


async def end(who: As, path: f.Json, **given: str) -> f.Json:
    now = await f.reread(who("nurse"), path)
    return ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/end-hold", given, now))


def day(n: int) -> str:
    return (FIRST + timedelta(days=n)).isoformat()


async def test_a_hold_has_an_end_an_owner_and_a_next_action(who: As, world: World, clock: Clock) -> None:
    _, path = await f.accepted(who, world, client=f.person(identityCode=f.AINO))
    at = f"/v1/pathways/{path['id']}"
    assert f.action(path, "end_hold")["because"] == "not_held"
    assert code(await act(who("nurse"), f"{at}/end-hold", {}, path)) == (409, "not_held")
    for over, refusal, place in (
        ({"untilOn": day(-1)}, (422, "day_passed"), "/body/untilOn"),
        ({"untilOn": day(91)}, (422, "hold_too_long"), "/body/untilOn"),
        ({"nextAction": f"Call {f.AINO}"}, CODE_WITHIN, "/body/nextAction"),
        ({"nextAction": None}, f.MALFORMED, "/body/nextAction"),
        ({"untilOn": None}, f.MALFORMED, "/body/untilOn"),
        ({"reason": "depression"}, f.MALFORMED, "/body/reason"),
    ):
        answer = await act(who("nurse"), f"{at}/hold", GIVEN | over, path)
        assert (code(answer), pointer(answer)) == (refusal, place)
    held = await hold(who, path)
    assert (held["state"], held["heldUntil"], held["responsiblePersonId"]) == (
        "active", "2026-12-04", path["responsiblePersonId"],
    )  # fmt: skip
    assert (held["nextAction"], held["nextActionOn"]) == ("Call and ask", "2026-12-07")
    assert f.action(held, "put_on_hold")["because"] == "already_held"
    again = await act(who("nurse"), f"{at}/hold", GIVEN, held)
    assert (code(again), again.json()["until"]) == ((409, "already_held"), "2026-12-04")
    assert (await f.reread(who("client"), path))["holds"][0]["reasonLabel"] == "the client wishes a pause"
    # Its last day has passed: the path runs again, by nobody's doing, and can be held once more.
    clock.at = NOON + timedelta(days=12)
    after = await f.reread(who("nurse"), path)
    assert (after["heldUntil"], after["holds"][0]["running"]) == (None, False)
    assert code(await act(who("nurse"), f"{at}/end-hold", {}, after)) == (409, "not_held")
    both = await hold(who, path, untilOn=day(20))
    assert [(h["running"], h["endedOn"]) for h in both["holds"]] == [(False, day(12)), (True, None)]


async def test_dates_move_by_the_working_days_held(who: As, world: World, clock: Clock) -> None:
    """The same in the path and in the worklist, whose dates are computed in SQL."""
    _, path = await f.accepted(who, world)
    asked = await f.an_assessment(who, path)

    async def told() -> tuple[str, bool]:
        check = step(await f.reread(who("nurse"), path), "health_check")
        items = (await get(who("nurse"), "/v1/worklist", list="team"))["items"]
        listed = next(item for item in items if item["subjectId"] == asked["id"])
        late = (await get(who("nurse"), "/v1/worklist", list="overdue"))["items"]
        assert (listed["dueOn"], listed["overdue"]) == (check["dueOn"], check["overdue"])
        assert (asked["id"] in [item["subjectId"] for item in late]) is check["overdue"]
        assert ("overdue" in listed["marks"]) is check["overdue"]
        return check["dueOn"], check["overdue"]

    assert await told() == ("2026-12-14", False)
    held = await hold(who, path)
    assert await told() == ("2026-12-30", False)  # ten working days on, Christmas between
    assert step(held, "health_check")["dueRule"] == (
        "15 working days from the start and the 10 working days of the hold"
    )
    clock.at = NOON + timedelta(days=2)
    assert (await end(who, path))["nextActionOn"] == "2026-11-26"
    assert await told() == ("2026-12-16", False)  # only two were held
    # Two days late when the next hold begins, and not late while it lasts; then two days late again.
    clock.at = NOON + timedelta(days=25)
    assert await told() == ("2026-12-16", True)
    await hold(who, path, untilOn=day(36))
    clock.at = NOON + timedelta(days=36)
    due, late = await told()
    assert (due < day(36), late) == (True, False)
    clock.at = NOON + timedelta(days=37)
    assert await told() == (due, True)


async def test_a_step_added_while_held_counts_from_its_end(who: As, world: World) -> None:
    _, path = await f.accepted(who, world)
    held = await hold(who, path)
    added = {"kind": "follow_up", "ownerRole": "work_ability_coordinator", "dueDays": 2, "reason": "client_wishes"}
    now = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/add-step", added, held))
    assert step(now, "added_follow_up")["dueOn"] == "2026-12-08"
    assert step(await end(who, path), "added_follow_up")["dueOn"] == "2026-11-24"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("until_on = from_on + 91", "ck_pathway_holds_period"),
        ("until_on = NULL", "until_on"),
        ("ended_on = from_on - 1", "ck_pathway_holds_ended"),
    ],
)
async def test_the_database_holds_nobody_for_ever(
    who: As, world: World, connection: AsyncConnection, change: str, constraint: str
) -> None:
    _, path = await f.accepted(who, world)
    await hold(who, path)
    with pytest.raises(DBAPIError, match=constraint):
        await sql(connection, f"UPDATE pathway_holds SET {change} WHERE pathway_id = :id", id=path["id"])


async def test_one_hold_at_a_time(who: As, world: World, connection: AsyncConnection) -> None:
    _, path = await f.accepted(who, world)
    await hold(who, path)
    columns = "pathway_id, client_id, from_on, until_on, reason, version, created_at"
    with pytest.raises(DBAPIError, match="uq_pathway_holds_one_running"):
        await sql(
            connection,
            f"INSERT INTO pathway_holds (id, {columns}) SELECT gen_random_uuid(), {columns} FROM pathway_holds"
            " WHERE pathway_id = :id",
            id=path["id"],
        )
