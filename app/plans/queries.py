"""Every select on barriers, small steps and follow-ups."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.pathways.models import Goal
from app.people.actor import Actor
from app.people.models import Organisation, Person
from app.plans.models import BarrierRecord, FollowUp, FollowUpState, PlanWords, SmallStep
from app.work.queries import concerns

SHOWN = 200


def visible_goals(actor: Actor) -> Select[Goal]:
    return seen(actor, "goal", Goal)


def visible_follow_ups(actor: Actor) -> Select[FollowUp]:
    return seen(actor, "follow_up", FollowUp)


def worked_follow_ups(actor: Actor) -> Select[FollowUp]:
    """Of the caller's own teams: another team with a care relationship reads them and has no verbs."""
    return visible_follow_ups(actor).where(FollowUp.team_id.in_(actor.teams))


def listed_follow_ups(
    actor: Actor,
    *,
    pathway_id: UUID | None,
    party: str | None,
    state: FollowUpState | None,
    overdue_on: date | None,
) -> Select[FollowUp]:
    """Of one path, or of the caller's teams' paths; the client's own. `overdue_on`: still planned and past on a day."""
    mine = actor.client_id is not None or pathway_id is not None
    rows = visible_follow_ups(actor) if mine else worked_follow_ups(actor)
    if pathway_id is not None:
        rows = rows.where(FollowUp.pathway_id == pathway_id)
    if party is not None:
        rows = rows.where(FollowUp.party == party)
    if state is not None:
        rows = rows.where(FollowUp.state == state)
    if overdue_on is not None:
        rows = rows.where(FollowUp.state == FollowUpState.PLANNED, FollowUp.due_on < overdue_on)
    return rows


async def follow_ups_of(session: AsyncSession, pathway_id: UUID) -> list[FollowUp]:
    """The latest of a path, by date."""
    rows = select(FollowUp).where(FollowUp.pathway_id == pathway_id)
    found = await session.scalars(rows.order_by(FollowUp.due_on.desc(), FollowUp.id.desc()).limit(SHOWN))
    return list(found)[::-1]


async def next_of(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The occurrence after each of these."""
    rows = select(FollowUp.previous_id, FollowUp.id).where(FollowUp.previous_id.in_(list(ids)))
    return {before: after for before, after in (await session.execute(rows)).all() if before}


async def barriers_of(session: AsyncSession, pathway_id: UUID) -> list[BarrierRecord]:
    """Every record of a path, the newest first."""
    rows = select(BarrierRecord).where(BarrierRecord.pathway_id == pathway_id)
    newest = (BarrierRecord.recorded_on.desc(), BarrierRecord.created_at.desc(), BarrierRecord.id.desc())
    return list(await session.scalars(rows.order_by(*newest)))


async def barrier_recorded(session: AsyncSession, pathway_id: UUID, barrier: str) -> bool:
    rows = select(BarrierRecord.id).where(BarrierRecord.pathway_id == pathway_id, BarrierRecord.barrier == barrier)
    return await session.scalar(rows.limit(1)) is not None


async def steps_of(session: AsyncSession, pathway_id: UUID) -> list[SmallStep]:
    rows = select(SmallStep).where(SmallStep.pathway_id == pathway_id)
    rows = rows.order_by(SmallStep.taken_on.desc(), SmallStep.created_at.desc(), SmallStep.id.desc()).limit(SHOWN)
    return list(await session.scalars(rows))


async def words_of(session: AsyncSession, actor: Actor, subjects: Iterable[UUID]) -> dict[UUID, str]:
    """The words on these subjects that the caller may read: of the common plan, of a register of theirs, their own."""
    rows = select(PlanWords).where(PlanWords.subject_id.in_(list(subjects)), concerns(actor, PlanWords.client_id))
    if actor.client_id is None:
        rows = rows.where(or_(PlanWords.register == "operational", PlanWords.register.in_(actor.context.registers)))
    return {row.subject_id: row.words for row in await session.scalars(rows)}


async def known_parties(
    session: AsyncSession, area_id: UUID, person_id: UUID | None, organisation_id: UUID | None
) -> set[UUID]:
    """Which of the two are of the area or its partners."""
    found: set[UUID] = set()
    if person_id is not None:
        rows = select(Person.id).where(Person.id == person_id, Person.area_id == area_id)
        found |= set(await session.scalars(rows))
    if organisation_id is not None:
        own = select(Organisation.id).where(Organisation.id == organisation_id, Organisation.area_id == area_id)
        found |= set(await session.scalars(own))
    return found


async def goal_of_path(session: AsyncSession, goal_id: UUID, pathway_id: UUID) -> bool:
    rows = select(Goal.id).where(Goal.id == goal_id, Goal.pathway_id == pathway_id)
    return await session.scalar(rows) is not None
