"""Every select on answered instruments and their links."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.clients.models import Client
from app.kit.clock import civil_date
from app.people.actor import Actor
from app.responses.models import OPEN, InstrumentResponse, ResponseLink, ResponseState


def visible_responses(actor: Actor) -> Select[InstrumentResponse]:
    """Of clients of the caller's teams, in the registers the caller reads; the client's own."""
    return seen(actor, "response", InstrumentResponse)


def worked_responses(actor: Actor) -> Select[InstrumentResponse]:
    """Those of the caller's own teams."""
    return visible_responses(actor).where(InstrumentResponse.team_id.in_(actor.teams))


def fillable_responses(actor: Actor) -> Select[InstrumentResponse]:
    """Who fills: the client, or the team that asked."""
    return visible_responses(actor) if actor.client_id is not None else worked_responses(actor)


def response_of_link(response_id: UUID) -> Select[InstrumentResponse]:
    """The one response that the link of this transaction opens; the database shows no other."""
    return select(InstrumentResponse).where(InstrumentResponse.id == response_id)


def safety_open() -> Any:
    """Signs of danger that nobody has seen to yet."""
    R = InstrumentResponse
    return R.safety & (R.state == ResponseState.COMPLETED) & R.safety_handled_at.is_(None)


def scored(actor: Actor, client_id: UUID, instrument: str | None = None) -> Select[InstrumentResponse]:
    """The client's completed responses that have a score, the oldest first."""
    R = InstrumentResponse
    rows = visible_responses(actor).where(
        R.client_id == client_id, R.state == ResponseState.COMPLETED, R.score.is_not(None)
    )
    if instrument is not None:
        rows = rows.where(R.instrument == instrument)
    return rows.order_by(R.answered_on, R.id)


async def enter_response(session: AsyncSession, token_hash: bytes, at: datetime) -> dict[str, Any] | None:
    """What the database says of a link; None when there is none. An open one sets the row-security context."""
    answer: dict[str, Any] | None = await session.scalar(
        select(func.enter_response(token_hash, at, civil_date(at), type_=JSONB))
    )
    return answer


async def attends(session: AsyncSession, response_id: UUID, at: datetime) -> UUID:
    """Who is to see to a sign of danger in this response now; the database finds them, whoever answers."""
    rows = select(func.response_attends(response_id, civil_date(at), type_=Uuid))
    found: UUID = (await session.execute(rows)).scalar_one()
    return found


async def link_of(session: AsyncSession, response_id: UUID) -> ResponseLink | None:
    """The link that was neither revoked nor replaced."""
    link: ResponseLink | None = await session.scalar(
        select(ResponseLink).where(ResponseLink.response_id == response_id, ResponseLink.ended_at.is_(None))
    )
    return link


async def language_of(session: AsyncSession, client_id: UUID) -> str:
    return str(await session.scalar(select(Client.language).where(Client.id == client_id)))


async def open_of_path(session: AsyncSession, pathway_id: UUID) -> list[InstrumentResponse]:
    """Asked and not answered, locked."""
    R = InstrumentResponse
    rows = select(R).where(R.pathway_id == pathway_id, R.state.in_(OPEN)).order_by(R.id)
    return list(await session.scalars(rows.with_for_update(key_share=True)))
