"""The address of the client's own copy of their data."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from fastapi.responses import HTMLResponse

from app.clients.queries import visible_clients
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.i18n import speaking
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P
from app.sharing import printing
from app.sharing.copies import service
from app.sharing.schemas import Export, ExportRequest

router = room("Clients")
Exporter = Annotated[Actor, needs(P.CLIENT_EXPORT)]
PAGE: dict[str, Any] = {"text/html": {"schema": {"type": "string"}}}


@router.post(
    "/clients/{client_id}/export",
    response_model=Export,
    responses={
        **problems(MissingPermission, NotFound, service.ExportProtected),
        200: {"description": "The copy, as data or as a page.", "content": PAGE},
    },
)
async def export_client_data(
    actor: Exporter, session: Session, at: Now, client_id: UUID, given: ExportRequest, response: Response
) -> Any:
    """Everything kept about the client, as the client may see it: for the client, or for a professional of the team on
    the client's own request. Nobody else gets it but as a share. Takes no Idempotency-Key: a copy is never kept."""
    client = await one(session, visible_clients(actor), client_id)
    copy = await service.export(session, actor, client, at)
    if given.format == "html":
        return HTMLResponse(printing.copy(copy), headers={**printing.HEADERS, "Content-Language": speaking.get()})
    return copy
