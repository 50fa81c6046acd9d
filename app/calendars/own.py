"""One's own calendar: what is taken, receptions of one's seats, absences, and time that one keeps for oneself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.calendars import queries
from app.calendars.agendas import agendas, bounds, checked_period, office_of, terms_of, who_is_there
from app.calendars.faults import AlreadyReleased, BlockTooLong, TimeIsPast
from app.calendars.hours import because
from app.calendars.models import BlockedTime
from app.calendars.receptions import AHEAD, occurrences
from app.calendars.rules import Span
from app.calendars.series import show_reservation, with_slots
from app.calendars.series_schemas import BlockCreate, DaysRead, MyCalendar, ReceptionRead
from app.calendars.service import LONGEST, release, reserve
from app.kit.problems import NotFound
from app.kit.queries import one
from app.people.actor import Actor
from app.people.periods import at_field

BLOCKED = "blocked_times"
A_DAY = timedelta(hours=24)


async def calendar(session: AsyncSession, person_id: UUID, first: date, last: date) -> MyCalendar:
    """A period of one's own time, 62 days at most; receptions are those that one holds oneself. Eleven statements.

    Raises `PeriodBackwards`, `PeriodTooLong`.
    """
    checked_period(first, last, LONGEST)
    known = (await agendas(session, [person_id], first, last))[person_id]
    taken = await queries.entries(session, person_id, *bounds(first, last), None)
    sittings = await queries.sittings(session, first, last, persons=[person_id])
    series = await queries.series_on(session, {sitting.seat_id for sitting in sittings}, first, last)
    there = await who_is_there(session, {row.seat_id for row in series}, first, last + AHEAD)
    days = {
        row.id: [
            day
            for day in occurrences(terms_of(row), first, last, there[row.seat_id])
            if day.person_id in (person_id, None)
        ]
        for row in series
    }
    rooms = {row.room_id for row in series if row.room_id is not None}
    booked = await queries.taken(session, [person_id], *bounds(first, last), rooms=rooms)
    receptions = [
        ReceptionRead(**shown.model_dump(), series_id=row.id, kind=row.kind)
        for row in series
        for shown in with_slots(days[row.id], row.room_id, booked)
    ]
    office = office_of(session)
    return MyCalendar(
        reservations=[
            show_reservation(row, room, because(known, Span(row.starts_at, row.ends_at), office)) for row, room in taken
        ],
        receptions=sorted(receptions, key=lambda reception: (reception.on, reception.series_id)),
        away=[DaysRead(first_on=days.first, last_on=days.last or last) for days in known.away],
    )


async def block(session: AsyncSession, actor: Actor, given: BlockCreate, at: datetime) -> BlockedTime:
    """Keep time for oneself. Raises `BlockTooLong`, `TimeIsPast`, `PersonBooked`."""
    assert actor.person_id is not None
    if not given.starts_at < given.ends_at <= given.starts_at + A_DAY:
        raise at_field(BlockTooLong, "endsAt")
    if given.ends_at <= at:
        raise at_field(TimeIsPast, "endsAt")
    row = BlockedTime(person_id=actor.person_id, starts_at=given.starts_at, ends_at=given.ends_at)
    session.add(row)
    await reserve(
        session,
        kind="blocked",
        subject_type=BLOCKED,
        subject_id=row.id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        persons=[actor.person_id],
    )
    return row


async def blocked(session: AsyncSession, actor: Actor, block_id: UUID, *, lock: bool = False) -> BlockedTime:
    """Raises `NotFound` for anybody else's."""
    if actor.person_id is None:
        raise NotFound()
    return await one(session, queries.own_blocks(actor), block_id, lock=lock)


async def unblock(session: AsyncSession, row: BlockedTime, at: datetime) -> None:
    """Raises `AlreadyReleased`."""
    if row.released_at is not None:
        raise AlreadyReleased()
    row.released_at = at
    await release(session, BLOCKED, row.id, at)
