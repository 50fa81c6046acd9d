"""Addresses of references to plans that are kept elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.audit.trail import used
from app.kit.clock import Now, civil_date
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
from app.plan_references import queries, service
from app.plan_references import refusals as r
from app.plan_references.models import PlanReference, ReferenceState
from app.plan_references.schemas import (
    PlanEnd,
    PlanError,
    PlanReferencePage,
    PlanReferenceRead,
    PlanReferenceRecord,
    PlanReview,
)
from app.referrals.content import CodeInText
from app.security.permissions import Permission as P

router = room("Plans")
Reader = Annotated[Actor, needs(P.PATHWAY_READ)]
Writer = Annotated[Actor, needs(P.PATHWAY_WRITE)]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)


@router.post(
    "/pathways/{pathway_id}/plan-references",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, IllegalMove, UnacceptableId, IdTaken, CodeInText, r.PlanNotPermitted,
        r.PlanTypeNotInForce, r.PlanTypeNotForClient, r.LegalBasisNotInForce, r.ReferenceDays, r.ActivityOfAnother,
        r.ReferenceNotYours, r.OrganiserUnknownHere, r.NotTheSamePlan,
        r.PlanMeetingUnknown,
    ),
)  # fmt: skip
async def record_plan_reference(
    actor: Writer, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: PlanReferenceRecord
) -> PlanReferenceRead:
    """That there is an activation plan, a multi-sector plan or a client plan elsewhere (domain 5.5, 5.6). Several may
    be in force at once; what stands out in one is told as warnings."""

    async def work() -> PlanReferenceRead:
        pathway = await one(session, worked_pathways(actor), pathway_id, lock=True)
        return service.show(actor, await service.record(session, actor, pathway, given, at))

    return await once.run(PlanReferenceRead, work)


@router.get("/plan-references", responses=problems(MissingPermission, BadCursor))
async def list_plan_references(
    actor: Reader,
    session: Session,
    at: Now,
    paging: Paged,
    pathway_id: Annotated[UUID | None, Query(alias="pathwayId")] = None,
    client_id: Annotated[UUID | None, Query(alias="clientId")] = None,
    state: ReferenceState | None = None,
    overdue: Annotated[bool, Query(description="Only those whose review was due before today.")] = False,
) -> PlanReferencePage:
    """Of my teams' paths (or mine), or of one; the latest made first."""
    rows = queries.listed(
        actor, civil_date(at), pathway_id=pathway_id, client_id=client_id, state=state, overdue=overdue
    )
    found, after, count = await paging.run(
        session, rows, PlanReference.made_on, PlanReference.id, caller=actor.login_id
    )
    await used(session, "plan_references", [(row.id, row.client_id) for row in found], action="search")
    return PlanReferencePage(items=[service.show(actor, row) for row in found], next_cursor=after, count=count)


@router.get("/plan-references/{reference_id}", responses=problems(MissingPermission, NotFound))
async def get_plan_reference(
    actor: Reader, session: Session, reference_id: UUID, response: Response
) -> PlanReferenceRead:
    row = await one(session, queries.visible_references(actor), reference_id)
    await used(session, "plan_references", [(row.id, row.client_id)])
    stamp(response, row.version)
    return service.show(actor, row)


async def change(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    reference_id: UUID,
    do: Callable[[PlanReference], Awaitable[None]],
) -> PlanReferenceRead:
    """One verb of the team, once, on the version the caller knew."""

    async def find() -> PlanReference:
        return await one(session, queries.worked_references(actor), reference_id, lock=True)

    async def show(row: PlanReference) -> PlanReferenceRead:
        return service.show(actor, row)

    return await once.change(PlanReferenceRead, find, expected, show, do)


@router.post("/plan-references/{reference_id}/review", responses=problems(*CHANGES))
async def review_plan_reference(
    actor: Writer, session: Session, once: OnceOnly, expected: IfMatch, reference_id: UUID, given: PlanReview
) -> PlanReferenceRead:
    """The plan was looked at where it is kept; when next."""
    return await change(
        session, actor, once, expected, reference_id, lambda row: service.review(session, row, given.review_due_on)
    )


@router.post("/plan-references/{reference_id}/end", responses=problems(*CHANGES))
async def end_plan_reference(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, reference_id: UUID, given: PlanEnd
) -> PlanReferenceRead:
    """The plan has ended, with its reason."""
    return await change(
        session, actor, once, expected, reference_id, lambda row: service.end(session, row, given.reason, at)
    )


@router.post("/plan-references/{reference_id}/mark-entered-in-error", responses=problems(*CHANGES, CodeInText))
async def mark_plan_reference_in_error(
    actor: Writer, session: Session, once: OnceOnly, expected: IfMatch, reference_id: UUID, given: PlanError
) -> PlanReferenceRead:
    """It was recorded wrongly: kept with the reason."""
    return await change(
        session, actor, once, expected, reference_id,
        lambda row: service.mark_entered_in_error(session, row, given.reason),
    )  # fmt: skip
