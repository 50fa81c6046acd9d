"""Groups: made by a team, moved and made larger; how they are shown to people who see different members."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.queries import organisation_names
from app.kit.clock import civil_date
from app.kit.ownid import own_id
from app.kit.problems import Forbidden
from app.outbox.events import append
from app.participations import queries, rules
from app.participations.group_schemas import GroupCreate, GroupDetail, GroupMember, GroupRead, GroupUpdate
from app.participations.models import ServiceGroup, ServiceParticipation
from app.participations.refusals import GroupEndsEarlier, GroupNumbersHidden, ParticipationTooLong
from app.people.actor import Actor
from app.people.periods import at_field, check_period
from app.people.service import UnknownOrganisation
from app.referrals.content import refuse_codes


def check_dates(group: ServiceGroup) -> None:
    """Raises `EndsBeforeStart`, `ParticipationTooLong`."""
    check_period(group.starts_on, group.ends_on, "endsOn")
    if (group.ends_on - group.starts_on).days > 1830:
        raise at_field(ParticipationTooLong, "endsOn")


async def make(session: AsyncSession, actor: Actor, given: GroupCreate, at: datetime) -> ServiceGroup:
    """Raises `Forbidden` for another team, `UnknownOrganisation`, `EndsBeforeStart`, `ParticipationTooLong`,
    `CodeInText`."""
    if given.team_id not in actor.teams:
        raise Forbidden()
    refuse_codes(name=given.name, site=given.site, instructor=given.instructor)
    if await queries.unknown_parties(session, actor.area_id, [given.provider_id]):
        raise at_field(UnknownOrganisation, "providerId")
    group = ServiceGroup(
        **given.model_dump(exclude={"id"}),
        id=own_id(given.id, at),
        area_id=actor.area_id,
        author_id=actor.person_id,
    )
    check_dates(group)
    session.add(group)
    append(session, "service_group.made", group, team=group.team_id)
    await session.flush()
    return group


async def update(session: AsyncSession, actor: Actor, group: ServiceGroup, given: GroupUpdate) -> None:
    """Raises `GroupEndsEarlier`, `GroupFull` for fewer places than members, `GroupNumbersHidden` for fewer than now
    where 1 to 4 members are not seen, `ParticipationTooLong`, `CodeInText`."""
    sent = given.model_dump()
    if sent.get("max_members", group.max_members) < group.max_members:
        (now,) = await show(session, actor, [group])
        if now.member_count is None:
            raise GroupNumbersHidden()
    refuse_codes(name=sent.get("name"), site=sent.get("site"), instructor=sent.get("instructor"))
    if sent.get("ends_on", group.ends_on) < group.ends_on:
        raise at_field(GroupEndsEarlier, "endsOn")
    given.apply_to(group)
    with session.no_autoflush:
        check_dates(group)
    append(session, "service_group.changed", group, team=group.team_id)
    await session.flush()


async def show(session: AsyncSession, actor: Actor, groups: Sequence[ServiceGroup]) -> list[GroupRead]:
    ids = [group.id for group in groups]
    names = await organisation_names(session, [group.provider_id for group in groups])
    counts = await queries.counts_of(session, ids)
    seen = await queries.seen_of(session, actor, ids)
    return [
        shown(group, names.get(group.provider_id), counts.get(group.id, queries.Members()), seen.get(group.id, 0))
        for group in groups
    ]


def shown(group: ServiceGroup, provider: str | None, there: queries.Members, seen: int) -> GroupRead:
    """One hidden number hides the others: what is left of them would tell it."""
    count = rules.shown_count(there.total, seen)
    fields = {name: getattr(group, name) for name in GroupRead.model_fields if hasattr(group, name)}
    return GroupRead(
        **fields,
        provider=provider,
        full=None if count is None else there.total >= group.max_members,
        member_count=count,
        employed=None if count is None else there.employed,
        trainees=None if count is None else there.trainees,
    )


async def detail(
    session: AsyncSession, actor: Actor, group: ServiceGroup
) -> tuple[GroupDetail, list[ServiceParticipation]]:
    """With the members whom the reader sees; those rows too, for the use log."""
    (row,) = await show(session, actor, [group])
    found = await queries.members_of(session, actor, group.id)
    members = [
        GroupMember(participation_id=m.id, client_id=m.client_id, mode=m.mode, state=m.now(civil_date(actor.at)))
        for m in found
        if m.mode is not None
    ]
    return GroupDetail(**row.model_dump(), members=members), found
