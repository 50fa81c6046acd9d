"""Addresses of answered instruments: recorded, asked, filled in, followed by guidance, corrected."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response

from app.audit.trail import used
from app.instruments.refusals import AnswersUnfit, ItemsNotKept
from app.instruments.shown import Shown
from app.instruments.use_refusals import InstrumentVersionUnknown, ModeUnfit
from app.instruments.wordings import Shelf
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.pathways.queries import worked_pathways
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.responses import queries, reading, refusals, service
from app.responses.models import InstrumentResponse, ResponseState
from app.responses.queries import fillable_responses, visible_responses, worked_responses
from app.responses.schemas import (
    Instrument,
    ResponseCorrect,
    ResponseEnd,
    ResponsePage,
    ResponseRead,
    ResponseRecord,
    ResponseRequest,
    ResponseSave,
    ResponseSubmit,
)  # fmt: skip
from app.security.permissions import Permission as P
from app.teams.health import NoHealthDataHere

router = room("Responses")
Reader = Annotated[Actor, needs(P.RESPONSE_READ)]
Writer = Annotated[Actor, needs(P.RESPONSE_WRITE)]
NEW = (MissingPermission, NotFound, IllegalMove, UnacceptableId, IdTaken)
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)


@router.post(
    "/pathways/{pathway_id}/responses",
    status_code=201,
    responses=problems(*NEW, *refusals.CONTENT, *refusals.FOLLOWING),
)
async def record_response(
    actor: Writer, session: Session, at: Now, shelf: Shown, once: OnceOnly, pathway_id: UUID, given: ResponseRecord
) -> ResponseRead:
    """A whole response in one call, as a professional has it before them. Completing it asks for guidance (C-41), which
    blocks nothing; a sign of danger in the answers is said whatever the sum."""

    async def work() -> ResponseRead:
        pathway = await one(session, worked_pathways(actor), pathway_id, lock=True)
        row = await service.record(session, actor, shelf, pathway, given, at)
        return await reading.show(session, actor, shelf, row)

    return await once.run(ResponseRead, work)


@router.post(
    "/pathways/{pathway_id}/response-requests",
    status_code=201,
    responses=problems(
        *NEW, InstrumentVersionUnknown, ItemsNotKept, refusals.ItemTextsOff,
        refusals.InstrumentNotYours, NoHealthDataHere,
    ),
)  # fmt: skip
async def request_response(
    actor: Writer, session: Session, at: Now, shelf: Shown, once: OnceOnly, pathway_id: UUID, given: ResponseRequest
) -> ResponseRead:
    """Ask the client to answer an instrument, signed in or by a link. What may not be shown cannot be asked."""

    async def work() -> ResponseRead:
        pathway = await one(session, worked_pathways(actor), pathway_id, lock=True)
        row = await service.request(session, actor, shelf, pathway, given, at)
        return await reading.show(session, actor, shelf, row)

    return await once.run(ResponseRead, work)


@router.get("/responses", responses=problems(MissingPermission, BadCursor))
async def list_responses(
    actor: Reader,
    session: Session,
    paging: Paged,
    pathway_id: Annotated[UUID | None, Query(alias="pathwayId")] = None,
    client_id: Annotated[UUID | None, Query(alias="clientId")] = None,
    instrument: Annotated[Instrument | None, Query()] = None,
    state: ResponseState | None = None,
    guidance: Annotated[
        Literal["prompted", "not_asked", "guided", "no_need"] | None,
        Query(description="`prompted`: completed, and nobody has said yet whether guidance is needed."),
    ] = None,
    safety_open: Annotated[
        bool | None, Query(alias="safetyOpen", description="Signs of danger that nobody has seen to yet, or the rest.")
    ] = None,
) -> ResponsePage:
    """Responses in the registers I read (or mine), the newest first. `count=true` counts the filter."""
    R = InstrumentResponse
    rows = visible_responses(actor)
    for column, wanted in (
        (R.pathway_id, pathway_id), (R.client_id, client_id), (R.instrument, instrument), (R.state, state),
    ):  # fmt: skip
        if wanted is not None:
            rows = rows.where(column == wanted)
    if guidance is not None:
        rows = rows.where(R.guidance == guidance, R.state == ResponseState.COMPLETED)
    if safety_open is not None and actor.client_id is None:
        rows = rows.where(queries.safety_open() if safety_open else ~queries.safety_open())
    found, after, count = await paging.run(session, rows, R.id, caller=actor.login_id)
    await used(session, "instrument_responses", [(r.id, r.client_id) for r in found], action="search")
    return ResponsePage(items=[reading.summary(actor, r) for r in found], next_cursor=after, count=count)


@router.get("/responses/{response_id}", responses=problems(MissingPermission, NotFound))
async def get_response(
    actor: Reader, session: Session, shelf: Shown, response_id: UUID, response: Response
) -> ResponseRead:
    """One response; its content to whoever reads its register, and to the client."""
    row = await one(session, visible_responses(actor), response_id)
    await used(session, "instrument_responses", [(row.id, row.client_id)])
    stamp(response, row.version)
    return await reading.show(session, actor, shelf, row)


async def change(
    session: Session,
    actor: Actor,
    shelf: Shelf,
    once: Once,
    expected: Expected,
    id: UUID,
    do: Callable[[InstrumentResponse], Awaitable[object]],
    *,
    filling: bool = False,
) -> ResponseRead:
    """One verb on one response, once, on the version the caller knew; `filling`: the client's too."""
    rows = fillable_responses(actor) if filling else worked_responses(actor)
    return await once.change(
        ResponseRead,
        lambda: one(session, rows, id, lock=True),
        expected,
        lambda row: reading.show(session, actor, shelf, row),
        do,
    )


@router.patch(
    "/responses/{response_id}",
    responses=problems(*CHANGES, AnswersUnfit, refusals.InstrumentNotYours),
)
async def update_response(
    actor: Writer,
    session: Session,
    at: Now,
    shelf: Shown,
    once: OnceOnly,
    expected: IfMatch,
    response_id: UUID,
    given: ResponseSave,
) -> ResponseRead:
    """Save answers so far: the client signed in, or a professional who asks. All or none."""
    return await change(
        session, actor, shelf, once, expected, response_id,
        lambda row: service.save(session, actor, shelf, row, given, at), filling=True,
    )  # fmt: skip


@router.post(
    "/responses/{response_id}/submit",
    responses=problems(*CHANGES, AnswersUnfit, refusals.InstrumentNotYours, refusals.ResponseEmpty, ModeUnfit),
)
async def submit_response(
    actor: Writer,
    session: Session,
    at: Now,
    shelf: Shown,
    once: OnceOnly,
    expected: IfMatch,
    response_id: UUID,
    given: ResponseSubmit,
) -> ResponseRead:
    """It is complete. It is not changed after that. A client who tells of self-harm reads at once where there is
    help."""
    return await change(
        session, actor, shelf, once, expected, response_id,
        lambda row: service.submit(session, actor, shelf, row, given, at), filling=True,
    )  # fmt: skip


@router.post(
    "/responses/{response_id}/correct",
    status_code=201,
    responses=problems(*CHANGES, *refusals.CONTENT, *refusals.CORRECTING),
)
async def correct_response(
    actor: Writer,
    session: Session,
    at: Now,
    shelf: Shown,
    once: OnceOnly,
    expected: IfMatch,
    response_id: UUID,
    given: ResponseCorrect,
) -> ResponseRead:
    """What a professional recorded wrongly, said anew and whole: a new response with `correctsId`. The one before
    stays, marked as entered in error with the reason; a sign of danger in it has to be seen to first, or with this
    (`safetyHandled`)."""

    async def work() -> ResponseRead:
        row = await one(session, worked_responses(actor), response_id, lock=True)
        await expected.check(row, lambda: reading.show(session, actor, shelf, row))
        new = await service.correct(session, actor, shelf, row, given, at)
        return await reading.show(session, actor, shelf, new)

    return await once.run(ResponseRead, work)


@router.post("/responses/{response_id}/cancel", responses=problems(*CHANGES, CodeInText))
async def cancel_response(
    actor: Writer,
    session: Session,
    at: Now,
    shelf: Shown,
    once: OnceOnly,
    expected: IfMatch,
    response_id: UUID,
    given: ResponseEnd,
) -> ResponseRead:
    """It is not asked any more, with the reason. What was saved stays."""
    return await change(
        session, actor, shelf, once, expected, response_id,
        lambda row: service.end(session, actor, row, "cancel", given.reason, at),
    )  # fmt: skip


@router.post(
    "/responses/{response_id}/mark-entered-in-error",
    responses=problems(*CHANGES, CodeInText, refusals.InstrumentNotYours, refusals.SafetyUnseen),
)
async def mark_response_entered_in_error(
    actor: Writer,
    session: Session,
    at: Now,
    shelf: Shown,
    once: OnceOnly,
    expected: IfMatch,
    response_id: UUID,
    given: ResponseEnd,
) -> ResponseRead:
    """It was asked or written wrongly; what was written stays to be seen, marked. Not before somebody has seen to a
    sign of danger in it."""
    return await change(
        session, actor, shelf, once, expected, response_id,
        lambda row: service.end(session, actor, row, "mark_entered_in_error", given.reason, at),
    )  # fmt: skip
