"""Working days in Finland: Monday to Friday, public holidays excepted. Dates are civil dates, Europe/Helsinki.

Midsummer Eve and Christmas Eve count as holidays: health stations and offices are closed on them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
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


def next_working_day(on: date) -> date:
    """The first working day after `on`; `on` itself never counts."""
    on += DAY
    while not is_working_day(on):
        on += DAY
    return on


def add_working_days(start: date, n: int) -> date:
    """The n-th working day after `start` (before it when n < 0); the start day is not counted, and n = 0 is `start`."""
    step = DAY if n >= 0 else -DAY
    on = start
    for _ in range(abs(n)):
        on += step
        while not is_working_day(on):
            on += step
    return on


def working_days_between(start: date, end: date) -> int:
    """Working days after `start`, up to and with `end`; negative when `end` is earlier.

    From a working day it undoes `add_working_days`: `working_days_between(d, add_working_days(d, n)) == n` for n >= 0.
    """
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


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
