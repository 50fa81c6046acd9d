"""Every select on meetings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.clients.models import Client
from app.meetings.models import Meeting, MeetingNotePart, MeetingParticipant, MeetingState
from app.pathways.models import Pathway
from app.people.actor import Actor
from app.people.models import Membership, Organisation, Person

OPEN = and_(MeetingParticipant.closed_at.is_(None), MeetingParticipant.awaiting_since.is_(None))


def visible_meetings(actor: Actor, guest_in: Collection[UUID] = ()) -> Select[Meeting]:
    """Of the clients of my teams, my own as a client, those I am invited to as the area's own, and `guest_in`."""
    invited = select(MeetingParticipant.meeting_id).where(
        MeetingParticipant.person_id == actor.person_id,
        MeetingParticipant.organisation_id.in_([id for id in actor.organisation_ids if id in actor.areas]),
    )
    return seen(actor, "meeting", Meeting, {"invited": Meeting.id.in_(invited), "guest": Meeting.id.in_(guest_in)})


async def guest_invitations(session: AsyncSession, actor: Actor) -> list[MeetingParticipant]:
    """The caller's own invitations as somebody of a partner organisation in which the caller works today."""
    partners = [id for id in actor.organisation_ids if id not in actor.areas]
    if actor.person_id is None or not partners:
        return []
    rows = select(MeetingParticipant).where(
        MeetingParticipant.person_id == actor.person_id, MeetingParticipant.organisation_id.in_(partners), OPEN
    )
    return list(await session.scalars(rows))


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


async def parts_of(session: AsyncSession, actor: Actor, meeting_id: UUID) -> list[MeetingNotePart]:
    """The parts of the notes in the registers the caller reads; all to the client."""
    rows = select(MeetingNotePart).where(MeetingNotePart.meeting_id == meeting_id)
    if actor.client_id is None:
        rows = rows.where(MeetingNotePart.register.in_(actor.context.registers))
    return list(await session.scalars(rows.order_by(MeetingNotePart.register)))


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
