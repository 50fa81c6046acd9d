"""What the database refuses whoever asks: new work for who is not there, or more than a limit has room for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.ids import new_id
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import act, code, get, ok
from tests.world import World

GIVE = (
    "INSERT INTO work_items (id, client_id, area_id, team_id, kind, subject_type, subject_id, seat_id, holder_id,"
    " alarm, declined_by, version, opened_at, created_at) SELECT :id, :client, area_id, id, :kind, 'assessment', :id,"
    " :seat, :holder, false, '{}', 1, :at, :at FROM teams WHERE id = :team"
)


async def as_owner(connection: AsyncConnection, statement: str, **values: Any) -> None:
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(text(statement), values)
    await connection.execute(text("SET LOCAL ROLE heinola_app"))


async def give(connection: AsyncConnection, world: World, seat: str, person: str, kind: str = "coordination") -> None:
    """As if routing had given it, past every rule of ours."""
    await as_owner(
        connection,
        GIVE,
        id=new_id(),
        client=world.clients["aino"],
        seat=world.seats[seat],
        holder=world.persons[person],
        kind=kind,
        team=world.team,
        at=NOON,
    )


@pytest.mark.parametrize(
    ("change", "kind", "refused"),
    [
        ("UPDATE holders SET valid_to = '2026-11-23' WHERE person_id = :person", "coordination", False),
        ("UPDATE holders SET valid_to = '2026-11-22' WHERE person_id = :person", "coordination", True),
        ("UPDATE holders SET valid_from = '2026-11-24' WHERE person_id = :person", "coordination", True),
        ("UPDATE holders SET handed_over_at = now() WHERE person_id = :person", "coordination", True),
        ("UPDATE holders SET standing = 'deputy' WHERE person_id = :person", "coordination", False),
        ("INSERT INTO absences (id, person_id, first_on, last_on, version, created_at) VALUES"
         " (gen_random_uuid(), :person, '2026-11-20', '2026-11-23', 1, now())", "coordination", True),
        ("INSERT INTO absences (id, person_id, first_on, last_on, version, created_at) VALUES"
         " (gen_random_uuid(), :person, '2026-11-20', '2026-11-22', 1, now())", "coordination", False),
        ("INSERT INTO absences (id, person_id, first_on, last_on, version, created_at) VALUES"
         " (gen_random_uuid(), :person, '2026-11-20', '2026-11-23', 1, now())", "pathway", False),
    ],
    ids=["last day", "ended", "not yet", "handed over", "deputy", "away", "back", "answers for a path while away"],
)  # fmt: skip
async def test_nothing_new_goes_to_who_is_not_there(
    connection: AsyncConnection, world: World, change: str, kind: str, refused: bool
) -> None:
    await as_owner(connection, change, person=world.persons["coordinator"])
    if refused:
        with pytest.raises(DBAPIError, match=r"not on the seat|away"):
            await give(connection, world, "work_ability_coordinator", "coordinator", kind)
    else:
        await give(connection, world, "work_ability_coordinator", "coordinator", kind)


async def test_nobody_is_given_work_of_a_seat_they_do_not_hold(connection: AsyncConnection, world: World) -> None:
    with pytest.raises(DBAPIError, match="not on the seat"):
        await give(connection, world, "work_ability_coordinator", "nurse")


async def test_work_that_is_held_already_is_not_asked_again(who: As, world: World, connection: AsyncConnection) -> None:
    """Somebody who goes on leave goes on holding what they hold: it is closed or moved, and never stuck."""
    _, path = await f.accepted(who, world)
    row = await f.an_assessment(who, path, "functional_test_physical")
    await as_owner(
        connection,
        "INSERT INTO absences (id, person_id, first_on, last_on, version, created_at) VALUES"
        " (gen_random_uuid(), :person, '2026-11-20', '2026-12-23', 1, now())",
        person=world.persons["physiotherapist"],
    )
    body = {"functionalTest": {"tests": ["UKK"], "findings": "Good."}}
    ok(await act(who("physiotherapist"), f"/v1/assessments/{row['id']}/complete", body, row))


async def test_client_days_make_room_for_so_much_in_seven_days(
    who: As, world: World, connection: AsyncConnection, clock: Clock
) -> None:
    """C-23: two and a half days a week, two clients a day: five in seven days, then it waits; no human adds a sixth."""
    seat = world.seats["physiotherapist"]
    await as_owner(connection, "UPDATE seats SET clients_per_day = 2 WHERE id = :id", id=seat)
    await as_owner(connection, "UPDATE holders SET client_days_per_week = 2.5 WHERE seat_id = :id", id=seat)
    _, path = await f.accepted(who, world)
    rows = [await f.an_assessment(who, path, "functional_test_physical") for _ in range(6)]
    assert [row["owner"]["name"] for row in rows] == ["Fanni Forsman"] * 5 + [None]
    why = await get(who("nurse"), f"/v1/routing-decisions/{rows[-1]['decisionId']}")
    assert [(r["reason"], r["recent"], r["maxWeek"]) for r in why["rejected"]] == [("week_full", 5, 5)]
    assert (why["outcome"], why["recheckOn"]) == ("waitlisted", "2026-12-23")
    assert "The need is checked again on 23 Dec 2026." in why["explanation"]["en"]
    given = {"seatRole": "physiotherapist", "personId": str(world.persons["physiotherapist"]), "reason": "sooner"}
    path_of = f"/v1/assessments/{rows[-1]['id']}/assign"
    assert code(await act(who("nurse"), path_of, given, rows[-1])) == (409, "week_full")
    clock.at = NOON + timedelta(days=7, minutes=1)
    assert ok(await act(who("nurse"), path_of, given, rows[-1]))["owner"]["name"] == "Fanni Forsman"


async def test_a_holder_has_a_limit_of_their_own(who: As, world: World, connection: AsyncConnection) -> None:
    person, seat = world.persons["coordinator"], world.seats["work_ability_coordinator"]
    await as_owner(
        connection, "UPDATE holders SET max_open = 0 WHERE person_id = :id AND seat_id = :seat", id=person, seat=seat
    )
    _, path = await f.accepted(who, world)
    for _ in range(3):
        assert (await f.an_assessment(who, path, "coordination"))["owner"]["name"] == "Kaarlo Kivi"
    with pytest.raises(DBAPIError, match="the seat is full"):
        await give(connection, world, "work_ability_coordinator", "coordinator")
