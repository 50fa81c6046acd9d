"""Every select on assessments and problem records."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments.models import Assessment, AssessmentState, ProblemRecord
from app.clients.models import Client
from app.people.actor import Actor
from app.teams.models import Team
from app.work.queries import concerns


def visible_assessments(actor: Actor) -> Select[Assessment]:
    """Of clients of the caller's teams, in the registers the caller reads; the client's own."""
    rows = select(Assessment).where(concerns(actor, Assessment.client_id))
    if actor.client_id is None:
        rows = rows.where(Assessment.register.in_(("operational", *actor.context.registers)))
    return rows


async def newest_problems(session: AsyncSession, pathway_id: UUID) -> ProblemRecord | None:
    rows = (
        select(ProblemRecord)
        .where(ProblemRecord.pathway_id == pathway_id)
        .order_by(ProblemRecord.recorded_at.desc(), ProblemRecord.id.desc())
        .limit(1)
    )
    record: ProblemRecord | None = await session.scalar(rows)
    return record


async def health_check_done(session: AsyncSession, pathway_id: UUID) -> bool:
    rows = select(Assessment.id).where(
        Assessment.pathway_id == pathway_id,
        Assessment.kind == "health_check",
        Assessment.state == AssessmentState.COMPLETED,
    )
    return await session.scalar(rows.limit(1)) is not None


async def client_and_team(session: AsyncSession, client_id: UUID, team_id: UUID) -> tuple[Client, Team]:
    client = await session.get_one(Client, client_id)
    return client, await session.get_one(Team, team_id)
