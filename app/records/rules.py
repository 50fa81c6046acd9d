"""Dates of record requests. Pure."""

from __future__ import annotations

from datetime import date

from app.kit.workdays import add_working_days

WAIT_DAYS = 10  # working days until the records should be here (own design)


def default_due(today: date) -> date:
    return add_working_days(today, WAIT_DAYS)


def is_overdue(open_: bool, due_on: date, today: date) -> bool:
    """The due day itself is in time."""
    return open_ and due_on < today
