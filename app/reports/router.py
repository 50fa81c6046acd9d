"""Addresses: figures without people in them."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query

from app.kit.clock import Now
from app.kit.db import Session
from app.kit.problems import Forbidden, MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.reports import consultations, guidance, routing, service, visits
from app.reports.consultation_schemas import ConsultationFigures
from app.reports.guidance_schemas import GuidanceFigures
from app.reports.routing_schemas import RoutingFigures
from app.reports.schemas import ReferralQuality
from app.reports.visits_schemas import AppointmentFigures
from app.security.permissions import Permission as P
from app.teams.queries import managed_teams

router = room("Reports")
Reader = Annotated[Actor, needs(P.REPORT_READ)]
Manager = Annotated[Actor, needs(P.TEAM_MANAGE)]
First = Annotated[date, Query(alias="from", description="The first day of a quarter.", examples=["2026-01-01"])]
Last = Annotated[date, Query(alias="to", description="Its last day; it has ended.", examples=["2026-03-31"])]
RANGE = (service.RangeBackwards, service.RangeNotQuarter, service.RangeNotEnded)


@router.get("/reports/referral-quality", responses=problems(MissingPermission, Forbidden, *RANGE))
async def get_referral_quality(
    actor: Reader,
    session: Session,
    at: Now,
    first: First,
    last: Last,
) -> ReferralQuality:
    """How well each source refers: number, completeness, returns, lateness and its trend (C-20 to C-22)."""
    return await service.referral_quality(session, actor, first, last, at)


@router.get("/reports/appointments", responses=problems(MissingPermission, Forbidden, *RANGE))
async def get_appointment_figures(
    actor: Reader, session: Session, at: Now, first: First, last: Last
) -> AppointmentFigures:
    """How many appointments took place, were missed or cancelled by the client: by kind and month, without people."""
    return await visits.appointment_figures(session, actor, first, last, at)


@router.get("/reports/guidance-at-instrument-use", responses=problems(MissingPermission, Forbidden, *RANGE))
async def get_guidance_figures(actor: Reader, session: Session, at: Now, first: First, last: Last) -> GuidanceFigures:
    """How often completing an instrument asked whether guidance is needed, by instrument, and what it led to (C-41)."""
    return await guidance.guidance_figures(session, actor, first, last, at)


@router.get("/teams/{team_id}/routing-figures", responses=problems(MissingPermission, NotFound, *RANGE))
async def get_routing_figures(
    actor: Manager, session: Session, at: Now, team_id: UUID, first: First, last: Last
) -> RoutingFigures:
    """What each rule led to, how often a human decided otherwise and why, and how often it was declined (C-02). For who
    manages the area's teams; numbers only, hidden where few people are behind them."""
    team = await one(session, managed_teams(actor), team_id)
    return await routing.routing_figures(session, team, first, last, at)


@router.get("/teams/{team_id}/consultation-figures", responses=problems(MissingPermission, NotFound, *RANGE))
async def get_consultation_figures(
    actor: Manager, session: Session, at: Now, team_id: UUID, first: First, last: Last
) -> ConsultationFigures:
    """Consultations, pair work and meetings by month and counterpart, role and organisation (C-28), with how many were
    answered and in how many days. For who manages the area's teams; hidden where few people are behind a number."""
    team = await one(session, managed_teams(actor), team_id)
    return await consultations.consultation_figures(session, team, first, last, at)
