"""Every select on paths, steps, goals and outcomes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, CTE, Select, String, and_, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import LateralFromClause

from app.access.queries import seen
from app.audit.models import Disclosure
from app.consents.models import Consent, ConsentKind, ConsentState
from app.kit.calendar import civil, counting_place
from app.kit.clock import civil_date
from app.kit.flow import IllegalMove
from app.pathways.models import Goal, GoalMark, Outcome, Pathway, PathwayState, PathwayStep, StepState, over
from app.pathways.outcome_models import GoalAchievement, PathwayScore
from app.pathways.step_models import PathwayHold, StepChange
from app.people.actor import Actor
from app.people.models import Person
from app.referrals.models import Referral
from app.teams.models import Absence, Holder, Seat, Standing
from app.work.models import TRIAGE, WorkItem


def visible_pathways(actor: Actor) -> Select[Pathway]:
    return seen(actor, "pathway", Pathway)


def worked_pathways(actor: Actor) -> Select[Pathway]:
    """Paths of the caller's own teams: another team with a care relationship reads a path and does not work on it."""
    return visible_pathways(actor).where(Pathway.team_id.in_(actor.teams))


def visible_steps(actor: Actor) -> Select[PathwayStep]:
    return seen(actor, "pathway_step", PathwayStep)


async def steps_of(session: AsyncSession, actor: Actor, pathway_id: UUID) -> list[PathwayStep]:
    rows = visible_steps(actor).where(PathwayStep.pathway_id == pathway_id)
    return list(await session.scalars(rows.order_by(PathwayStep.position)))


async def every_step(session: AsyncSession, pathway_id: UUID) -> list[PathwayStep]:
    """All of a path in order, as they are now: for the rules, whoever asks. Not for showing."""
    rows = select(PathwayStep).where(PathwayStep.pathway_id == pathway_id).order_by(PathwayStep.position)
    return list(await session.scalars(rows.execution_options(populate_existing=True)))


def visible_changes(actor: Actor) -> Select[StepChange]:
    """Why paths went another way; a client does not read it of steps that are not shown to them."""
    return seen(actor, "step_change", StepChange)


async def steps_named(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, PathwayStep]:
    rows = select(PathwayStep).where(PathwayStep.id.in_(list(ids)))
    return {step.id: step for step in await session.scalars(rows)}


async def holds_of(session: AsyncSession, pathway_id: UUID) -> list[PathwayHold]:
    """The holds of a path, the first first."""
    rows = select(PathwayHold).where(PathwayHold.pathway_id == pathway_id)
    return list(await session.scalars(rows.order_by(PathwayHold.from_on, PathwayHold.id)))


def held(days: CTE, today: Any, due_days: Any, *also: Any) -> LateralFromClause:
    """Of the path of the statement: by how many working days its holds move what is due `due_days` working days after
    its start (`step_rules.held_days` in SQL), and whether it is held today. A hold of before the calendar counts for
    nothing. `also`: what else of the statement `due_days` is from.

    What had passed when one hold began would with its days still have passed when the next one begins, so each counts
    all that were before it."""
    listed = days.c.days
    earlier = aliased(PathwayHold)

    def runs_from(hold: Any) -> Any:
        return func.coalesce(hold.ended_on, hold.until_on + 1)

    def counted(hold: Any) -> Any:
        return func.width_bucket(runs_from(hold) - 1, listed) - func.width_bucket(hold.from_on - 1, listed)

    before = (
        select(func.coalesce(func.sum(counted(earlier)), 0))
        .where(earlier.pathway_id == PathwayHold.pathway_id, earlier.from_on < PathwayHold.from_on)
        .correlate(PathwayHold, days)
        .scalar_subquery()
    )
    ahead = counting_place(days, Pathway.started_at) + due_days + before
    moves = ahead > func.width_bucket(PathwayHold.from_on - 1, listed)
    now = func.bool_or(and_(PathwayHold.from_on <= today, runs_from(PathwayHold) > today))
    return (
        select(
            func.coalesce(func.sum(counted(PathwayHold)).filter(moves), 0).label("days"),
            func.coalesce(now, false()).label("now"),
        )
        .where(PathwayHold.pathway_id == Pathway.id)
        .correlate(Pathway, days, *also)
        .lateral("held")
    )


class Sitting(NamedTuple):
    """Somebody on a seat today, or nobody."""

    seat_id: UUID
    role: str
    person_id: UUID | None
    name: str | None
    standing: Standing | None
    away: bool


async def sitting(session: AsyncSession, team_id: UUID, roles: Collection[str], on: date) -> list[Sitting]:
    """Who holds these seats of a team on a day, or deputises, in the order of the seat; a vacant seat has one row
    without a person. One statement."""
    absent = select(Absence.id).where(
        Absence.person_id == Holder.person_id, Absence.first_on <= on, Absence.last_on >= on
    )
    today = and_(
        Holder.seat_id == Seat.id, Holder.valid_from <= on, or_(Holder.valid_to.is_(None), Holder.valid_to >= on)
    )
    rows = (
        select(Seat.id, Seat.role, Holder.person_id, Person.name, Holder.standing, absent.exists())
        .select_from(Seat)
        .outerjoin(Holder, today)
        .outerjoin(Person, Person.id == Holder.person_id)
        .where(Seat.team_id == team_id, Seat.role.in_(list(roles)))
        .order_by(Seat.no, Holder.handed_over_at.is_not(None), Holder.valid_from, Holder.person_no)
    )
    return [Sitting(*row) for row in (await session.execute(rows)).all()]


async def planned_step(session: AsyncSession, pathway_id: UUID, kind: str) -> PathwayStep | None:
    """The first step of a kind still to be done, locked."""
    rows = (
        select(PathwayStep)
        .where(PathwayStep.pathway_id == pathway_id, PathwayStep.kind == kind, PathwayStep.state == StepState.PLANNED)
        .order_by(PathwayStep.position)
        .limit(1)
        .with_for_update()
    )
    step: PathwayStep | None = await session.scalar(rows)
    return step


async def step_to_plan(session: AsyncSession, step_id: UUID) -> PathwayStep | None:
    """A step if it is still to be done, locked."""
    rows = select(PathwayStep).where(PathwayStep.id == step_id, PathwayStep.state == StepState.PLANNED)
    step: PathwayStep | None = await session.scalar(rows.with_for_update())
    return step


async def goals_of(session: AsyncSession, pathway_id: UUID) -> list[tuple[Goal, GoalMark | None]]:
    """The goals of a path in order, with how each ended, if it has."""
    rows = select(Goal, GoalMark).outerjoin(GoalMark, GoalMark.goal_id == Goal.id).where(Goal.pathway_id == pathway_id)
    return [(goal, mark) for goal, mark in (await session.execute(rows.order_by(Goal.id))).all()]


async def goal_ids(session: AsyncSession, pathway_id: UUID) -> set[UUID]:
    return set(await session.scalars(select(Goal.id).where(Goal.pathway_id == pathway_id)))


async def achievements_of(session: AsyncSession, pathway_id: UUID) -> dict[UUID, GoalAchievement]:
    """The newest of each goal of a path: by the day, and of one day by what was recorded last."""
    rows = select(GoalAchievement).where(GoalAchievement.pathway_id == pathway_id)
    found = await session.scalars(rows.order_by(GoalAchievement.assessed_on, GoalAchievement.id))
    return {row.goal_id: row for row in found}


async def every_outcome_of(session: AsyncSession, pathway_id: UUID) -> list[Outcome]:
    """Those entered in error too."""
    return list(await session.scalars(select(Outcome).where(Outcome.pathway_id == pathway_id).order_by(Outcome.id)))


async def outcomes_of(session: AsyncSession, pathway_id: UUID) -> list[Outcome]:
    """Those that stand."""
    return [one for one in await every_outcome_of(session, pathway_id) if one.entered_in_error_at is None]


def visible_outcomes(actor: Actor) -> Select[Outcome]:
    return seen(actor, "outcome", Outcome)


def visible_scores(actor: Actor) -> Select[PathwayScore]:
    return seen(actor, "pathway_score", PathwayScore)


async def scores_of(session: AsyncSession, pathway_id: UUID) -> list[PathwayScore]:
    rows = select(PathwayScore).where(PathwayScore.pathway_id == pathway_id).order_by(PathwayScore.id.desc())
    return list(await session.scalars(rows))


async def ended(session: AsyncSession, pathway_id: UUID, *, lock: bool = False) -> IllegalMove | None:
    """Why nothing new goes on in a path, or None while it runs. With `lock` it is not closed meanwhile either."""
    rows = select(Pathway.state).where(Pathway.id == pathway_id)
    state = await session.scalar(rows.with_for_update(key_share=True) if lock else rows)
    return None if state is None else over(state)


async def waits(session: AsyncSession, pathway_id: UUID) -> list[str]:
    """Kinds of what would be lost if the path closed now, also of registers the caller does not read."""
    return list(await session.scalar(select(func.path_waits(pathway_id, type_=ARRAY(String)))) or ())


async def score_stands(session: AsyncSession, pathway_id: UUID, moment: str) -> bool:
    """Whether there is a score of this moment, or why not: also for whoever may not read it."""
    return bool(await session.scalar(select(func.score_stands(pathway_id, moment))))


async def running(session: AsyncSession, client_id: UUID, team_id: UUID) -> Pathway | None:
    rows = select(Pathway).where(
        Pathway.client_id == client_id, Pathway.team_id == team_id, Pathway.state == PathwayState.ACTIVE
    )
    pathway: Pathway | None = await session.scalar(rows.with_for_update())
    return pathway


def first_seat(pathway_id: UUID) -> Any:
    """The seat that the path's first referral came to, as a subquery."""
    rows = (
        select(WorkItem.seat_id)
        .join(Referral, Referral.id == WorkItem.subject_id)
        .where(Referral.pathway_id == pathway_id, WorkItem.kind == TRIAGE)
        .order_by(Referral.decided_at, Referral.id)
        .limit(1)
    )
    return rows.scalar_subquery()


async def path_of_origin(session: AsyncSession, referral: Referral) -> Pathway | None:
    """The path that a referral was sent onward from."""
    return await session.get(Pathway, referral.origin_pathway_id) if referral.origin_pathway_id else None


async def is_step_of(session: AsyncSession, step_id: UUID, pathway_id: UUID) -> bool:
    rows = select(PathwayStep.id).where(PathwayStep.id == step_id, PathwayStep.pathway_id == pathway_id)
    return await session.scalar(rows) is not None


async def onward_of(session: AsyncSession, pathway_id: UUID) -> list[Referral]:
    """Referrals sent onward from a path, drafts apart, in the order they were sent."""
    rows = select(Referral).where(Referral.origin_pathway_id == pathway_id, Referral.submitted_at.is_not(None))
    return list(await session.scalars(rows.order_by(Referral.submitted_at, Referral.id)))


async def step_of_origin(session: AsyncSession, referral: Referral) -> PathwayStep | None:
    """The step that a referral onward is a part of."""
    return await session.get(PathwayStep, referral.origin_step_id) if referral.origin_step_id else None


async def expiring(session: AsyncSession, pathway_ids: Collection[UUID], at: datetime, until: date) -> dict[UUID, date]:
    """The last day of the first permission to end, by path."""
    rows = endings(at, until).where(Pathway.id.in_(list(pathway_ids)))
    return {pathway: civil_date(end) for pathway, end in (await session.execute(rows)).all() if end is not None}


def endings(at: Any, until: Any) -> Select[UUID, datetime | None]:
    """By running path the end of the first permission to end until a day, of those that the path relies on (its
    referral came on it, or something was told on it) and that no other permission takes over from."""
    later = aliased(Consent)
    ends_after = or_(later.valid_until.is_(None), later.valid_until > Consent.valid_until)
    covered = select(later.id).where(
        later.client_id == Consent.client_id,
        later.kind == ConsentKind.PERMISSION,
        later.state == ConsentState.RECORDED,
        later.valid_from <= Consent.valid_until,
        ends_after,
        later.recipient_ids.contains(Consent.recipient_ids),
        later.data_classes.contains(Consent.data_classes),
        later.purposes.contains(Consent.purposes),
    )
    came_on = select(Referral.id).where(Referral.pathway_id == Pathway.id, Referral.consent_id == Consent.id)
    told_on = select(Disclosure.id).where(
        Disclosure.client_id == Pathway.client_id, Disclosure.consent_id == Consent.id
    )
    ends = func.min(Consent.valid_until)
    return (
        select(Pathway.id.label("pathway_id"), ends.label("ends_at"))
        .join(Consent, Consent.client_id == Pathway.client_id)
        .where(
            Pathway.state == PathwayState.ACTIVE,
            Consent.kind == ConsentKind.PERMISSION,
            Consent.state == ConsentState.RECORDED,
            Consent.valid_from <= at,
            civil(Consent.valid_until) <= until,
            Consent.valid_until > at,
            or_(came_on.exists(), told_on.exists()),
            ~covered.exists(),
        )
        .group_by(Pathway.id)
    )
