"""Addresses: figures without people in them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Query

from app.kit.clock import Now
from app.kit.db import Session
from app.kit.problems import Forbidden, MissingPermission
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.reports import service
from app.reports.schemas import ReferralQuality
from app.security.permissions import Permission as P

router = room("Reports")
Reader = Annotated[Actor, needs(P.REPORT_READ)]
RANGE = (service.RangeBackwards, service.RangeNotWholeMonths, service.RangeTooLong, service.RangeNotBegun)


@router.get("/reports/referral-quality", responses=problems(MissingPermission, Forbidden, *RANGE))
async def get_referral_quality(
    actor: Reader,
    session: Session,
    at: Now,
    first: Annotated[date, Query(alias="from", description="The first day of a month.", examples=["2026-01-01"])],
    last: Annotated[date, Query(alias="to", description="The last day of a month.", examples=["2026-12-31"])],
) -> ReferralQuality:
    """How well each source refers: number, completeness, returns, lateness and its trend (C-20 to C-22)."""
    return await service.referral_quality(session, actor, first, last, at)
