"""What can happen to a network of peers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.ownid import own_id
from app.kit.problems import NotFound, Problem
from app.networks import queries
from app.networks import refusals as r
from app.networks.models import Network, NetworkAttendance, NetworkMeeting, NetworkMember
from app.networks.schemas import (
    NetworkApprove,
    NetworkCreate,
    NetworkJoin,
    NetworkMeetingPlan,
    NetworkMeetingRecord,
    NetworkUpdate,
)
from app.outbox.events import append
from app.people.actor import Actor
from app.people.periods import at_field
from app.referrals.content import refuse_codes_of_nobody
from app.security.permissions import Permission as P


async def make(session: AsyncSession, actor: Actor, given: NetworkCreate, at: datetime) -> Network:
    """Raises `NetworkWithoutConvener`, `CodeInText`."""
    refuse_codes_of_nobody(name=given.name, purpose=given.purpose)
    if given.convener_id is None or not await works_here(session, given.convener_id, actor.area_id, at):
        raise at_field(r.NetworkWithoutConvener, "convenerId")
    assert actor.person_id is not None
    network = Network(
        id=own_id(given.id, at),
        area_id=actor.area_id,
        name=given.name,
        purpose=given.purpose,
        convener_id=given.convener_id,
        author_id=actor.person_id,
    )
    session.add(network)
    append(session, "network.made", network)
    await session.flush()
    return network


async def works_here(session: AsyncSession, person: UUID, area_id: UUID, at: datetime) -> bool:
    return bool(await queries.working(session, [person], area_id, civil_date(at)))


def keeps(actor: Actor, network: Network) -> bool:
    return actor.person_id == network.convener_id or network.area_id in actor.areas_with(P.TEAM_MANAGE)


def refuse_others(actor: Actor, network: Network) -> None:
    """Raises `NotTheConvener`."""
    if not keeps(actor, network):
        raise r.NotTheConvener()


async def update(session: AsyncSession, actor: Actor, network: Network, given: NetworkUpdate, at: datetime) -> None:
    """Raises `NotTheConvener`, `NetworkWithoutConvener`, `CodeInText`."""
    refuse_others(actor, network)
    sent = given.model_dump()
    refuse_codes_of_nobody(name=sent.get("name"), purpose=sent.get("purpose"))
    if "convener_id" in sent and not await works_here(session, sent["convener_id"], network.area_id, at):
        raise at_field(r.NetworkWithoutConvener, "convenerId")
    given.apply_to(network)
    await changed(session, network)


async def changed(session: AsyncSession, network: Network) -> None:
    network.touch()
    append(session, "network.changed", network)
    await session.flush()


async def join(session: AsyncSession, actor: Actor, network: Network, given: NetworkJoin, at: datetime) -> None:
    """Pending until a supervisor's permission is recorded. Raises `NotThere`, `MemberAlready`; `NotTheConvener` for
    somebody else who is no colleague."""
    at_work = await queries.working(session, [given.person_id], network.area_id, civil_date(at))
    if given.person_id != actor.person_id and given.organisation_id not in actor.organisation_ids:
        refuse_others(actor, network)
    if queries.Works(given.person_id, given.organisation_id) not in at_work:
        raise at_field(r.NotThere, "personId")
    assert actor.person_id is not None
    member = NetworkMember(
        id=own_id(given.id, at),
        network_id=network.id,
        area_id=network.area_id,
        person_id=given.person_id,
        organisation_id=given.organisation_id,
        role=given.role,
        asked_by_id=actor.person_id,
    )
    session.add(member)
    await changed(session, network)


async def member_of(session: AsyncSession, network: Network, member_id: UUID) -> NetworkMember:
    """Raises `NotFound`."""
    found = await session.scalar(queries.members_of([network.id]).where(NetworkMember.id == member_id))
    if found is None:
        raise NotFound()
    return found


def approval_refusal(actor: Actor, network: Network, member: NetworkMember) -> Problem | None:
    if member.person_id == actor.person_id:
        return r.ApproverIsMember()
    return None if keeps(actor, network) else r.NotTheConvener()


async def approve(
    session: AsyncSession, actor: Actor, network: Network, member_id: UUID, given: NetworkApprove, at: datetime
) -> None:
    """Raises `ApproverIsMember`, also where the supervisor named is the member; `NotTheConvener`, `IllegalMove`."""
    member = await member_of(session, network, member_id)
    refusal = approval_refusal(actor, network, member)
    if refusal is not None:
        raise refusal
    names = await queries.person_names(session, [member.person_id])
    if given.supervisor.casefold() == names[member.person_id].casefold():
        raise r.ApproverIsMember()
    refuse_codes_of_nobody(supervisor=given.supervisor)
    assert actor.person_id is not None
    member.approve(given.supervisor, actor.person_id, at)
    await changed(session, network)


async def withdraw(session: AsyncSession, actor: Actor, network: Network, member_id: UUID, at: datetime) -> None:
    """By the member, the convener or a manager. Where they were stays. Raises `NotTheConvener`, `IllegalMove`."""
    member = await member_of(session, network, member_id)
    if member.person_id != actor.person_id:
        refuse_others(actor, network)
    member.withdraw(at)
    await changed(session, network)


async def plan(session: AsyncSession, actor: Actor, network: Network, given: NetworkMeetingPlan, at: datetime) -> None:
    """Raises `NotTheConvener`, `ConvenerMissing`, `CodeInText`."""
    refuse_others(actor, network)
    if not await works_here(session, network.convener_id, network.area_id, at):
        raise r.ConvenerMissing()
    refuse_codes_of_nobody(place=given.place)
    refuse_listed("themes", given.themes)
    refuse_listed("rooms", given.rooms)
    session.add(
        NetworkMeeting(
            **given.model_dump(exclude={"id"}), id=own_id(given.id, at), network_id=network.id, area_id=network.area_id
        )
    )
    await changed(session, network)


def refuse_listed(name: str, texts: Sequence[str]) -> None:
    """Raises `CodeInText`."""
    refuse_codes_of_nobody(**{f"{name}/{number}": text for number, text in enumerate(texts)})


async def record(
    session: AsyncSession, actor: Actor, network: Network, meeting_id: UUID, given: NetworkMeetingRecord, at: datetime
) -> None:
    """Raises `NotTheConvener`, `MeetingStillToCome`, `NotAMember`, `RoomUnknown`, `MemberNotApproved`, `CodeInText`."""
    refuse_others(actor, network)
    meeting = await session.scalar(queries.meetings_of([network.id]).where(NetworkMeeting.id == meeting_id))
    if meeting is None:
        raise NotFound()
    if meeting.starts_at > at:
        raise r.MeetingStillToCome()
    refuse_codes_of_nobody(notes=given.notes)
    members = {member.id: member for member in await session.scalars(queries.members_of([network.id]))}
    seen: set[UUID] = set()
    for number, one in enumerate(given.present):
        if one.member_id not in members or one.member_id in seen:
            raise at_field(r.NotAMember, f"present/{number}/memberId")
        if one.room is not None and one.room not in meeting.rooms:
            raise at_field(r.RoomUnknown, f"present/{number}/room")
        seen.add(one.member_id)
    if lacking := sorted(str(id) for id in seen if not members[id].was_permitted(meeting.starts_at)):
        raise r.MemberNotApproved(members=lacking)
    meeting.record(given.notes, at)
    for one in given.present:
        session.add(
            NetworkAttendance(
                meeting_id=meeting.id,
                network_id=network.id,
                area_id=network.area_id,
                member_id=one.member_id,
                organisation_id=members[one.member_id].organisation_id,
                room=one.room,
                recording=meeting.recording,
            )
        )
    await changed(session, network)
