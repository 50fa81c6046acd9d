"""Hours of people on seats, and reservations on days when somebody is not there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from itertools import pairwise
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.calendars import queries
from app.calendars.agendas import agendas, bounds, checked_period, office_of
from app.calendars.faults import WHY_NOT, HoursOverlap, OverlappingHours, UnknownHolder
from app.calendars.models import WorkingHours
from app.calendars.rules import DAY, Agenda, Days, Span, why_not
from app.calendars.schemas import ConflictRead, Stretch, WorkingHoursCreate, WorkingHoursRead
from app.calendars.service import LONGEST
from app.kit.clock import civil_date
from app.kit.i18n import speaking
from app.people.actor import Actor
from app.people.periods import at_field, check_end, first_day, last_day
from app.security.permissions import Permission as P
from app.teams.models import Seat

CONFLICTS = ("person_absent", "not_on_a_seat", "not_a_visiting_day")


def show(row: WorkingHours) -> WorkingHoursRead:
    return WorkingHoursRead.model_validate(row)


def check_hours(hours: list[Stretch]) -> None:
    """Each stretch ends after it begins, and none of a day overlaps another. Raises `HoursOverlap`."""
    spans = sorted((part.weekday, time.fromisoformat(part.opens), time.fromisoformat(part.closes)) for part in hours)
    crossed = any(closes <= opens for _, opens, closes in spans)
    if crossed or any(one[0] == other[0] and other[1] < one[2] for one, other in pairwise(spans)):
        raise at_field(HoursOverlap, "hours")


async def say(session: AsyncSession, seat: Seat, given: WorkingHoursCreate, at: datetime) -> WorkingHours:
    """The hours of somebody on a seat from a day on; what was in force ends the day before. The seat is locked by the
    caller. Raises `StartsInThePast`, `HoursOverlap`, `UnknownHolder`, `OverlappingHours`."""
    first = first_day(given.valid_from, at)
    check_hours(given.hours)
    sittings = await queries.sittings(session, first, date.max, seats=[seat.id])
    numbers = await queries.numbers_of(session, {row.person_id for row in sittings})
    if given.person_id not in numbers:
        raise at_field(UnknownHolder, "personId")
    before, ended = await queries.hours_after(session, seat.id, given.person_id)
    if before is not None and before.valid_from < first:
        before.end(first - DAY)
    elif before is not None:
        raise OverlappingHours()
    if ended is not None and ended >= first:
        raise OverlappingHours()
    await session.flush()
    row = WorkingHours(
        seat_id=seat.id,
        seat_no=seat.no,
        person_id=given.person_id,
        person_no=numbers[given.person_id],
        hours=[part.model_dump() for part in given.hours],
        valid_from=first,
    )
    session.add(row)
    await session.flush()
    return row


async def end(session: AsyncSession, row: WorkingHours, last: date | None, at: datetime) -> None:
    """From the next day nothing is said, and the office hours hold.

    Raises `AlreadyEnded`, `EndsBeforeStart`, `EndsInThePast`."""
    if row.valid_to is not None:
        check_end(row.valid_from, row.valid_to, last or civil_date(at), at)
    row.valid_to = last_day(row.valid_from, last, at)
    await session.flush()


def because(agenda: Agenda, span: Span, office: tuple[time, time]) -> str | None:
    """Why somebody is not there at all; that a time is outside of hours may have been agreed."""
    found = why_not(agenda, span, office)
    return found if found in CONFLICTS else None


async def conflicts(
    session: AsyncSession, actor: Actor, first: date, last: date, person_id: UUID | None, as_if_away: bool
) -> list[ConflictRead]:
    """Reservations of a period on days when the person is away, sits on no seat, or does not visit, in order.

    `as_if_away` asks what an absence for the whole period would hit. Six statements.
    Raises `PeriodBackwards`, `PeriodTooLong`.
    """
    checked_period(first, last, LONGEST)
    people = queries.people_of(actor.areas_with(P.TEAM_MANAGE), person_id)
    rows = await queries.reserved_in(session, people, bounds(first, last))
    known = await agendas(session, {row.person_id for row in rows if row.person_id}, first, last)
    if as_if_away:
        known = {person: replace(agenda, away=(Days(first, last),)) for person, agenda in known.items()}
    office, language = office_of(session), speaking.get()
    return [
        ConflictRead(
            reservation_id=row.id,
            person_id=row.person_id,
            kind=row.kind,
            subject_type=row.subject_type,
            subject_id=row.subject_id,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            because=found,
            remedy=WHY_NOT[found]().explain(language),
        )
        for row in rows
        if row.person_id and (found := because(known[row.person_id], Span(row.starts_at, row.ends_at), office))
    ]
