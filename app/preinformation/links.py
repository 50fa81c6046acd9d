"""The link by which a form is filled without an account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.people.actor import Actor
from app.preinformation import queries
from app.preinformation.models import FLOW, FormLink, Preinformation
from app.preinformation.schemas import FormLinkCreate
from app.representatives import links
from app.representatives.links import LinkHolder

KIND = "form-link"


async def enter(session: AsyncSession, token: str, at: datetime) -> LinkHolder:
    """Raises `LinkUnknown`, `LinkExpired`, `LinkRevoked`, `LinkUsed`."""
    answer = await queries.enter_form(session, links.hash_of(session, token, KIND), at)
    return links.admitted(session, answer, "form", at)


async def make_link(
    session: AsyncSession, actor: Actor, row: Preinformation, given: FormLinkCreate, at: datetime
) -> tuple[str, FormLink]:
    """A token and its link; the one before ends. Raises what `acting` does for a representative's."""
    FLOW.check(row.state, "make_link")
    before = await queries.link_of(session, row.id)
    token, link = await links.issued(
        session, actor, KIND, FormLink, before, row.client_id, given.representative_id, given.days, at, form_id=row.id
    )
    row.touch()
    await session.flush()
    return token, link


async def revoke(session: AsyncSession, row: Preinformation, at: datetime) -> bool:
    """End the link in force, if there is one."""
    return await links.ended(session, await queries.link_of(session, row.id), "revoked", at)


async def revoke_link(session: AsyncSession, row: Preinformation, at: datetime) -> None:
    FLOW.check(row.state, "revoke_link")
    if await revoke(session, row, at):
        row.touch()
        await session.flush()
