"""A referral found and locked for a verb, in the one order of locks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents.queries import lock_client
from app.kit.problems import Forbidden
from app.kit.queries import one
from app.people.actor import Actor
from app.referrals import reading
from app.referrals.models import FLOW, Referral
from app.referrals.queries import visible_referrals

Sides = Callable[[AsyncSession, Actor, Referral], Awaitable[set[str]]]


async def locked(
    session: AsyncSession,
    actor: Actor,
    referral_id: UUID,
    verb: str,
    *,
    to_change: bool,
    sides: Sides | None = None,
) -> Referral:
    """The referral for a verb of the caller's side: the client's row is locked first (one order everywhere). `sides`
    says whose verbs the caller has where it is not by the referral alone.

    Raises `NotFound`, and `Forbidden` for a verb of another side.
    """
    found = await one(session, visible_referrals(actor), referral_id)
    mine = await sides(session, actor, found) if sides else reading.sides(actor, found)
    if FLOW.verbs[verb].side not in mine:
        raise Forbidden()
    if found.client_id is not None:
        await lock_client(session, found.client_id, to_change=to_change)
    return await one(session, visible_referrals(actor), referral_id, lock=True)
