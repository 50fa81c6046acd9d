"""Every select on meetings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.clients.models import Client
from app.kit.calendar import civil
from app.kit.queries import one
from app.meetings.models import Meeting, MeetingNotePart, MeetingParticipant, MeetingState
from app.meetings.part_models import MeetingAgendaPart, MeetingChange, MeetingDecision, MeetingOpening
from app.meetings.queries.invitations import (
    holding as holding,
)
from app.meetings.queries.invitations import (
    invitations_to as invitations_to,
)
from app.meetings.queries.invitations import (
    kinds_of_houses as kinds_of_houses,
)
from app.meetings.queries.invitations import (
    names_of_houses as names_of_houses,
)
from app.meetings.queries.invitations import (
    names_of_inviter as names_of_inviter,
)
from app.meetings.queries.invitations import (
    seat_is as seat_is,
)
from app.meetings.queries.invitations import (
    visible_invitations as visible_invitations,
)
from app.pathways.models import Pathway
from app.people.actor import Actor
from app.people.models import Membership, Organisation, Person
from app.teams.models import Holder, Seat

OPEN = and_(MeetingParticipant.closed_at.is_(None), MeetingParticipant.awaiting_since.is_(None))


def visible_meetings(actor: Actor, guest_in: Collection[UUID] = ()) -> Select[Meeting]:
    """Of the clients of my teams, my own as a client, those I am invited to as the area's own, and `guest_in`."""
    invited = select(MeetingParticipant.meeting_id).where(
        MeetingParticipant.person_id == actor.person_id,
        MeetingParticipant.organisation_id.in_([id for id in actor.organisation_ids if id in actor.areas]),
    )
    return seen(actor, "meeting", Meeting, {"invited": Meeting.id.in_(invited), "guest": Meeting.id.in_(guest_in)})


def chosen(
    rows: Select[Meeting],
    pathway_id: UUID | None,
    client_id: UUID | None,
    state: MeetingState | None,
    first: date | None,
    last: date | None,
) -> Select[Meeting]:
    """Of these, of a path, a client, a state, and that begin within days, both included."""
    on = civil(Meeting.starts_at)
    for column, value in ((Meeting.pathway_id, pathway_id), (Meeting.client_id, client_id), (Meeting.state, state)):
        rows = rows if value is None else rows.where(column == value)
    rows = rows if first is None else rows.where(on >= first)
    return rows if last is None else rows.where(on <= last)


async def guest_invitations(session: AsyncSession, actor: Actor) -> list[MeetingParticipant]:
    """The caller's own invitations as somebody of a partner organisation in which the caller works today."""
    partners = [id for id in actor.organisation_ids if id not in actor.areas]
    if actor.person_id is None or not partners:
        return []
    rows = select(MeetingParticipant).where(
        MeetingParticipant.person_id == actor.person_id, MeetingParticipant.organisation_id.in_(partners), OPEN
    )
    return list(await session.scalars(rows))


async def kept_from(session: AsyncSession, client_id: UUID) -> set[UUID]:
    """People who must not get this client."""
    found = await session.scalar(select(Client.conflict_person_ids).where(Client.id == client_id))
    return set(found or ())


async def participants(session: AsyncSession, meeting_id: UUID) -> list[tuple[MeetingParticipant, str, str]]:
    """(participant, person name, organisation name)."""
    rows = (
        select(MeetingParticipant, Person.name, Organisation.name)
        .join(Person, Person.id == MeetingParticipant.person_id)
        .join(Organisation, Organisation.id == MeetingParticipant.organisation_id)
        .where(MeetingParticipant.meeting_id == meeting_id)
        .order_by(Person.name, MeetingParticipant.id)
    )
    return [(row[0], row[1], row[2]) for row in (await session.execute(rows)).all()]


async def organisations_of(
    session: AsyncSession, person_ids: Sequence[UUID], area_id: UUID, on: date
) -> dict[UUID, UUID]:
    """In which organisation each person works on a day; the area's own before a partner's."""
    rows = (
        select(Membership.person_id, Membership.organisation_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.person_id.in_(person_ids),
            Organisation.area_id == area_id,
            Membership.valid_from <= on,
            or_(Membership.valid_to.is_(None), Membership.valid_to >= on),
        )
        .order_by(Membership.organisation_id == area_id, Membership.id)
    )
    return {row[0]: row[1] for row in (await session.execute(rows)).all()}


async def parts_of(
    session: AsyncSession, actor: Actor, meeting_id: UUID, only: Collection[UUID] | None = None
) -> list[MeetingNotePart]:
    """The parts of the notes in the registers the caller reads; all to the client; to a partner `only` these."""
    rows = of_reader(select(MeetingNotePart), MeetingNotePart, actor, meeting_id, only)
    return list(await session.scalars(rows.order_by(MeetingNotePart.register)))


async def agenda_of(
    session: AsyncSession, actor: Actor, meeting_id: UUID, only: Collection[UUID] | None = None
) -> list[MeetingAgendaPart]:
    """Likewise the parts of the agenda, in order."""
    rows = of_reader(select(MeetingAgendaPart), MeetingAgendaPart, actor, meeting_id, only)
    return list(await session.scalars(rows.order_by(MeetingAgendaPart.position)))


def of_reader(
    rows: Select[Any], part: Any, actor: Actor, meeting_id: UUID, only: Collection[UUID] | None
) -> Select[Any]:
    rows = rows.where(part.meeting_id == meeting_id)
    if only is not None:
        return rows.where(part.id.in_(only))
    if actor.client_id is None:
        rows = rows.where(part.register.in_(("operational", *actor.context.registers)))
    return rows


async def every_part(session: AsyncSession, meeting_id: UUID) -> list[MeetingAgendaPart | MeetingNotePart]:
    """Of the registers that the context reads."""
    agenda = select(MeetingAgendaPart).where(MeetingAgendaPart.meeting_id == meeting_id)
    notes = select(MeetingNotePart).where(MeetingNotePart.meeting_id == meeting_id)
    return [
        *await session.scalars(agenda.order_by(MeetingAgendaPart.position)),
        *await session.scalars(notes.order_by(MeetingNotePart.register)),
    ]


async def openings(session: AsyncSession, meeting_ids: Collection[UUID]) -> list[MeetingOpening]:
    rows = select(MeetingOpening).where(MeetingOpening.meeting_id.in_(meeting_ids))
    return list(await session.scalars(rows.order_by(MeetingOpening.id)))


async def openings_of(session: AsyncSession, client_id: UUID) -> list[MeetingOpening]:
    rows = select(MeetingOpening).where(MeetingOpening.client_id == client_id).order_by(MeetingOpening.id)
    return list(await session.scalars(rows.execution_options(populate_existing=True)))


async def meetings_with_partners(
    session: AsyncSession, client_id: UUID
) -> list[tuple[Meeting, list[MeetingParticipant]]]:
    """The client's meetings that were not called off, each with who is on its list of other organisations."""
    area = select(Client.area_id).where(Client.id == client_id).scalar_subquery()
    rows = (
        select(Meeting, MeetingParticipant)
        .join(MeetingParticipant, MeetingParticipant.meeting_id == Meeting.id)
        .where(
            Meeting.client_id == client_id,
            Meeting.state != MeetingState.CANCELLED,
            MeetingParticipant.organisation_id != area,
        )
        .order_by(Meeting.starts_at, Meeting.id, MeetingParticipant.id)
        .execution_options(populate_existing=True)
    )
    found: dict[UUID, tuple[Meeting, list[MeetingParticipant]]] = {}
    for meeting, row in (await session.execute(rows)).all():
        found.setdefault(meeting.id, (meeting, []))[1].append(row)
    return list(found.values())


async def decisions(session: AsyncSession, actor: Actor, meeting_id: UUID, *, all_: bool) -> list[MeetingDecision]:
    """What was decided with owners; to others than the team and the client what their partner organisation owns."""
    rows = select(MeetingDecision).where(MeetingDecision.meeting_id == meeting_id)
    if not all_:
        rows = rows.where(MeetingDecision.owner_organisation_id.in_(actor.organisations))
    return list(await session.scalars(rows.order_by(MeetingDecision.position)))


async def changes_of(session: AsyncSession, meeting_id: UUID) -> list[MeetingChange]:
    rows = select(MeetingChange).where(MeetingChange.meeting_id == meeting_id)
    return list(await session.scalars(rows.order_by(MeetingChange.changed_at, MeetingChange.id)))


async def seats_of(session: AsyncSession, team_id: UUID) -> set[UUID]:
    return set(await session.scalars(select(Seat.id).where(Seat.team_id == team_id)))


async def holders_of(session: AsyncSession, team_id: UUID, on: date) -> dict[UUID, str]:
    """Who holds a seat of the team on a day, each with the role of their first seat."""
    rows = (
        select(Holder.person_id, Seat.role)
        .join(Seat, Seat.id == Holder.seat_id)
        .where(Seat.team_id == team_id, Holder.valid_from <= on, or_(Holder.valid_to.is_(None), Holder.valid_to >= on))
        .order_by(Seat.no.desc())
    )
    return {row[0]: row[1] for row in (await session.execute(rows)).all()}


async def role_of(
    session: AsyncSession, team_id: UUID, seat_id: UUID | None, person_id: UUID | None, on: date
) -> str | None:
    """The role of a seat of the team, or in which a person stands in it."""
    if seat_id is not None:
        role: str | None = await session.scalar(select(Seat.role).where(Seat.id == seat_id, Seat.team_id == team_id))
        return role
    return (await holders_of(session, team_id, on)).get(person_id) if person_id is not None else None


async def participation(session: AsyncSession, meeting_id: UUID, person_id: UUID) -> MeetingParticipant | None:
    """The person's own invitation to a meeting, while it is open."""
    rows = select(MeetingParticipant).where(
        MeetingParticipant.meeting_id == meeting_id, MeetingParticipant.person_id == person_id, OPEN
    )
    found: MeetingParticipant | None = await session.scalar(rows)
    return found


async def of_whom(session: AsyncSession, meeting: Meeting) -> tuple[Client, UUID]:
    """The client, and the team of the path. Only inside a receiver (`kit.db.Receiving`)."""
    rows = (
        select(Client, Pathway.team_id)
        .join(Pathway, Pathway.client_id == Client.id)
        .where(Pathway.id == meeting.pathway_id)
    )
    client, team_id = (await session.execute(rows)).one()
    return client, team_id


async def invitations(session: AsyncSession, meeting_id: UUID) -> list[MeetingParticipant]:
    """Every row of a meeting, of whom is invited and of whom is not."""
    rows = select(MeetingParticipant).where(MeetingParticipant.meeting_id == meeting_id)
    return list(await session.scalars(rows.order_by(MeetingParticipant.id)))


async def coming(session: AsyncSession, client_id: UUID, at: datetime) -> list[tuple[Meeting, MeetingParticipant]]:
    """Who of other organisations is on the list of the client's coming meetings, the next meeting first."""
    rows = (
        select(Meeting, MeetingParticipant)
        .join(MeetingParticipant, MeetingParticipant.meeting_id == Meeting.id)
        .where(
            Meeting.client_id == client_id,
            Meeting.state == MeetingState.PLANNED,
            Meeting.starts_at > at,
            MeetingParticipant.organisation_id
            != select(Client.area_id).where(Client.id == client_id).scalar_subquery(),
        )
        .order_by(Meeting.starts_at, Meeting.id, MeetingParticipant.id)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in await session.execute(rows)]


async def team_of(session: AsyncSession, meeting: Meeting) -> UUID:
    """The team of the meeting's path."""
    return (await session.scalars(select(Pathway.team_id).where(Pathway.id == meeting.pathway_id))).one()


async def decision_of(session: AsyncSession, meeting_id: UUID, decision_id: UUID) -> MeetingDecision:
    """Raises `NotFound`."""
    return await one(session, select(MeetingDecision).where(MeetingDecision.meeting_id == meeting_id), decision_id)


async def planned_of_path(session: AsyncSession, pathway_id: UUID) -> list[Meeting]:
    """Locked."""
    rows = select(Meeting).where(Meeting.pathway_id == pathway_id, Meeting.state == MeetingState.PLANNED)
    return list(await session.scalars(rows.order_by(Meeting.id).with_for_update(key_share=True)))
