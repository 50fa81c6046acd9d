"""Time comes in as an argument: taken once per request here, and nowhere else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Request

HELSINKI = ZoneInfo("Europe/Helsinki")


def utcnow() -> datetime:
    return datetime.now(UTC)


def civil_date(at: datetime) -> date:
    """The date in Finland at this instant: what `…On` fields and inclusive periods are counted by."""
    try:
        return at.astimezone(HELSINKI).date()
    except OverflowError:  # the first or the last day that a date can be
        return at.date()


async def now(request: Request) -> datetime:
    """The instant of this request; a test replaces `app.state.clock`. Async: a plain function would cost a thread."""
    instant: datetime = request.app.state.clock()
    return instant


def by_now(info: dict[Any, Any], at: datetime) -> datetime:
    """The instant after a wait for a lock: what was done under it is not older than what the wait was for. `info` is
    the session's; without a clock in it, and never earlier than, `at`."""
    clock = info.get("clock")
    return max(at, clock()) if clock else at


Now = Annotated[datetime, Depends(now)]
