"""Receptions that come again: made, changed from a day, ended; and their slots, worked out when read (C-19, C-30)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.calendars import queries
from app.calendars.agendas import bounds, checked_period, terms_of, who_is_there
from app.calendars.faults import ReceptionTooLong, SeriesOffVisitingDays, UnknownRoom
from app.calendars.models import Reservation, Room, Series, SeriesKind
from app.calendars.receptions import Occurrence, Terms, days_of, occurrences
from app.calendars.rooms import YEAR
from app.calendars.rules import DAY, Span, common, without
from app.calendars.series_schemas import (
    OccurrenceRead,
    ReservationRead,
    SeriesChange,
    SeriesCreate,
    SeriesEnded,
    SeriesRead,
    SlotRead,
)
from app.calendars.service import room_for
from app.kit.clock import civil_date
from app.kit.problems import NotFound
from app.people.periods import (
    AlreadyEnded,
    EndsBeforeStart,
    StartsInThePast,
    at_field,
    check_end,
    check_period,
)
from app.teams import visits
from app.teams.models import Seat
from app.teams.service import BadVisitingDays

KINDS = list(SeriesKind)


async def check(session: AsyncSession, seat: Seat, series: Series) -> None:
    """Raises `BadVisitingDays`, `ReceptionTooLong`, `SeriesOffVisitingDays`, `UnknownRoom`, `RoomNotInUse`."""
    try:
        visits.check_rule(series.rule)
    except ValueError:
        raise at_field(BadVisitingDays, "rule") from None
    length = timedelta(hours=series.starts.hour, minutes=series.starts.minute + series.minutes * series.slots)
    if length > DAY:
        raise at_field(ReceptionTooLong, "slots")
    if seat.visiting_days is not None:
        last = series.first_on + YEAR * DAY
        if not set(terms_of(series).days(series.first_on, last)) <= set(
            days_of(seat.visiting_days, series.first_on, last)
        ):
            raise at_field(SeriesOffVisitingDays, "rule")
    if series.room_id is not None:
        try:
            await room_for(session, series.room_id, await queries.area_of_seat(session, seat), series.first_on)
        except NotFound:
            raise at_field(UnknownRoom, "roomId") from None


async def make(session: AsyncSession, seat: Seat, given: SeriesCreate, at: datetime) -> Series:
    """A series of a seat, which is locked by the caller. Raises `StartsInThePast`, `EndsBeforeStart`, what `check`
    does, and `SeriesExists`."""
    if given.first_on < civil_date(at):
        raise at_field(StartsInThePast, "firstOn")
    check_period(given.first_on, given.last_on, "lastOn")
    fields = given.model_dump() | {"starts": time.fromisoformat(given.starts)}
    series = Series(**fields, seat_id=seat.id, seat_no=seat.no, kind_no=KINDS.index(given.kind) + 1)
    await check(session, seat, series)
    session.add(series)
    await session.flush()
    return series


async def change(
    session: AsyncSession, seat: Seat, series: Series, given: SeriesChange, at: datetime
) -> tuple[Series, Sequence[Reservation]]:
    """How it goes on from a day, as a series of its own; and what is booked in slots that are no more.

    Raises `StartsInThePast`, `EndsBeforeStart`, `AlreadyEnded`, and what `check` does.
    """
    first = given.valid_from
    if first < civil_date(at):
        raise at_field(StartsInThePast, "validFrom")
    if first <= series.first_on:
        raise at_field(EndsBeforeStart, "validFrom")
    if series.last_on is not None and series.last_on < first:
        raise AlreadyEnded()
    changes = given.model_dump(exclude={"valid_from"})
    if "starts" in changes:
        changes["starts"] = time.fromisoformat(changes["starts"])
    kept = (
        "seat_id",
        "seat_no",
        "kind",
        "kind_no",
        "rule",
        "starts",
        "minutes",
        "slots",
        "room_id",
        "last_on",
        "beside",
    )
    before = terms_of(series)
    after = Series(**{name: getattr(series, name) for name in kept} | changes, first_on=first, continues_id=series.id)
    await check(session, seat, after)
    series.last_on = first - DAY
    await session.flush()
    session.add(after)
    await session.flush()
    return after, await left_over(session, seat, before, terms_of(after), first)


async def end(session: AsyncSession, seat: Seat, series: Series, last: date, at: datetime) -> Sequence[Reservation]:
    """The last day of it; what is booked in later slots stays, and is returned.

    Raises `AlreadyEnded`, `EndsBeforeStart`, `EndsInThePast`.
    """
    check_end(series.first_on, series.last_on, last, at)
    before = terms_of(series)
    series.last_on = last
    await session.flush()
    return await left_over(session, seat, before, None, last + DAY)


async def left_over(
    session: AsyncSession, seat: Seat, before: Terms, after: Terms | None, first: date
) -> Sequence[Reservation]:
    """What is booked within a year in slots that were and are no more. Three statements."""
    last = first + YEAR * DAY
    there = (await who_is_there(session, [seat.id], first, last))[seat.id]
    was = occurrences(before, first, last, there)
    now = [] if after is None else occurrences(after, first, last, there)
    lost = without(spans_of(was), spans_of(now))
    taken = await queries.taken(session, holders_of(was), *bounds(first, last))
    return [row for row in taken if row.kind != "blocked" and common([Span(row.starts_at, row.ends_at)], lost)]


def spans_of(found: Iterable[Occurrence]) -> list[Span]:
    return [Span(*times) for one in found for times in one.times]


async def held(session: AsyncSession, series: Series, first: date, last: date) -> list[OccurrenceRead]:
    """The days of a series in a period with their slots, and which are free.

    Raises `PeriodBackwards`, `PeriodTooLong`."""
    checked_period(first, last, YEAR)
    there = (await who_is_there(session, [series.seat_id], first, last + 2 * YEAR * DAY))[series.seat_id]
    found = occurrences(terms_of(series), first, last, there)
    rooms = [series.room_id] if series.room_id else []
    taken = await queries.taken(session, holders_of(found), *bounds(first, last), rooms=rooms)
    return with_slots(found, series.room_id, taken)


def holders_of(found: Iterable[Occurrence]) -> set[UUID]:
    return {one.person_id for one in found if one.person_id is not None}


def with_slots(found: Iterable[Occurrence], room_id: UUID | None, taken: Iterable[Reservation]) -> list[OccurrenceRead]:
    """Days with their slots; one is free while nothing of the person or the room crosses it."""

    def free(one: Occurrence, starts_at: datetime, ends_at: datetime) -> bool:
        return not any(
            row.starts_at < ends_at and starts_at < row.ends_at
            for row in taken
            if (row.person_id is not None and row.person_id == one.person_id)
            or (row.room_id is not None and row.room_id == room_id)
        )

    return [
        OccurrenceRead(
            on=one.on,
            skipped=one.skipped,
            next_on=one.next_on,
            person_id=one.person_id,
            slots=[SlotRead(starts_at=a, ends_at=b, free=free(one, a, b)) for a, b in one.times],
        )
        for one in found
    ]


def show(series: Series) -> SeriesRead:
    fields = {name: getattr(series, name) for name in SeriesRead.model_fields}
    return SeriesRead(**fields | {"starts": f"{series.starts:%H:%M}"})


def show_reservation(row: Reservation, room: Room | None = None, because: str | None = None) -> ReservationRead:
    fields = {name: getattr(row, name) for name in ReservationRead.model_fields if hasattr(row, name)}
    room_name, room_id = (room.name, room.id) if room else (None, row.room_id)
    return ReservationRead(**fields | {"room_id": room_id}, room_name=room_name, because=because)


def show_ended(series: Series, booked: Iterable[Reservation]) -> SeriesEnded:
    return SeriesEnded(**show(series).model_dump(), booked=[show_reservation(row) for row in booked])
