"""The link by which a client answers an instrument without an account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.people.actor import Actor
from app.representatives import links
from app.representatives.links import LinkHolder
from app.responses import queries
from app.responses.models import FLOW, InstrumentResponse, ResponseLink
from app.responses.schemas import ResponseLinkCreate

KIND = "response-link"


async def enter(session: AsyncSession, token: str, at: datetime) -> LinkHolder:
    """Raises `LinkUnknown`, `LinkExpired`, `LinkRevoked`, `LinkUsed`."""
    answer = await queries.enter_response(session, links.hash_of(session, token, KIND), at)
    return links.admitted(session, answer, "response", at)


async def make_link(
    session: AsyncSession, actor: Actor, row: InstrumentResponse, given: ResponseLinkCreate, at: datetime
) -> tuple[str, ResponseLink]:
    """A token and its link; the one before ends. Raises what `acting` does for a representative's."""
    FLOW.check(row.state, "make_link")
    before = await queries.link_of(session, row.id)
    token, link = await links.issued(
        session,
        actor,
        KIND,
        ResponseLink,
        before,
        row.client_id,
        given.representative_id,
        given.days,
        at,
        response_id=row.id,
    )
    row.touch()
    await session.flush()
    return token, link


async def revoke(session: AsyncSession, row: InstrumentResponse, at: datetime) -> bool:
    """End the link in force, if there is one."""
    return await links.ended(session, await queries.link_of(session, row.id), "revoked", at)


async def revoke_link(session: AsyncSession, row: InstrumentResponse, at: datetime) -> None:
    FLOW.check(row.state, "revoke_link")
    if await revoke(session, row, at):
        row.touch()
        await session.flush()
