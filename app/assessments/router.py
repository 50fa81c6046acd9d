"""Addresses of assessments: asked on a path, routed at once, completed by the seat that holds them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.assessments import laboratory, queries, reading, refusals, service, writing
from app.assessments.cited import CitedResponseUnfit
from app.assessments.contents import LaboratoryRecord
from app.assessments.models import Assessment, AssessmentState
from app.assessments.queries import visible_assessments
from app.assessments.refusals import NotYourWork
from app.assessments.schemas import (
    AssessmentAmend,
    AssessmentAssign,
    AssessmentComplete,
    AssessmentDraft,
    AssessmentEnd,
    AssessmentPage,
    AssessmentRead,
    AssessmentRequest,
    AssessmentSummary,
)  # fmt: skip
from app.audit.trail import used
from app.instruments.use_refusals import DateInFuture
from app.kit.clock import Now
from app.kit.db import Receiving, Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.pathways.queries import visible_pathways, worked_pathways
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.routing.service import DesignatedOnly, NotInSeat, WordsMissing
from app.security.permissions import Permission as P
from app.teams.health import NoHealthDataHere
from app.work.service import InConflict, SeatFull, WeekFull

router = room("Assessments")
Reader = Annotated[Actor, needs(P.ASSESSMENT_READ)]
Writer = Annotated[Actor, needs(P.ASSESSMENT_WRITE)]
Requester = Annotated[Actor, needs(P.ASSESSMENT_REQUEST)]
Overrider = Annotated[Actor, needs(P.ROUTING_OVERRIDE)]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed, CodeInText)
WRITES = (*CHANGES, NotYourWork, DesignatedOnly, NoHealthDataHere)


@router.post(
    "/pathways/{pathway_id}/assessments",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, IllegalMove, service.KindNotAsked, NoHealthDataHere, CodeInText, SeatFull
    ),
)  # fmt: skip
async def request_assessment(
    actor: Requester, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: AssessmentRequest
) -> AssessmentRead:
    """Ask for an assessment; it goes to the right designated professional at once, and `decisionId` says why. A team
    without health data asks for none of the health register: `allowedActions` speaks of the others."""

    async def work() -> AssessmentRead:
        pathway = await one(session, worked_pathways(actor), pathway_id, lock=True)
        assessment = await service.request(session, actor, pathway, given, at)
        return await reading.show(session, actor, assessment)

    return await once.run(AssessmentRead, work)


@router.get("/assessments", responses=problems(MissingPermission, BadCursor))
async def list_assessments(
    actor: Reader,
    session: Session,
    paging: Paged,
    pathway_id: Annotated[UUID | None, Query(alias="pathwayId")] = None,
    client_id: Annotated[UUID | None, Query(alias="clientId")] = None,
    state: AssessmentState | None = None,
) -> AssessmentPage:
    """Assessments in the registers I read, the newest first."""
    rows = visible_assessments(actor)
    if pathway_id is not None:
        rows = rows.where(Assessment.pathway_id == pathway_id)
    if client_id is not None:
        rows = rows.where(Assessment.client_id == client_id)
    if state is not None:
        rows = rows.where(Assessment.state == state)
    found, after, count = await paging.run(session, rows, Assessment.id, caller=actor.login_id)
    await used(session, "assessments", [(a.id, a.client_id) for a in found], action="search")
    return AssessmentPage(
        items=[AssessmentSummary.model_validate(a, from_attributes=True) for a in found],
        next_cursor=after,
        count=count,
    )


@router.get("/assessments/{assessment_id}", responses=problems(MissingPermission, NotFound))
async def get_assessment(actor: Reader, session: Session, assessment_id: UUID, response: Response) -> AssessmentRead:
    """One assessment; its findings to whoever reads its register."""
    assessment = await one(session, visible_assessments(actor), assessment_id)
    await used(session, "assessments", [(assessment.id, assessment.client_id)])
    stamp(response, assessment.version)
    return await reading.show(session, actor, assessment)


async def change(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    assessment_id: UUID,
    do: Callable[[Assessment], Awaitable[None]],
    *,
    unread: bool = False,
) -> AssessmentRead:
    """One verb on one assessment, once, on the version the caller knew. The path's row is locked first. `unread`: of
    whatever register."""
    rows = queries.every_assessment() if unread else visible_assessments(actor)

    async def find() -> Assessment:
        found = await one(session, rows, assessment_id)
        await one(session, worked_pathways(actor), found.pathway_id, lock=True)
        return await one(session, rows, assessment_id, lock=True)

    return await once.change(AssessmentRead, find, expected, lambda a: reading.show(session, actor, a), do)


@router.post(
    "/assessments/{assessment_id}/assign",
    responses=problems(*CHANGES, DesignatedOnly, NotInSeat, InConflict, WordsMissing, SeatFull, WeekFull),
)
async def assign_assessment(
    actor: Overrider,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    assessment_id: UUID,
    given: AssessmentAssign,
) -> AssessmentRead:
    """A human chooses seat and person, with a reason that is kept with the decision."""

    async def do(assessment: Assessment) -> None:
        pathway = await one(session, visible_pathways(actor), assessment.pathway_id)
        await service.assign(session, actor, assessment, pathway, given, at)

    return await change(session, actor, once, expected, assessment_id, do)


@router.patch("/assessments/{assessment_id}", responses=problems(*WRITES, *refusals.CONTENT, CitedResponseUnfit))
async def save_assessment_draft(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    assessment_id: UUID,
    given: AssessmentDraft,
) -> AssessmentRead:
    """Save what is known so far, in parts; only who holds the work reads it before it is completed."""
    return await change(
        session, actor, once, expected, assessment_id, lambda a: writing.save_draft(session, actor, a, given, at)
    )


@router.post(
    "/assessments/{assessment_id}/complete", responses=problems(*WRITES, *refusals.CONTENT, CitedResponseUnfit)
)
async def complete_assessment(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    assessment_id: UUID,
    given: AssessmentComplete,
) -> AssessmentRead:
    """The findings and the conclusion, by the seat that holds the work: what was saved, with this on top."""
    return await change(
        session, actor, once, expected, assessment_id, lambda a: writing.complete(session, actor, a, given, at)
    )


@router.post("/assessments/{assessment_id}/amend", responses=problems(*WRITES, *refusals.CONTENT, CitedResponseUnfit))
async def amend_assessment(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    assessment_id: UUID,
    given: AssessmentAmend,
) -> AssessmentRead:
    """Say a completed one anew, with the reason; what it said stays among its versions."""
    return await change(
        session, actor, once, expected, assessment_id, lambda a: writing.amend(session, actor, a, given, at)
    )


@router.post(
    "/assessments/{assessment_id}/record-laboratory",
    responses=problems(*WRITES, refusals.LabNotOrdered, refusals.LabStatusUnclear, DateInFuture),
)
async def record_assessment_laboratory(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    assessment_id: UUID,
    given: LaboratoryRecord,
) -> AssessmentRead:
    """What became of ordered tests: taken, seen, not done. Results stay in the laboratory's own system."""
    return await change(
        session,
        actor,
        once,
        expected,
        assessment_id,
        lambda a: laboratory.record_laboratory(session, actor, a, given, at),
    )


@router.post("/assessments/{assessment_id}/cancel", responses=problems(*CHANGES))
async def cancel_assessment(
    actor: Requester,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    assessment_id: UUID,
    given: AssessmentEnd,
) -> AssessmentRead:
    """It is not needed any more, with the reason. What nobody has, the team of the path cancels also where it is of a
    register that the caller does not read."""

    async def do(assessment: Assessment) -> None:
        await service.end(session, actor, assessment, "cancel", given.reason, at)

    team = await queries.nobody_has(session, actor, assessment_id)
    if team is None:
        return await change(session, actor, once, expected, assessment_id, do)
    async with Receiving(session, team=team, area=actor.area_id):
        return await change(session, actor, once, expected, assessment_id, do, unread=True)


@router.post("/assessments/{assessment_id}/mark-entered-in-error", responses=problems(*CHANGES, NotYourWork))
async def mark_assessment_entered_in_error(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    assessment_id: UUID,
    given: AssessmentEnd,
) -> AssessmentRead:
    """It was written wrongly; what was written stays to be seen, marked."""
    return await change(
        session, actor, once, expected, assessment_id,
        lambda a: service.end(session, actor, a, "mark_entered_in_error", given.reason, at),
    )  # fmt: skip
