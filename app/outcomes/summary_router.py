"""Addresses of the client's own summary."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Response
from fastapi.responses import HTMLResponse

from app.audit.trail import used
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.outcomes import printing, queries, reading, service
from app.outcomes.models import ClientSummary
from app.outcomes.schemas import SummaryDraft, SummaryPage, SummaryRead, SummaryUpdate, SummaryVerb
from app.pathways.queries import visible_pathways, worked_pathways
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.security.permissions import Permission as P

router = room("Client summaries")
Reader = Annotated[Actor, needs(P.PATHWAY_READ)]
Writer = Annotated[Actor, needs(P.PATHWAY_WRITE)]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)


@router.post(
    "/pathways/{pathway_id}/client-summaries",
    status_code=201,
    responses=problems(MissingPermission, NotFound, service.DraftExists),
)
async def draft_client_summary(
    actor: Writer, session: Session, once: OnceOnly, pathway_id: UUID, given: SummaryDraft
) -> SummaryRead:
    """A draft in plain language, in the client's language, from what is recorded: edit it, then offer it."""

    async def work() -> SummaryRead:
        pathway = await one(session, worked_pathways(actor), pathway_id, lock=True)
        summary = await service.draft_summary(session, actor, pathway, given.language)
        return await reading.summary(session, actor, summary)

    return await once.run(SummaryRead, work)


@router.get("/pathways/{pathway_id}/client-summaries", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_client_summaries(actor: Reader, session: Session, paging: Paged, pathway_id: UUID) -> SummaryPage:
    """The newest first; the client sees those that were offered."""
    pathway = await one(session, visible_pathways(actor), pathway_id)
    rows = queries.visible_summaries(actor).where(ClientSummary.pathway_id == pathway.id)
    found, after, count = await paging.run(session, rows, ClientSummary.id, caller=actor.login_id)
    await used(session, "client_summaries", [(row.id, row.client_id) for row in found], action="search")
    return SummaryPage(items=await reading.summaries(session, actor, found), next_cursor=after, count=count)


async def opened(session: Session, actor: Actor, at: Now, summary_id: UUID, fields: list[str]) -> ClientSummary:
    """The summary, read: by the client for the first time, that is written down."""
    summary = await one(session, queries.visible_summaries(actor), summary_id, lock=actor.client_id is not None)
    await used(session, "client_summaries", [(summary.id, summary.client_id)], fields=fields)
    await service.first_read(session, actor, summary, at)
    return summary


@router.get("/client-summaries/{summary_id}", responses=problems(MissingPermission, NotFound))
async def get_client_summary(
    actor: Reader, session: Session, at: Now, summary_id: UUID, response: Response
) -> SummaryRead:
    """One of them. That the client opened it for the first time is written down."""
    summary = await opened(session, actor, at, summary_id, [])
    stamp(response, summary.version)
    return await reading.summary(session, actor, summary)


@router.get(
    "/client-summaries/{summary_id}/print",
    response_class=HTMLResponse,
    responses=problems(MissingPermission, NotFound, service.WordsNotYours),
)
async def print_client_summary(actor: Reader, session: Session, at: Now, summary_id: UUID) -> HTMLResponse:
    """A page to hand over, in the language of the summary."""
    summary = await opened(session, actor, at, summary_id, ["print"])
    shown = await reading.summary(session, actor, summary)
    if shown.sections is None:
        raise service.WordsNotYours()
    headers = {**printing.HEADERS, "Content-Language": summary.language}
    return HTMLResponse(printing.printed(shown), headers=headers)


async def change(
    session: Session, actor: Actor, once: Once, expected: Expected, summary_id: UUID, do: service.Change
) -> SummaryRead:
    return await once.change(
        SummaryRead,
        lambda: one(session, queries.visible_summaries(actor), summary_id, lock=True),
        expected,
        lambda row: reading.summary(session, actor, row),
        do,
    )


async def own_team(session: Session, actor: Actor, summary: ClientSummary) -> None:
    """Another team with a care relationship reads it and has no verbs."""
    await one(session, worked_pathways(actor), summary.pathway_id)


@router.patch("/client-summaries/{summary_id}", responses=problems(*CHANGES, CodeInText, service.WordsNotYours))
async def update_client_summary(
    actor: Writer,
    session: Session,
    expected: IfMatch,
    summary_id: UUID,
    given: SummaryUpdate,
    response: Response,
) -> SummaryRead:
    """Other words for some of the sections, until it is offered."""
    summary = await one(session, queries.visible_summaries(actor), summary_id, lock=True)
    await own_team(session, actor, summary)
    await expected.check(summary, lambda: reading.summary(session, actor, summary))
    await service.edit(session, actor, summary, given.sections)
    stamp(response, summary.version)
    return await reading.summary(session, actor, summary)


@router.post("/client-summaries/{summary_id}/offer", responses=problems(*CHANGES))
async def offer_client_summary(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    summary_id: UUID,
    given: SummaryVerb,
) -> SummaryRead:
    """To the client, as it is: it does not change any more. A newer one may follow."""

    async def do(summary: ClientSummary) -> None:
        await own_team(session, actor, summary)
        await service.offer(session, actor, summary, at)

    return await change(session, actor, once, expected, summary_id, do)


@router.post("/client-summaries/{summary_id}/decline", responses=problems(*CHANGES, service.ClientsToSay))
async def decline_client_summary(
    actor: Reader,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    summary_id: UUID,
    given: SummaryVerb,
) -> SummaryRead:
    """The client does not want it. It can be read later too."""
    if actor.client_id is None:
        raise service.ClientsToSay()
    return await change(session, actor, once, expected, summary_id, lambda s: service.decline(session, s, at))
