"""What dates bring to consents: what rests on one that has run out ends, and who must be told to cease is told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.ceasing.service import release
from app.consents import consequences
from app.consents.queries import FOLLOWED, begun_or_run_out, lock_client
from app.jobs import consequences as known  # noqa: F401  they add themselves
from app.outbox.events import append

FOLLOWED_AT_ONCE = 100
TOLD_AT_ONCE = 500


async def follow_consents(session: AsyncSession, at: datetime) -> int:
    """Consents whose time is over, and refusals and prohibitions whose day has come. Each is followed once."""
    found = await begun_or_run_out(session, at, FOLLOWED_AT_ONCE)
    for client_id in sorted({consent.client_id for consent in found}):
        await lock_client(session, client_id, to_change=True)
    for consent in found:
        await session.refresh(consent)
        await consequences.follow(session, consent, at)
        append(session, FOLLOWED, consent, client=consent.client_id)
    await session.flush()
    return len(found)


async def tell_to_cease(session: AsyncSession, at: datetime) -> int:
    """Notices whose hour has come."""
    return await release(session, at, TOLD_AT_ONCE)
