"""Visiting days: a partner who comes on some days only (RFC 5545 RRULE of whole days, Europe/Helsinki). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import takewhile

from dateutil.rrule import rrulestr

from app.kit.workdays import is_working_day

AHEAD = timedelta(days=800)  # over two years: a yearly visit that falls on a holiday is found the year after
WEEKDAY = "(?:MO|TU|WE|TH|FR|SA|SU)"
NTH_WEEKDAY = f"(?:[+-]?[1-5])?{WEEKDAY}"
DAY_OF_MONTH = "-?(?:[1-9]|[12][0-9]|3[01])"
# What is understood of RFC 5545. Every rule that fits falls on a day every few months, so that looking for the next
# one is cheap: dateutil searches to the year 9999 for a 30th of February. INTERVAL would need a day to count from.
FORMS = tuple(
    re.compile(form + r"(;UNTIL=[0-9]{8})?")
    for form in (
        f"FREQ=WEEKLY;BYDAY={WEEKDAY}(,{WEEKDAY})*",
        f"FREQ=MONTHLY;BYDAY={NTH_WEEKDAY}(,{NTH_WEEKDAY})*",
        f"FREQ=MONTHLY;BYMONTHDAY={DAY_OF_MONTH}(,{DAY_OF_MONTH})*",
    )
)


def check_rule(rule: str) -> None:
    """Raises ValueError unless `rule` is a weekly or monthly RRULE of whole days, in the order FREQ, BY…, UNTIL."""
    if not any(form.fullmatch(rule) for form in FORMS):
        raise ValueError("not a weekly or monthly rule of whole days")
    _, _, until = rule.partition(";UNTIL=")
    if until:
        date.fromisoformat(until)


def next_visit(rule: str, on: date, possible: Callable[[date], bool] = lambda day: True) -> date | None:
    """The first visiting day on or after `on`; holidays and days that are not `possible` are skipped, not moved.

    None when there is none within about two years.
    """
    start = datetime(on.year, on.month, 1)  # noqa: DTZ001 - dates only, no zone is involved
    today = datetime(on.year, on.month, on.day)  # noqa: DTZ001
    coming = takewhile(lambda at: at <= today + AHEAD, rrulestr(rule, dtstart=start).xafter(today, inc=True))
    return next((at.date() for at in coming if is_working_day(at.date()) and possible(at.date())), None)
