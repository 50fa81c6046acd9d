"""How networks are shown: names, numbers, and whether whoever convenes is still there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.problems import Problem
from app.networks import queries, service
from app.networks import refusals as r
from app.networks.models import MEMBER_FLOW, Network, NetworkAttendance, NetworkMeeting, NetworkMember
from app.networks.models import NetworkMemberState as S
from app.networks.schemas import (
    ConvenerRead,
    NetworkDetail,
    NetworkMeetingRead,
    NetworkMemberRead,
    NetworkPresentRead,
    NetworkRead,
    OrganisationCount,
)
from app.people.actor import Actor


async def show(session: AsyncSession, actor: Actor, networks: Sequence[Network]) -> list[NetworkRead]:
    ids = [network.id for network in networks]
    conveners = {network.convener_id for network in networks}
    names = await queries.person_names(session, conveners)
    there: dict[UUID, set[UUID]] = {}
    for area in {network.area_id for network in networks}:
        at_work = await queries.working(session, conveners, area, civil_date(actor.at))
        there[area] = {one.person_id for one in at_work}
    members: Counter[tuple[UUID, S]] = Counter(
        (member.network_id, member.state) for member in await session.scalars(queries.members_of(ids))
    )
    held = Counter(
        meeting.network_id for meeting in await session.scalars(queries.meetings_of(ids)) if meeting.recording
    )
    return [
        NetworkRead(
            id=network.id,
            version=network.version,
            area_id=network.area_id,
            name=network.name,
            purpose=network.purpose,
            convener=ConvenerRead(person_id=network.convener_id, name=names[network.convener_id]),
            convener_missing=network.convener_id not in there[network.area_id],
            approved_members=members[network.id, S.APPROVED],
            pending_members=members[network.id, S.AWAITING],
            meetings_held=held[network.id],
        )
        for network in networks
    ]


async def detail(session: AsyncSession, actor: Actor, network: Network) -> NetworkDetail:
    (row,) = await show(session, actor, [network])
    members = list(await session.scalars(queries.members_of([network.id])))
    meetings = list(await session.scalars(queries.meetings_of([network.id])))
    there: dict[UUID, list[NetworkAttendance]] = defaultdict(list)
    for one in await session.scalars(queries.attendances_of([network.id])):
        there[one.meeting_id].append(one)
    persons = await queries.person_names(session, {member.person_id for member in members})
    places = await queries.organisation_names(session, {member.organisation_id for member in members})
    return NetworkDetail(
        **row.model_dump(),
        members=[member_read(actor, network, member, persons, places) for member in members],
        meetings=[meeting_read(meeting, there[meeting.id], places) for meeting in meetings],
    )


def member_read(
    actor: Actor, network: Network, member: NetworkMember, persons: dict[UUID, str], places: dict[UUID, str]
) -> NetworkMemberRead:
    def guard(verb: str) -> Problem | None:
        if verb == "approve":
            return service.approval_refusal(actor, network, member)
        mine = member.person_id == actor.person_id
        return None if mine or service.keeps(actor, network) else r.NotTheConvener()

    return NetworkMemberRead(
        id=member.id,
        person_id=member.person_id,
        name=persons[member.person_id],
        organisation_id=member.organisation_id,
        organisation=places[member.organisation_id],
        role=member.role,
        state=member.state,
        supervisor=member.supervisor,
        approved_by_id=member.approved_by_id,
        approved_at=member.approved_at,
        withdrawn_at=member.withdrawn_at,
        allowed_actions=MEMBER_FLOW.actions(member.state, actor, guard, sides=set()),
    )


def meeting_read(
    meeting: NetworkMeeting, there: Sequence[NetworkAttendance], places: dict[UUID, str]
) -> NetworkMeetingRead:
    counts = Counter(one.organisation_id for one in there)
    fields = ("id", "starts_at", "minutes", "place", "themes", "rooms", "notes", "recorded_at")
    recorded = meeting.recording > 0
    return NetworkMeetingRead(
        **{name: getattr(meeting, name) for name in fields},
        attendance=len(there) if recorded else None,
        by_organisation=[
            OrganisationCount(organisation_id=id, organisation=places[id], present=count)
            for id, count in sorted(counts.items(), key=lambda pair: places[pair[0]])
        ]
        if recorded
        else None,
        present=[NetworkPresentRead.model_validate(one) for one in there] if recorded else None,
    )
