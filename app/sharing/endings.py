"""What follows for shares when a permission ends, or when the client says no: they end, and their links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents.consequences import WHEN_GIVEN, Consequence, Touched, when_ended
from app.consents.models import Consent, ConsentKind
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
    """Whoever writes the end down, shares of every register end."""
    async with Wholly(session):
        return touched(await service.end_with(session, consent, at), at)


async def given(session: AsyncSession, consent: Consent, at: datetime) -> None:
    """A prohibition or a refusal of a recipient: what stands no more is ended as well."""
    if consent.kind not in (ConsentKind.PROHIBITION, ConsentKind.REFUSAL):
        return
    async with Wholly(session):
        shares = await queries.told_against(session, consent)
        still = await queries.standing(session, [one.id for one in shares], at)
        for one in shares:
            if one.id not in still and one.expires_at > at:
                await service.revoke(session, one, "permission_ended", at)


ENDED = when_ended(Consequence(NAME, preview, effect))
WHEN_GIVEN[NAME] = given
