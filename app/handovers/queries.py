"""Reads that a change of hands needs: open work of people and seats, what is recorded about it, and the locks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments.models import Assessment, AssessmentState, ProblemRecord
from app.clients.models import Client
from app.kit.problems import NotFound
from app.pathways.models import Pathway
from app.people.actor import Actor
from app.referrals.models import Referral, ReferralState
from app.routing.models import RoutingDecision
from app.security.permissions import Permission as P
from app.teams.models import Absence, Holder, Seat, Team
from app.work.models import PATHWAY, WorkItem
from app.work.queries import OPEN_WORK, VISIBLE_WORK, seeing

MOST = 500  # what waits is looked at in parts, what stands out and the oldest first
# What waits for its sender does not wait for room.
RETURNED = select(Referral.id).where(
    Referral.id == WorkItem.subject_id, Referral.state == ReferralState.RETURNED_FOR_INFO
)


def changeable_work(actor: Actor) -> Select[WorkItem]:
    """Work that the caller sees, and that of the teams they lead."""
    led = select(Team.id).where(Team.area_id.in_(actor.areas_with(P.TEAM_MANAGE)))
    return select(WorkItem).where(or_(VISIBLE_WORK, and_(WorkItem.team_id.in_(led), OPEN_WORK))).params(seeing(actor))


async def held_in_team(session: AsyncSession, team_id: UUID, person_id: UUID) -> list[WorkItem]:
    """Everything open that somebody holds in a team."""
    return await open_where(session, team_id, WorkItem.holder_id == person_id)


async def held_about(session: AsyncSession, client_id: UUID, people: Collection[UUID]) -> list[WorkItem]:
    """Everything open about a client that these people hold, in any team."""
    rows = select(WorkItem).where(
        WorkItem.client_id == client_id, WorkItem.closed_at.is_(None), WorkItem.holder_id.in_(people)
    )
    return list(await session.scalars(rows.order_by(WorkItem.id)))


async def held_on_seat(session: AsyncSession, seat: Seat, person_id: UUID, *, alone: bool) -> list[WorkItem]:
    """What somebody holds on a seat; with `alone` (no other seat of the team) also what they hold without a seat."""
    mine = WorkItem.seat_id == seat.id
    if alone:
        mine = or_(mine, WorkItem.seat_id.is_(None))
    return await open_where(session, seat.team_id, and_(WorkItem.holder_id == person_id, mine))


async def held_by_seat(session: AsyncSession, team_id: UUID, seat_id: UUID | None) -> list[WorkItem]:
    """What is held in a team, or on one seat of it."""
    rows: list[ColumnElement[bool]] = [WorkItem.holder_id.is_not(None)]
    if seat_id is not None:
        rows.append(WorkItem.seat_id == seat_id)
    return await open_where(session, team_id, and_(*rows))


async def waiting(session: AsyncSession, team_id: UUID, seat_id: UUID | None) -> list[WorkItem]:
    """What stands in a queue of the team for want of somebody; not what another unit has taken over."""
    ours = or_(WorkItem.queue.startswith("seat_waiting_list"), WorkItem.queue.startswith("team_unassigned"))
    rows = [ours, ~RETURNED.exists()]
    if seat_id is not None:
        rows.append(WorkItem.seat_id == seat_id)
    return await open_where(session, team_id, and_(*rows))


async def open_where(session: AsyncSession, team_id: UUID, which: ColumnElement[bool]) -> list[WorkItem]:
    rows = (
        select(WorkItem)
        .where(WorkItem.team_id == team_id, WorkItem.closed_at.is_(None), which)
        .order_by(WorkItem.alarm.desc(), WorkItem.opened_at, WorkItem.id)
        .limit(MOST)
        .execution_options(populate_existing=True)
    )
    return list(await session.scalars(rows))


async def works(session: AsyncSession, team_id: UUID, ids: Collection[UUID]) -> list[WorkItem]:
    rows = select(WorkItem).where(WorkItem.team_id == team_id, WorkItem.id.in_(ids))
    return list(await session.scalars(rows))


async def lock_cases(session: AsyncSession, items: Iterable[WorkItem]) -> None:
    """What the work is about, before seats and work: referrals, then paths, then assessments, each in order."""
    listed = list(items)
    of_referral = {i.subject_id for i in listed if i.subject_type == "referral"}
    of_assessment = {i.subject_id for i in listed if i.subject_type == "assessment"}
    paths = select(Assessment.pathway_id).where(Assessment.id.in_(of_assessment))
    of_path = {i.subject_id for i in listed if i.subject_type == "pathway"}
    if of_referral:
        await hold(session, Referral, Referral.id.in_(of_referral))
    if of_path or of_assessment:
        await hold(session, Pathway, or_(Pathway.id.in_(of_path), Pathway.id.in_(paths)))
    if of_assessment:
        await hold(session, Assessment, Assessment.id.in_(of_assessment))


async def hold(session: AsyncSession, table: type[Any], which: ColumnElement[bool]) -> list[Any]:
    rows = select(table).where(which).order_by(table.id).with_for_update(of=table)
    return list(await session.scalars(rows.execution_options(populate_existing=True)))


async def lock_seats(session: AsyncSession, team_id: UUID) -> None:
    """Every seat of the team: nobody is given anything there meanwhile."""
    rows = select(Seat.id).where(Seat.team_id == team_id).order_by(Seat.id)
    await session.execute(rows.with_for_update(key_share=True))


async def lock_period(session: AsyncSession, holder_id: UUID) -> None:
    await hold(session, Holder, Holder.id == holder_id)


async def lock_works(session: AsyncSession, ids: Collection[UUID]) -> list[WorkItem]:
    return await hold(session, WorkItem, WorkItem.id.in_(ids))


async def assessments_of(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, tuple[Assessment, Pathway]]:
    rows = select(Assessment, Pathway).join(Pathway, Pathway.id == Assessment.pathway_id).where(Assessment.id.in_(ids))
    return {assessment.id: (assessment, path) for assessment, path in (await session.execute(rows)).all()}


async def referrals_of(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Referral]:
    return {row.id: row for row in await session.scalars(select(Referral).where(Referral.id.in_(ids)))}


async def pathways_of(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Pathway]:
    return {row.id: row for row in await session.scalars(select(Pathway).where(Pathway.id.in_(ids)))}


async def works_of_paths(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The work that being responsible for each path is."""
    rows = select(WorkItem.subject_id, WorkItem.id).where(WorkItem.subject_id.in_(ids), WorkItem.kind == PATHWAY)
    return dict((await session.execute(rows)).all())


async def clients_of(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Client]:
    return {row.id: row for row in await session.scalars(select(Client).where(Client.id.in_(ids)))}


async def newest_problems(session: AsyncSession, pathways: Collection[UUID]) -> dict[UUID, ProblemRecord]:
    rows = (
        select(ProblemRecord)
        .where(ProblemRecord.pathway_id.in_(pathways))
        .ext(distinct_on(ProblemRecord.pathway_id))
        .order_by(ProblemRecord.pathway_id, ProblemRecord.recorded_at.desc(), ProblemRecord.id.desc())
    )
    return {row.pathway_id: row for row in await session.scalars(rows)}


async def checked_of(session: AsyncSession, pathways: Collection[UUID]) -> set[UUID]:
    """Paths on which a health check is completed."""
    rows = select(Assessment.pathway_id).where(
        Assessment.pathway_id.in_(pathways),
        Assessment.kind == "health_check",
        Assessment.state == AssessmentState.COMPLETED,
    )
    return set(await session.scalars(rows))


async def newest_decisions(session: AsyncSession, subjects: Collection[UUID]) -> dict[UUID, RoutingDecision]:
    rows = (
        select(RoutingDecision)
        .where(RoutingDecision.subject_id.in_(subjects))
        .ext(distinct_on(RoutingDecision.subject_id))
        .order_by(RoutingDecision.subject_id, RoutingDecision.decided_at.desc(), RoutingDecision.id.desc())
    )
    return {row.subject_id: row for row in await session.scalars(rows)}


async def last_holders(
    session: AsyncSession, clients: Collection[UUID], team_id: UUID
) -> dict[UUID, dict[str, tuple[UUID, datetime]]]:
    """Who held the client's closed work last on each seat of the team, by client and seat."""
    rows = (
        select(WorkItem.client_id, Seat.role, WorkItem.holder_id, WorkItem.closed_at)
        .join(Seat, Seat.id == WorkItem.seat_id)
        .where(
            WorkItem.client_id.in_(clients),
            Seat.team_id == team_id,
            WorkItem.holder_id.is_not(None),
            WorkItem.closed_at.is_not(None),
        )
        .ext(distinct_on(WorkItem.client_id, Seat.role))
        .order_by(WorkItem.client_id, Seat.role, WorkItem.closed_at.desc())
    )
    found: dict[UUID, dict[str, tuple[UUID, datetime]]] = {}
    for client, role, holder, closed in (await session.execute(rows)).all():
        if holder is not None and closed is not None:
            found.setdefault(client, {})[role] = (holder, closed)
    return found


async def client_names(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    """By the caller's own right to see them."""
    rows = select(Client.id, Client.given_name, Client.family_name).where(Client.id.in_(ids))
    return {id: f"{given} {family}" for id, given, family in (await session.execute(rows)).all()}


async def period_of(session: AsyncSession, holder_id: UUID) -> tuple[Holder, Seat, Team]:
    """A period, its seat and its team. Raises `NotFound`."""
    rows = (
        select(Holder, Seat, Team)
        .join(Seat, Seat.id == Holder.seat_id)
        .join(Team, Team.id == Seat.team_id)
        .where(Holder.id == holder_id)
    )
    found = (await session.execute(rows)).first()
    if found is None:
        raise NotFound()
    return found[0], found[1], found[2]


async def role_of(session: AsyncSession, seat_id: UUID | None) -> str | None:
    role: str | None = await session.scalar(select(Seat.role).where(Seat.id == seat_id))
    return role


async def referral_of(session: AsyncSession, referral_id: UUID) -> Referral:
    return await session.get_one(Referral, referral_id)


async def name_responsible(session: AsyncSession, pathway_id: UUID, person_id: UUID) -> None:
    """The path's row is locked by the caller."""
    pathway = await session.get_one(Pathway, pathway_id)
    pathway.responsible_person_id = person_id


async def name_decision(session: AsyncSession, assessment_id: UUID, kept: RoutingDecision) -> Assessment:
    """The assessment's row is locked by the caller."""
    assessment = await session.get_one(Assessment, assessment_id)
    assessment.decision_id = kept.id
    return assessment


async def next_absence(session: AsyncSession, person_id: UUID, on: date) -> Absence | None:
    """The absence of today, or the next one."""
    rows = select(Absence).where(Absence.person_id == person_id, Absence.last_on >= on)
    absence: Absence | None = await session.scalar(rows.order_by(Absence.first_on, Absence.id).limit(1))
    return absence


async def teams_of_person(session: AsyncSession, person_id: UUID, areas: Collection[UUID]) -> list[Team]:
    """Teams of these areas in which somebody has, or had, a seat."""
    mine = select(Seat.team_id).join(Holder, Holder.seat_id == Seat.id).where(Holder.person_id == person_id)
    rows = select(Team).where(Team.area_id.in_(areas), Team.id.in_(mine))
    return list(await session.scalars(rows.order_by(Team.id)))


async def has_other_seat(session: AsyncSession, holder: Holder, team_id: UUID, on: date) -> bool:
    """Whether the person goes on in the team on another seat: then what they hold without a seat stays with them."""
    rows = (
        select(Holder.id)
        .join(Seat, Seat.id == Holder.seat_id)
        .where(
            Seat.team_id == team_id,
            Holder.person_id == holder.person_id,
            Holder.id != holder.id,
            Holder.handed_over_at.is_(None),
            Holder.valid_from <= on,
            or_(Holder.valid_to.is_(None), Holder.valid_to > on),
        )
        .limit(1)
    )
    return await session.scalar(rows) is not None
