"""Who may answer for a client, and on which seat of the team they then stand (C-35, C-42)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.models import Client
from app.kit.clock import civil_date
from app.kit.i18n import Text
from app.kit.problems import Invalid
from app.work import queries as work_queries
from app.work import service as work


class NotInTeam(Invalid):
    code = "not_in_team"
    detail = Text(
        "Vastuutyöntekijän on oltava tiimin paikalla ja tehtävä asiakastyötä hyvinvointialueella.",
        "Den ansvariga ska inneha en plats i teamet och göra klientarbete för välfärdsområdet.",
        "The responsible worker must hold a seat in the team and do client work for the wellbeing area.",
    )


async def check_responsible(
    session: AsyncSession,
    person_id: UUID,
    team_id: UUID,
    area_id: UUID,
    at: datetime,
    pointer: str = "/body/responsiblePersonId",
    *,
    client_id: UUID | None = None,
    prefer: Any = None,
    lock: bool = False,
) -> UUID:
    """The seat on which the person stands in the team, locked where they are to take a place on it.

    Raises `NotInTeam`, pointing at the field that named the person, and `InConflict` for a client they must not get.
    """
    on = civil_date(at)
    place = await work_queries.place_in_team(session, person_id, team_id, area_id, on, prefer, lock=lock)
    if place is None:
        raise not_in_team(pointer)
    if client_id is not None and person_id in (await session.get_one(Client, client_id)).conflict_person_ids:
        raise work.InConflict()
    return place.seat_id


def not_in_team(pointer: str) -> NotInTeam:
    return NotInTeam(errors=[{"pointer": pointer, "code": NotInTeam.code, "detail": NotInTeam.detail}])
