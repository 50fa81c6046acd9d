"""Addresses of clients. Identity codes never stand in an address: look up by POST."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.audit.models import UseLogEntry
from app.audit.trail import used
from app.clients import queries, service
from app.clients.models import Client
from app.clients.protecting import ProtectionNotYours
from app.clients.queries import visible_clients
from app.clients.schemas import (
    ClientCreate,
    ClientPage,
    ClientRead,
    ClientSearch,
    ClientsFound,
    ClientUpdate,
    IdentityCodeRevealed,
    MarkEnteredInError,
    RevealIdentityCode,
    UseLogLine,
    UseLogPage,
)  # fmt: skip
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.once import OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P

router = room("Clients", "/clients")
Reader = Annotated[Actor, needs(P.CLIENT_READ)]
Writer = Annotated[Actor, needs(P.CLIENT_WRITE)]
Revealer = Annotated[Actor, needs(P.CLIENT_REVEAL)]
Auditor = Annotated[Actor, needs(P.AUDIT_READ)]


@router.post(
    "",
    status_code=201,
    responses=problems(MissingPermission, service.ClientExists, service.ClientDiffers, service.NotYourTeam),
)
async def register_client(actor: Writer, session: Session, at: Now, once: OnceOnly, given: ClientCreate) -> ClientRead:
    """Take a client on without a referral, for instance when the client calls."""

    async def work() -> ClientRead:
        return await service.show(session, actor, await service.register(session, actor, given, at))

    return await once.run(ClientRead, work)


@router.get("", responses=problems(MissingPermission, BadCursor))
async def list_clients(actor: Reader, session: Session, paging: Paged) -> ClientPage:
    """Clients of my teams (or myself), the newest first."""
    rows, after, count = await paging.run(session, visible_clients(actor), Client.id, caller=actor.login_id)
    await used(session, "clients", [(c.id, c.id) for c in rows], action="search")
    return ClientPage(items=await service.summaries(session, rows), next_cursor=after, count=count)


@router.post("/search", responses=problems(MissingPermission, service.NothingToSearch))
async def search_clients(actor: Reader, session: Session, at: Now, given: ClientSearch) -> ClientsFound:
    """Among the clients of my teams only, at most 50. The search and the ids found are logged."""
    rows = service.searched(session, actor, given, at)
    found = list(await session.scalars(rows.order_by(Client.id.desc()).limit(50)))
    seen: list[tuple[UUID | None, UUID | None]] = [(c.id, c.id) for c in found]
    await used(session, "clients", seen or [(None, None)], action="search", fields=given.model_dump(exclude_none=True))
    return ClientsFound(items=await service.summaries(session, found))


@router.get("/{client_id}", responses=problems(MissingPermission, NotFound))
async def get_client(actor: Reader, session: Session, client_id: UUID, response: Response) -> ClientRead:
    client = await one(session, visible_clients(actor), client_id)
    await used(session, "clients", [(client.id, client.id)])
    stamp(response, client.version)
    return await service.show(session, actor, client)


@router.patch(
    "/{client_id}",
    responses=problems(
        MissingPermission, NotFound, PreconditionRequired, PreconditionFailed, ProtectionNotYours
    ),
)  # fmt: skip
async def update_client(
    actor: Writer, session: Session, client_id: UUID, expected: IfMatch, given: ClientUpdate, response: Response
) -> ClientRead:
    client = await one(session, visible_clients(actor), client_id, lock=True)
    await expected.check(client, lambda: service.show(session, actor, client))
    await service.update(session, actor, client, given)
    stamp(response, client.version)
    return await service.show(session, actor, client)


@router.post("/{client_id}/reveal-identity-code", responses=problems(MissingPermission, NotFound))
async def reveal_identity_code(
    actor: Revealer, session: Session, client_id: UUID, given: RevealIdentityCode
) -> IdentityCodeRevealed:
    """The whole identity code, for a purpose. The client sees in their log who asked for it. Never kept for a replay:
    each request is logged, so it takes no Idempotency-Key."""
    client = await one(session, visible_clients(actor), client_id)
    seen = [(client.id, client.id)]
    await used(session, "client_identifiers", seen, action="reveal", fields=["identity_code"], basis=given.purpose)
    return await service.reveal(session, client)


@router.post(
    "/{client_id}/mark-entered-in-error",
    responses=problems(MissingPermission, NotFound, PreconditionRequired, PreconditionFailed, service.ClientInCare),
)
async def mark_client_entered_in_error(
    actor: Writer, session: Session, client_id: UUID, once: OnceOnly, expected: IfMatch, given: MarkEnteredInError
) -> ClientRead:
    """Corrections instead of deletes: the row stays in the logs and is shown nowhere else."""

    return await once.change(
        ClientRead,
        lambda: one(session, visible_clients(actor), client_id, lock=True),
        expected,
        lambda c: service.show(session, actor, c),
        lambda c: service.mark_entered_in_error(session, c, given.reason),
    )


@router.get("/{client_id}/use-log", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_client_use_log(
    actor: Auditor,
    session: Session,
    at: Now,
    paging: Paged,
    client_id: UUID,
    months: Annotated[int, Query(ge=1, le=24, description="How far back.")] = 24,
) -> UseLogPage:
    """Who used the client's data, for what and on what basis: for the client, and for the data protection officer."""
    if actor.client_id is not None:
        await one(session, visible_clients(actor), client_id)
    elif not await queries.audits(session, client_id):
        raise NotFound()
    rows, after, count = await paging.run(
        session,
        queries.use_log(client_id, at - timedelta(days=31 * months)),
        UseLogEntry.at,
        UseLogEntry.id,
        caller=actor.login_id,
    )
    names = await queries.organisation_names(session, [r.organisation_id for r in rows])
    await used(session, "use_log", [(None, client_id)])
    items = [
        UseLogLine(
            at=r.at,
            who=r.person_name or "-",
            organisation=names.get(r.organisation_id) if r.organisation_id else None,
            role=r.role,
            action=r.action,
            what=r.resource_type,
            fields=r.fields,
            purpose=r.purpose,
            basis=r.basis,
        )
        for r in rows
    ]
    return UseLogPage(items=items, next_cursor=after, count=count)
