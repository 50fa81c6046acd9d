"""Reads the history of a team: what was asked for, what was held, who sat where. A lead has no rights of their own to
most of it: `service` widens the context, and lets out numbers and ids only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.people.models import Person
from app.routing.models import RoutingDecision
from app.teams.models import Absence, Holder, Seat, Team
from app.work.models import PATHWAY, WorkItem


async def askings(session: AsyncSession, team_id: UUID, since: datetime, most: int) -> Sequence[Any]:
    """The newest decisions that rules made for the team (of a path and of feedback people decide), with when the work
    was closed (`closed_at`) or went to another team (`left_at`)."""
    kept, later = RoutingDecision, aliased(RoutingDecision)
    left = (
        select(func.min(later.decided_at))
        .where(
            later.subject_id == kept.subject_id,
            later.replaces_id == kept.id,
            later.team_id.is_distinct_from(kept.team_id),
        )
        .scalar_subquery()
    )
    rows = (
        select(
            kept.id,
            kept.client_id,
            kept.subject_id,
            kept.rule_set,
            kept.rule_set_version,
            kept.facts,
            kept.decided_at,
            WorkItem.closed_at,
            left.label("left_at"),
        )
        .outerjoin(
            WorkItem,
            and_(WorkItem.subject_id == kept.subject_id, WorkItem.kind == kept.facts["assessment"].astext),
        )
        .where(kept.team_id == team_id, kept.decided_at >= since, kept.facts.has_key("assessment"))
        .order_by(kept.decided_at.desc(), kept.id.desc())
        .limit(most)
    )
    return (await session.execute(rows)).all()


async def held(session: AsyncSession, seats: Iterable[UUID], since: datetime) -> Sequence[Any]:
    """Work on these seats that was open at an instant or is newer."""
    rows = select(
        WorkItem.subject_id,
        WorkItem.kind,
        WorkItem.client_id,
        WorkItem.seat_id,
        WorkItem.holder_id,
        WorkItem.opened_at,
        WorkItem.assigned_at,
        WorkItem.closed_at,
    ).where(
        WorkItem.seat_id.in_(list(seats)),
        WorkItem.holder_id.is_not(None),
        or_(WorkItem.closed_at.is_(None), WorkItem.closed_at >= since),
    )
    return (await session.execute(rows)).all()


async def last_done(session: AsyncSession, seats: Iterable[UUID], before: datetime) -> Sequence[Any]:
    """Of each client and seat, who closed the client's work there last before an instant."""
    rows = (
        select(WorkItem.client_id, WorkItem.seat_id, WorkItem.holder_id, WorkItem.closed_at)
        .ext(distinct_on(WorkItem.client_id, WorkItem.seat_id))
        .where(WorkItem.seat_id.in_(list(seats)), WorkItem.holder_id.is_not(None), WorkItem.closed_at < before)
        .order_by(WorkItem.client_id, WorkItem.seat_id, WorkItem.closed_at.desc())
    )
    return (await session.execute(rows)).all()


async def last_given(session: AsyncSession, seats: Iterable[UUID], before: datetime) -> Sequence[Any]:
    """When each person on these seats was last given something before an instant."""
    rows = (
        select(WorkItem.seat_id, WorkItem.holder_id, func.max(WorkItem.assigned_at))
        .where(
            WorkItem.seat_id.in_(list(seats)),
            WorkItem.holder_id.is_not(None),
            WorkItem.kind != PATHWAY,
            WorkItem.assigned_at < before,
        )
        .group_by(WorkItem.seat_id, WorkItem.holder_id)
    )
    return (await session.execute(rows)).all()


async def seated(session: AsyncSession, seats: Iterable[UUID]) -> list[tuple[Holder, str]]:
    """Everybody who was ever named to these seats, with the name."""
    rows = (
        select(Holder, Person.name)
        .join(Person, Person.id == Holder.person_id)
        .where(Holder.seat_id.in_(list(seats)))
        .order_by(Holder.valid_from, Holder.id)
    )
    return [(holder, name) for holder, name in (await session.execute(rows)).all()]


async def absences(session: AsyncSession, people: Iterable[UUID]) -> list[Absence]:
    rows = select(Absence).where(Absence.person_id.in_(list(people)))
    return list(await session.scalars(rows))


async def seats_of(session: AsyncSession, team_id: UUID) -> list[Seat]:
    return list(await session.scalars(select(Seat).where(Seat.team_id == team_id).order_by(Seat.no)))


async def all_teams(session: AsyncSession) -> list[Team]:
    """Every team that is seen: all of the database, for the operator."""
    return list(await session.scalars(select(Team).order_by(Team.code, Team.id)))
