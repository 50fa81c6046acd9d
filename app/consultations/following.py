"""The work of a consultation goes with the seat: whoever sits there sees the question, so they have the work too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.consultations import answering, queries
from app.kit.clock import civil_date
from app.work.models import CONSULTATION
from app.work.queries import work_of

FOLLOWED_AT_ONCE = 100


async def follow_seats(session: AsyncSession, at: datetime) -> int:
    """A job: what waits for an answer with somebody who sits on the seat no more, or in the queue of a seat that was
    vacant, goes to whoever sits there today, or to that queue with an alarm. How many went.

    Each question is locked before its work, as an answer locks them, and is looked at again then.
    """
    changed = 0
    for row in await queries.all_of(session, queries.left_behind(civil_date(at), FOLLOWED_AT_ONCE)):
        item = await work_of(session, row.id, CONSULTATION)
        before = (item.holder_id, item.queue) if item else None
        await answering.open_work(session, row, at)
        item = await work_of(session, row.id, CONSULTATION)
        changed += item is not None and (item.holder_id, item.queue) != before
    return changed
