"""Every select on participations, their checks and reviews, groups, and after-contacts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Date, Select, Uuid, and_, bindparam, case, cast, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.kit.calendar import civil
from app.participations.models import (
    AFTER_CONTACT,
    OPEN,
    AfterContact,
    AfterContactState,
    ParticipationState,
    QualityReview,
    ServiceGroup,
    ServiceParticipation,
    TimelinessCheck,
)
from app.pathways.models import Goal, Pathway, PathwayStep, StepState
from app.people.actor import Actor
from app.people.models import Organisation
from app.work.models import WorkItem

S = ServiceParticipation
MEMBERS = 200


def visible_participations(actor: Actor) -> Select[ServiceParticipation]:
    return seen(actor, "participation", ServiceParticipation)


def worked_participations(actor: Actor) -> Select[ServiceParticipation]:
    """Of the caller's own teams: another team with a care relationship reads them and has no verbs."""
    return visible_participations(actor).where(S.team_id.in_(actor.teams))


def visible_after_contacts(actor: Actor) -> Select[AfterContact]:
    return seen(actor, "after_contact", AfterContact)


def worked_after_contacts(actor: Actor) -> Select[AfterContact]:
    return visible_after_contacts(actor).where(AfterContact.team_id.in_(actor.teams))


def visible_groups(actor: Actor) -> Select[ServiceGroup]:
    return seen(actor, "service_group", ServiceGroup)


def worked_groups(actor: Actor) -> Select[ServiceGroup]:
    return visible_groups(actor).where(ServiceGroup.team_id.in_(actor.teams))


def state_on(today: date) -> ColumnElement[Any]:
    """`ServiceParticipation.now` in SQL."""
    lapsed = and_(S.state == ParticipationState.ON_HOLD, S.paused_until < today)
    return case((lapsed, ParticipationState.ACTIVE.value), else_=S.state)


def late_on(today: date) -> ColumnElement[bool]:
    """Not ended though its last day has passed."""
    return and_(S.state.in_(OPEN), S.ends_on < today)


def listed_participations(
    actor: Actor,
    today: date,
    *,
    pathway_id: UUID | None,
    kind: str | None,
    state: ParticipationState | None,
    overdue: bool,
) -> Select[ServiceParticipation]:
    """Of one path, or of the caller's teams' paths; the client's own."""
    mine = actor.client_id is not None or pathway_id is not None
    rows = visible_participations(actor) if mine else worked_participations(actor)
    if pathway_id is not None:
        rows = rows.where(S.pathway_id == pathway_id)
    if kind is not None:
        rows = rows.where(S.kind == kind)
    if state is not None:
        rows = rows.where(state_on(today) == state.value)
    return rows.where(late_on(today)) if overdue else rows


async def newest_checks(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, TimelinessCheck]:
    """The check that counts, of each of these that has any."""
    one = TimelinessCheck
    rows = (
        select(one)
        .where(one.participation_id.in_(ids))
        .ext(distinct_on(one.participation_id))
        .order_by(one.participation_id, one.checked_on.desc(), one.created_at.desc(), one.id.desc())
    )
    return {check.participation_id: check for check in await session.scalars(rows)}


def reviews_of(participation_id: UUID) -> Select[QualityReview]:
    return select(QualityReview).where(QualityReview.participation_id == participation_id)


async def unknown_parties(session: AsyncSession, area_id: UUID, ids: Iterable[UUID]) -> set[UUID]:
    """Which of these are neither the area nor one of its partners."""
    wanted = set(ids)
    rows = select(Organisation.id).where(Organisation.id.in_(wanted), Organisation.area_id == area_id)
    return wanted - set(await session.scalars(rows))


async def of_path(session: AsyncSession, pathway_id: UUID, goal_id: UUID | None, step_id: UUID | None) -> set[UUID]:
    """Which of the two are of the path."""
    goals = select(Goal.id).where(Goal.id == goal_id, Goal.pathway_id == pathway_id)
    steps = select(PathwayStep.id).where(PathwayStep.id == step_id, PathwayStep.pathway_id == pathway_id)
    return set(await session.scalars(goals.union(steps)))


async def free_steps(session: AsyncSession, pathway_id: UUID, kind: str) -> list[UUID]:
    """Planned steps of a kind on a path that no open participation is."""
    taken = select(S.step_id).where(S.pathway_id == pathway_id, S.step_id.is_not(None), S.state.in_(OPEN))
    rows = select(PathwayStep.id).where(
        PathwayStep.pathway_id == pathway_id,
        PathwayStep.kind == kind,
        PathwayStep.state == StepState.PLANNED,
        PathwayStep.id.not_in(taken),
    )
    return list(await session.scalars(rows))


async def planned_step(session: AsyncSession, step_id: UUID) -> PathwayStep | None:
    """The step if it is still to be done, locked."""
    rows = select(PathwayStep).where(PathwayStep.id == step_id, PathwayStep.state == StepState.PLANNED)
    step: PathwayStep | None = await session.scalar(rows.with_for_update())
    return step


COUNTS = text("SELECT group_id, employed, trainees FROM service_group_counts(:groups)").bindparams(
    bindparam("groups", type_=ARRAY(Uuid))
)


class Members(NamedTuple):
    """How many are in a group now, whoever they are."""

    employed: int = 0
    trainees: int = 0

    @property
    def total(self) -> int:
        return self.employed + self.trainees


async def counts_of(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Members]:
    rows = await session.execute(COUNTS, {"groups": list(ids)})
    return {row.group_id: Members(row.employed, row.trainees) for row in rows}


def members(actor: Actor, ids: Collection[UUID]) -> Select[ServiceParticipation]:
    """Those of the groups' members now whom the caller sees."""
    rows = visible_participations(actor).where(S.group_id.in_(ids), S.state.in_(OPEN))
    return rows.order_by(S.starts_on, S.id)


async def members_of(session: AsyncSession, actor: Actor, group_id: UUID) -> list[ServiceParticipation]:
    return list(await session.scalars(members(actor, [group_id]).limit(MEMBERS)))


async def seen_of(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, int]:
    """How many of each group's members the caller sees."""
    theirs = members(actor, ids).order_by(None).with_only_columns(S.group_id).subquery()
    rows = select(theirs.c.group_id, func.count()).group_by(theirs.c.group_id)
    return {row[0]: row[1] for row in (await session.execute(rows)).all()}


# Counted from the end of the service it follows (the agreed last day until it has ended: a service that nobody ends
# must not put it off for ever), or else from the closing of the path.
BEGINS_ON = case(
    (AfterContact.participation_id.is_not(None), func.coalesce(S.ended_on, S.ends_on)), else_=civil(Pathway.closed_at)
)
DUE_ON: ColumnElement[Any] = cast(BEGINS_ON + func.make_interval(0, AfterContact.months), Date)


def due_before(today: date) -> ColumnElement[bool]:
    late: ColumnElement[bool] = DUE_ON < today  # noqa: SIM300
    return late


async def begun(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, date | None]:
    """The day from which each of these after-contacts counts its months; None while its path is open."""
    rows = (
        select(AfterContact.id, BEGINS_ON)
        .join(Pathway, Pathway.id == AfterContact.pathway_id)
        .outerjoin(S, S.id == AfterContact.participation_id)
        .where(AfterContact.id.in_(ids))
    )
    return {row[0]: row[1] for row in (await session.execute(rows)).all()}


def listed_after_contacts(
    actor: Actor, today: date, *, pathway_id: UUID | None, state: AfterContactState | None, overdue: bool
) -> Select[AfterContact]:
    """Of one path, or of the caller's teams; the client's own. `overdue`: planned, and its day has passed."""
    mine = actor.client_id is not None or pathway_id is not None
    rows = visible_after_contacts(actor) if mine else worked_after_contacts(actor)
    if pathway_id is not None:
        rows = rows.where(AfterContact.pathway_id == pathway_id)
    if state is not None:
        rows = rows.where(AfterContact.state == state)
    if overdue:
        rows = rows.join(Pathway, Pathway.id == AfterContact.pathway_id)
        rows = rows.outerjoin(S, S.id == AfterContact.participation_id)
        rows = rows.where(AfterContact.state == AfterContactState.PLANNED, due_before(today))
    return rows


async def holders_of(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Who has the work of each of these after-contacts; None where it stands in the team's queue."""
    rows = select(WorkItem.subject_id, WorkItem.holder_id).where(
        WorkItem.subject_id.in_(ids), WorkItem.kind == AFTER_CONTACT
    )
    return {row[0]: row[1] for row in (await session.execute(rows)).all()}


async def resting(session: AsyncSession, client_id: UUID) -> list[ServiceParticipation]:
    """The client's parts in services that have not ended."""
    return list(await session.scalars(select(S).where(S.client_id == client_id, S.state.in_(OPEN)).order_by(S.id)))


async def pathway_of(session: AsyncSession, pathway_id: UUID) -> Pathway:
    return await session.get_one(Pathway, pathway_id)
