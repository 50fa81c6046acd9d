"""Addresses of the disclosure log: who received what of the client's data, and on what basis."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query

from app.audit.models import Disclosure
from app.audit.trail import used
from app.clients.queries import audits, visible_clients
from app.consents import disclosures
from app.consents.disclosure_schemas import DisclosurePage, DisclosureRead
from app.consents.disclosures import OlderNeedsReason, narrowed, window
from app.consents.queries import visible_disclosures
from app.kit.clock import Now, civil_date
from app.kit.codesets import code_of
from app.kit.db import Session
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P

router = room("Consents")
Reader = Annotated[Actor, needs(P.DISCLOSURE_READ)]
Older = Annotated[
    Annotated[str, code_of("older_log_reason")] | None,
    Query(alias="olderBecause", description="The special reason to see what is older than two years."),
]


async def of_client(session: Session, actor: Actor, client_id: UUID) -> None:
    """Raises `NotFound`, unless it is the caller, a client of the caller's teams, or of the officer's area."""
    if not (actor.context.auditor and await audits(session, client_id)):
        await one(session, visible_clients(actor), client_id)


@router.get(
    "/clients/{client_id}/disclosures", responses=problems(MissingPermission, NotFound, BadCursor, OlderNeedsReason)
)
async def list_client_disclosures(
    actor: Reader,
    session: Session,
    at: Now,
    paging: Paged,
    client_id: UUID,
    recipient_id: Annotated[UUID | None, Query(alias="recipientId")] = None,
    purpose: Annotated[Annotated[str, code_of("purpose")] | None, Query()] = None,
    since: Annotated[date | None, Query(description="The first day. Absent: 24 months ago.")] = None,
    until: Annotated[date | None, Query(description="The last day. Absent: today.")] = None,
    older_because: Older = None,
) -> DisclosurePage:
    """Who received what of the client's data, the newest first: for the client, the team, and the data protection
    officer of the area (Act 703/2023, section 11)."""
    await of_client(session, actor, client_id)
    within = window(since, until, older_because, at)
    rows = narrowed(visible_disclosures(actor), client_id, within, recipient_id, purpose)
    found, after, count = await paging.run(session, rows, Disclosure.at, Disclosure.id, caller=actor.login_id)
    await used(
        session, "disclosures", [(row.id, client_id) for row in found] or [(None, client_id)], basis=older_because
    )
    return DisclosurePage(items=await disclosures.show(session, found), next_cursor=after, count=count)


@router.get("/disclosures/{disclosure_id}", responses=problems(MissingPermission, NotFound, OlderNeedsReason))
async def get_disclosure(
    actor: Reader, session: Session, at: Now, disclosure_id: UUID, older_because: Older = None
) -> DisclosureRead:
    """One row of the log, by the id that a message, an invitation or a piece of feedback carries."""
    row = await one(session, visible_disclosures(actor), disclosure_id)
    window(civil_date(row.at), None, older_because, at)
    await used(session, "disclosures", [(row.id, row.client_id)], basis=older_because)
    return (await disclosures.show(session, [row]))[0]
