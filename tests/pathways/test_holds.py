"""Holds over HTTP: they always end, dates move by the working days held, and lists say what the path says."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import Integer, literal_column, select, true
from sqlalchemy import text as sql_text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.calendar import calendar, working_days
from app.kit.workdays import counting_date
from app.pathways import queries
from app.pathways.models import Pathway
from app.pathways.step_rules import Past, held_days
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
    assert (due, late) == ("2026-12-16", False)  # it had passed before the hold began
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


async def test_python_and_sql_move_the_same_dates(who: As, world: World, connection: AsyncConnection) -> None:
    """Whatever holds a path had, over Christmas and Easter: `held_days` and `queries.held`."""
    _, path = await f.accepted(who, world)
    drawn = random.Random(5)
    rows = ", ".join(f"({n})" for n in range(0, 160, 3))
    given_days = select(literal_column("n", Integer).label("n")).select_from(sql_text(f"(VALUES {rows}) v (n)")).cte()
    days = calendar()
    moved = queries.held(days, FIRST, given_days.c.n, given_days)
    asked = (
        select(given_days.c.n, moved.c.days)
        .select_from(Pathway)
        .join(days, true())
        .join(given_days, true())
        .join(moved, true())
        .where(Pathway.id == path["id"])
    )
    differing = 0
    for _ in range(12):
        await sql(connection, "DELETE FROM pathway_holds WHERE pathway_id = :id", id=path["id"])
        on, made = FIRST, []
        for _ in range(drawn.randint(1, 4)):
            begins = on + timedelta(days=drawn.randint(0, 40))
            lasts = begins + timedelta(days=drawn.randint(0, 60))
            on = drawn.choice([begins, lasts, lasts + timedelta(days=1)])
            made.append(Past(begins, lasts, on))
            await sql(
                connection,
                "INSERT INTO pathway_holds (id, pathway_id, client_id, from_on, until_on, ended_on, reason, version,"
                " created_at) VALUES (gen_random_uuid(), :id, :client, :begins, :lasts, :on, 'other', 1, now())",
                id=path["id"], client=path["clientId"], begins=begins, lasts=lasts, on=on,
            )  # fmt: skip
        await connection.execute(sql_text("SET LOCAL ROLE NONE"))
        found = (await connection.execute(asked, {"working_days": list(working_days(FIRST))})).all()
        want = {n: held_days(counting_date(NOON), n, made) for n, _ in found}
        assert {n: int(counted) for n, counted in found} == want
        differing += len(set(want.values())) > 1
    assert differing > 5  # some dates had passed, and others had not


async def test_one_hold_after_another_is_not_without_end(who: As, world: World, clock: Clock) -> None:
    _, path = await f.accepted(who, world)
    await hold(who, path, untilOn=day(89))
    clock.at = NOON + timedelta(days=90)
    await hold(who, path, untilOn=day(178))
    clock.at = NOON + timedelta(days=179)
    now = await f.reread(who("nurse"), path)
    third = await act(who("nurse"), f"/v1/pathways/{path['id']}/hold", GIVEN | {"untilOn": day(180)}, now)
    assert (code(third), pointer(third), third.json()["left"]) == ((422, "held_too_much"), "/body/untilOn", 1)
