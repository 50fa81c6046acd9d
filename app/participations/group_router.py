"""Addresses of groups."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.audit.trail import used
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.once import OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor, Paged
from app.kit.problems import Forbidden, MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.participations import groups, queries
from app.participations import refusals as r
from app.participations.group_schemas import GroupCreate, GroupDetail, GroupPage, GroupUpdate
from app.participations.models import ServiceGroup
from app.people.actor import Actor, needs
from app.people.periods import EndsBeforeStart
from app.people.service import UnknownOrganisation
from app.referrals.content import CodeInText
from app.security.permissions import Permission as P

router = room("Participations")
Writer = Annotated[Actor, needs(P.PATHWAY_WRITE)]


@router.post(
    "/service-groups",
    status_code=201,
    responses=problems(
        MissingPermission, Forbidden, UnacceptableId, IdTaken, UnknownOrganisation, EndsBeforeStart,
        r.ParticipationTooLong, CodeInText,
    ),
)  # fmt: skip
async def make_service_group(
    actor: Writer, session: Session, at: Now, once: OnceOnly, given: GroupCreate
) -> GroupDetail:
    """A group that works together at a site. Its members are parts in services with its id."""

    async def work() -> GroupDetail:
        group = await groups.make(session, actor, given, at)
        return (await groups.detail(session, actor, group))[0]

    return await once.run(GroupDetail, work)


@router.get("/service-groups", responses=problems(MissingPermission, BadCursor))
async def list_service_groups(
    actor: Writer,
    session: Session,
    paging: Paged,
    on: Annotated[date | None, Query(description="Only those that run on this day.")] = None,
) -> GroupPage:
    """Every group of the area, those that begin last first; their members are in each."""
    rows = queries.visible_groups(actor)
    if on is not None:
        rows = rows.where(ServiceGroup.starts_on <= on, ServiceGroup.ends_on >= on)
    found, after, count = await paging.run(
        session, rows, ServiceGroup.starts_on, ServiceGroup.id, caller=actor.login_id
    )
    return GroupPage(items=await groups.show(session, actor, found), next_cursor=after, count=count)


@router.get("/service-groups/{group_id}", responses=problems(MissingPermission, NotFound))
async def get_service_group(actor: Writer, session: Session, group_id: UUID, response: Response) -> GroupDetail:
    """With the members who are clients of my teams, and how many there are in all."""
    group = await one(session, queries.visible_groups(actor), group_id)
    shown, members = await groups.detail(session, actor, group)
    await used(session, "service_participations", [(row.id, row.client_id) for row in members], action="search")
    stamp(response, group.version)
    return shown


@router.patch(
    "/service-groups/{group_id}",
    responses=problems(
        MissingPermission, NotFound, PreconditionRequired, PreconditionFailed, r.GroupEndsEarlier, r.GroupFull,
        r.GroupNumbersHidden, r.ParticipationTooLong, CodeInText,
    ),
)  # fmt: skip
async def update_service_group(
    actor: Writer, session: Session, expected: IfMatch, group_id: UUID, given: GroupUpdate, response: Response
) -> GroupDetail:
    """It goes on, grows or moves. Its last day is only moved later."""

    async def show() -> GroupDetail:
        return (await groups.detail(session, actor, group))[0]

    group = await one(session, queries.worked_groups(actor), group_id, lock=True)
    await expected.check(group, show)
    await groups.update(session, actor, group, given)
    stamp(response, group.version)
    return await show()
