"""Time comes in as an argument: taken once per request here, and nowhere else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request

HELSINKI = ZoneInfo("Europe/Helsinki")


def utcnow() -> datetime:
    return datetime.now(UTC)


def civil_date(at: datetime) -> date:
    """The date in Finland at this instant: what `…On` fields and inclusive periods are counted by."""
    return at.astimezone(HELSINKI).date()


async def now(request: Request) -> datetime:
    """The instant of this request; a test replaces `app.state.clock`. Async: a plain function would cost a thread."""
    instant: datetime = request.app.state.clock()
    return instant


Now = Annotated[datetime, Depends(now)]
