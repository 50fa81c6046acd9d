"""Addresses of the links by which an instrument is answered without an account."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Response

from app.instruments.shown import Shown
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, stamp
from app.kit.once import OnceOnly
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.representatives.service import MANDATES
from app.responses import links, reading, refusals, service
from app.responses.queries import worked_responses
from app.responses.router import CHANGES, change
from app.responses.schemas import ResponseLinkCreate, ResponseLinkMade, ResponseRead
from app.security.permissions import Permission as P

router = room("Responses")
Writer = Annotated[Actor, needs(P.RESPONSE_WRITE)]


@router.post(
    "/responses/{response_id}/links",
    status_code=201,
    responses=problems(*CHANGES, *MANDATES, refusals.InstrumentNotYours),
)
async def create_response_link(
    actor: Writer,
    session: Session,
    at: Now,
    shelf: Shown,
    expected: IfMatch,
    response_id: UUID,
    given: ResponseLinkCreate,
    response: Response,
) -> ResponseLinkMade:
    """A link to answer this without an account. The token is shown this once and never kept for a replay, so this takes
    no Idempotency-Key: make another if the answer was lost, the one before ends."""
    row = await one(session, worked_responses(actor), response_id, lock=True)
    await expected.check(row, lambda: reading.show(session, actor, shelf, row))
    if refused := service.refusal(actor, row, "make_link"):
        raise refused
    token, link = await links.make_link(session, actor, row, given, at)
    base = session.info["settings"].answering_url
    stamp(response, row.version)
    return ResponseLinkMade(
        version=row.version, token=token, url=f"{base}#{token}" if base else None, expires_at=link.expires_at
    )


@router.post("/responses/{response_id}/revoke-link", responses=problems(*CHANGES))
async def revoke_response_link(
    actor: Writer, session: Session, at: Now, shelf: Shown, once: OnceOnly, expected: IfMatch, response_id: UUID
) -> ResponseRead:
    """The link in force opens nothing any more."""
    return await change(
        session, actor, shelf, once, expected, response_id, lambda row: links.revoke_link(session, row, at)
    )
