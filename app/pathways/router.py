"""Addresses of service paths: the plan, the steps, the outcome, the closing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.audit.trail import used
from app.kit.cached import NOT_CHANGED, IfNoneMatch, kept
from app.kit.clock import Now
from app.kit.codesets import CodeNotInForce
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.path_templates.rules import templates
from app.pathways import closing, reading, service
from app.pathways.models import STEP_FLOW, Pathway, PathwayState, PathwayStep
from app.pathways.queries import visible_pathways, visible_steps, worked_pathways
from app.pathways.responsible import NotInTeam
from app.pathways.schemas import (
    OutcomeRecord,
    PathwayClose,
    PathwayPage,
    PathwayRead,
    PathwayUpdate,
    PlanAgree,
    StepComplete,
    StepPlan,
    StepSkip,
    TemplateList,
    TemplateRead,
    TemplateStepRead,
)  # fmt: skip
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.routing.service import NotInSeat
from app.security.permissions import Permission as P
from app.work.service import InConflict, SeatFull

router = room("Service paths")
Reader = Annotated[Actor, needs(P.PATHWAY_READ)]
Writer = Annotated[Actor, needs(P.PATHWAY_WRITE)]
Professional = Annotated[Actor, needs(P.DIRECTORY_READ)]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed, CodeInText)


@router.get("/path-templates", response_model=TemplateList, responses=NOT_CHANGED | problems(MissingPermission))
async def list_path_templates(actor: Professional, if_none_match: IfNoneMatch = None) -> Response:
    """The shipped templates: steps with owner role, due rule and the purpose told to the client."""
    found = TemplateList(
        items=[
            TemplateRead(
                code=t.code,
                version=t.version,
                source=t.source,
                steps=[
                    TemplateStepRead(
                        kind=s.kind,
                        owner_role=s.owner_role,
                        due_days=s.due_days,
                        optional=s.optional,
                        client_visible=s.client_visible,
                        purpose=s.purpose.as_dict(),
                    )
                    for s in t.steps
                ],
            )
            for t in templates().values()
        ]
    )
    return kept(found.model_dump_json(by_alias=True).encode(), "application/json", if_none_match)


@router.get("/pathways", responses=problems(MissingPermission, BadCursor))
async def list_pathways(
    actor: Reader,
    session: Session,
    paging: Paged,
    client_id: Annotated[UUID | None, Query(alias="clientId")] = None,
    state: PathwayState | None = None,
) -> PathwayPage:
    """Paths of my teams' clients (or mine), the newest first."""
    rows = visible_pathways(actor)
    if client_id is not None:
        rows = rows.where(Pathway.client_id == client_id)
    if state is not None:
        rows = rows.where(Pathway.state == state)
    found, after, count = await paging.run(session, rows, Pathway.id, caller=actor.login_id)
    await used(session, "pathways", [(p.id, p.client_id) for p in found], action="search")
    return PathwayPage(items=await reading.summaries(session, actor, found), next_cursor=after, count=count)


@router.get("/pathways/{pathway_id}", responses=problems(MissingPermission, NotFound))
async def get_pathway(actor: Reader, session: Session, pathway_id: UUID, response: Response) -> PathwayRead:
    pathway = await one(session, visible_pathways(actor), pathway_id)
    await used(session, "pathways", [(pathway.id, pathway.client_id)])
    stamp(response, pathway.version)
    return await reading.show(session, actor, pathway)


async def change(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    pathway_id: UUID,
    do: Callable[[Pathway], Awaitable[object]],
) -> PathwayRead:
    """One verb on one path, once, on the version the caller knew. A change of a child makes a new version too."""

    async def versioned(pathway: Pathway) -> None:
        before = pathway.version
        await do(pathway)
        await session.flush()
        if pathway.version == before:
            pathway.touch()
            await session.flush()

    return await once.change(
        PathwayRead,
        lambda: one(session, worked_pathways(actor), pathway_id, lock=True),
        expected,
        lambda p: reading.show(session, actor, p),
        versioned,
    )


@router.patch("/pathways/{pathway_id}", responses=problems(*CHANGES, NotInTeam, InConflict, SeatFull, NotInSeat))
async def update_pathway(
    actor: Writer,
    session: Session,
    at: Now,
    expected: IfMatch,
    pathway_id: UUID,
    given: PathwayUpdate,
    response: Response,
) -> PathwayRead:
    """The responsible worker and the next action with its date. Being responsible takes one place on the worker's seat
    (C-23): whoever is full takes no more."""
    pathway = await one(session, worked_pathways(actor), pathway_id, lock=True)
    await expected.check(pathway, lambda: reading.show(session, actor, pathway))
    await service.update(session, actor, pathway, given, at)
    stamp(response, pathway.version)
    return await reading.show(session, actor, pathway)


@router.post("/pathways/{pathway_id}/agree-plan", responses=problems(*CHANGES))
async def agree_pathway_plan(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, pathway_id: UUID, given: PlanAgree
) -> PathwayRead:
    """Goals, strengths and commitment, agreed with the client."""
    return await change(
        session, actor, once, expected, pathway_id, lambda p: service.agree_plan(session, actor, p, given, at)
    )


@router.post("/pathways/{pathway_id}/record-outcome", responses=problems(*CHANGES, CodeNotInForce))
async def record_pathway_outcome(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, pathway_id: UUID, given: OutcomeRecord
) -> PathwayRead:
    """What it led to. Feedback to the referrer falls due at this moment."""
    return await change(
        session, actor, once, expected, pathway_id, lambda p: service.record_outcome(session, actor, p, given, at)
    )


@router.post(
    "/pathways/{pathway_id}/close",
    responses=problems(
        *CHANGES, closing.FeedbackOwed, closing.OutcomeMissing, closing.WorkOpen, closing.OnwardOpen, CodeNotInForce
    ),
)
async def close_pathway(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, pathway_id: UUID, given: PathwayClose
) -> PathwayRead:
    """End the path. Refused while feedback to a referrer is owed, here and in the database."""
    return await change(
        session,
        actor,
        once,
        expected,
        pathway_id,
        lambda p: closing.close(session, actor, p, given.reason, at, given.onward_feedback_to),
    )


async def change_step(
    session: Session, actor: Actor, once: Once, expected: Expected, step_id: UUID, do: Callable[[PathwayStep], None]
) -> PathwayRead:
    """One verb on one step; If-Match is the step's version."""

    async def work() -> PathwayRead:
        found = await one(session, visible_steps(actor), step_id)
        pathway = await one(session, worked_pathways(actor), found.pathway_id, lock=True)
        step = await one(session, visible_steps(actor), step_id, lock=True)
        await expected.check(step)
        if pathway.state is not PathwayState.ACTIVE:
            raise IllegalMove(state=pathway.state.value, allowed=["-"])
        do(step)
        pathway.touch()
        await session.flush()
        return await reading.show(session, actor, pathway)

    return await once.run(PathwayRead, work)


@router.post("/pathway-steps/{step_id}/complete", responses=problems(*CHANGES))
async def complete_pathway_step(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, step_id: UUID, given: StepComplete
) -> PathwayRead:
    """The step is done."""
    return await change_step(session, actor, once, expected, step_id, lambda s: s.complete(actor.person_id, at))


@router.post("/pathway-steps/{step_id}/skip", responses=problems(*CHANGES))
async def skip_pathway_step(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, step_id: UUID, given: StepSkip
) -> PathwayRead:
    """The step is not needed, with a reason: a path is not a rigid pipeline (C-10)."""
    return await change_step(
        session, actor, once, expected, step_id, lambda s: s.skip(given.reason, actor.person_id, at)
    )


@router.post("/pathway-steps/{step_id}/plan", responses=problems(*CHANGES))
async def plan_pathway_step(
    actor: Writer, session: Session, once: OnceOnly, expected: IfMatch, step_id: UUID, given: StepPlan
) -> PathwayRead:
    """A date agreed with the client goes before the rule."""

    def plan(step: PathwayStep) -> None:
        STEP_FLOW.check(step.state, "complete")
        step.planned_on = given.planned_on

    return await change_step(session, actor, once, expected, step_id, plan)
