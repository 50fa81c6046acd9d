"""Every select on forms asked of clients, their answers, addenda and links."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.kit.clock import civil_date
from app.people.actor import Actor
from app.preinformation.models import DONE, OPEN, FormAddendum, FormAnswers, FormLink, Preinformation
from app.teams.models import Seat, Team

# Whom to call about the form, in this order.
CALLED = ("unemployed_health_nurse", "work_ability_coordinator")


def visible_forms(actor: Actor) -> Select[Preinformation]:
    """Asked of clients of the caller's teams; the client's own. What was answered is asked for by itself."""
    return seen(actor, "preinformation", Preinformation)


def worked_forms(actor: Actor) -> Select[Preinformation]:
    """Forms of the caller's own teams."""
    return visible_forms(actor).where(Preinformation.team_id.in_(actor.teams))


def fillable_forms(actor: Actor) -> Select[Preinformation]:
    """Who fills: the client, or the team that asked."""
    return visible_forms(actor) if actor.client_id is not None else worked_forms(actor)


def form_of_link(form_id: UUID) -> Select[Preinformation]:
    """The one form that the link of this transaction opens; the database shows no other."""
    return select(Preinformation).where(Preinformation.id == form_id)


async def enter_form(session: AsyncSession, token_hash: bytes, at: datetime) -> dict[str, Any] | None:
    """What the database says of a link; None when there is none. An open one sets the row-security context."""
    answer: dict[str, Any] | None = await session.scalar(
        select(func.enter_form(token_hash, at, civil_date(at), type_=JSONB))
    )
    return answer


async def open_form_of(session: AsyncSession, pathway_id: UUID) -> Preinformation | None:
    rows = select(Preinformation).where(Preinformation.pathway_id == pathway_id, Preinformation.state.in_(OPEN))
    form: Preinformation | None = await session.scalar(rows)
    return form


async def newest_submitted(session: AsyncSession, pathway_id: UUID) -> Preinformation | None:
    rows = (
        select(Preinformation)
        .where(Preinformation.pathway_id == pathway_id, Preinformation.state.in_(DONE))
        .order_by(Preinformation.submitted_at.desc(), Preinformation.id.desc())
        .limit(1)
    )
    form: Preinformation | None = await session.scalar(rows)
    return form


async def answers_of(session: AsyncSession, form_id: UUID) -> FormAnswers | None:
    """None also for who does not read the health register."""
    answers: FormAnswers | None = await session.scalar(select(FormAnswers).where(FormAnswers.form_id == form_id))
    return answers


async def addenda_of(session: AsyncSession, form_id: UUID) -> list[FormAddendum]:
    return list(
        await session.scalars(select(FormAddendum).where(FormAddendum.form_id == form_id).order_by(FormAddendum.id))
    )


async def link_of(session: AsyncSession, form_id: UUID) -> FormLink | None:
    """The link that was neither revoked nor replaced."""
    link: FormLink | None = await session.scalar(
        select(FormLink).where(FormLink.form_id == form_id, FormLink.ended_at.is_(None))
    )
    return link


async def service_of(session: AsyncSession, team_id: UUID) -> tuple[str, Seat | None]:
    """The name of the team that asks, and the seat to call."""
    team = await session.get_one(Team, team_id)
    seats = {
        seat.role: seat
        for seat in await session.scalars(select(Seat).where(Seat.team_id == team_id, Seat.role.in_(CALLED)))
    }
    reached = [seats[role] for role in CALLED if role in seats and (seats[role].phone or seats[role].email)]
    return team.name, reached[0] if reached else None
