"""Taking time of people and rooms, and giving it back. Whoever meets whom about what is the business of other rooms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.calendars import queries
from app.calendars.agendas import agendas, checked_period, days_around, left_of_room, office_of, terms_of, who_is_there
from app.calendars.faults import WHY_NOT, PersonNotNamed, RoomNotInUse
from app.calendars.faults import PersonBooked as PersonBooked
from app.calendars.faults import RoomBooked as RoomBooked
from app.calendars.models import Reservation, Room
from app.calendars.receptions import AHEAD, Occurrence, next_held, occurrences
from app.calendars.rules import Asked, FreeTime, Slots, Span, free, why_not
from app.calendars.slots import RECEPTIONS, slots_of, usual_minutes
from app.kit.codesets import codeset
from app.kit.problems import NotFound
from app.kit.queries import one
from app.people.actor import Actor
from app.teams.queries import visible_seats

LONGEST = 62
BEGINNING = datetime.min.replace(tzinfo=UTC)
KINDS = tuple(code.code for code in codeset("reservation_kind"))
MINUTES = 60
STEP = 15


async def reserve(
    session: AsyncSession,
    *,
    kind: str,
    subject_type: str,
    subject_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    persons: Iterable[UUID] = (),
    room: Room | None = None,
    place: str | None = None,
) -> None:
    """Take the time of these people and this room, all or nothing. `place` is `remote`, `phone` or not said: it tells a
    calendar that nobody comes anywhere, and never where a client is visited.

    Raises `PersonBooked` and `RoomBooked`, from the database at the flush at the latest: the transaction is over then.
    """
    people = sorted(set(persons))
    numbers = await queries.numbers_of(session, people)
    if missing := [person for person in people if person not in numbers]:
        raise NotFound(missing=sorted(map(str, missing)))
    whose: list[tuple[UUID | None, int | None, UUID | None, int | None]]
    whose = [(person, numbers[person], None, None) for person in people]
    if room is not None:
        whose.append((None, None, room.id, room.no))
    if not whose:
        return
    await queries.take_turns(session, [*people, *([room.id] if room else [])])
    for person_id, person_no, room_id, room_no in whose:
        session.add(
            Reservation(
                person_id=person_id,
                person_no=person_no,
                room_id=room_id,
                room_no=room_no,
                starts_at=starts_at,
                ends_at=ends_at,
                kind=kind,
                subject_type=subject_type,
                subject_id=subject_id,
                place=place,
            )
        )
    await session.flush()


async def room_for(session: AsyncSession, room_id: UUID, area_id: UUID | None, on: date) -> Room:
    """A room of the area, in use on the day. Raises `NotFound`, `RoomNotInUse`."""
    found = await queries.room(session, room_id, area_id)
    if found is None:
        raise NotFound()
    if on < found.in_use_from or (found.in_use_to is not None and on > found.in_use_to):
        raise RoomNotInUse()
    return found


async def release(
    session: AsyncSession, subject_type: str, subject_id: UUID, at: datetime, *, ending_after: datetime | None = None
) -> None:
    """The time of this subject is free again; with `ending_after` only what ends later than that."""
    await session.flush()
    await queries.release(session, subject_type, subject_id, at, ending_after or BEGINNING, KINDS)


async def cut(session: AsyncSession, subject_type: str, subject_id: UUID, kind: str, at: datetime) -> None:
    """What is going on ends now: the rest of its time is free, what was used of it stays."""
    await session.flush()
    found = await queries.going_on(session, subject_type, subject_id, kind, at)
    if not found:
        return
    await queries.release(session, subject_type, subject_id, at, at, (kind,))
    for row in found:
        session.add(row.until(at))
    await session.flush()


async def resume(
    session: AsyncSession,
    *,
    kind: str,
    subject_type: str,
    subject_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    persons: Iterable[UUID],
    room_id: UUID | None,
    place: str | None,
) -> None:
    """Take time again that was given back, of whom and what is still free; the rest stays with whoever has it."""
    people, rooms = set(persons), set() if room_id is None else {room_id}
    await queries.take_turns(session, [*people, *rooms])
    for row in await queries.taken(session, people, starts_at, ends_at, rooms):
        people -= {row.person_id}
        rooms -= {row.room_id}
    [room] = [await queries.room_by_id(session, id) for id in rooms] or [None]
    await reserve(
        session, kind=kind, subject_type=subject_type, subject_id=subject_id, starts_at=starts_at, ends_at=ends_at,
        persons=people, room=room, place=place,
    )  # fmt: skip


async def free_times(
    session: AsyncSession,
    persons: Iterable[UUID],
    first: date,
    last: date,
    minutes: int | None = MINUTES,
    room_id: UUID | None = None,
    at: datetime | None = None,
    *,
    step: int = STEP,
    together: bool = False,
    area_ids: Iterable[UUID] | None = None,
    seat_id: UUID | None = None,
    kind: str | None = None,
) -> list[FreeTime]:
    """Times of so many minutes at which some of these people are free, in order, with who; `together`: all of them.

    Both days are included, 62 at most; starts are whole steps (15 or 30 minutes) past the hour, and not sooner after
    `at` than the lead time of the settings. With a room, it is free as well; `area_ids` is whose room it must be.
    On days of a reception of `seat_id`, or of the kind where it has some (C-19), its slots alone are offered, as long
    as they are; without `minutes` other times are as long as the kind usually takes. Eight statements at most.
    Raises `PeriodBackwards`, `PeriodTooLong`, `NotFound` (the room).
    """
    people = sorted(set(persons))
    checked_period(first, last, LONGEST)
    room = None
    if room_id is not None:
        found = await queries.room_by_id(session, room_id)
        if found is None or (area_ids is not None and found.area_id not in set(area_ids)):
            raise NotFound()
        room = await left_of_room(session, found, first, last)
    lead = timedelta(minutes=session.info["settings"].free_time_lead_minutes)
    earliest = at + lead if at is not None else BEGINNING
    known = await agendas(session, people, first, last)
    slots: dict[UUID, Slots] = {}
    if seat_id is not None or kind in RECEPTIONS:
        slots = await slots_of(session, people, first, last, seat_id=seat_id, kind=kind if kind in RECEPTIONS else None)
    length = minutes or (usual_minutes(kind, first) if kind else MINUTES)
    asked = Asked(first, last, length, step, earliest, office_of(session), room, slots, minutes or 0)
    found_times = free(known, asked)
    return [time for time in found_times if not together or len(time.persons) == len(people)]


async def check_free(
    session: AsyncSession, person_id: UUID, starts_at: datetime, ends_at: datetime, *, outside: bool = False
) -> None:
    """Whether somebody is there at a time; that it is not taken, `reserve` finds out. `outside`: the caller has a
    reason to meet outside of hours, so these are not asked; absences, seats and visiting days always are.

    Raises `PersonAbsent`, `NotOnASeat`, `NotAVisitingDay`, `OutsideWorkingHours`.
    """
    known = await agendas(session, [person_id], *days_around(starts_at, ends_at))
    because = why_not(known[person_id], Span(starts_at, ends_at), office_of(session))
    if because is not None and not (outside and because == "outside_working_hours"):
        raise WHY_NOT[because]()


async def check_hours(session: AsyncSession, persons: Iterable[UUID], starts_at: datetime, ends_at: datetime) -> None:
    """Whether people are at work at a time, for a meeting of several: whoever sits on no seat has no hours to ask for.

    Raises `PersonAbsent`, `OutsideWorkingHours`, with `persons`: those of whom it is so.
    """
    known = await agendas(session, persons, *days_around(starts_at, ends_at))
    found = {id: why_not(agenda, Span(starts_at, ends_at), office_of(session)) for id, agenda in known.items()}
    for because in ("person_absent", "outside_working_hours"):
        if those := sorted(str(id) for id, code in found.items() if code == because):
            raise WHY_NOT[because](persons=those)


async def next_occurrence(session: AsyncSession, series_id: UUID, on: date) -> Occurrence | None:
    """The first day of a series on or after `on` that is held, with who holds it and its slots; None when there is none
    within about two years, or no such series."""
    series = await queries.series_by_id(session, series_id)
    if series is None:
        return None
    there = await who_is_there(session, [series.seat_id], on, on + AHEAD)
    terms = terms_of(series)
    day = next_held(terms, on, there[series.seat_id])
    return None if day is None else occurrences(terms, day, day, there[series.seat_id])[0]


async def asked_people(
    session: AsyncSession, actor: Actor, persons: Iterable[UUID], seat_id: UUID | None, first: date, last: date
) -> set[UUID]:
    """Whose time somebody asks for: people on seats of their areas, and whoever sits on a seat in the period.

    Raises `PersonNotNamed`, and `NotFound` for anybody else.
    """
    people = set(persons)
    if not people and seat_id is None:
        raise PersonNotNamed()
    if people and people - await queries.seated_here(session, actor.areas, people):
        raise NotFound()
    if seat_id is not None:
        seat = await one(session, visible_seats(actor), seat_id)
        people |= {sitting.person_id for sitting in await queries.sittings(session, first, last, seats=[seat.id])}
    return people
