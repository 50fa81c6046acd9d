"""Working days in Finland: Monday to Friday, public holidays excepted. Dates are civil dates, Europe/Helsinki.

Midsummer Eve and Christmas Eve count as holidays: health stations and offices are closed on them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from functools import lru_cache

import holidays

from app.kit.clock import HELSINKI

SATURDAY = 5
DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """Finnish public holidays of one year, moving feasts included."""
    return frozenset(holidays.country_holidays("FI", years=year))


def is_working_day(on: date) -> bool:
    return on.weekday() < SATURDAY and on not in public_holidays(on.year)


@lru_cache(maxsize=64)
def working_days_of(year: int) -> tuple[date, ...]:
    """Every working day of one year, in order."""
    first = date(year, 1, 1).toordinal()
    every = (date.fromordinal(n) for n in range(first, date(year, 12, 31).toordinal() + 1))
    return tuple(day for day in every if is_working_day(day))


def next_working_day(on: date) -> date:
    """The first working day after `on`; `on` itself never counts."""
    on += DAY
    while not is_working_day(on):
        on += DAY
    return on


def add_working_days(start: date, n: int) -> date:
    """The n-th working day after `start` (before it when n < 0); the start day is not counted, and n = 0 is `start`.

    A year at a time; past the last date that there is, the last working day of all.
    """
    if n == 0:
        return start
    year, days = start.year, working_days_of(start.year)
    place = bisect_right(days, start) + n - 1 if n > 0 else bisect_left(days, start) + n
    while place >= len(days):
        if year == MAXYEAR:
            return days[-1]
        place, year = place - len(days), year + 1
        days = working_days_of(year)
    while place < 0:
        if year == MINYEAR:
            return days[0]
        year -= 1
        days = working_days_of(year)
        place += len(days)
    return days[place]


def working_days_between(start: date, end: date) -> int:
    """Working days after `start`, up to and with `end`; negative when `end` is earlier.

    From a working day it undoes `add_working_days`: `working_days_between(d, add_working_days(d, n)) == n` for n >= 0.
    """
    if end < start:
        return -working_days_between(end, start)
    years = sum(len(working_days_of(year)) for year in range(start.year, end.year))
    return years + bisect_right(working_days_of(end.year), end) - bisect_right(working_days_of(start.year), start)


def counting_date(at: datetime, cutoff_hour: int = 15) -> date:
    """The working day that something arriving at `at` counts from: at the cut-off hour or later, the next one.

    The hour is Finnish local time, so the answer is right on both sides of a clock change.
    Raises ValueError for a naive time or an hour outside 0-24.
    """
    if at.tzinfo is None:
        raise ValueError("counting_date needs an aware time")
    if not 0 <= cutoff_hour <= 24:
        raise ValueError(f"the cut-off hour is 0-24, not {cutoff_hour}")
    local = at.astimezone(HELSINKI)
    on = local.date()
    return on if is_working_day(on) and local.hour < cutoff_hour else next_working_day(on)
