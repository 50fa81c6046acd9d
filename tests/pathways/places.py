"""Who has a piece of work on which seat, for the tests that move it about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import act, ok
from tests.world import World

NURSES, COORDINATORS = "unemployed_health_nurse", "work_ability_coordinator"
TODAY, YESTERDAY = "2026-11-23", "2026-11-22"
Place = tuple[str, str | None, bool]


async def sql(connection: AsyncConnection, statement: str, **values: Any) -> list[Any]:
    """As the superuser, whom no policy holds; then the app role works on."""
    await connection.execute(text("SET LOCAL ROLE NONE"))
    result = await connection.execute(text(statement), values)
    rows = list(result) if result.returns_rows else []
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    return rows


async def limited(connection: AsyncConnection, world: World, seat: str, most: int | None) -> None:
    await sql(connection, "UPDATE seats SET max_open = :most WHERE id = :id", most=most, id=world.seats[seat])


async def place(connection: AsyncConnection, world: World, subject: str, kind: str = "pathway") -> Place:
    """Who has a piece of work, on which seat, and whether it is open."""
    people = {id: name for name, id in world.persons.items()}
    seats = {id: role for role, id in world.seats.items()}
    statement = "SELECT holder_id, seat_id, closed_at FROM work_items WHERE subject_id = :id AND kind = :kind"
    ((holder, seat, closed),) = await sql(connection, statement, id=UUID(subject), kind=kind)
    return people[holder], seats.get(seat), closed is None


async def responsible(who: As, world: World, path: f.Json, persona: str) -> httpx.Response:
    now = await f.reread(who("nurse"), path)
    body = {"responsiblePersonId": str(world.persons[persona])}
    return await who("nurse").patch(
        f"/v1/pathways/{path['id']}", json=body, headers={"If-Match": f'"{now["version"]}"'}
    )


async def seated(who: As, world: World, persona: str, seat: str, **over: Any) -> f.Json:
    body = {"personId": str(world.persons[persona]), "validFrom": TODAY, **over}
    return ok(await act(who("lead"), f"/v1/seats/{world.seats[seat]}/holders", body))
