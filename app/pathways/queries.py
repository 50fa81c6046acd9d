"""Every select on paths, steps, goals and outcomes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.access.queries import seen
from app.audit.models import Disclosure
from app.consents.models import Consent, ConsentKind, ConsentState
from app.kit.calendar import civil
from app.kit.clock import civil_date
from app.pathways.models import Goal, GoalMark, Outcome, Pathway, PathwayState, PathwayStep, StepState
from app.people.actor import Actor
from app.referrals.models import Referral
from app.work.models import TRIAGE, WorkItem


def visible_pathways(actor: Actor) -> Select[Pathway]:
    return seen(actor, "pathway", Pathway)


def worked_pathways(actor: Actor) -> Select[Pathway]:
    """Paths of the caller's own teams: another team with a care relationship reads a path and does not work on it."""
    return visible_pathways(actor).where(Pathway.team_id.in_(actor.teams))


def visible_steps(actor: Actor) -> Select[PathwayStep]:
    return seen(actor, "pathway_step", PathwayStep)


async def steps_of(session: AsyncSession, actor: Actor, pathway_id: UUID) -> list[PathwayStep]:
    rows = visible_steps(actor).where(PathwayStep.pathway_id == pathway_id)
    return list(await session.scalars(rows.order_by(PathwayStep.position)))


async def planned_step(session: AsyncSession, pathway_id: UUID, kind: str) -> PathwayStep | None:
    """The first step of a kind still to be done, locked."""
    rows = (
        select(PathwayStep)
        .where(PathwayStep.pathway_id == pathway_id, PathwayStep.kind == kind, PathwayStep.state == StepState.PLANNED)
        .order_by(PathwayStep.position)
        .limit(1)
        .with_for_update()
    )
    step: PathwayStep | None = await session.scalar(rows)
    return step


async def goals_of(session: AsyncSession, pathway_id: UUID) -> list[tuple[Goal, GoalMark | None]]:
    """The goals of a path in order, with how each ended, if it has."""
    rows = select(Goal, GoalMark).outerjoin(GoalMark, GoalMark.goal_id == Goal.id).where(Goal.pathway_id == pathway_id)
    return [(goal, mark) for goal, mark in (await session.execute(rows.order_by(Goal.id))).all()]


async def outcomes_of(session: AsyncSession, pathway_id: UUID) -> list[Outcome]:
    return list(await session.scalars(select(Outcome).where(Outcome.pathway_id == pathway_id).order_by(Outcome.id)))


async def running(session: AsyncSession, client_id: UUID, team_id: UUID) -> Pathway | None:
    rows = select(Pathway).where(
        Pathway.client_id == client_id, Pathway.team_id == team_id, Pathway.state == PathwayState.ACTIVE
    )
    pathway: Pathway | None = await session.scalar(rows.with_for_update())
    return pathway


def first_seat(pathway_id: UUID) -> Any:
    """The seat that the path's first referral came to, as a subquery."""
    rows = (
        select(WorkItem.seat_id)
        .join(Referral, Referral.id == WorkItem.subject_id)
        .where(Referral.pathway_id == pathway_id, WorkItem.kind == TRIAGE)
        .order_by(Referral.decided_at, Referral.id)
        .limit(1)
    )
    return rows.scalar_subquery()


async def path_of_origin(session: AsyncSession, referral: Referral) -> Pathway | None:
    """The path that a referral was sent onward from."""
    return await session.get(Pathway, referral.origin_pathway_id) if referral.origin_pathway_id else None


async def expiring(session: AsyncSession, pathway_ids: Collection[UUID], at: datetime, until: date) -> dict[UUID, date]:
    """The last day of the first permission to end, by path."""
    rows = endings(at, until).where(Pathway.id.in_(list(pathway_ids)))
    return {pathway: civil_date(end) for pathway, end in (await session.execute(rows)).all() if end is not None}


def endings(at: Any, until: Any) -> Select[UUID, datetime | None]:
    """By running path the end of the first permission to end until a day, of those that the path relies on (its
    referral came on it, or something was told on it) and that no other permission takes over from."""
    later = aliased(Consent)
    ends_after = or_(later.valid_until.is_(None), later.valid_until > Consent.valid_until)
    covered = select(later.id).where(
        later.client_id == Consent.client_id,
        later.kind == ConsentKind.PERMISSION,
        later.state == ConsentState.RECORDED,
        later.valid_from <= Consent.valid_until,
        ends_after,
        later.recipient_ids.contains(Consent.recipient_ids),
        later.data_classes.contains(Consent.data_classes),
        later.purposes.contains(Consent.purposes),
    )
    came_on = select(Referral.id).where(Referral.pathway_id == Pathway.id, Referral.consent_id == Consent.id)
    told_on = select(Disclosure.id).where(
        Disclosure.client_id == Pathway.client_id, Disclosure.consent_id == Consent.id
    )
    ends = func.min(Consent.valid_until)
    return (
        select(Pathway.id.label("pathway_id"), ends.label("ends_at"))
        .join(Consent, Consent.client_id == Pathway.client_id)
        .where(
            Pathway.state == PathwayState.ACTIVE,
            Consent.kind == ConsentKind.PERMISSION,
            Consent.state == ConsentState.RECORDED,
            Consent.valid_from <= at,
            civil(Consent.valid_until) <= until,
            Consent.valid_until > at,
            or_(came_on.exists(), told_on.exists()),
            ~covered.exists(),
        )
        .group_by(Pathway.id)
    )
