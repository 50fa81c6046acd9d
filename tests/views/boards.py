"""A team's board in tests: reading it, and what it is to show made as the superuser or through services."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import Json, act, get, ok
from tests.world import World

MENTAL, MSK = "physician_mental_substance_neuro", "physician_msk_somatic"
HEALTH = "nurse"
OUTSIDE = ("coordinator", "lead", "social")


async def board(who: As, world: World, by: str = HEALTH) -> Json:
    return await get(who(by), f"/v1/teams/{world.team}/board")


async def sql(connection: AsyncConnection, statement: str, **values: Any) -> Any:
    """As the superuser, in the transaction of the test."""
    await connection.execute(text("SET LOCAL ROLE NONE"))
    found = await connection.execute(text(statement), values)
    rows = list(found) if found.returns_rows else []
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    return rows


async def limited(connection: AsyncConnection, world: World, seat: str, most: int) -> None:
    await sql(connection, "UPDATE seats SET max_open = :most WHERE id = :id", most=most, id=world.seats[seat])


async def a_path(who: As, world: World, *areas: str, **over: Any) -> Json:
    _, path = await f.accepted(who, world)
    if areas:
        await f.problems(who, path, *areas, **over)
    return path


async def away(who: As, world: World, persona: str, first: str = "2026-11-20", last: str = "2026-11-27") -> None:
    body = {"personId": str(world.persons[persona]), "firstOn": first, "lastOn": last}
    ok(await act(who("lead"), "/v1/absences", body))


def of_person(rows: list[Json], name: str) -> Json:
    [row] = [row for row in rows if row["person"]["name"] == name]
    return row


async def other_team(who: As) -> str:
    return str((await get(who("hollola_nurse"), "/v1/me"))["seats"][0]["teamId"])
