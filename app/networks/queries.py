"""Every select on networks of peers, their members, meetings and attendance."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.networks.models import Network, NetworkAttendance, NetworkMeeting, NetworkMember
from app.people.actor import Actor
from app.people.models import Membership, Organisation, Person


def visible_networks(actor: Actor) -> Select[Network]:
    return seen(actor, "network", Network)


def members_of(networks: Iterable[UUID]) -> Select[NetworkMember]:
    return (
        select(NetworkMember)
        .where(NetworkMember.network_id.in_(list(networks)))
        .order_by(NetworkMember.created_at, NetworkMember.id)
    )


def meetings_of(networks: Iterable[UUID]) -> Select[NetworkMeeting]:
    return (
        select(NetworkMeeting)
        .where(NetworkMeeting.network_id.in_(list(networks)))
        .order_by(NetworkMeeting.starts_at.desc(), NetworkMeeting.id)
    )


def attendances_of(networks: Iterable[UUID]) -> Select[NetworkAttendance]:
    """Of the newest recording of each meeting."""
    newest = and_(
        NetworkMeeting.id == NetworkAttendance.meeting_id, NetworkMeeting.recording == NetworkAttendance.recording
    )
    return (
        select(NetworkAttendance)
        .join(NetworkMeeting, newest)
        .where(NetworkAttendance.network_id.in_(list(networks)))
        .order_by(NetworkAttendance.id)
    )


class Works(NamedTuple):
    """Somebody works in an organisation of the area on a day."""

    person_id: UUID
    organisation_id: UUID


async def working(session: AsyncSession, persons: Iterable[UUID], area_id: UUID, on: date) -> set[Works]:
    """Where these people work on the day, of the area's organisations and its partners'."""
    rows = await session.execute(
        select(Membership.person_id, Membership.organisation_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.person_id.in_(list(persons)),
            Organisation.area_id == area_id,
            Membership.valid_from <= on,
            or_(Membership.valid_to.is_(None), Membership.valid_to >= on),
        )
    )
    return {Works(*row) for row in rows.all()}


async def person_names(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = await session.execute(select(Person.id, Person.name).where(Person.id.in_(list(ids))))
    return {row[0]: row[1] for row in rows.all()}


async def organisation_names(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = await session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(list(ids))))
    return {row[0]: row[1] for row in rows.all()}
