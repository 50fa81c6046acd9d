"""What a path's end does to what was asked of the client. It adds itself to the path's closing when it is imported."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents.queries import area_of
from app.kit.db import Receiving
from app.kit.i18n import Text, speaking
from app.outbox.events import append
from app.pathways import closing
from app.pathways.models import Pathway
from app.people.actor import Actor
from app.responses import links, queries

CLOSED = Text("Polku päättyi.", "Stigen avslutades.", "The path ended.")


async def end_with_path(session: AsyncSession, actor: Actor, pathway: Pathway, at: datetime) -> None:
    """It is not asked any more, in whatever register, and its link opens nothing. What was saved stays."""
    async with Receiving(session, team=None, area=await area_of(session, pathway.client_id)):
        for row in await queries.open_of_path(session, pathway.id):
            await links.revoke(session, row, at)
            row.end("cancel", CLOSED.pick(speaking.get()))
            append(session, "response.ended", row, client=row.client_id, team=row.team_id)


closing.BEFORE_CLOSING.append(end_with_path)
