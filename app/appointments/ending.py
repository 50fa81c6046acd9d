"""What a path's end does to its appointments. It adds itself to the path's closing when it is imported."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.appointments import queries
from app.appointments.times import give_back
from app.outbox.events import append
from app.pathways import closing
from app.pathways.models import Pathway
from app.people.actor import Actor

CLOSED = "path_closed"


async def end_with_path(session: AsyncSession, actor: Actor, pathway: Pathway, at: datetime) -> None:
    """What was offered, and what is to come, is cancelled and its time free again: to a partner's person it is gone.
    What has begun stays, so that what came of it can be noted."""
    for row in await queries.coming_of_path(session, pathway.id, at):
        row.cancel("cancel", "team", CLOSED, at)
        await give_back(session, row, at)
        append(session, "appointment.cancelled", row, client=row.client_id, team=row.team_id)
    await session.flush()


closing.BEFORE_CLOSING.append(end_with_path)
