"""Every select on appointments and their reminders."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, column, exists, func, or_, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.appointments.models import COMING, HEALTH_CHECK, Appointment, AppointmentReminder, AppointmentStatus
from app.appointments.rules import NEUTRAL, TELLING, Attendance
from app.assessments.models import Assessment, AssessmentState
from app.calendars.models import Room
from app.clients.models import Client
from app.contacts.models import Contact
from app.kit.clock import civil_date
from app.pathways.models import PathwayStep
from app.people.actor import Actor
from app.people.models import Membership, Organisation, Person
from app.teams.models import Holder, Seat, Team
from app.work.queries import concerns

A, S = Appointment, AppointmentStatus
# Meetings stand above this room. Row security shows the rows.
MEETINGS = table("meetings", *map(column, ("id", "client_id", "state", "starts_at", "minutes")))


def visible_appointments(actor: Actor, guest_in: Collection[UUID] = ()) -> Select[Appointment]:
    """Of the clients of my teams, my own as a client, and `guest_in`: a partner's coming ones with a client who permits
    it."""
    return seen(actor, "appointment", A, {"guest": A.id.in_(guest_in)})


def reads_telling(actor: Actor) -> bool:
    """Whether the caller reads what tells of somebody's health: the client, and the health register."""
    return actor.client_id is not None or actor.health_professional


def kind_told(actor: Actor) -> ColumnElement[str]:
    """The kind as the caller is told it; of what they receive at themself as it is."""
    if reads_telling(actor):
        return A.kind.expression
    own = or_(A.person_id == actor.person_id, A.second_person_id == actor.person_id)
    return case((own, A.kind), (A.kind.in_(TELLING), NEUTRAL), else_=A.kind)


def worked_appointments(actor: Actor) -> Select[Appointment]:
    """Those the caller's teams keep."""
    return visible_appointments(actor).where(A.team_id.in_(actor.teams))


async def coming_of_partner(session: AsyncSession, actor: Actor) -> list[Appointment]:
    """The caller's own coming ones as somebody of a partner: what is over, or was cancelled, is not there, whatever
    came of it."""
    partners = [id for id in actor.organisation_ids if id not in actor.areas]
    if actor.person_id is None or not partners:
        return []
    rows = select(A).where(
        A.person_id == actor.person_id, A.organisation_id.in_(partners), A.status == S.BOOKED, A.ends_at > actor.at
    )
    return list(await session.scalars(rows))


def listed(
    actor: Actor,
    rows: Select[Appointment],
    *,
    pathway_id: UUID | None,
    client_id: UUID | None,
    person_id: UUID | None,
    status: AppointmentStatus | None,
    first: datetime | None,
    last: datetime | None,
) -> Select[Appointment]:
    """Narrowed; a filter by client, path or person finds nothing of those whose client the caller has no part in."""
    if pathway_id is not None:
        rows = rows.where(concerns(actor, A.client_id), A.pathway_id == pathway_id)
    if client_id is not None:
        rows = rows.where(concerns(actor, A.client_id), A.client_id == client_id)
    if person_id is not None:
        # Of whom it is not told who receives, it is not found by that either.
        read = or_(A.kind.not_in(TELLING), A.person_id == actor.person_id)
        rows = rows.where(A.person_id == person_id, *(() if reads_telling(actor) else (read,)))
    if status is not None:
        rows = rows.where(A.status == status)
    if first is not None:
        rows = rows.where(A.starts_at >= first)
    if last is not None:
        rows = rows.where(A.starts_at < last)
    return rows


class Place(NamedTuple):
    """Where a professional stands: the organisation they come from, and on which seats of the team."""

    organisation_id: UUID
    own: bool
    roles: frozenset[str]


async def in_team(session: AsyncSession, team_id: UUID, persons: Iterable[UUID], on: date) -> dict[UUID, Place]:
    """Who of these holds a seat of the team on a day, or deputises on one, and for whom; the area's own before a
    partner's."""
    rows = (
        select(Holder.person_id, Membership.organisation_id, Team.area_id, Seat.role)
        .join(Seat, Seat.id == Holder.seat_id)
        .join(Team, Team.id == Seat.team_id)
        .join(Membership, Membership.person_id == Holder.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Seat.team_id == team_id,
            Organisation.area_id == Team.area_id,
            Holder.person_id.in_(list(persons)),
            *(row.valid_from <= on for row in (Holder, Membership)),
            *(or_(row.valid_to.is_(None), row.valid_to >= on) for row in (Holder, Membership)),
        )
        .order_by(Membership.organisation_id == Team.area_id, Membership.id)
    )
    found: dict[UUID, Place] = {}
    for person, organisation, area, role in await session.execute(rows):
        before = found[person].roles if person in found else frozenset()
        found[person] = Place(organisation, organisation == area, before | {role})
    return found


async def check_of(session: AsyncSession, pathway_id: UUID, begins: datetime | None) -> UUID | None:
    """The newest health check of the path that waits to be done, or was completed since a visit began."""
    M = Assessment
    fresh = M.state == AssessmentState.REQUESTED
    if begins is not None:
        fresh |= (M.state == AssessmentState.COMPLETED) & (M.completed_at >= begins)
    rows = select(M.id).where(M.pathway_id == pathway_id, M.kind == HEALTH_CHECK, fresh)
    found: UUID | None = await session.scalar(rows.order_by(M.id.desc()).limit(1))
    return found


async def is_check(session: AsyncSession, id: UUID) -> bool:
    return await session.scalar(select(Assessment.kind).where(Assessment.id == id)) == HEALTH_CHECK


async def next_of_step(session: AsyncSession, step_id: UUID) -> datetime | None:
    """When the first of those booked for a step begins."""
    rows = select(func.min(A.starts_at)).where(A.step_id == step_id, A.status.in_(COMING))
    found: datetime | None = await session.scalar(rows)
    return found


async def of_path(session: AsyncSession, pathway_id: UUID, assessment_id: UUID | None, step_id: UUID | None) -> bool:
    """Whether both are of the path, where they are given."""
    for model, id in ((Assessment, assessment_id), (PathwayStep, step_id)):
        if id is not None:
            found = select(model.id).where(model.id == id, model.pathway_id == pathway_id)
            if await session.scalar(found) is None:
                return False
    return True


async def at_once(
    session: AsyncSession, client_id: UUID, starts_at: datetime, ends_at: datetime, but: UUID
) -> UUID | None:
    """Another appointment of the client that touches this time."""
    rows = select(A.id).where(
        A.client_id == client_id, A.id != but, A.status.in_(COMING), A.starts_at < ends_at, A.ends_at > starts_at
    )
    found: UUID | None = await session.scalar(rows.limit(1))
    return found


async def meeting_at_once(
    session: AsyncSession, client_id: UUID, starts_at: datetime, ends_at: datetime
) -> UUID | None:
    """A planned meeting about the client, who takes part in it (C-32), that touches this time."""
    ends = MEETINGS.c.starts_at + func.make_interval(0, 0, 0, 0, 0, MEETINGS.c.minutes)
    rows = select(MEETINGS.c.id).where(
        MEETINGS.c.client_id == client_id, MEETINGS.c.state == "planned", MEETINGS.c.starts_at < ends_at,
        ends > starts_at,
    )  # fmt: skip
    found: UUID | None = await session.scalar(rows.limit(1))
    return found


async def other_check(session: AsyncSession, pathway_id: UUID, at: datetime) -> UUID | None:
    """A health check of the path that is booked and not over, or that the client may still choose a time for."""
    open_ = or_(
        and_(A.status.in_(COMING), A.ends_at > at), and_(A.status == S.PROPOSED, A.bookable_until >= civil_date(at))
    )
    rows = select(A.id).where(A.pathway_id == pathway_id, A.kind == HEALTH_CHECK, open_)
    found: UUID | None = await session.scalar(rows.limit(1))
    return found


async def client_of(session: AsyncSession, client_id: UUID) -> Client:
    return (await session.scalars(select(Client).where(Client.id == client_id))).one()


async def clients_of(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Client]:
    return {row.id: row for row in await session.scalars(select(Client).where(Client.id.in_(ids)))}


async def names_of(session: AsyncSession, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of persons and rooms by id."""
    wanted = [id for id in ids if id is not None]
    people = await session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    rooms = await session.execute(select(Room.id, Room.name).where(Room.id.in_(wanted)))
    return {row[0]: row[1] for row in (*people, *rooms)}


async def reminders_of(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, list[AppointmentReminder]]:
    rows = select(AppointmentReminder).where(AppointmentReminder.appointment_id.in_(ids))
    found: dict[UUID, list[AppointmentReminder]] = {}
    for row in await session.scalars(rows.order_by(AppointmentReminder.at, AppointmentReminder.id)):
        found.setdefault(row.appointment_id, []).append(row)
    return found


async def contact_of(session: AsyncSession, appointment: Appointment) -> Contact | None:
    found: Contact | None = await session.scalar(select(Contact).where(Contact.id == appointment.contact_id))
    return found


def of_a_visit() -> ColumnElement[bool]:
    """Whether an entry of the contact log was made by an appointment: who tells of the one leaves out the other."""
    return exists().where(A.client_id == Contact.client_id, A.contact_id == Contact.id)


async def offered_after(session: AsyncSession, id: UUID) -> UUID | None:
    """What was offered instead of one that was cancelled."""
    found: UUID | None = await session.scalar(select(A.id).where(A.replaces_id == id).order_by(A.id.desc()).limit(1))
    return found


async def coming_with_partners(session: AsyncSession, client_id: UUID, at: datetime) -> Sequence[Appointment]:
    """The client's coming ones with people of other organisations, in order."""
    rows = select(A).where(
        A.client_id == client_id, A.organisation_id.is_not(None), A.status == S.BOOKED, A.ends_at > at
    )
    ordered = rows.order_by(A.starts_at, A.id).execution_options(populate_existing=True)
    return (await session.scalars(ordered)).all()


async def attendance(session: AsyncSession, actor: Actor, client_id: UUID, at: datetime) -> Attendance:
    """What came of the client's appointments that the caller sees."""
    cancelled = A.status == S.CANCELLED
    mine = visible_appointments(actor).where(A.client_id == client_id).with_only_columns(
        func.count().filter(A.status.in_(COMING), A.ends_at > at),
        func.count().filter(A.status == S.FULFILLED),
        func.count().filter(A.status == S.NOSHOW),
        func.count().filter(and_(cancelled, A.cancelled_by == "client", A.booked_at.is_not(None))),
        func.count().filter(and_(cancelled, A.cancelled_by == "team", A.booked_at.is_not(None))),
        func.max(A.starts_at).filter(A.status == S.NOSHOW),
    )  # fmt: skip
    return Attendance(*(await session.execute(mine)).one())


def day_of(row: Appointment) -> date | None:
    return None if row.starts_at is None else civil_date(row.starts_at)


async def coming_of_path(session: AsyncSession, pathway_id: UUID, at: datetime) -> list[Appointment]:
    """Offered to the client, or to come, locked."""
    to_come = and_(A.status == S.BOOKED, A.starts_at > at)
    rows = select(A).where(A.pathway_id == pathway_id, or_(A.status == S.PROPOSED, to_come)).order_by(A.id)
    return list(await session.scalars(rows.with_for_update(key_share=True)))
