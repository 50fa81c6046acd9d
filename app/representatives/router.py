"""Addresses: who acts for a client, on which mandate."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Response

from app.audit.trail import used
from app.clients.queries import protected, visible_clients
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.representatives import service
from app.representatives.models import Representative
from app.representatives.queries import visible_representatives
from app.representatives.schemas import (
    RepresentativeCreate,
    RepresentativeEnd,
    RepresentativeMarkError,
    RepresentativePage,
    RepresentativeRead,
    RepresentativeUpdate,
)  # fmt: skip
from app.security.permissions import Permission as P

router = room("Representatives")
Reader = Annotated[Actor, needs(P.CLIENT_READ)]
Writer = Annotated[Actor, needs(P.CLIENT_WRITE)]
Ender = Annotated[Actor, needs(P.CONSENT_WRITE)]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)


@router.post(
    "/clients/{client_id}/representatives",
    status_code=201,
    responses=problems(MissingPermission, NotFound, service.MandatePeriod, service.ConsentNeedsWriting),
)
async def record_representative(
    actor: Writer, session: Session, at: Now, once: OnceOnly, client_id: UUID, given: RepresentativeCreate
) -> RepresentativeRead:
    """Who acts for the client, on the mandate that you saw or heard."""

    async def work() -> RepresentativeRead:
        client = await one(session, visible_clients(actor), client_id)
        return service.show(actor, await service.record(session, actor, client.id, given, at), client.protected, at)

    return await once.run(RepresentativeRead, work)


@router.get("/clients/{client_id}/representatives", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_representatives(
    actor: Reader, session: Session, at: Now, paging: Paged, client_id: UUID
) -> RepresentativePage:
    """Everybody who acts or acted for the client, the newest first."""
    client = await one(session, visible_clients(actor), client_id)
    rows = visible_representatives(actor).where(Representative.client_id == client_id)
    found, after, count = await paging.run(session, rows, Representative.id, caller=actor.login_id)
    await used(session, "representatives", [(r.id, client_id) for r in found])
    items = [service.show(actor, r, client.protected, at) for r in found]
    return RepresentativePage(items=items, next_cursor=after, count=count)


@router.get("/representatives/{representative_id}", responses=problems(MissingPermission, NotFound))
async def get_representative(
    actor: Reader, session: Session, at: Now, representative_id: UUID, response: Response
) -> RepresentativeRead:
    row = await one(session, visible_representatives(actor), representative_id)
    await used(session, "representatives", [(row.id, row.client_id)])
    stamp(response, row.version)
    return await shown(session, actor, row, at)


async def shown(session: Session, actor: Actor, row: Representative, at: datetime) -> RepresentativeRead:
    return service.show(actor, row, bool(await protected(session, [row.client_id])), at)


async def change(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    representative_id: UUID,
    at: datetime,
    do: Callable[[Representative], Awaitable[None]],
) -> RepresentativeRead:
    """One verb on one mandate, once, on the version the caller knew."""
    return await once.change(
        RepresentativeRead,
        lambda: one(session, visible_representatives(actor), representative_id, lock=True),
        expected,
        lambda r: shown(session, actor, r, at),
        do,
    )


@router.patch("/representatives/{representative_id}", responses=problems(*CHANGES))
async def update_representative(
    actor: Writer,
    session: Session,
    at: Now,
    expected: IfMatch,
    representative_id: UUID,
    given: RepresentativeUpdate,
    response: Response,
) -> RepresentativeRead:
    """How to reach them."""
    row = await one(session, visible_representatives(actor), representative_id, lock=True)
    await expected.check(row, lambda: shown(session, actor, row, at))
    await service.update(session, row, given)
    stamp(response, row.version)
    return await shown(session, actor, row, at)


@router.post("/representatives/{representative_id}/end", responses=problems(*CHANGES, service.MandateNotByClient))
async def end_representative(
    actor: Ender,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    representative_id: UUID,
    given: RepresentativeEnd,
) -> RepresentativeRead:
    """It counts no more from now on. The client too may end what they gave themself."""
    return await change(
        session, actor, once, expected, representative_id, at,
        lambda r: service.end(session, actor, r, given.reason, at),
    )  # fmt: skip


@router.post("/representatives/{representative_id}/mark-entered-in-error", responses=problems(*CHANGES))
async def mark_representative_entered_in_error(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    representative_id: UUID,
    given: RepresentativeMarkError,
) -> RepresentativeRead:
    """It was recorded wrongly; it never counts, and stays to be seen with the reason."""
    return await change(
        session, actor, once, expected, representative_id, at,
        lambda r: service.mark_entered_in_error(session, r, given.reason),
    )  # fmt: skip
