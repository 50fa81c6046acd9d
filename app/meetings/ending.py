"""What a path's end does to its meetings. It adds itself to the path's closing when it is imported."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.i18n import Text, speaking
from app.meetings import queries, service
from app.pathways import closing
from app.pathways.models import Pathway
from app.people.actor import Actor

CLOSED = Text("Polku päättyi.", "Stigen avslutades.", "The path ended.")


async def end_with_path(session: AsyncSession, actor: Actor, pathway: Pathway, at: datetime) -> None:
    """Those planned are called off, and whoever is invited hears of it as of any other. One that has begun refuses the
    closing before this (`WorkOpen`)."""
    for meeting in await queries.planned_of_path(session, pathway.id):
        await service.cancel(session, actor, meeting, CLOSED.pick(speaking.get()), at)


closing.BEFORE_CLOSING.append(end_with_path)
