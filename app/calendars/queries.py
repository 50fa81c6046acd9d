"""Every select on rooms and reserved time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.calendars.models import Reservation, Room
from app.people.models import Person


async def numbers_of(session: AsyncSession, persons: Iterable[UUID]) -> dict[UUID, int]:
    """The small number of each person that there is."""
    rows = await session.execute(select(Person.id, Person.no).where(Person.id.in_(list(persons))))
    return {row.id: row.no for row in rows}


async def room(session: AsyncSession, room_id: UUID, area_id: UUID | None) -> Room | None:
    rows = select(Room).where(Room.id == room_id, Room.area_id == area_id)
    return await session.scalar(rows)


async def taken(
    session: AsyncSession, persons: Iterable[UUID], starts_at: datetime, ends_at: datetime
) -> Sequence[Reservation]:
    """Time of these people that is taken and touches the period, in order."""
    rows = select(Reservation).where(
        Reservation.person_id.in_(list(persons)),
        Reservation.released_at.is_(None),
        Reservation.starts_at < ends_at,
        Reservation.ends_at > starts_at,
    )
    return (await session.scalars(rows.order_by(Reservation.starts_at, Reservation.id))).all()


async def release(session: AsyncSession, subject_type: str, subject_id: UUID, at: datetime) -> None:
    """Every reservation of this subject is free again."""
    await session.execute(
        update(Reservation)
        .where(
            Reservation.subject_type == subject_type,
            Reservation.subject_id == subject_id,
            Reservation.released_at.is_(None),
        )
        .values(released_at=at)
        .execution_options(synchronize_session=False)
    )
