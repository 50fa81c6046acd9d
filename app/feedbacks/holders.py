"""Work that feedback makes for somebody: a question to answer, an answer from another team to read."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.db import Receiving
from app.routing.decide import Queue, QueueKind
from app.work import queries as work_queries
from app.work import service as work
from app.work.models import WorkItem


async def give_work(
    session: AsyncSession,
    *,
    kind: str,
    client_id: UUID,
    area_id: UUID,
    team_id: UUID,
    subject_type: str,
    subject_id: UUID,
    holder_id: UUID,
    at: datetime,
) -> None:
    """Work for somebody of a team, on no seat's load; once they have left it, for the team's queue with an alarm. The
    caller may be of another side: rows are written as the team."""
    async with Receiving(session, team=team_id, area=area_id):
        await work.involve(session, client_id, team_id, at)
        place = await work_queries.place_in_team(session, holder_id, team_id, area_id, civil_date(at))
        here = place is not None
        session.add(
            WorkItem(
                client_id=client_id,
                area_id=area_id,
                team_id=team_id,
                kind=kind,
                subject_type=subject_type,
                subject_id=subject_id,
                holder_id=holder_id if here else None,
                queue=None if here else str(Queue(QueueKind.TEAM_UNASSIGNED, str(team_id))),
                alarm=not here,
                opened_at=at,
                assigned_at=at if here else None,
            )
        )
        await session.flush()
