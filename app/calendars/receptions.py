"""A reception that comes again: which days, which are skipped and why, and the slots of each. Pure.

Occurrences are worked out whenever they are read, so there is no gap and no double to make.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from dateutil.rrule import rrulestr

from app.kit.clock import HELSINKI
from app.kit.workdays import is_working_day

AHEAD = timedelta(days=800)  # a yearly date that falls on a holiday is found the year after, as for visiting days


def days_of(rule: str, first: date, last: date) -> list[date]:
    """Every day of a rule (RFC 5545, as `teams.visits` understands it) in a period, holidays included, in order."""
    start = datetime(first.year, first.month, 1)  # noqa: DTZ001 - dates only, no zone is involved
    after, before = (datetime(day.year, day.month, day.day) for day in (first, last))  # noqa: DTZ001
    return [at.date() for at in rrulestr(rule, dtstart=start).between(after, before, inc=True)]


@dataclass(frozen=True)
class Terms:
    """What comes again: `slots` of `minutes` each, one after the other from a local time, on the days of a rule."""

    rule: str
    starts: time
    minutes: int
    slots: int
    first: date
    last: date | None

    def days(self, first: date, last: date) -> list[date]:
        """Its days in a period, holidays included."""
        begin, end = max(first, self.first), last if self.last is None else min(last, self.last)
        return days_of(self.rule, begin, end) if begin <= end else []

    def times(self, on: date) -> list[tuple[datetime, datetime]]:
        """The slots of a day as instants."""
        start = datetime.combine(on, self.starts, HELSINKI).astimezone(UTC)
        length = timedelta(minutes=self.minutes)
        return [(start + n * length, start + (n + 1) * length) for n in range(self.slots)]


@dataclass(frozen=True)
class Occurrence:
    """One day of a series. Skipped ones are there too, with the reason and the next day that is held."""

    on: date
    skipped: str | None
    next_on: date | None
    person_id: UUID | None
    times: tuple[tuple[datetime, datetime], ...]


def occurrences(terms: Terms, first: date, last: date, there: Callable[[date], UUID | None]) -> list[Occurrence]:
    """The days of a series in a period; `there` says who holds the reception on a day, None when nobody does."""
    found = []
    for on in terms.days(first, last):
        person = there(on)
        skipped = "not_a_working_day" if not is_working_day(on) else None if person else "nobody_there"
        later = next_held(terms, on + timedelta(days=1), there) if skipped else None
        times = () if skipped else tuple(terms.times(on))
        found.append(Occurrence(on, skipped, later, None if skipped else person, times))
    return found


def next_held(terms: Terms, on: date, there: Callable[[date], UUID | None]) -> date | None:
    """The first day on or after `on` that is held; None when there is none within about two years."""
    coming = terms.days(on, on + AHEAD)
    return next((day for day in coming if is_working_day(day) and there(day) is not None), None)
