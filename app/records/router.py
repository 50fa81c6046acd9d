"""Addresses: old records asked of other places, until they arrive."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Select

from app.attachments.faults import RegisterNotYours
from app.audit.trail import used
from app.consents.queries import lock_client
from app.consents.service import ConsentMissing
from app.kit.clock import Now, civil_date
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor, Paged, Paging
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.pathways.queries import visible_pathways, worked_pathways
from app.people.actor import Actor, needs
from app.records import queries, service
from app.records.models import RecordRequest, RecordRequestState
from app.records.queries import visible_record_requests
from app.records.schemas import (
    RecordRequestArrival,
    RecordRequestCancel,
    RecordRequestCreate,
    RecordRequestNotAvailable,
    RecordRequestPage,
    RecordRequestRead,
    RecordRequestRemind,
)  # fmt: skip
from app.referrals.content import CodeInText
from app.security.permissions import Permission as P
from app.teams.health import NoHealthDataHere

router = room("Record requests")
Reader = Annotated[Actor, needs(P.ASSESSMENT_READ)]
Writer = Annotated[Actor, needs(P.ASSESSMENT_WRITE)]
State = Annotated[RecordRequestState | None, Query()]
Overdue = Annotated[bool | None, Query(description="Still open, and the day has passed.")]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)


@router.post(
    "/pathways/{pathway_id}/record-requests",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, IllegalMove, CodeInText, UnacceptableId, IdTaken, ConsentMissing,
        RegisterNotYours, NoHealthDataHere, service.HolderUnclear, service.HolderUnknown, service.DateNotPossible,
    ),
)  # fmt: skip
async def request_records(
    actor: Writer, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: RecordRequestCreate
) -> RecordRequestRead:
    """Old records are asked of their holder; the request is followed until they are here or are not to be had."""

    async def work() -> RecordRequestRead:
        found = await one(session, worked_pathways(actor), pathway_id)
        await lock_client(session, found.client_id, to_change=False)
        pathway = await one(session, worked_pathways(actor), pathway_id, lock=True)
        return await service.show(session, actor, await service.ask(session, actor, pathway, given, at))

    return await once.run(RecordRequestRead, work)


async def page(
    session: Session,
    actor: Actor,
    paging: Paging,
    rows: Select[RecordRequest],
    state: RecordRequestState | None,
    overdue: bool | None,
) -> RecordRequestPage:
    """What is due first comes first."""
    if state is not None:
        rows = rows.where(RecordRequest.state == state)
    if overdue is not None:
        rows = queries.overdue(rows, civil_date(actor.at), overdue)
    found, after, count = await paging.run(
        session, rows, RecordRequest.due_on, RecordRequest.id, caller=actor.login_id, descending=False
    )
    await used(session, "record_requests", [(r.id, r.client_id) for r in found], action="search")
    return RecordRequestPage(items=await service.summaries(session, actor, found), next_cursor=after, count=count)


@router.get("/pathways/{pathway_id}/record-requests", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_pathway_record_requests(
    actor: Reader, session: Session, paging: Paged, pathway_id: UUID, state: State = None, overdue: Overdue = None
) -> RecordRequestPage:
    """Of one path, in the registers I read; what is due first comes first."""
    await one(session, visible_pathways(actor), pathway_id)
    rows = visible_record_requests(actor).where(RecordRequest.pathway_id == pathway_id)
    return await page(session, actor, paging, rows, state, overdue)


@router.get("/record-requests", responses=problems(MissingPermission, BadCursor))
async def list_record_requests(
    actor: Reader, session: Session, paging: Paged, state: State = None, overdue: Overdue = None
) -> RecordRequestPage:
    """Of my teams, or the client's own; what is due first comes first."""
    rows = visible_record_requests(actor)
    if actor.client_id is None:
        rows = rows.where(RecordRequest.team_id.in_(actor.teams))
    return await page(session, actor, paging, rows, state, overdue)


@router.get("/record-requests/{record_request_id}", responses=problems(MissingPermission, NotFound))
async def get_record_request(
    actor: Reader, session: Session, record_request_id: UUID, response: Response
) -> RecordRequestRead:
    request = await one(session, visible_record_requests(actor), record_request_id)
    await used(session, "record_requests", [(request.id, request.client_id)])
    stamp(response, request.version)
    return await service.show(session, actor, request)


async def change(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    id: UUID,
    do: Callable[[RecordRequest], Awaitable[None]],
) -> RecordRequestRead:
    """One verb on one request of my own team, once, on the version the caller knew. The client's row is locked first:
    a reminder discloses."""
    rows = visible_record_requests(actor).where(RecordRequest.team_id.in_(actor.teams))

    async def find() -> RecordRequest:
        found = await one(session, rows, id)
        await lock_client(session, found.client_id, to_change=False)
        return await one(session, rows, id, lock=True)

    async def show(request: RecordRequest) -> RecordRequestRead:
        return await service.show(session, actor, request)

    return await once.change(RecordRequestRead, find, expected, show, do)


@router.post(
    "/record-requests/{record_request_id}/remind",
    responses=problems(*CHANGES, ConsentMissing, service.DateNotPossible),
)
async def remind_record_holder(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    record_request_id: UUID,
    given: RecordRequestRemind,
) -> RecordRequestRead:
    """The holder was reminded; the date moves on. The permission is asked again: a reminder tells again."""
    return await change(
        session, actor, once, expected, record_request_id,
        lambda r: service.remind(session, actor, r, given.due_on, at),
    )  # fmt: skip


@router.post(
    "/record-requests/{record_request_id}/record-arrival",
    responses=problems(*CHANGES, service.DateNotPossible, service.AttachmentUnfit),
)
async def record_arrival_of_records(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    record_request_id: UUID,
    given: RecordRequestArrival,
) -> RecordRequestRead:
    """They are here: as documents of the path, or on paper."""
    return await change(
        session, actor, once, expected, record_request_id, lambda r: service.arrived(session, actor, r, given, at)
    )


@router.post("/record-requests/{record_request_id}/mark-not-available", responses=problems(*CHANGES))
async def mark_records_not_available(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    record_request_id: UUID,
    given: RecordRequestNotAvailable,
) -> RecordRequestRead:
    """They are not to be had, with the coded reason."""
    return await change(
        session, actor, once, expected, record_request_id,
        lambda r: service.not_available(session, actor, r, given.because, at),
    )  # fmt: skip


@router.post("/record-requests/{record_request_id}/cancel", responses=problems(*CHANGES, CodeInText))
async def cancel_record_request(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    record_request_id: UUID,
    given: RecordRequestCancel,
) -> RecordRequestRead:
    """No longer needed."""
    return await change(
        session, actor, once, expected, record_request_id,
        lambda r: service.cancel(session, actor, r, given.reason, at),
    )  # fmt: skip
