"""Every select on rooms, hours, receptions and reserved time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.calendars.models import Reservation, Room, Series, WorkingHours
from app.people.models import Person
from app.teams.models import Absence, Holder, Seat, Standing


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


class Sitting(NamedTuple):
    """Somebody sits on a seat, as holder or deputy."""

    seat_id: UUID
    person_id: UUID
    standing: Standing
    valid_from: date
    valid_to: date | None
    visiting_days: str | None


async def sittings(
    session: AsyncSession, first: date, last: date, *, persons: Iterable[UUID] = (), seats: Iterable[UUID] = ()
) -> list[Sitting]:
    """Who sits where on a day of the period: these people, or on these seats."""
    rows = (
        select(
            Holder.seat_id, Holder.person_id, Holder.standing, Holder.valid_from, Holder.valid_to, Seat.visiting_days
        )
        .join(Seat, Seat.id == Holder.seat_id)
        .where(
            or_(Holder.person_id.in_(list(persons)), Holder.seat_id.in_(list(seats))),
            Holder.valid_from <= last,
            or_(Holder.valid_to.is_(None), Holder.valid_to >= first),
        )
        .order_by(Holder.valid_from, Holder.id)
    )
    return [Sitting(*row) for row in await session.execute(rows)]


async def weeks(session: AsyncSession, persons: Iterable[UUID], first: date, last: date) -> Sequence[WorkingHours]:
    """The hours of these people, on any seat, that hold on a day of the period."""
    rows = select(WorkingHours).where(
        WorkingHours.person_id.in_(list(persons)),
        WorkingHours.valid_from <= last,
        or_(WorkingHours.valid_to.is_(None), WorkingHours.valid_to >= first),
    )
    return (await session.scalars(rows.order_by(WorkingHours.valid_from, WorkingHours.id))).all()


async def absences(session: AsyncSession, persons: Iterable[UUID], first: date, last: date) -> Sequence[Absence]:
    rows = select(Absence).where(
        Absence.person_id.in_(list(persons)), Absence.first_on <= last, Absence.last_on >= first
    )
    return (await session.scalars(rows.order_by(Absence.first_on, Absence.id))).all()


async def series_on(session: AsyncSession, seats: Iterable[UUID], first: date, last: date) -> Sequence[Series]:
    """Series of these seats that have a day in the period, perhaps."""
    rows = select(Series).where(
        Series.seat_id.in_(list(seats)),
        Series.first_on <= last,
        or_(Series.last_on.is_(None), Series.last_on >= first),
    )
    return (await session.scalars(rows.order_by(Series.first_on, Series.id))).all()


async def taken_room(
    session: AsyncSession, room_id: UUID, starts_at: datetime, ends_at: datetime
) -> Sequence[Reservation]:
    """Time of this room that is taken and touches the period, in order."""
    rows = select(Reservation).where(
        Reservation.room_id == room_id,
        Reservation.released_at.is_(None),
        Reservation.starts_at < ends_at,
        Reservation.ends_at > starts_at,
    )
    return (await session.scalars(rows.order_by(Reservation.starts_at, Reservation.id))).all()


async def room_by_id(session: AsyncSession, room_id: UUID) -> Room | None:
    return await session.get(Room, room_id)


async def series_by_id(session: AsyncSession, series_id: UUID) -> Series | None:
    return await session.get(Series, series_id)
