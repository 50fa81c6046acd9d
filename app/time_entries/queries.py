"""Every select on time entries."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.access.queries import seen
from app.people.actor import Actor
from app.people.models import Membership
from app.time_entries.models import TimeEntry
from app.time_entries.rules import Spent


def visible_entries(actor: Actor) -> Select[TimeEntry]:
    return seen(actor, "time_entry", TimeEntry)


async def reversal_of(session: AsyncSession, entry_id: UUID) -> TimeEntry | None:
    found: TimeEntry | None = await session.scalar(select(TimeEntry).where(TimeEntry.reverses_id == entry_id))
    return found


async def reversed_ids(session: AsyncSession, ids: Sequence[UUID]) -> set[UUID]:
    """Which of these were taken back."""
    rows = select(TimeEntry.reverses_id).where(TimeEntry.reverses_id.in_(list(ids)))
    return {id for id in await session.scalars(rows) if id is not None}


async def counting(session: AsyncSession, pathway_id: UUID) -> list[Spent]:
    """The entries of a path that count: neither reversed nor reversing."""
    other = aliased(TimeEntry)
    taken_back = select(other.id).where(other.reverses_id == TimeEntry.id)
    rows = select(TimeEntry.subject_type, TimeEntry.subject_id, TimeEntry.role, TimeEntry.minutes).where(
        TimeEntry.pathway_id == pathway_id, TimeEntry.reverses_id.is_(None), ~taken_back.exists()
    )
    return [Spent(*row) for row in (await session.execute(rows)).all()]


async def of_subjects(session: AsyncSession, subject_type: str, ids: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """Who has time on each of them that counts."""
    other = aliased(TimeEntry)
    taken_back = select(other.id).where(other.reverses_id == TimeEntry.id)
    rows = select(TimeEntry.subject_id, TimeEntry.person_id).where(
        TimeEntry.subject_type == subject_type,
        TimeEntry.subject_id.in_(list(ids)),
        TimeEntry.reverses_id.is_(None),
        ~taken_back.exists(),
    )
    found: dict[UUID, set[UUID]] = {}
    for subject, person in (await session.execute(rows)).all():
        if subject is not None:
            found.setdefault(subject, set()).add(person)
    return found


async def roles_of(session: AsyncSession, people: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The roles of these people, by their memberships."""
    rows = select(Membership.person_id, Membership.role).where(Membership.person_id.in_(list(people)))
    found: dict[UUID, list[str]] = {}
    for person, role in (await session.execute(rows.order_by(Membership.person_id, Membership.role))).all():
        found.setdefault(person, []).append(role)
    return found
