"""Addresses of the steps of a path: each step, and how they are moved about."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from app.audit.trail import used
from app.kit.clock import Now
from app.kit.codesets import CodeNotInForce
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.pathways import reading, scoring, step_moving, step_reading, steps
from app.pathways import step_refusals as refusals
from app.pathways.models import Pathway, PathwayState, PathwayStep
from app.pathways.next_action import NextActionDay
from app.pathways.queries import visible_changes, visible_pathways, visible_steps, worked_pathways
from app.pathways.router import CHANGES, change
from app.pathways.schemas import PathwayRead, StepComplete, StepPlan, StepSkip
from app.pathways.step_models import StepChange
from app.pathways.step_schemas import BranchChoose, StepAdd, StepChangePage, StepReopen, StepRepeat, StepsReorder
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P
from app.time_entries import service as times

router = room("Service paths")
Reader = Annotated[Actor, needs(P.PATHWAY_READ)]
Writer = Annotated[Actor, needs(P.PATHWAY_WRITE)]
OVER = (refusals.StepAlreadyDone, refusals.StepIsOver)
DATES = (refusals.DayPassed, refusals.TooFarAhead)
SKIPPING = (refusals.StepIsRequired, refusals.StepDoneByRecording)
COMPLETING = (
    refusals.StepDoneByRecording,
    refusals.StepRequires,
    refusals.StepOutOfOrder,
    scoring.StartScoreMissing,
    times.RoleNotYours,
)


async def change_step(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    step_id: UUID,
    do: Callable[[Pathway, PathwayStep], Awaitable[object]],
) -> PathwayRead:
    """One verb on one step; If-Match is the step's version."""

    async def work() -> PathwayRead:
        found = await one(session, visible_steps(actor), step_id)
        pathway = await one(session, worked_pathways(actor), found.pathway_id, lock=True)
        step = await one(session, visible_steps(actor), step_id, lock=True)
        await expected.check(step)
        if pathway.state is not PathwayState.ACTIVE:
            raise IllegalMove(state=pathway.state.value, allowed=[])
        await do(pathway, step)
        pathway.touch()
        await session.flush()
        return await reading.show(session, actor, pathway)

    return await once.run(PathwayRead, work)


@router.post(
    "/pathway-steps/{step_id}/complete",
    responses=problems(*CHANGES, *OVER, *COMPLETING, NextActionDay, CodeNotInForce),
)
async def complete_pathway_step(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, step_id: UUID, given: StepComplete
) -> PathwayRead:
    """The step is done; with `minutes`, your time on it is written down too. Before what usually comes first it takes
    a `reason`; before what it requires it cannot be."""
    return await change_step(
        session, actor, once, expected, step_id, lambda p, s: steps.complete(session, actor, p, s, given, at)
    )


@router.post("/pathway-steps/{step_id}/skip", responses=problems(*CHANGES, *OVER, *SKIPPING, NextActionDay))
async def skip_pathway_step(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, step_id: UUID, given: StepSkip
) -> PathwayRead:
    """The step is not needed, with a reason: a path is not a rigid pipeline (C-10)."""
    return await change_step(
        session, actor, once, expected, step_id, lambda p, s: steps.skip(session, actor, p, s, given, at)
    )


@router.post("/pathway-steps/{step_id}/plan", responses=problems(*CHANGES, *OVER, *DATES, NextActionDay))
async def plan_pathway_step(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, step_id: UUID, given: StepPlan
) -> PathwayRead:
    """A date agreed with the client goes before the rule."""

    async def do(pathway: Pathway, step: PathwayStep) -> None:
        steps.plan(session, pathway, step, given, at)

    return await change_step(session, actor, once, expected, step_id, do)


@router.post(
    "/pathway-steps/{step_id}/reopen",
    responses=problems(*CHANGES, refusals.StepAlreadyDone, refusals.StepOfOtherBranch, refusals.StepRequires),
)
async def reopen_pathway_step(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, step_id: UUID, given: StepReopen
) -> PathwayRead:
    """A skipped step is needed after all."""
    return await change_step(
        session, actor, once, expected, step_id, lambda p, s: steps.reopen(session, actor, p, s, given, at)
    )


@router.post("/pathway-steps/{step_id}/repeat", responses=problems(*CHANGES, refusals.TooManySteps, *DATES))
async def repeat_pathway_step(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, step_id: UUID, given: StepRepeat
) -> PathwayRead:
    """Once more: a new planned step behind the one that is done or skipped, which stays as it is."""
    return await change_step(
        session, actor, once, expected, step_id, lambda p, s: step_moving.repeat(session, actor, p, s, given, at)
    )


@router.post(
    "/pathways/{pathway_id}/reorder-steps",
    responses=problems(*CHANGES, refusals.UnknownSteps, refusals.OrderBreaksRule),
)
async def reorder_pathway_steps(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, pathway_id: UUID, given: StepsReorder
) -> PathwayRead:
    """The planned steps in another order, with a reason. What is done or skipped keeps its place."""
    return await change(
        session, actor, once, expected, pathway_id, lambda p: step_moving.reorder(session, actor, p, given, at)
    )


@router.post(
    "/pathways/{pathway_id}/add-step",
    responses=problems(*CHANGES, refusals.TooManySteps, refusals.NotAnOwner, refusals.UnknownStepKey, *DATES),
)
async def add_pathway_step(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, pathway_id: UUID, given: StepAdd
) -> PathwayRead:
    """A step that this path alone has, with a reason."""
    return await change(
        session, actor, once, expected, pathway_id, lambda p: step_moving.add(session, actor, p, given, at)
    )


@router.post(
    "/pathways/{pathway_id}/choose-branch",
    responses=problems(*CHANGES, refusals.NoBranches, refusals.UnknownBranch, refusals.StepIsRequired),
)
async def choose_pathway_branch(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, pathway_id: UUID, given: BranchChoose
) -> PathwayRead:
    """Of several branches the path takes this one; it can be chosen again."""
    return await change(
        session, actor, once, expected, pathway_id, lambda p: step_moving.choose_branch(session, actor, p, given, at)
    )


@router.get("/pathways/{pathway_id}/step-changes", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_step_changes(actor: Reader, session: Session, paging: Paged, pathway_id: UUID) -> StepChangePage:
    """Why the path went another way, the newest first: every skip, reorder, addition, repeat and opening again."""
    pathway = await one(session, visible_pathways(actor), pathway_id)
    rows = visible_changes(actor).where(StepChange.pathway_id == pathway.id)
    found, after, count = await paging.run(session, rows, StepChange.id, caller=actor.login_id)
    await used(session, "step_changes", [(row.id, row.client_id) for row in found], action="search")
    return StepChangePage(items=await step_reading.changes(session, actor, found), next_cursor=after, count=count)
