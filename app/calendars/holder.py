"""The token of a calendar in a request: in its address, because a calendar program sends nothing else.

It opens busy times and no client's data; the access log has the template of a route and no query.
"""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.openapi.models import APIKey, APIKeyIn
from fastapi.security.base import SecurityBase

from app.calendars import feeds
from app.calendars.faults import CalendarUnknown
from app.calendars.feeds import CalendarReader
from app.kit.db import Session


class CalendarToken(SecurityBase):
    """The token as it was sent, and the security scheme `calendarToken` of the schema."""

    def __init__(self) -> None:
        self.model = APIKey(
            **{"in": APIKeyIn.query}, name="token", description="The secret of one's own calendar. No account."
        )
        self.scheme_name = "calendarToken"

    async def __call__(self, request: Request) -> str:
        """Raises `CalendarUnknown` unless there is exactly one."""
        sent = request.query_params.getlist("token")
        if len(sent) != 1:
            raise CalendarUnknown()
        return sent[0]


Declared = Annotated[str | None, Query(max_length=200, include_in_schema=False)]


async def within_limits(
    sent: Annotated[str, Depends(CalendarToken())], request: Request, token: Declared = None
) -> str:
    """The token, if it has not asked too much lately. Raises `TooManyRequests`, before any session."""
    request.app.state.limits.spend("link", hashlib.sha256(sent.encode()).digest())
    return sent


async def by_calendar_link(token: Annotated[str, Depends(within_limits)], session: Session) -> CalendarReader:
    """The other way a route is opened: by a capability for one calendar. `tests/contract` names the routes that may."""
    return await feeds.enter(session, token)


by_calendar_link.capability = "calendar_link"  # type: ignore[attr-defined]
Reader = Annotated[CalendarReader, Depends(by_calendar_link)]
