"""What the tests of appointments send."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.world import World


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> str:
    """An instant of 2026 by the Finnish clock of winter."""
    return datetime(2026, month, day, hour - 2, minute, tzinfo=UTC).isoformat()


def visit(world: World, person: str = "nurse", **over: Any) -> f.Json:
    """A nurse's time on Wednesday at ten."""
    return {"kind": "nurse", "personId": str(world.persons[person]), "minutes": 60, "startsAt": at(25, 10), **over}


def offered(world: World, person: str = "nurse", **over: Any) -> f.Json:
    body = visit(world, person, **{"bookableUntil": "2026-12-04", **over})
    del body["startsAt"]
    return body


async def a_path(who: As, world: World, *recipients: str) -> f.Json:
    """Aino's path; she permits these to be told."""
    permission = f.permission(world, "area", "employment", *recipients)
    return (await f.accepted(who, world, client=f.person(identityCode=f.AINO), permission=permission))[1]


async def booked(who: As, world: World, path: f.Json, **over: Any) -> f.Json:
    return f.ok(await f.act(who("nurse"), f"/v1/pathways/{path['id']}/appointments", visit(world, **over)))


async def an_offer(who: As, world: World, path: f.Json, **over: Any) -> f.Json:
    return f.ok(await f.act(who("nurse"), f"/v1/pathways/{path['id']}/appointment-offers", offered(world, **over)))


def verb(row: f.Json, name: str) -> str:
    return f"/v1/appointments/{row['id']}/{name}"


async def taken(connection: AsyncConnection, row: f.Json) -> list[tuple[str, str]]:
    """What is reserved for it: kind and Finnish time."""
    await connection.execute(text("SET LOCAL ROLE NONE"))
    found = await connection.execute(
        text(
            "SELECT kind, to_char(starts_at AT TIME ZONE 'Europe/Helsinki', 'DD HH24:MI') FROM reservations"
            " WHERE subject_id = :id AND released_at IS NULL ORDER BY starts_at, kind"
        ),
        {"id": row["id"]},
    )
    rows = [(one[0], one[1]) for one in found]
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    return rows
