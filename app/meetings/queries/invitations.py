"""Every select on invitations from outside, and what their answers need."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen, sent_in_person
from app.meetings.invitation_models import MeetingInvitation
from app.people.actor import Actor
from app.people.models import Organisation, Person
from app.teams.models import Holder, Seat, Standing, Team


def visible_invitations(actor: Actor) -> Select[MeetingInvitation]:
    """What one's house invites to, and to what seats of one's teams are invited."""
    row = MeetingInvitation
    sent: list[ColumnElement[bool]] = [row.sender_organisation_id.in_(actor.organisations)]
    if (in_person := sent_in_person(actor, row)) is not None:
        sent.append(in_person)
    return seen(actor, "meeting_invitation", row, {"sender": or_(*sent), "team": row.team_id.in_(actor.teams)})


def invitations_to(actor: Actor) -> ColumnElement[bool]:
    """To seats that the caller sits on, or stands in on."""
    return MeetingInvitation.seat_id.in_({seat.seat_id for seat in actor.seats})


def seat_is(seat_id: UUID, area_id: UUID) -> ColumnElement[bool]:
    """A seat of a team of the area."""
    return and_(Seat.id == seat_id, Seat.team_id.in_(select(Team.id).where(Team.area_id == area_id)))


async def names_of_inviter(session: AsyncSession, row: MeetingInvitation) -> tuple[str, str]:
    """(organisation, person)."""
    house = select(Organisation.name).where(Organisation.id == row.sender_organisation_id).scalar_subquery()
    person = select(Person.name).where(Person.id == row.sender_person_id).scalar_subquery()
    found = (await session.execute(select(house, person))).one()
    return found[0], found[1]


async def names_of_houses(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    rows = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    return {row[0]: row[1] for row in (await session.execute(rows)).all()}


async def kinds_of_houses(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    rows = select(Organisation.id, Organisation.kind).where(Organisation.id.in_(ids))
    return {row[0]: row[1] for row in (await session.execute(rows)).all()}


async def holding(session: AsyncSession, seat_id: UUID, first: date, last: date) -> set[UUID]:
    """Who holds a seat within these days: a deputy stands in for them, and is not asked beside them."""
    rows = select(Holder.person_id).where(
        Holder.seat_id == seat_id,
        Holder.standing == Standing.HOLDER,
        Holder.valid_from <= last,
        or_(Holder.valid_to.is_(None), Holder.valid_to >= first),
    )
    return set(await session.scalars(rows))
