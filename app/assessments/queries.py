"""Every select on assessments and problem records."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.assessments.models import (
    Assessment,
    AssessmentState,
    AssessmentVersion,
    Conclusion,
    LaboratoryStatus,
    ProblemRecord,
)
from app.clients.models import Client
from app.people.actor import Actor
from app.teams.models import Team
from app.work.models import WorkItem
from app.work.queries import visible_work


def visible_assessments(actor: Actor) -> Select[Assessment]:
    """Of clients of the caller's teams, in the registers the caller reads; the client's own."""
    return seen(actor, "assessment", Assessment)


def every_assessment() -> Select[Assessment]:
    """Of every register, as the row context shows them; ask `worked_pathways` for its path."""
    return select(Assessment)


async def nobody_has(session: AsyncSession, actor: Actor, assessment_id: UUID) -> UUID | None:
    """The caller's team in whose queue an assessment of a register they do not read still waits."""
    if await session.scalar(visible_assessments(actor).where(Assessment.id == assessment_id)) is not None:
        return None
    rows = visible_work(actor).where(
        WorkItem.subject_id == assessment_id, WorkItem.subject_type == "assessment",
        WorkItem.holder_id.is_(None), WorkItem.team_id.in_(actor.teams),
    ).with_only_columns(WorkItem.team_id)  # fmt: skip
    found: UUID | None = await session.scalar(rows)
    return found


def visible_conclusions(actor: Actor) -> Select[Conclusion]:
    """Of clients of the caller's teams, or the client's own; whether the caller may read them is asked apart."""
    return seen(actor, "conclusion", Conclusion)


async def conclusion_of(session: AsyncSession, assessment_id: UUID) -> Conclusion | None:
    found: Conclusion | None = await session.scalar(select(Conclusion).where(Conclusion.assessment_id == assessment_id))
    return found


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


def versions_of(assessment_id: UUID) -> Select[AssessmentVersion]:
    """What an assessment said before its amendments; ask `visible_assessments` for it first."""
    return select(AssessmentVersion).where(AssessmentVersion.assessment_id == assessment_id)


async def versions_count(session: AsyncSession, assessment_id: UUID) -> int:
    rows = select(func.count()).select_from(versions_of(assessment_id).subquery())
    return int(await session.scalar(rows) or 0)


async def newest_reason(session: AsyncSession, assessment_id: UUID) -> str | None:
    """Why it was last amended."""
    rows = versions_of(assessment_id).order_by(AssessmentVersion.number.desc()).limit(1)
    found: AssessmentVersion | None = await session.scalar(rows)
    return found.reason if found else None


async def laboratory_of(session: AsyncSession, assessment_id: UUID) -> dict[str, LaboratoryStatus]:
    """The newest status of each test."""
    rows = select(LaboratoryStatus).where(LaboratoryStatus.assessment_id == assessment_id).order_by(LaboratoryStatus.id)
    return {row.lab: row for row in await session.scalars(rows)}


async def last_check(session: AsyncSession, actor: Actor, client_id: UUID, but: UUID) -> Assessment | None:
    """The client's newest completed health check that the caller reads, other than this one."""
    rows = (
        visible_assessments(actor)
        .where(
            Assessment.client_id == client_id,
            Assessment.kind == "health_check",
            Assessment.state == AssessmentState.COMPLETED,
            Assessment.id != but,
        )
        .order_by(Assessment.completed_at.desc(), Assessment.id.desc())
        .limit(1)
    )
    found: Assessment | None = await session.scalar(rows)
    return found
