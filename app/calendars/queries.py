"""Every select on rooms, hours, receptions and reserved time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.calendars.models import BlockedTime, CalendarFeed, Reservation, Room, Series, WorkingHours
from app.calendars.rules import Span
from app.people.actor import Actor
from app.people.models import Person
from app.security.permissions import Permission as P
from app.teams.models import Absence, Holder, Seat, Standing, Team
from app.teams.queries import managed_seats, visible_seats


async def numbers_of(session: AsyncSession, persons: Iterable[UUID]) -> dict[UUID, int]:
    """The small number of each person that there is."""
    rows = await session.execute(select(Person.id, Person.no).where(Person.id.in_(list(persons))))
    return {row.id: row.no for row in rows}


async def room(session: AsyncSession, room_id: UUID, area_id: UUID | None) -> Room | None:
    rows = select(Room).where(Room.id == room_id, Room.area_id == area_id)
    return await session.scalar(rows)


async def taken(
    session: AsyncSession,
    persons: Iterable[UUID],
    starts_at: datetime,
    ends_at: datetime,
    rooms: Iterable[UUID] = (),
) -> Sequence[Reservation]:
    """Time of these people, and of these rooms, that is taken and touches the period, in order."""
    rows = select(Reservation).where(
        or_(Reservation.person_id.in_(list(persons)), Reservation.room_id.in_(list(rooms))),
        Reservation.released_at.is_(None),
        Reservation.starts_at < ends_at,
        Reservation.ends_at > starts_at,
    )
    return (await session.scalars(rows.order_by(Reservation.starts_at, Reservation.id))).all()


def standing(subject_type: str, subject_id: UUID) -> tuple[ColumnElement[bool], ...]:
    """What this subject has taken."""
    R = Reservation
    return R.subject_type == subject_type, R.subject_id == subject_id, R.released_at.is_(None)


async def going_on(
    session: AsyncSession, subject_type: str, subject_id: UUID, kind: str, at: datetime
) -> Sequence[Reservation]:
    now = (Reservation.kind == kind, Reservation.starts_at < at, Reservation.ends_at > at)
    rows = select(Reservation).where(*standing(subject_type, subject_id), *now)
    return (await session.scalars(rows.order_by(Reservation.id))).all()


async def release(
    session: AsyncSession,
    subject_type: str,
    subject_id: UUID,
    at: datetime,
    ending_after: datetime,
    kinds: Iterable[str],
) -> None:
    """Reservations of this subject of these kinds are free again, of those that end after an instant."""
    rows = update(Reservation).where(*standing(subject_type, subject_id), Reservation.kind.in_(list(kinds)))
    changed = rows.where(Reservation.ends_at > ending_after).values(released_at=at)
    await session.execute(changed.execution_options(synchronize_session=False))


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


def visible_rooms(actor: Actor) -> Select[Room]:
    """Rooms of the areas one works in."""
    return select(Room).where(Room.area_id.in_(actor.areas))


def managed_rooms(actor: Actor) -> Select[Room]:
    return select(Room).where(Room.area_id.in_(actor.areas_with(P.TEAM_MANAGE)))


def rooms_by(rows: Select[Room], municipality: str | None, accessible: bool | None, on: date | None) -> Select[Room]:
    """Those in a municipality, with or without a way for a wheelchair, in use on a day."""
    if municipality is not None:
        rows = rows.where(Room.municipality == municipality)
    if accessible is not None:
        rows = rows.where(Room.accessible.is_(accessible))
    if on is not None:
        rows = rows.where(Room.in_use_from <= on, or_(Room.in_use_to.is_(None), Room.in_use_to >= on))
    return rows


def visible_series(actor: Actor) -> Select[Series]:
    return select(Series).where(Series.seat_id.in_(select(visible_seats(actor).subquery().c.id)))


def series_by(rows: Select[Series], seat_id: UUID | None) -> Select[Series]:
    return rows if seat_id is None else rows.where(Series.seat_id == seat_id)


def managed_series(actor: Actor) -> Select[Series]:
    return select(Series).where(Series.seat_id.in_(select(managed_seats(actor).subquery().c.id)))


def managed_hours(actor: Actor) -> Select[WorkingHours]:
    return select(WorkingHours).where(WorkingHours.seat_id.in_(select(managed_seats(actor).subquery().c.id)))


def hours_of(seat_id: UUID) -> Select[WorkingHours]:
    return select(WorkingHours).where(WorkingHours.seat_id == seat_id)


async def hours_after(session: AsyncSession, seat_id: UUID, person_id: UUID) -> tuple[WorkingHours | None, date | None]:
    """The version without an end, and the last day of those that have one."""
    mine = select(WorkingHours).where(WorkingHours.seat_id == seat_id, WorkingHours.person_id == person_id)
    rows = (await session.scalars(mine)).all()
    ended = [row.valid_to for row in rows if row.valid_to is not None and row.valid_to >= row.valid_from]
    return next((row for row in rows if row.valid_to is None), None), max(ended, default=None)


async def seated_here(session: AsyncSession, areas: Iterable[UUID], persons: Iterable[UUID]) -> set[UUID]:
    """Which of these people sit, sat or will sit on a seat of these areas."""
    rows = (
        select(Holder.person_id)
        .join(Seat, Seat.id == Holder.seat_id)
        .join(Team, Team.id == Seat.team_id)
        .where(Team.area_id.in_(list(areas)), Holder.person_id.in_(list(persons)))
        .distinct()
    )
    return set(await session.scalars(rows))


def own_blocks(actor: Actor) -> Select[BlockedTime]:
    return select(BlockedTime).where(BlockedTime.person_id == actor.person_id)


async def newest_feed(session: AsyncSession, person_id: UUID) -> CalendarFeed | None:
    """The one in force, else the last that was."""
    rows = select(CalendarFeed).where(CalendarFeed.person_id == person_id)
    order = (CalendarFeed.ended_at.is_not(None), CalendarFeed.made_at.desc(), CalendarFeed.id.desc())
    return await session.scalar(rows.order_by(*order).limit(1))


async def calendar_of(session: AsyncSession, token_hash: bytes) -> UUID | None:
    """Whose calendar this token reads. A function of the database looks: nobody is signed in."""
    found: UUID | None = await session.scalar(select(func.calendar_of(token_hash, type_=Uuid)))
    return found


class Entry(NamedTuple):
    """A reservation of somebody, and the room that is taken with it."""

    reservation: Reservation
    room: Room | None


async def entries(
    session: AsyncSession, person_id: UUID, starts_at: datetime, ends_at: datetime, released_since: datetime | None
) -> list[Entry]:
    """What somebody has in a period, in order; with `released_since` what was given back since then too."""
    other = aliased(Reservation)
    same_time = other.released_at.is_not_distinct_from(Reservation.released_at)
    rows = (
        select(Reservation, Room)
        .outerjoin(
            other,
            and_(
                other.subject_type == Reservation.subject_type,
                other.subject_id == Reservation.subject_id,
                other.starts_at == Reservation.starts_at,
                other.room_id.is_not(None),
                same_time,
            ),
        )
        .outerjoin(Room, Room.id == other.room_id)
        .where(Reservation.person_id == person_id, Reservation.starts_at < ends_at, Reservation.ends_at > starts_at)
        .order_by(Reservation.starts_at, Reservation.id)
    )
    standing = Reservation.released_at.is_(None)
    kept = standing if released_since is None else or_(standing, Reservation.released_at >= released_since)
    return [Entry(*row) for row in await session.execute(rows.where(kept))]


async def reserved_in(session: AsyncSession, persons: Select[UUID], period: Span) -> Sequence[Reservation]:
    """What these people have in a period besides time of their own, in order."""
    rows = select(Reservation).where(
        Reservation.person_id.in_(persons),
        Reservation.kind != "blocked",
        Reservation.released_at.is_(None),
        Reservation.starts_at < period.ends_at,
        Reservation.ends_at > period.starts_at,
    )
    return (await session.scalars(rows.order_by(Reservation.starts_at, Reservation.id))).all()


def people_of(areas: Iterable[UUID], person_id: UUID | None = None) -> Select[UUID]:
    rows = select(Person.id).where(Person.area_id.in_(list(areas)))
    return rows if person_id is None else rows.where(Person.id == person_id)


async def area_of_seat(session: AsyncSession, seat: Seat) -> UUID:
    return (await session.get_one(Team, seat.team_id)).area_id


async def booked_hours(session: AsyncSession, rows: Select[Room], period: Span) -> list[tuple[Room, timedelta]]:
    """For each room, by name, how long of a period it is taken."""
    inside = func.least(Reservation.ends_at, period.ends_at) - func.greatest(Reservation.starts_at, period.starts_at)
    booked = (
        select(Reservation.room_id, func.sum(inside).label("long"))
        .where(
            Reservation.released_at.is_(None),
            Reservation.starts_at < period.ends_at,
            Reservation.ends_at > period.starts_at,
        )
        .group_by(Reservation.room_id)
        .subquery()
    )
    found = rows.add_columns(booked.c.long).outerjoin(booked, booked.c.room_id == Room.id).order_by(Room.name, Room.id)
    return [(room, long or timedelta()) for room, long in await session.execute(found)]


async def take_turns(session: AsyncSession, ids: Iterable[UUID]) -> None:
    """Whoever takes time of these people and rooms does so one at a time, until the transaction ends: two who insert
    what excludes each other would otherwise both wait, and the database would have to choose. One statement."""
    names = func.unnest(array([str(id) for id in sorted(ids)])).column_valued("name")
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(names, 41))))


async def room_by_id(session: AsyncSession, room_id: UUID) -> Room | None:
    return await session.get(Room, room_id)


async def series_by_id(session: AsyncSession, series_id: UUID) -> Series | None:
    return await session.get(Series, series_id)
