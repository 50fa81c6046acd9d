"""Addresses of a client's parts in services: planned, checked, started, held, ended, and held against the criteria."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.audit.trail import used
from app.consents.service import ConsentMissing
from app.kit.clock import Now, civil_date
from app.kit.codesets import CodeNotInForce, code_of
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.participations import queries, reading, service
from app.participations import refusals as r
from app.participations.models import ParticipationState, QualityReview, ServiceParticipation
from app.participations.schemas import (
    CriteriaList,
    ParticipationCreate,
    ParticipationEnd,
    ParticipationPage,
    ParticipationPause,
    ParticipationRead,
    ParticipationResume,
    ParticipationStart,
    ParticipationUpdate,
    QualityReviewCreate,
    QualityReviewPage,
    QualityReviewRead,
    TimelinessRecord,
)
from app.pathways.models import Pathway
from app.pathways.queries import worked_pathways
from app.pathways.responsible import NotInTeam
from app.people.actor import Actor, needs
from app.people.periods import EndsBeforeStart
from app.people.service import UnknownOrganisation
from app.referrals.content import CodeInText
from app.security.permissions import Permission as P
from app.work.service import InConflict

router = room("Participations")
Reader = Annotated[Actor, needs(P.PATHWAY_READ)]
Writer = Annotated[Actor, needs(P.PATHWAY_WRITE)]
ADDS = (MissingPermission, NotFound, IllegalMove, UnacceptableId, IdTaken, CodeInText)
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)
Change = TimelinessRecord | ParticipationStart | ParticipationPause | ParticipationResume | ParticipationEnd
AGREED = (EndsBeforeStart, r.ParticipationTooLong, r.WorkTrialFields, r.GroupFields, r.GroupFull, r.NotOfThePath)


@router.post(
    "/pathways/{pathway_id}/participations",
    status_code=201,
    responses=problems(*ADDS, *AGREED, UnknownOrganisation, ConsentMissing, CodeNotInForce, r.InTheGroupAlready),
)
async def plan_participation(
    actor: Writer, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: ParticipationCreate
) -> ParticipationRead:
    """A part in a service, beside others (C-45). Each organisation outside the area must be permitted to know of it.

    Nothing is sent from here: the team tells them itself, and the disclosure log says who may have been told of what,
    on which permission. Without `stepId` it is the path's planned step of its kind, where there is exactly one."""

    async def work() -> ParticipationRead:
        seen = await one(session, worked_pathways(actor), pathway_id)
        await service.client_first(session, seen.client_id)
        pathway = await one(session, worked_pathways(actor), pathway_id, lock=True)
        return await reading.participation(session, actor, await service.plan(session, actor, pathway, given, at))

    return await once.run(ParticipationRead, work)


@router.get("/participations", responses=problems(MissingPermission, BadCursor))
async def list_participations(
    actor: Reader,
    session: Session,
    at: Now,
    paging: Paged,
    pathway_id: Annotated[UUID | None, Query(alias="pathwayId")] = None,
    kind: Annotated[str | None, code_of("service_kind")] = None,
    state: ParticipationState | None = None,
    overdue: Annotated[bool, Query(description="Only those not ended though their last day has passed.")] = False,
) -> ParticipationPage:
    """Of my teams' paths (or mine), or of one path; those that begin last first."""
    rows = queries.listed_participations(
        actor, civil_date(at), pathway_id=pathway_id, kind=kind, state=state, overdue=overdue
    )
    found, after, count = await paging.run(
        session, rows, ServiceParticipation.starts_on, ServiceParticipation.id, caller=actor.login_id
    )
    await used(session, "service_participations", [(row.id, row.client_id) for row in found], action="search")
    items = await reading.participations(session, actor, found)
    return ParticipationPage(items=items, next_cursor=after, count=count)


@router.get("/participations/{participation_id}", responses=problems(MissingPermission, NotFound))
async def get_participation(
    actor: Reader, session: Session, participation_id: UUID, response: Response
) -> ParticipationRead:
    """One part in a service, with its check that counts and what may be done with it now."""
    row = await one(session, queries.visible_participations(actor), participation_id)
    await used(session, "service_participations", [(row.id, row.client_id)])
    stamp(response, row.version)
    return await reading.participation(session, actor, row)


@router.patch("/participations/{participation_id}", responses=problems(*CHANGES, *AGREED, CodeInText, r.OutsidePeriod))
async def update_participation(
    actor: Writer,
    session: Session,
    at: Now,
    expected: IfMatch,
    participation_id: UUID,
    given: ParticipationUpdate,
    response: Response,
) -> ParticipationRead:
    """Agreed anew: prolonged, at another place, hired instead of being a trainee. Other organisations: another part."""
    row = await one(session, queries.worked_participations(actor), participation_id, lock=True)
    await expected.check(row, lambda: reading.participation(session, actor, row))
    await service.update(session, actor, row, given, at)
    stamp(response, row.version)
    return await reading.participation(session, actor, row)


async def change(
    session: Session, actor: Actor, at: Now, once: Once, expected: Expected, participation_id: UUID, given: Change
) -> ParticipationRead:
    """One verb on one part, once; the client, the path and the part are locked in this order."""
    paths: list[Pathway] = []

    async def find() -> ServiceParticipation:
        seen = await one(session, queries.worked_participations(actor), participation_id)
        await service.client_first(session, seen.client_id)
        paths.append(await one(session, worked_pathways(actor), seen.pathway_id, lock=True))
        return await one(session, queries.worked_participations(actor), participation_id, lock=True)

    async def do(row: ServiceParticipation) -> None:
        match given:
            case TimelinessRecord():
                await service.check_timeliness(session, actor, row, given, at)
            case ParticipationStart():
                await service.start(session, actor, row, given, at)
            case ParticipationPause():
                await service.pause(session, row, given, at)
            case ParticipationResume():
                await service.resume(session, row, at)
            case ParticipationEnd():
                await service.end(session, actor, paths[-1], row, given, at)

    return await once.change(
        ParticipationRead, find, expected, lambda row: reading.participation(session, actor, row), do
    )


@router.post(
    "/participations/{participation_id}/check-timeliness",
    responses=problems(*CHANGES, r.DayInTheFuture, CodeInText),
)
async def check_timeliness(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    participation_id: UUID,
    given: TimelinessRecord,
) -> ParticipationRead:
    """Whether it is the right time for it. Coaching and employment with support wait for it; the newest counts."""
    return await change(session, actor, at, once, expected, participation_id, given)


@router.post(
    "/participations/{participation_id}/start",
    responses=problems(
        *CHANGES, r.TimelinessUnchecked, r.NotTimely, r.UnclearReason, r.OutsidePeriod, ConsentMissing
    ),
)  # fmt: skip
async def start_participation(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    participation_id: UUID,
    given: ParticipationStart,
) -> ParticipationRead:
    """It begins, and its step of the path is done. The organisations outside the area are asked about again, on what
    the client permits today; the team tells them itself."""
    return await change(session, actor, at, once, expected, participation_id, given)


@router.post(
    "/participations/{participation_id}/pause",
    responses=problems(*CHANGES, r.HoldInThePast, r.ParticipationTooLong),
)
async def pause_participation(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    participation_id: UUID,
    given: ParticipationPause,
) -> ParticipationRead:
    """On hold until a day: once it has passed the part goes on by itself."""
    return await change(session, actor, at, once, expected, participation_id, given)


@router.post("/participations/{participation_id}/resume", responses=problems(*CHANGES))
async def resume_participation(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    participation_id: UUID,
    given: ParticipationResume,
) -> ParticipationRead:
    """It goes on before the hold is over."""
    return await change(session, actor, at, once, expected, participation_id, given)


@router.post(
    "/participations/{participation_id}/end",
    responses=problems(
        *CHANGES, r.DayInTheFuture, r.OutsidePeriod, CodeInText, CodeNotInForce, NotInTeam, InConflict
    ),
)  # fmt: skip
async def end_participation(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    participation_id: UUID,
    given: ParticipationEnd,
) -> ParticipationRead:
    """It ends, with a coded reason that no referrer is told, and with an after-contact if one is wanted."""
    return await change(session, actor, at, once, expected, participation_id, given)


@router.get("/quality-criteria", responses=problems(MissingPermission))
async def list_quality_criteria(actor: Reader) -> CriteriaList:
    """Every version, the newest first; the first is our own design, and says so."""
    return CriteriaList(items=reading.every_criteria())


@router.post(
    "/participations/{participation_id}/quality-reviews",
    status_code=201,
    responses=problems(*ADDS, r.UnknownCriterion, r.DayInTheFuture),
)
async def record_quality_review(
    actor: Writer, session: Session, at: Now, once: OnceOnly, participation_id: UUID, given: QualityReviewCreate
) -> QualityReviewRead:
    """The service held against the quality criteria by one side. Earlier reviews stay."""

    async def work() -> QualityReviewRead:
        row = await one(session, queries.worked_participations(actor), participation_id)
        await one(session, worked_pathways(actor), row.pathway_id, lock=True)
        found = await service.review(session, actor, row, given, at)
        return (await reading.reviews(session, actor, [found]))[0]

    return await once.run(QualityReviewRead, work)


@router.get(
    "/participations/{participation_id}/quality-reviews",
    responses=problems(MissingPermission, NotFound, BadCursor),
)
async def list_quality_reviews(
    actor: Reader, session: Session, paging: Paged, participation_id: UUID
) -> QualityReviewPage:
    """The newest first, each with how many criteria got which answer."""
    row = await one(session, queries.visible_participations(actor), participation_id)
    rows = queries.reviews_of(row.id)
    found, after, count = await paging.run(
        session, rows, QualityReview.reviewed_on, QualityReview.id, caller=actor.login_id
    )
    await used(session, "service_participations", [(row.id, row.client_id)], fields=["quality_reviews"])
    return QualityReviewPage(items=await reading.reviews(session, actor, found), next_cursor=after, count=count)
