"""What follows for shares when a permission ends, or when the client says no: they end, and their links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents.consequences import NOES, Consequence, Touched, when_ended
from app.consents.models import Consent
from app.sharing import queries, service
from app.sharing.contexts import Wholly
from app.sharing.models import Share

NAME = "shares"


def touched(shares: list[Share], at: datetime) -> list[Touched]:
    return [Touched("share", "share", one.id, one.recipient_organisation_id, at) for one in shares]


async def preview(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    """What would end: seen in the reader's registers only."""
    return touched(await queries.resting_on(session, consent, lock=False), at)


async def effect(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    """Whoever writes the end down, shares of every register end: those that rest on a permission that ended, or what
    a prohibition or a refusal stands against."""
    async with Wholly(session):
        if consent.kind not in NOES:
            return touched(await service.end_with(session, consent, at), at)
        against = await queries.told_against(session, consent)
        still = await queries.standing(session, [one.id for one in against], at)
        ended = [one for one in against if one.id not in still and one.expires_at > at]
        for one in ended:
            await service.revoke(session, one, "permission_ended", at)
        return touched(ended, at)


ENDED = when_ended(Consequence(NAME, preview, effect))
