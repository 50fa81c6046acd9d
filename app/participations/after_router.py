"""Addresses of contacts after a service or a path."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.audit.trail import used
from app.kit.clock import Now, civil_date
from app.kit.codesets import CodeNotInForce
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId, own_id
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.participations import after, queries, reading
from app.participations import refusals as r
from app.participations.after_schemas import (
    AfterContactComplete,
    AfterContactCreate,
    AfterContactEnd,
    AfterContactPage,
    AfterContactRead,
)
from app.participations.models import AfterContact, AfterContactState
from app.pathways.queries import worked_pathways
from app.pathways.responsible import NotInTeam
from app.people.actor import Actor, needs
from app.people.periods import at_field
from app.referrals.content import CodeInText
from app.security.permissions import Permission as P
from app.work.service import InConflict

router = room("Participations")
Reader = Annotated[Actor, needs(P.PATHWAY_READ)]
Writer = Annotated[Actor, needs(P.PATHWAY_WRITE)]
ENDS = (
    MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed, r.DayInTheFuture, CodeInText,
    CodeNotInForce,
)  # fmt: skip


@router.post(
    "/pathways/{pathway_id}/after-contacts",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, IllegalMove, UnacceptableId, IdTaken, NotInTeam, InConflict, r.NotOfThePath
    ),
)
async def plan_after_contact(
    actor: Writer, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: AfterContactCreate
) -> AfterContactRead:
    """Ask how it goes, so many months after a service ends, or after the path is closed (C-46)."""

    async def work() -> AfterContactRead:
        pathway = await one(session, worked_pathways(actor), pathway_id, lock=True)
        if given.participation_id is not None:
            of_path = queries.worked_participations(actor).filter_by(pathway_id=pathway.id)
            try:
                await one(session, of_path, given.participation_id)
            except NotFound:
                raise at_field(r.NotOfThePath, "participationId") from None
        row = await after.agree(
            session, actor, pathway, given.months, given.participation_id, given.holder_id, at,
            id=own_id(given.id, at),
        )  # fmt: skip
        return await reading.after_contact(session, actor, row)

    return await once.run(AfterContactRead, work)


@router.get("/after-contacts", responses=problems(MissingPermission, BadCursor))
async def list_after_contacts(
    actor: Reader,
    session: Session,
    at: Now,
    paging: Paged,
    pathway_id: Annotated[UUID | None, Query(alias="pathwayId")] = None,
    state: AfterContactState | None = None,
    overdue: Annotated[bool, Query(description="Only those planned whose day has passed.")] = False,
) -> AfterContactPage:
    """Of my teams' clients (or mine), or of one path; the newest first. Those to be done are on the worklist."""
    rows = queries.listed_after_contacts(actor, civil_date(at), pathway_id=pathway_id, state=state, overdue=overdue)
    found, next_cursor, count = await paging.run(session, rows, AfterContact.id, caller=actor.login_id)
    await used(session, "after_contacts", [(row.id, row.client_id) for row in found], action="search")
    items = await reading.after_contacts(session, actor, found)
    return AfterContactPage(items=items, next_cursor=next_cursor, count=count)


@router.get("/after-contacts/{after_contact_id}", responses=problems(MissingPermission, NotFound))
async def get_after_contact(
    actor: Reader, session: Session, after_contact_id: UUID, response: Response
) -> AfterContactRead:
    """One contact afterwards: its day, whose it is, and how it went."""
    row = await one(session, queries.visible_after_contacts(actor), after_contact_id)
    await used(session, "after_contacts", [(row.id, row.client_id)])
    stamp(response, row.version)
    return await reading.after_contact(session, actor, row)


async def change(
    session: Session,
    actor: Actor,
    at: Now,
    once: Once,
    expected: Expected,
    after_contact_id: UUID,
    verb: str,
    given: AfterContactComplete | AfterContactEnd,
) -> AfterContactRead:
    async def find() -> AfterContact:
        seen = await one(session, queries.worked_after_contacts(actor), after_contact_id)
        await one(session, worked_pathways(actor), seen.pathway_id, lock=True)
        return await one(session, queries.worked_after_contacts(actor), after_contact_id, lock=True)

    async def do(row: AfterContact) -> None:
        if isinstance(given, AfterContactComplete):
            await after.finish(
                session, actor, row, verb, at, code=given.result, words=given.words, ended_on=given.ended_on
            )  # fmt: skip
        else:
            await after.finish(session, actor, row, verb, at, code=given.reason, words=given.words)

    return await once.change(
        AfterContactRead, find, expected, lambda row: reading.after_contact(session, actor, row), do
    )


@router.post("/after-contacts/{after_contact_id}/complete", responses=problems(*ENDS))
async def complete_after_contact(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    after_contact_id: UUID,
    given: AfterContactComplete,
) -> AfterContactRead:
    """How it goes, coded. Where it is no better, `suggests` a new referral."""
    return await change(session, actor, at, once, expected, after_contact_id, "complete", given)


@router.post("/after-contacts/{after_contact_id}/miss", responses=problems(*ENDS))
async def miss_after_contact(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    after_contact_id: UUID,
    given: AfterContactEnd,
) -> AfterContactRead:
    """Nobody talked with the client, and why. Attempts on the way are in the contact log."""
    return await change(session, actor, at, once, expected, after_contact_id, "miss", given)


@router.post("/after-contacts/{after_contact_id}/cancel", responses=problems(*ENDS))
async def cancel_after_contact(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    after_contact_id: UUID,
    given: AfterContactEnd,
) -> AfterContactRead:
    """It will not be done, and why."""
    return await change(session, actor, at, once, expected, after_contact_id, "cancel", given)
