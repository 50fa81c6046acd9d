"""How the steps of a path are moved about: another order, one more, one once more, a branch chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.policy import policy
from app.kit.clock import civil_date
from app.kit.workdays import add_working_days, counting_date, working_days_between
from app.pathways import queries
from app.pathways.models import PATHWAY_FLOW, STEP_FLOW, Pathway, PathwayStep, StepState
from app.pathways.rules import SOME_PHYSICIAN, TELLING_ROLES
from app.pathways.step_models import PathwayHold, StepChangeKind
from app.pathways.step_refusals import (
    NoBranches,
    NotAnOwner,
    OrderBreaksRule,
    StepIsRequired,
    TooManySteps,
    UnknownBranch,
    UnknownStepKey,
    UnknownSteps,
    named,
    too_far,
)  # fmt: skip
from app.pathways.step_rules import (
    MOST_DUE_DAYS,
    MOST_STEPS,
    added_key,
    before_required,
    days_of,
    depending,
    held_days,
    repeat_key,
    still_after,
)  # fmt: skip
from app.pathways.step_schemas import BranchChoose, DueGiven, StepAdd, StepRepeat, StepsReorder
from app.pathways.steps import OTHER_BRANCH, check_planned, note, skip_step, tell
from app.people.actor import Actor
from app.people.periods import at_field
from app.referrals.content import refuse_codes
from app.teams import queries as teams


async def reorder(session: AsyncSession, actor: Actor, pathway: Pathway, given: StepsReorder, at: datetime) -> None:
    """The planned steps in another order; they share the places they have, and what is over stays where it is.

    Raises `UnknownSteps`, and `OrderBreaksRule` for a step before one that it requires.
    """
    PATHWAY_FLOW.check(pathway.state, "reorder_steps")
    steps = await queries.every_step(session, pathway.id)
    planned = {step.id: step for step in steps if step.state is StepState.PLANNED}
    asked = list(dict.fromkeys(given.step_ids))
    missing = len(planned.keys() - set(asked))
    unknown = len(set(asked) - planned.keys()) + len(given.step_ids) - len(asked)
    if missing or unknown:
        pointer = {"pointer": "/body/stepIds", "code": UnknownSteps.code, "detail": UnknownSteps.detail}
        raise UnknownSteps(errors=[pointer], missing=missing, unknown=unknown)
    order = [planned[id] for id in asked]
    if broken := before_required(order):
        raise OrderBreaksRule(**named(step for step, _ in broken))
    places = sorted(step.position for step in order)
    for n, (step, place) in enumerate(zip(order, places, strict=True)):
        step.position, step.after = place, still_after(step, order[:n], order)
    note(session, actor, pathway, StepChangeKind.REORDERED, given.reason, at)
    tell(session, pathway, "reordered")


def days_until(pathway: Pathway, holds: Sequence[PathwayHold], given: DueGiven, default: int, at: datetime) -> int:
    """What a date given now is in working days from the start of the path, without those held.

    Raises `DayPassed`, `TooFarAhead`.
    """
    today = civil_date(at)
    check_planned(given.planned_on, at)
    resting = next((hold for hold in holds if hold.holds(today)), None)
    base = resting.until_on if resting else counting_date(at)
    days = default if given.due_days is None else given.due_days
    due = given.planned_on or add_working_days(base, days)
    counted = counting_date(pathway.started_at)
    found = max(0, working_days_between(counted, due) - sum(map(days_of, holds)))
    # A day within a hold is passed to the first one after it.
    while add_working_days(counted, found + held_days(counted, found, holds)) < due:
        found += 1
    if found > MOST_DUE_DAYS and given.planned_on is None:
        raise too_far("dueDays")
    return min(found, MOST_DUE_DAYS)


async def add(session: AsyncSession, actor: Actor, pathway: Pathway, given: StepAdd, at: datetime) -> PathwayStep:
    """A step of the path's own: behind the step it comes after, or last.

    Raises `TooManySteps`, `NotAnOwner`, `UnknownStepKey`, `DayPassed`, `TooFarAhead`.
    """
    PATHWAY_FLOW.check(pathway.state, "add_step")
    purpose, bring = ((words.said() if words else {}) for words in (given.purpose, given.bring))
    refuse_codes(purpose=" ".join(purpose.values()), bring=" ".join(bring.values()))
    await check_owner(session, pathway, given.owner_role)
    steps = await room_for_one(session, pathway)
    earlier = next((step for step in steps if step.key == given.after_key), None)
    if given.after_key is not None and earlier is None:
        raise at_field(UnknownStepKey, "afterKey")
    step = PathwayStep(
        pathway_id=pathway.id,
        client_id=pathway.client_id,
        key=added_key(given.kind, (step.key for step in steps)),
        kind=given.kind,
        position=make_place(steps, earlier),
        owner_role=given.owner_role,
        optional=given.optional,
        client_visible=given.client_visible,
        due_days=days_until(pathway, await queries.holds_of(session, pathway.id), given, 0, at),
        purpose=dict(purpose),
        bring=dict(bring),
        after=[earlier.key] if earlier else [],
        expected_minutes=given.expected_minutes,
        planned_on=given.planned_on,
        added=True,
        owner_named=True,
    )
    await keep(session, actor, pathway, step, StepChangeKind.ADDED, given.reason, at)
    return step


async def repeat(
    session: AsyncSession, actor: Actor, pathway: Pathway, step: PathwayStep, given: StepRepeat, at: datetime
) -> PathwayStep:
    """Once more, right behind what is repeated.

    Raises `IllegalMove` for a planned step, `TooManySteps`, `DayPassed`, `TooFarAhead`.
    """
    STEP_FLOW.check(step.state, "repeat")
    steps = await room_for_one(session, pathway)
    copied = ("kind", "owner_role", "optional", "client_visible", "expected_minutes", "branch", "owner_named")
    again = PathwayStep(
        pathway_id=pathway.id,
        client_id=pathway.client_id,
        key=repeat_key(step.key, (other.key for other in steps)),
        position=make_place(steps, step),
        due_days=days_until(pathway, await queries.holds_of(session, pathway.id), given, step.due_days, at),
        **{name: getattr(step, name) for name in copied},
        purpose=dict(step.purpose),
        bring=dict(step.bring),
        after=list(step.after),
        requires=list(step.requires),
        planned_on=given.planned_on,
        added=True,
        repeats_id=step.id,
    )
    await keep(session, actor, pathway, again, StepChangeKind.REPEATED, given.reason, at)
    return again


async def keep(
    session: AsyncSession,
    actor: Actor,
    pathway: Pathway,
    step: PathwayStep,
    change: StepChangeKind,
    reason: str,
    at: datetime,
) -> None:
    session.add(step)
    await session.flush()
    note(session, actor, step, change, reason, at)
    tell(session, pathway, change.value)


async def room_for_one(session: AsyncSession, pathway: Pathway) -> list[PathwayStep]:
    """The steps of the path, if one more fits. Raises `TooManySteps`."""
    steps = await queries.every_step(session, pathway.id)
    if len(steps) >= MOST_STEPS:
        raise TooManySteps(most=MOST_STEPS)
    return steps


def make_place(steps: Iterable[PathwayStep], behind: PathwayStep | None) -> int:
    """The place behind a step, the others moved on; or the last."""
    if behind is None:
        return max((step.position for step in steps), default=0) + 1
    for step in steps:
        if step.position > behind.position:
            step.position += 1
    return behind.position + 1


async def check_owner(session: AsyncSession, pathway: Pathway, role: str) -> None:
    """A seat of the path's team, or a partner's role; which of the two physicians it is may be left to the rules.

    Raises `NotAnOwner`.
    """
    known = policy().roles.get(role)
    if known is not None and known.kind == "partner" and role != "integration":
        return
    seats = (await teams.roles_of(session, [pathway.team_id])).get(pathway.team_id, set())
    if role not in seats and not (role == SOME_PHYSICIAN and seats & TELLING_ROLES):
        raise at_field(NotAnOwner, "ownerRole")


def branches(steps: Iterable[PathwayStep]) -> set[str]:
    return {step.branch for step in steps if step.branch is not None}


async def choose_branch(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: BranchChoose, at: datetime
) -> None:
    """One branch is taken: the planned steps of the others are skipped, and those of this one that were skipped for
    another branch are planned again. What is done stays done.

    Raises `NoBranches`, `UnknownBranch`, and `StepIsRequired` when another step requires what would be skipped.
    """
    PATHWAY_FLOW.check(pathway.state, "choose_branch")
    steps = await queries.every_step(session, pathway.id)
    known = branches(steps)
    if not known:
        raise NoBranches()
    if given.branch not in known:
        raise UnknownBranch(
            errors=[{"pointer": "/body/branch", "code": UnknownBranch.code, "detail": UnknownBranch.detail}],
            branches=sorted(known),
        )
    for step in steps:
        if step.branch == given.branch and step.skipped_because == OTHER_BRANCH:
            step.reopen()
            note(session, actor, step, StepChangeKind.REOPENED, given.reason, at)
    left_out = [s for s in steps if s.branch not in (None, given.branch) and s.state is StepState.PLANNED]
    if needing := depending(left_out, steps):
        raise StepIsRequired(**named(needing))
    for step in left_out:
        skip_step(session, actor, step, OTHER_BRANCH, at)
    note(session, actor, pathway, StepChangeKind.BRANCH_CHOSEN, given.reason, at)
    tell(session, pathway, "branch_chosen")
