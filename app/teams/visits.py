"""Visiting days: a partner who comes on some days only (RFC 5545 RRULE of whole days, Europe/Helsinki). Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from dateutil.rrule import rrulestr

from app.kit.workdays import is_working_day

AHEAD = timedelta(days=800)  # over two years: a yearly visit that falls on a holiday is found the year after
# INTERVAL would need a day to count from, which a seat does not keep.
PARTS = frozenset({"FREQ", "BYDAY", "BYSETPOS", "BYMONTH", "BYMONTHDAY", "WKST", "UNTIL"})
FREQUENCIES = frozenset({"WEEKLY", "MONTHLY"})
EPOCH = datetime(2024, 1, 1)  # noqa: DTZ001 - dates only, no zone is involved


def check_rule(rule: str) -> None:
    """Raises ValueError unless `rule` is a weekly or monthly RRULE of whole days that falls on some day."""
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    if parts.keys() - PARTS:
        raise ValueError(f"only {', '.join(sorted(PARTS))} are understood")
    if parts.get("FREQ") not in FREQUENCIES:
        raise ValueError("FREQ is WEEKLY or MONTHLY")
    if not parts.keys() & {"BYDAY", "BYMONTHDAY"}:
        raise ValueError("BYDAY or BYMONTHDAY is wanted")
    rrulestr(rule, dtstart=EPOCH)


def next_visit(rule: str, on: date, possible: Callable[[date], bool] = lambda day: True) -> date | None:
    """The first visiting day on or after `on`; holidays and days that are not `possible` are skipped, not moved.

    None when there is none within about two years.
    """
    start = datetime(on.year, on.month, 1)  # noqa: DTZ001
    today = datetime(on.year, on.month, on.day)  # noqa: DTZ001
    days = (at.date() for at in rrulestr(rule, dtstart=start).between(today, today + AHEAD, inc=True))
    return next((day for day in days if is_working_day(day) and possible(day)), None)
