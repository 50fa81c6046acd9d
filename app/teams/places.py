"""How much room a seat has, now and next (C-07, C-23, C-24). Pure: who sits there is given, plain values come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

from app.kit.clock import civil_date
from app.kit.workdays import next_working_day
from app.teams.visits import next_visit

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
NO_LIMIT = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One period of somebody on a seat. `given` are the assignments of the last seven days, `away` the days off, first
    and last included. Whoever has handed over gets nothing new (C-43)."""

    deputy: bool
    first_on: date
    last_on: date | None
    away: tuple[tuple[date, date], ...] = ()
    max_open: int | None = None
    week_limit: int | None = None
    open: int = 0
    given: tuple[datetime, ...] = ()
    handed_over: bool = False

    def holds(self, on: date) -> bool:
        return not self.handed_over and self.first_on <= on and (self.last_on is None or on <= self.last_on)

    def present(self, on: date) -> bool:
        return self.holds(on) and not any(first <= on <= last for first, last in self.away)

    def room(self, on: date, now: datetime | None = None) -> int | None:
        """How much more work the person has room for on a day, or at an instant of it, with today's open work; None: no
        limit. What was given leaves the seven days a week later, and counts as gone on that day."""
        given = sum(1 for at in self.given if (at + WEEK > now if now else civil_date(at + WEEK) > on))
        pairs = ((self.max_open, self.open), (self.week_limit, given))
        left = [limit - taken for limit, taken in pairs if limit is not None]
        return max(min(left), 0) if left else NO_LIMIT


def free_places(sitting: Sequence[Sitting], on: date, now: datetime | None = None) -> int | None:
    """Places of a seat on a day, or at an instant of it: of its holders who are there; and when they have none, of its
    deputies who are, if somebody is away or nobody holds the seat: they stand in, and do not take what is too much.
    None: no limit; 0: full, or nobody is there."""
    there = [one for one in sitting if one.present(on)]
    rooms = [one.room(on, now) for one in there if not one.deputy]
    held = [one for one in sitting if not one.deputy and one.holds(on)]
    if all(room == 0 for room in rooms) and (len(rooms) < len(held) or not held):
        rooms = [one.room(on, now) for one in there if one.deputy]
    return NO_LIMIT if None in rooms else sum(room for room in rooms if room is not None)


def next_free(sitting: Sequence[Sitting], today: date, visiting_days: str | None = None) -> date | None:
    """The first working day known, today included, on which there is room, as things stand: there is now, somebody is
    back or begins, or an assignment leaves the seven days. On a seat with visiting days, such a day. None: unknown,
    because somebody must first finish something."""

    def free(day: date) -> bool:
        return free_places(sitting, day) != 0

    if visiting_days is not None:
        return next_visit(visiting_days, today, free)
    later = (next_working_day(day - DAY) for day in sorted(set(changes(sitting))) if day > today)
    return next((day for day in chain((next_working_day(today - DAY),), later) if free(day)), None)


def changes(sitting: Sequence[Sitting]) -> Iterator[date]:
    """Days on which somebody comes or goes, or has room again. Going counts, because deputies then stand in."""
    for one in sitting:
        yield one.first_on
        if one.last_on is not None:
            yield one.last_on + DAY
        for first, last in one.away:
            yield first
            yield last + DAY
        yield from (civil_date(at + WEEK) for at in one.given)
