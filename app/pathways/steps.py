"""What can happen to a step of a path: done, skipped, opened again, a date agreed.

A path is no rigid pipeline (C-10): another way than usual takes a reason, and only what a step `requires` blocks. Every
verb is done under the lock of the path, which the router takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.codesets import require_in_force
from app.kit.problems import Conflict
from app.outbox.events import append
from app.pathways import queries, scoring
from app.pathways.models import STEP_FLOW, Pathway, PathwayStep, StepState
from app.pathways.next_action import agree
from app.pathways.schemas import StepComplete, StepPlan, StepSkip
from app.pathways.step_models import StepChange, StepChangeKind
from app.pathways.step_refusals import (
    DayPassed,
    StepDoneByRecording,
    StepIsRequired,
    StepOfOtherBranch,
    StepOutOfOrder,
    StepRequires,
    named,
    over,
    too_far,
)  # fmt: skip
from app.pathways.step_rules import BY_RECORDING, FURTHEST_DUE, depending, lacking, passed_over
from app.pathways.step_schemas import StepReopen
from app.people.actor import Actor
from app.people.periods import at_field
from app.time_entries import service as times

DONE_ELSEWHERE, OTHER_BRANCH, WITH_REQUIRED = "done_elsewhere", "other_branch", "required_step_skipped"
NOT_GIVEN = "not_given"  # the client forbade the feedback, or nobody is there to get it


def note(
    session: AsyncSession,
    actor: Actor,
    pathway: Pathway | PathwayStep,
    change: StepChangeKind,
    reason: str,
    at: datetime,
    versions: tuple[int, int] | None = None,
) -> None:
    """Keep why: of a step, or of the path."""
    step = pathway if isinstance(pathway, PathwayStep) else None
    row = StepChange(
        pathway_id=step.pathway_id if step else pathway.id,
        client_id=pathway.client_id,
        step_id=step.id if step else None,
        change=change,
        reason=reason,
        client_visible=step.client_visible if step else True,
        from_version=versions[0] if versions else None,
        to_version=versions[1] if versions else None,
        changed_at=at,
        author_id=actor.person_id,
    )
    session.add(row)


def tell(session: AsyncSession, pathway: Pathway, change: str) -> None:
    append(
        session, "pathway.steps_changed", pathway, client=pathway.client_id, team=pathway.team_id, change=change
    )  # fmt: skip


def completing_refusal(step: PathwayStep, steps: Sequence[PathwayStep], reason: str | None) -> Conflict | None:
    """Why a step cannot be completed now, or None. Pure."""
    if (refusal := over(step)) is not None:
        return refusal
    if step.kind in BY_RECORDING:
        return StepDoneByRecording()
    if missing := lacking(step, steps):
        return StepRequires(**named(missing))
    if reason is None and (earlier := passed_over(step, steps)):
        return StepOutOfOrder(**named(earlier))
    return None


async def complete(
    session: AsyncSession, actor: Actor, pathway: Pathway, step: PathwayStep, given: StepComplete, at: datetime
) -> None:
    """The step is done. A reason that is not needed is not kept.

    Raises `StepAlreadyDone`, `StepIsOver`, `StepDoneByRecording`, `StepRequires`, `StepOutOfOrder` without a reason to
    leave the usual order, `StartScoreMissing` where a start score is asked first (C-27), `RoleNotYours` for minutes,
    `NextActionDay`.
    """
    if given.reason is not None:
        require_in_force("out_of_order_reason", given.reason, civil_date(at))
    steps = await queries.every_step(session, pathway.id)
    refusal = completing_refusal(step, steps, given.reason)
    if refusal is not None:
        raise refusal
    await scoring.require_start(session, pathway)
    because = given.reason if passed_over(step, steps) else None
    step.complete(actor.person_id, at, because)
    agree(pathway, given, at)
    if because is not None:
        note(session, actor, step, StepChangeKind.OUT_OF_ORDER, because, at)
    tell(session, pathway, "done")
    if given.minutes is not None:
        times.of_step(session, actor, pathway.id, pathway.client_id, step.id, given.minutes, at)


async def recorded(session: AsyncSession, actor: Actor, pathway_id: UUID, kind: str, at: datetime) -> None:
    """The step of what was recorded is done with it. One that was skipped was needed after all, unless another of its
    kind is done."""
    step = await queries.planned_step(session, pathway_id, kind)
    if step is None:
        same = [one for one in await queries.every_step(session, pathway_id) if one.kind == kind]
        if any(one.state is StepState.DONE for one in same):
            return
        step = next((one for one in reversed(same) if one.skipped_because != OTHER_BRANCH), None)
        if step is None:
            return
        step.reopen()
        note(session, actor, step, StepChangeKind.REOPENED, DONE_ELSEWHERE, at)
    await done_elsewhere(session, actor, step, at)


async def done_elsewhere(session: AsyncSession, actor: Actor, step: PathwayStep, at: datetime) -> None:
    """An assessment, a meeting, an outcome or a feedback completes the step that waits for it, in whatever order: it is
    done, and nobody is asked."""
    early = False
    if step.after or step.requires:
        steps = await queries.every_step(session, step.pathway_id)
        early = bool(passed_over(step, steps) or lacking(step, steps))
    step.complete(actor.person_id, at, DONE_ELSEWHERE if early else None)
    if early:
        note(session, actor, step, StepChangeKind.OUT_OF_ORDER, DONE_ELSEWHERE, at)


async def score_said(
    session: AsyncSession, actor: Actor, pathway: Pathway, kind: str, asked: bool, at: datetime
) -> None:
    """The step that asks for a score is done with it; where there is none it is left out."""
    step = await queries.planned_step(session, pathway.id, kind)
    if step is not None and asked:
        await done_elsewhere(session, actor, step, at)
    elif step is not None:
        skip_step(session, actor, step, "not_available", at)


def skipping_refusal(step: PathwayStep, needing: Sequence[PathwayStep], *, along: bool = False) -> Conflict | None:
    """Why a step cannot be skipped now, or None; `along`: those that require it would go too. Pure."""
    if (refusal := over(step)) is not None:
        return refusal
    if any(one.kind in BY_RECORDING and not one.optional for one in (step, *(needing if along else ()))):
        return StepDoneByRecording()
    return StepIsRequired(**named(needing)) if needing and not along else None


def skip_step(session: AsyncSession, actor: Actor, step: PathwayStep, because: str, at: datetime) -> None:
    step.skip(because, actor.person_id, at)
    note(session, actor, step, StepChangeKind.SKIPPED, because, at)


async def skip(
    session: AsyncSession, actor: Actor, pathway: Pathway, step: PathwayStep, given: StepSkip, at: datetime
) -> None:
    """Not needed, with a reason. Steps that require it go along when asked.

    Raises `StepAlreadyDone`, `StepIsOver`, `StepDoneByRecording`, `NextActionDay`, and `StepIsRequired` while planned
    steps require it.
    """
    needing = depending([step], await queries.every_step(session, pathway.id))
    if (refusal := skipping_refusal(step, needing, along=given.with_dependents)) is not None:
        raise refusal
    skip_step(session, actor, step, given.reason, at)
    for other in needing:
        skip_step(session, actor, other, WITH_REQUIRED, at)
    agree(pathway, given, at)
    tell(session, pathway, "skipped")


def check_planned(on: date | None, at: datetime) -> None:
    """Raises `DayPassed`, `TooFarAhead`."""
    today = civil_date(at)
    if on is not None and on < today:
        raise at_field(DayPassed, "plannedOn")
    if on is not None and on > today + FURTHEST_DUE:
        raise too_far("plannedOn")


def plan(session: AsyncSession, pathway: Pathway, step: PathwayStep, given: StepPlan, at: datetime) -> None:
    """A date agreed with the client, or back to the rule.

    Raises `StepAlreadyDone`, `StepIsOver`, `DayPassed`, `TooFarAhead`, `NextActionDay`.
    """
    if (refusal := over(step)) is not None:
        raise refusal
    STEP_FLOW.check(step.state, "plan")
    check_planned(given.planned_on, at)
    step.planned_on = given.planned_on
    agree(pathway, given, at)
    tell(session, pathway, "planned")


def reopening_refusal(step: PathwayStep, steps: Iterable[PathwayStep]) -> Conflict | None:
    """Why a skipped step cannot be opened again, or None. What it requires must be to be had. Pure."""
    if step.state is StepState.DONE:
        return over(step)
    if step.skipped_because == OTHER_BRANCH:
        return StepOfOtherBranch()
    open_ones = {other.key for other in steps if other.state is StepState.PLANNED}
    missing = [other for other in lacking(step, list(steps)) if other.key not in open_ones]
    return StepRequires(**named(missing)) if missing else None


async def reopen(
    session: AsyncSession, actor: Actor, pathway: Pathway, step: PathwayStep, given: StepReopen, at: datetime
) -> None:
    """A skipped step is needed after all. Raises `StepAlreadyDone`, `StepOfOtherBranch`, `StepRequires`."""
    refusal = reopening_refusal(step, await queries.every_step(session, pathway.id))
    if refusal is not None:
        raise refusal
    step.reopen()
    note(session, actor, step, StepChangeKind.REOPENED, given.reason, at)
    tell(session, pathway, "reopened")
