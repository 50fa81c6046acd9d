"""What a path's end does to its consultations. It adds itself to the path's closing when it is imported."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents.queries import area_of
from app.consultations import queries, service
from app.consultations.models import FLOW
from app.kit.db import Receiving
from app.pathways import closing
from app.pathways.models import Pathway
from app.people.actor import Actor

CLOSED = "path_closed"


async def end_with_path(session: AsyncSession, actor: Actor, pathway: Pathway, at: datetime) -> None:
    """What is not answered is taken back, in whatever register, and where there will be no answer it is closed. An
    answer that nobody has read refuses the closing before this (`WorkOpen`)."""
    async with Receiving(session, team=None, area=await area_of(session, pathway.client_id)):
        for row in await queries.open_of_path(session, pathway.id):
            if row.state in FLOW.verbs["withdraw"].source:
                await service.withdraw(session, actor, row, CLOSED, at)
            else:
                await service.close(session, actor, row, at)


closing.BEFORE_CLOSING.append(end_with_path)
