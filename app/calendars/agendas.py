"""What is known of people's time in a period, gathered with a fixed number of statements, whoever and however many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.calendars import queries
from app.calendars.faults import PeriodBackwards, PeriodTooLong
from app.calendars.models import Room, Series, WorkingHours
from app.calendars.queries import Sitting
from app.calendars.receptions import Terms
from app.calendars.rules import DAY, Agenda, Days, Hours, Post, Span, Week, each_day, instants, without
from app.kit.clock import civil_date
from app.teams.models import Absence, Standing


def office_of(session: AsyncSession) -> tuple[time, time]:
    """The hours of whoever has said none, Finnish local time."""
    settings = session.info["settings"]
    return settings.office_opens, settings.office_closes


def checked_period(first: date, last: date, most: int) -> None:
    """Raises `PeriodBackwards`, `PeriodTooLong`."""
    if last < first:
        raise PeriodBackwards()
    if last > first + (most - 1) * DAY:
        raise PeriodTooLong(most=most)


def bounds(first: date, last: date) -> Span:
    """A period of days as instants."""
    return Span(instants(first, time(0), time(1)).starts_at, instants(last + DAY, time(0), time(1)).starts_at)


def terms_of(series: Series) -> Terms:
    return Terms(series.rule, series.starts, series.minutes, series.slots, series.first_on, series.last_on)


def week_of(row: WorkingHours) -> Week:
    hours = tuple(
        Hours(part["weekday"], time.fromisoformat(part["opens"]), time.fromisoformat(part["closes"]))
        for part in row.hours
    )
    return Week(Days(row.valid_from, row.valid_to), hours)


def receptions_of(series: Iterable[Series], first: date, last: date) -> dict[date, tuple[Span, ...]]:
    """When these are held, by day, whoever holds them."""
    found: dict[date, list[Span]] = defaultdict(list)
    for terms in map(terms_of, series):
        for on in terms.days(first, last):
            found[on] += [Span(*times) for times in terms.times(on)]
    return {on: tuple(spans) for on, spans in found.items()}


async def agendas(session: AsyncSession, persons: Iterable[UUID], first: date, last: date) -> dict[UUID, Agenda]:
    """The agenda of each of these people; the days before and after are not known in it."""
    people = sorted(set(persons))
    sittings = await queries.sittings(session, first, last, persons=people)
    weeks = await queries.weeks(session, people, first, last)
    away = await queries.absences(session, people, first, last)
    series = await queries.series_on(session, {sitting.seat_id for sitting in sittings}, first, last)
    taken = await queries.taken(session, people, *bounds(first, last))
    of_seat = {
        seat: receptions_of([row for row in series if row.seat_id == seat], first, last)
        for seat in {row.seat_id for row in series}
    }

    def post(sitting: Sitting) -> Post:
        mine = [row for row in weeks if (row.seat_id, row.person_id) == (sitting.seat_id, sitting.person_id)]
        return Post(
            Days(sitting.valid_from, sitting.valid_to),
            sitting.visiting_days,
            tuple(map(week_of, mine)),
            of_seat.get(sitting.seat_id),
        )

    return {
        person: Agenda(
            tuple(post(sitting) for sitting in sittings if sitting.person_id == person),
            tuple(Days(row.first_on, row.last_on) for row in away if row.person_id == person),
            tuple(Span(row.starts_at, row.ends_at) for row in taken if row.person_id == person),
        )
        for person in people
    }


async def left_of_room(session: AsyncSession, room: Room, first: date, last: date) -> Sequence[Span]:
    """When a room is in use and nobody has it."""
    days = [on for on in each_day(first, last) if room.in_use_from <= on <= (room.in_use_to or date.max)]
    taken = await queries.taken(session, (), *bounds(first, last), rooms=[room.id])
    return without([bounds(on, on) for on in days], [Span(row.starts_at, row.ends_at) for row in taken])


class There:
    """Who holds a seat's reception on a day: the first holder who is there, else the first deputy."""

    def __init__(self, sittings: Sequence[Sitting], away: Sequence[Absence]) -> None:
        self.sittings = sorted(sittings, key=lambda sitting: sitting.standing != Standing.HOLDER)
        self.away = away

    def __call__(self, on: date) -> UUID | None:
        sitting = (one for one in self.sittings if Days(one.valid_from, one.valid_to).holds(on))
        return next((one.person_id for one in sitting if not self.is_away(one.person_id, on)), None)

    def is_away(self, person: UUID, on: date) -> bool:
        return any(row.person_id == person and row.first_on <= on <= row.last_on for row in self.away)


async def who_is_there(session: AsyncSession, seats: Iterable[UUID], first: date, last: date) -> dict[UUID, There]:
    """For each of these seats, who holds its receptions in a period. Two statements."""
    known = sorted(set(seats))
    sittings = await queries.sittings(session, first, last, seats=known)
    away = await queries.absences(session, {sitting.person_id for sitting in sittings}, first, last)
    return {seat: There([one for one in sittings if one.seat_id == seat], away) for seat in known}


def days_around(starts_at: datetime, ends_at: datetime) -> tuple[date, date]:
    return civil_date(starts_at), civil_date(ends_at)
