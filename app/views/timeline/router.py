"""The addresses of timelines: of a path, and of a client."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from app.clients.queries import visible_clients
from app.kit.db import Session
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.pathways.queries import visible_pathways
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P
from app.views.timeline import service
from app.views.timeline.schemas import TimelinePage
from app.views.timeline.service import Asked, Order, TimelineBackwards, UnknownTimelineKind

router = room("Views")
PathReader = Annotated[Actor, needs(P.PATHWAY_READ)]
ClientReader = Annotated[Actor, needs(P.CLIENT_READ)]
REFUSED = (MissingPermission, NotFound, BadCursor, UnknownTimelineKind, TimelineBackwards)


async def asked(
    kind: Annotated[list[str] | None, Query(description="Only these: codes of `timeline_kind`.", max_length=60)] = None,
    first_on: Annotated[date | None, Query(alias="from", description="From this day on.")] = None,
    last_on: Annotated[date | None, Query(alias="to", description="Until this day, which is included.")] = None,
    order: Annotated[Order, Query(description="What comes first.")] = "newest",
) -> Asked:
    return Asked(tuple(kind or ()), first_on, last_on, order)


Wished = Annotated[Asked, Depends(asked)]


@router.get("/pathways/{pathway_id}/timeline", responses=problems(*REFUSED))
async def get_pathway_timeline(
    actor: PathReader, session: Session, paging: Paged, pathway_id: UUID, wished: Wished
) -> TimelinePage:
    """What happened on a path, from every room in one feed, as far as this reader may read each of them. To the client
    it speaks of themself."""
    pathway = await one(session, visible_pathways(actor), pathway_id)
    return await service.page(session, actor, paging, wished, pathway.client_id, pathway.id)


@router.get("/clients/{client_id}/timeline", responses=problems(*REFUSED))
async def get_client_timeline(
    actor: ClientReader,
    session: Session,
    paging: Paged,
    client_id: UUID,
    wished: Wished,
    pathway_id: Annotated[UUID | None, Query(alias="pathwayId", description="Only of this path.")] = None,
) -> TimelinePage:
    """The same of a client, with what belongs to no path."""
    client = await one(session, visible_clients(actor), client_id)
    return await service.page(session, actor, paging, wished, client.id, pathway_id)
