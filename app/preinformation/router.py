"""Addresses of the pre-information form: asked on a path, filled signed in or by phone, handed out as a link."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from app.audit.trail import used
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.i18n import Language, speaking
from app.kit.once import Once, OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound, Problem
from app.kit.queries import one
from app.kit.routes import problems, room
from app.pathways.queries import visible_pathways, worked_pathways
from app.people.actor import Actor, needs
from app.preinformation import answering, links, printing, reading, service
from app.preinformation.models import Preinformation, PreinformationState
from app.preinformation.queries import fillable_forms, visible_forms, worked_forms
from app.preinformation.schemas import (
    AddendumCreate,
    FormLinkCreate,
    FormLinkMade,
    PreinformationEnd,
    PreinformationPage,
    PreinformationRead,
    PreinformationRequest,
    PreinformationSubmit,
    PreinformationSummary,
    PreinformationUpdate,
)  # fmt: skip
from app.referrals.content import CodeInText
from app.representatives.service import MANDATES
from app.security.permissions import Permission as P
from app.teams.health import NoHealthDataHere

router = room("Pre-information")
Reader = Annotated[Actor, needs(P.PREINFORMATION_READ)]
Writer = Annotated[Actor, needs(P.PREINFORMATION_WRITE)]
Asked = Annotated[Language | None, Query(description="Instead of Accept-Language.")]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)
LINKING: tuple[type[Problem], ...] = (*CHANGES, *MANDATES, service.AnswersAreHealthData)
FILLING = (CodeInText, answering.AnswerInvalid, service.AnswersAreHealthData, service.ModeNotYours)


@router.post(
    "/pathways/{pathway_id}/preinformation",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, IllegalMove, NoHealthDataHere, service.PreinformationOpen, service.UnknownForm,
        UnacceptableId, IdTaken,
    ),
)  # fmt: skip
async def request_preinformation(
    actor: Writer, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: PreinformationRequest
) -> PreinformationRead:
    """Ask the client to fill the form before the health check. One is open on a path at a time."""

    async def work() -> PreinformationRead:
        pathway = await one(session, worked_pathways(actor), pathway_id, lock=True)
        return await reading.show(session, actor, await service.request(session, actor, pathway, given, at))

    return await once.run(PreinformationRead, work)


@router.get("/preinformation", responses=problems(MissingPermission, BadCursor))
async def list_preinformation(
    actor: Reader,
    session: Session,
    paging: Paged,
    pathway_id: Annotated[UUID | None, Query(alias="pathwayId")] = None,
    client_id: Annotated[UUID | None, Query(alias="clientId")] = None,
    state: PreinformationState | None = None,
) -> PreinformationPage:
    """Forms asked of my teams' clients (or of me), the newest first. No answers."""
    rows = visible_forms(actor)
    if pathway_id is not None:
        rows = rows.where(Preinformation.pathway_id == pathway_id)
    if client_id is not None:
        rows = rows.where(Preinformation.client_id == client_id)
    if state is not None:
        rows = rows.where(Preinformation.state == state)
    found, after, count = await paging.run(session, rows, Preinformation.id, caller=actor.login_id)
    await used(session, "preinformation_forms", [(f.id, f.client_id) for f in found], action="search")
    items = [PreinformationSummary.model_validate(f, from_attributes=True) for f in found]
    return PreinformationPage(items=items, next_cursor=after, count=count)


@router.get("/preinformation/{preinformation_id}", responses=problems(MissingPermission, NotFound))
async def get_preinformation(
    actor: Reader, session: Session, preinformation_id: UUID, response: Response
) -> PreinformationRead:
    """Its course for the team; its answers for the client and the health register."""
    row = await one(session, visible_forms(actor), preinformation_id)
    await used(session, "preinformation_forms", [(row.id, row.client_id)])
    stamp(response, row.version)
    return await reading.show(session, actor, row)


@router.get(
    "/preinformation/{preinformation_id}/record-text",
    response_class=PlainTextResponse,
    responses=problems(MissingPermission, NotFound, service.AnswersAreHealthData),
)
async def get_preinformation_record_text(
    actor: Reader, session: Session, preinformation_id: UUID, lang: Asked = None
) -> Response:
    """The answers as plain text, to copy into the patient record."""
    language = lang or speaking.get()
    text = printing.record_text(*await content(session, actor, preinformation_id, language), language)
    return PlainTextResponse(text, headers={"Content-Language": language})


@router.get(
    "/preinformation/{preinformation_id}/print",
    response_class=HTMLResponse,
    responses=problems(MissingPermission, NotFound, service.AnswersAreHealthData),
)
async def print_preinformation(
    actor: Reader, session: Session, preinformation_id: UUID, lang: Asked = None
) -> Response:
    """The answers as a page to print."""
    language = lang or speaking.get()
    body = printing.filled(*await content(session, actor, preinformation_id, language), language)
    return HTMLResponse(body, headers={**printing.HEADERS, "Content-Language": language})


async def content(session: Session, actor: Actor, id: UUID, language: Language) -> service.Content:
    row = await one(session, visible_forms(actor), id)
    found = await service.content(session, actor, row, language)
    await used(session, "preinformation_answers", [(row.id, row.client_id)])
    return found


async def change(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    id: UUID,
    do: Callable[[Preinformation], Awaitable[object]],
    *,
    team: bool = False,
) -> PreinformationRead:
    """One verb on one form, once, on the version the caller knew; `team`: of the team that asked only."""
    rows = worked_forms(actor) if team else fillable_forms(actor)
    return await once.change(
        PreinformationRead,
        lambda: one(session, rows, id, lock=True),
        expected,
        lambda row: reading.show(session, actor, row),
        do,
    )


@router.patch("/preinformation/{preinformation_id}", responses=problems(*CHANGES, *FILLING, *MANDATES))
async def update_preinformation(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    preinformation_id: UUID,
    given: PreinformationUpdate,
) -> PreinformationRead:
    """Save answers: the client signed in, or a professional who asks by phone or copies paper. All or none."""
    mode = service.mode_of(actor, given.mode)  # before any row: whoever reads no answers learns of no form

    async def do(row: Preinformation) -> None:
        await service.represent(session, actor, row, given.representative_id, at)
        await answering.save(session, row, given.answers, mode, at)

    return await change(session, actor, once, expected, preinformation_id, do)


@router.post(
    "/preinformation/{preinformation_id}/submit",
    responses=problems(*CHANGES, *FILLING, *MANDATES, answering.FormIncomplete),
)
async def submit_preinformation(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    preinformation_id: UUID,
    given: PreinformationSubmit,
) -> PreinformationRead:
    """Send the whole. It is not changed after that; more is said in an addendum."""
    mode = service.mode_of(actor, given.mode)  # before any row: whoever reads no answers learns of no form

    async def do(row: Preinformation) -> None:
        path = await one(session, visible_pathways(actor), row.pathway_id)
        by, told = actor.person_id, path.responsible_person_id
        await service.represent(session, actor, row, given.representative_id, at)
        await answering.submit(session, row, given.answers, mode, by, told, at)

    return await change(session, actor, once, expected, preinformation_id, do)


@router.post("/preinformation/{preinformation_id}/addenda", responses=problems(*CHANGES, *FILLING))
async def add_to_preinformation(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    preinformation_id: UUID,
    given: AddendumCreate,
) -> PreinformationRead:
    """More words after it was sent, about an item or in general."""
    return await change(
        session, actor, once, expected, preinformation_id, lambda row: service.add(session, actor, row, given, at)
    )


@router.post("/preinformation/{preinformation_id}/links", status_code=201, responses=problems(*LINKING))
async def create_form_link(
    actor: Writer,
    session: Session,
    at: Now,
    expected: IfMatch,
    preinformation_id: UUID,
    given: FormLinkCreate,
    response: Response,
) -> FormLinkMade:
    """A link to fill this form without an account. The token is shown this once and never kept for a replay, so this
    takes no Idempotency-Key: make another if the answer was lost, the one before ends."""
    row = await one(session, worked_forms(actor), preinformation_id, lock=True)
    await expected.check(row, lambda: reading.show(session, actor, row))
    if refused := service.refusal(actor, "make_link"):
        raise refused
    token, link = await links.make_link(session, actor, row, given, at)
    base = session.info["settings"].form_url
    stamp(response, row.version)
    return FormLinkMade(
        version=row.version, token=token, url=f"{base}#{token}" if base else None, expires_at=link.expires_at
    )


@router.post("/preinformation/{preinformation_id}/revoke-link", responses=problems(*CHANGES))
async def revoke_form_link(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, preinformation_id: UUID
) -> PreinformationRead:
    """The link in force opens nothing any more."""
    return await change(
        session, actor, once, expected, preinformation_id,
        lambda row: links.revoke_link(session, row, at), team=True,
    )  # fmt: skip


@router.post("/preinformation/{preinformation_id}/cancel", responses=problems(*CHANGES, CodeInText))
async def cancel_preinformation(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    preinformation_id: UUID,
    given: PreinformationEnd,
) -> PreinformationRead:
    """It is not needed any more, with the reason. What was saved stays."""
    return await change(
        session, actor, once, expected, preinformation_id,
        lambda row: service.end(session, actor, row, "cancel", given.reason, at), team=True,
    )  # fmt: skip


@router.post(
    "/preinformation/{preinformation_id}/mark-entered-in-error",
    responses=problems(*CHANGES, CodeInText, service.AnswersAreHealthData),
)
async def mark_preinformation_entered_in_error(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    preinformation_id: UUID,
    given: PreinformationEnd,
) -> PreinformationRead:
    """It was asked or written wrongly; what was written stays to be seen, marked."""
    return await change(
        session, actor, once, expected, preinformation_id,
        lambda row: service.end(session, actor, row, "mark_entered_in_error", given.reason, at), team=True,
    )  # fmt: skip
