"""The address of what I may do, and why not."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query

from app.kit.db import Session
from app.kit.problems import NotFound
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P
from app.views import access
from app.views.access_schemas import Access

router = room("Views", "/me")
Anybody = Annotated[Actor, needs(P.ME_READ)]
Named = Annotated[str | None, Query(max_length=80)]


@router.get("/access", responses=problems(NotFound, access.NotInPolicy))
async def get_my_access(
    actor: Anybody,
    session: Session,
    operation: Named = None,
    resource: Named = None,
    client_id: Annotated[UUID | None, Query(alias="clientId")] = None,
) -> Access:
    """What I may do at all and why not, for every operation or the ones asked about; with a client, how I stand to
    them now, of which registers I read, and what their protected identity hides from me. A client who is not there for
    me answers 404 as one who does not exist."""
    return await access.explain(session, actor, operation, resource, client_id)
