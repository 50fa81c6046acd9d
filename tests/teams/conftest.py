"""Teams and holders as a lead writes them, and an area that is not ours."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.ids import new_id
from tests.conftest import NOON
from tests.people.conftest import elsewhere as elsewhere
from tests.world import World

TODAY, YESTERDAY, TOMORROW = "2026-11-23", "2026-11-22", "2026-11-24"
ANY = {"If-Match": "*"}


def team(**over: Any) -> dict[str, Any]:
    return {"code": "orimattila", "name": "Orimattila", "template": "small_municipality_light", **over}


def holding(person: UUID | str, **over: Any) -> dict[str, Any]:
    return {"personId": str(person), "validFrom": TODAY, **over}


async def give_work(
    connection: AsyncConnection, world: World, persona: str, role: str, at: datetime = NOON, *, closed: bool = False
) -> UUID:
    """A piece of work with this person, as if it had been routed then."""
    id = new_id()
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(
        text(
            "INSERT INTO work_items (version, id, client_id, area_id, team_id, kind, subject_type, subject_id, seat_id,"
            " holder_id, alarm, declined_by, opened_at, assigned_at, closed_at, created_at)"
            " SELECT 1, :id, :client, area_id, id, 'assessment', 'assessments', :id, :seat, :holder, false, '{}',"
            " :at, :at, :closed, :at FROM teams WHERE id = :team"
        ),
        {
            "id": id, "client": world.clients["aino"], "seat": world.seats[role], "holder": world.persons[persona],
            "team": world.team, "at": at, "closed": at if closed else None,
        },
    )  # fmt: skip
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    return id
