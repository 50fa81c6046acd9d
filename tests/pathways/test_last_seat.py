"""A holder's period does not end while the person is responsible for a path on it, or owes the team feedback (C-43)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import httpx
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.security.development import DEVELOPMENT_ISSUER
from tests import factories as f
from tests.conftest import As
from tests.factories import act, code, get, ok
from tests.pathways.places import COORDINATORS, NURSES, TODAY, YESTERDAY, place, responsible, seated, sql
from tests.world import World

HAND_OVER = (409, "handover_first")


async def ended(who: As, world: World, persona: str, seat: str, last: str = YESTERDAY) -> httpx.Response:
    listed = (await get(who("lead"), f"/v1/seats/{world.seats[seat]}/holders"))["items"]
    holder = next(h for h in listed if h["personId"] == str(world.persons[persona]))
    return await act(who("lead"), f"/v1/holders/{holder['id']}/end", {"validTo": last}, holder)


async def by_database(connection: AsyncConnection, world: World, persona: str, seat: str, last: str) -> str | None:
    """End a period as the app role does, with Python out of the way: the constraint that refused it, if one did."""
    enter = "SELECT enter_request(:issuer, 'lead', CAST(:on AS text)::date)"
    end = "UPDATE holders SET valid_to = CAST(:last AS text)::date WHERE person_id = :person AND seat_id = :seat"
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    try:
        async with connection.begin_nested() as undo:
            await connection.execute(text(enter), {"issuer": DEVELOPMENT_ISSUER, "on": TODAY})
            values = {"last": last, "person": world.persons[persona], "seat": world.seats[seat]}
            assert (await connection.execute(text(end), values)).rowcount == 1
            await undo.rollback()
    except DBAPIError as refused:
        return str(getattr(getattr(refused.orig, "__cause__", None), "constraint_name", refused))
    return None


async def test_a_path_holds_the_period_of_who_answers_for_it(
    who: As, world: World, connection: AsyncConnection
) -> None:
    assert await by_database(connection, world, "nurse", NURSES, YESTERDAY) is None
    _, path = await f.accepted(who, world)
    assert code(await ended(who, world, "nurse", NURSES)) == HAND_OVER
    assert await by_database(connection, world, "nurse", NURSES, YESTERDAY) == "handover_first"
    # On another seat too: a seat keeps what stands on it, whatever else the person holds.
    await seated(who, world, "nurse", COORDINATORS)
    assert code(await ended(who, world, "nurse", NURSES)) == HAND_OVER
    ok(await responsible(who, world, path, "coordinator"))
    assert await by_database(connection, world, "nurse", NURSES, YESTERDAY) is None
    ok(await ended(who, world, "nurse", NURSES))


async def test_feedback_owed_holds_the_last_seat_in_the_team(
    who: As, world: World, connection: AsyncConnection
) -> None:
    seen, path = await f.with_outcome(who, world)
    ok(await responsible(who, world, path, "coordinator"))
    assert await place(connection, world, seen["id"], "feedback") == ("nurse", None, True)
    assert code(await ended(who, world, "nurse", NURSES)) == HAND_OVER
    assert await by_database(connection, world, "nurse", NURSES, YESTERDAY) == "handover_first"
    # Another seat in the team keeps them only if it is theirs on the very next day, and nothing is owed elsewhere.
    later = await seated(who, world, "nurse", COORDINATORS, validFrom="2026-12-01", validTo="2026-12-10")
    assert await by_database(connection, world, "nurse", NURSES, YESTERDAY) == "handover_first"
    assert await by_database(connection, world, "nurse", NURSES, "2026-11-29") == "handover_first"
    assert await by_database(connection, world, "nurse", NURSES, "2026-11-30") is None
    assert await by_database(connection, world, "nurse", NURSES, "2026-12-09") is None
    assert await by_database(connection, world, "nurse", NURSES, "2026-12-10") == "handover_first"
    await sql(connection, "UPDATE holders SET valid_from = '2026-11-01' WHERE id = :id", id=UUID(later["id"]))
    ok(await ended(who, world, "nurse", NURSES))
    assert code(await ended(who, world, "nurse", COORDINATORS, TODAY)) == HAND_OVER, "now it is the last one"
    ok(await f.told(who, seen, by="coordinator"))
    ok(await ended(who, world, "nurse", COORDINATORS, TODAY))


async def test_what_is_owed_to_one_team_holds_no_seat_in_another(
    who: As, world: World, connection: AsyncConnection
) -> None:
    seen, path = await f.with_outcome(who, world)
    ok(await responsible(who, world, path, "coordinator"))
    hollola = (
        "SELECT s.id FROM seats s JOIN teams t ON t.id = s.team_id"
        " WHERE s.role = :role AND s.team_id <> :team AND t.code = 'hollola'"
    )
    ((other,),) = await sql(connection, hollola, role=COORDINATORS, team=world.team)
    world = replace(world, seats={**world.seats, "hollola": other})
    await seated(who, world, "nurse", "hollola")
    assert code(await ended(who, world, "nurse", NURSES)) == HAND_OVER, "a seat elsewhere keeps nobody here"
    ok(await ended(who, world, "nurse", "hollola", TODAY))
    assert await place(connection, world, seen["id"], "feedback") == ("nurse", None, True)
