"""When somebody can be met: hours, visiting days, absences and what is taken, put together. Pure.

Hours are Finnish local time, instants are UTC; the two meet in `instants`, so a day is right on both sides of a clock
change. Periods of instants are half-open: the end is free again. Periods of days include both ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from app.calendars.receptions import days_of
from app.kit.clock import HELSINKI
from app.kit.workdays import is_working_day, public_holidays

DAY = timedelta(days=1)
Slots = Mapping[date, tuple["Span", ...]]  # by day, what of a reception can be booked
SATURDAY = 6  # ISO: Monday is 1


class Span(NamedTuple):
    """From an instant until another, which is free again."""

    starts_at: datetime
    ends_at: datetime


class Hours(NamedTuple):
    """A stretch of one day of the week (ISO: Monday is 1), in local time."""

    weekday: int
    opens: time
    closes: time


class Days(NamedTuple):
    """From a day to a day, both included; without a last one it goes on."""

    first: date
    last: date | None

    def holds(self, on: date) -> bool:
        return self.first <= on and (self.last is None or on <= self.last)


class Week(NamedTuple):
    """The hours of somebody on a seat, for a time. Without any stretch: not there at all."""

    days: Days
    hours: tuple[Hours, ...]


@dataclass(frozen=True)
class Post:
    """Somebody sits on a seat: for which days, on which of them (a partner's visiting days), and at what hours.

    `receptions` are the times of the seat's series, by day: on a visiting day for which no hours were said, the person
    is there for these.
    """

    days: Days
    visiting_days: str | None = None
    weeks: tuple[Week, ...] = ()
    receptions: Mapping[date, tuple[Span, ...]] | None = None


@dataclass(frozen=True)
class Agenda:
    """What is known of a person's time."""

    posts: tuple[Post, ...] = ()
    away: tuple[Days, ...] = ()
    taken: tuple[Span, ...] = ()

    def is_away(self, on: date) -> bool:
        return any(days.holds(on) for days in self.away)


class FreeTime(NamedTuple):
    """A time that can be taken, and which of those asked for are free then."""

    starts_at: datetime
    ends_at: datetime
    persons: tuple[UUID, ...]


def instants(on: date, opens: time, closes: time) -> Span:
    """Local hours of a day as instants. In the hour that a spring night skips, the end can be before the start."""
    start, end = (datetime.combine(on, at, HELSINKI).astimezone(UTC) for at in (opens, closes))
    return Span(start, end)


def each_day(first: date, last: date) -> list[date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


def visiting(rule: str | None, first: date, last: date) -> Collection[date] | None:
    """The visiting days of a period, those on holidays left out; None: there on every day."""
    if rule is None:
        return None
    return frozenset(day for day in days_of(rule, first, last) if is_working_day(day))


def stretches(post: Post, on: date, office: tuple[time, time]) -> list[Span]:
    """When somebody is there on a day, its being a visiting day left to the caller.

    The hours said for that day; none said: the seat's receptions of that day where it is a partner's, and the office
    hours from Monday to Friday elsewhere. Nobody is there on a public holiday.
    """
    if not post.days.holds(on) or on in public_holidays(on.year):
        return []
    week = next((week for week in post.weeks if week.days.holds(on)), None)
    if week is not None:
        return [instants(on, hours.opens, hours.closes) for hours in week.hours if hours.weekday == on.isoweekday()]
    if post.visiting_days is not None and post.receptions and on in post.receptions:
        return list(post.receptions[on])
    return [instants(on, *office)] if on.isoweekday() < SATURDAY else []


def open_spans(agenda: Agenda, first: date, last: date, office: tuple[time, time]) -> list[Span]:
    """When a person can be met, whatever is taken: in order, none touching another."""
    found: list[Span] = []
    for post in agenda.posts:
        there = visiting(post.visiting_days, first, last)
        for on in each_day(first, last):
            if (there is None or on in there) and not agenda.is_away(on):
                found += stretches(post, on, office)
    return merged(found)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time in order, as few spans as can be; spans without any time are left out."""
    found: list[Span] = []
    for span in sorted(span for span in spans if span.ends_at > span.starts_at):
        if found and span.starts_at <= found[-1].ends_at:
            found[-1] = Span(found[-1].starts_at, max(found[-1].ends_at, span.ends_at))
        else:
            found.append(span)
    return found


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of the time when some of it is taken."""
    left, gone = merged(spans), merged(taken)
    for cut in gone:
        left = [
            part
            for span in left
            for part in (
                Span(span.starts_at, min(span.ends_at, cut.starts_at)),
                Span(max(span.starts_at, cut.ends_at), span.ends_at),
            )
            if part.ends_at > part.starts_at
        ]
    return left


def common(one: Iterable[Span], other: Iterable[Span]) -> list[Span]:
    """Time that is in both."""
    others = merged(other)
    return merged(
        Span(max(a.starts_at, b.starts_at), min(a.ends_at, b.ends_at))
        for a in merged(one)
        for b in others
        if a.starts_at < b.ends_at and b.starts_at < a.ends_at
    )


def on_grid(at: datetime, step: int) -> datetime:
    """The first instant at or after `at` that is whole steps past the hour; Finland's offsets are whole hours."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    steps = -(-(at - hour) // timedelta(minutes=step))
    return hour + steps * timedelta(minutes=step)


def starts(left: Iterable[Span], minutes: int, step: int, earliest: datetime) -> list[Span]:
    """Every span of so many minutes that fits in what is left, starting on the grid and not before `earliest`."""
    found, length = [], timedelta(minutes=minutes)
    for span in left:
        at = on_grid(max(span.starts_at, earliest), step)
        while at + length <= span.ends_at:
            found.append(Span(at, at + length))
            at += timedelta(minutes=step)
    return found


@dataclass(frozen=True)
class Asked:
    """What free time is looked for: both days included, `room` what is left of a room that must be free as well.
    `slots` are of receptions, by person: on their days these are offered, those of `slot_minutes` at least."""

    first: date
    last: date
    minutes: int
    step: int
    earliest: datetime
    office: tuple[time, time]
    room: Sequence[Span] | None = None
    slots: Mapping[UUID, Slots] = field(default_factory=dict)
    slot_minutes: int = 0


def free(agendas: Mapping[UUID, Agenda], asked: Asked) -> list[FreeTime]:
    """Times at which somebody of these is free, in order, with who; the order of people and of facts says nothing."""
    who: dict[Span, list[UUID]] = {}
    for person, agenda in agendas.items():
        left = without(open_spans(agenda, asked.first, asked.last, asked.office), agenda.taken)
        if asked.room is not None:
            left = common(left, asked.room)
        slots = asked.slots.get(person, {})
        offered = [
            span
            for span in starts(left, asked.minutes, asked.step, asked.earliest)
            if span.starts_at.astimezone(HELSINKI).date() not in slots
        ]
        for span in (*offered, *slots_left(left, slots, asked)):
            who.setdefault(span, []).append(person)
    return [FreeTime(span.starts_at, span.ends_at, tuple(sorted(who[span]))) for span in sorted(who)]


def slots_left(left: Sequence[Span], slots: Slots, asked: Asked) -> list[Span]:
    """The slots of receptions for which there is time."""
    return [
        slot
        for on, of_day in slots.items()
        for slot in of_day
        if asked.first <= on <= asked.last
        and slot.starts_at >= asked.earliest
        and slot.ends_at - slot.starts_at >= timedelta(minutes=asked.slot_minutes)
        and common([slot], left) == [slot]
    ]


def why_not(agenda: Agenda, span: Span, office: tuple[time, time]) -> str | None:
    """Why somebody is not there for the whole of a time, whatever is taken: the code of the first that is so."""
    first = span.starts_at.astimezone(HELSINKI).date()
    last = (span.ends_at - timedelta(microseconds=1)).astimezone(HELSINKI).date()
    days = each_day(first, last)
    if any(agenda.is_away(on) for on in days):
        return "person_absent"
    posts = [post for post in agenda.posts if all(post.days.holds(on) for on in days)]
    if not posts:
        return "not_on_a_seat"
    if not any(visits(post, days) for post in posts):
        return "not_a_visiting_day"
    return None if common([span], open_spans(agenda, first, last, office)) == [span] else "outside_working_hours"


def visits(post: Post, days: Sequence[date]) -> bool:
    """Whether all of these are visiting days of a seat, or it has none."""
    there = visiting(post.visiting_days, days[0], days[-1])
    return there is None or set(days) <= set(there)
