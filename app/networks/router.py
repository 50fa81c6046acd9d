"""Addresses of networks of peers. No client is spoken of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.trail import used
from app.kit.clock import Now
from app.kit.codesets import CodeNotInForce
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.networks import queries, reading, service
from app.networks import refusals as r
from app.networks.models import Network
from app.networks.schemas import (
    NetworkApprove,
    NetworkCreate,
    NetworkDetail,
    NetworkJoin,
    NetworkMeetingPlan,
    NetworkMeetingRecord,
    NetworkPage,
    NetworkUpdate,
)
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.security.permissions import Permission as P

router = room("Networks", "/networks")
Reader = Annotated[Actor, needs(P.NETWORK_READ)]
Writer = Annotated[Actor, needs(P.NETWORK_WRITE)]
CHANGING = (MissingPermission, NotFound, PreconditionRequired, PreconditionFailed, r.NotTheConvener)


async def locked(session: AsyncSession, actor: Actor, network_id: UUID, expected: Expected) -> Network:
    network = await one(session, queries.visible_networks(actor), network_id, lock=True)
    await expected.check(network, lambda: reading.detail(session, actor, network))
    return network


@router.post(
    "",
    status_code=201,
    responses=problems(MissingPermission, UnacceptableId, IdTaken, r.NetworkWithoutConvener, CodeInText),
)
async def make_network(actor: Writer, session: Session, at: Now, once: OnceOnly, given: NetworkCreate) -> NetworkDetail:
    """A network of professionals, with somebody named who convenes it."""

    async def work() -> NetworkDetail:
        return await reading.detail(session, actor, await service.make(session, actor, given, at))

    return await once.run(NetworkDetail, work)


@router.get("", responses=problems(MissingPermission, BadCursor))
async def list_networks(actor: Reader, session: Session, paging: Paged) -> NetworkPage:
    """Every network of the area, the newest first."""
    found, after, count = await paging.run(
        session, queries.visible_networks(actor), Network.created_at, Network.id, caller=actor.login_id
    )
    return NetworkPage(items=await reading.show(session, actor, found), next_cursor=after, count=count)


@router.get("/{network_id}", responses=problems(MissingPermission, NotFound))
async def get_network(actor: Reader, session: Session, network_id: UUID, response: Response) -> NetworkDetail:
    """With its members, meetings, and how many were there from which organisation."""
    network = await one(session, queries.visible_networks(actor), network_id)
    await used(session, "networks", [(network.id, None)])
    stamp(response, network.version)
    return await reading.detail(session, actor, network)


@router.patch("/{network_id}", responses=problems(*CHANGING, r.NetworkWithoutConvener, CodeInText))
async def update_network(
    actor: Writer, session: Session, at: Now, expected: IfMatch, network_id: UUID, given: NetworkUpdate,
    response: Response,
) -> NetworkDetail:  # fmt: skip
    """Another name, purpose or convener."""
    network = await locked(session, actor, network_id, expected)
    await service.update(session, actor, network, given, at)
    stamp(response, network.version)
    return await reading.detail(session, actor, network)


async def change(
    session: AsyncSession,
    actor: Actor,
    once: Once,
    expected: Expected,
    network_id: UUID,
    do: Callable[[Network], Awaitable[object]],
) -> NetworkDetail:
    """One change of the whole, once; the network is locked first."""

    async def find() -> Network:
        return await one(session, queries.visible_networks(actor), network_id, lock=True)

    return await once.change(NetworkDetail, find, expected, lambda network: reading.detail(session, actor, network), do)


@router.post(
    "/{network_id}/members",
    responses=problems(*CHANGING, UnacceptableId, IdTaken, r.NotThere, r.MemberAlready, CodeNotInForce),
)
async def join_network(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, network_id: UUID, given: NetworkJoin
) -> NetworkDetail:
    """Oneself, a colleague, or as its convener anybody who works in the area or with it. Pending until a supervisor's
    permission is recorded."""
    return await change(
        session, actor, once, expected, network_id, lambda network: service.join(session, actor, network, given, at)
    )


@router.post(
    "/{network_id}/members/{member_id}/approve",
    responses=problems(*CHANGING, IllegalMove, r.ApproverIsMember, CodeInText),
)
async def approve_network_member(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, network_id: UUID, member_id: UUID,
    given: NetworkApprove,
) -> NetworkDetail:  # fmt: skip
    """The supervisor's permission, recorded by the convener or a manager of the area, never by the member (C-47)."""
    return await change(
        session, actor, once, expected, network_id,
        lambda network: service.approve(session, actor, network, member_id, given, at),
    )  # fmt: skip


@router.post("/{network_id}/members/{member_id}/withdraw", responses=problems(*CHANGING, IllegalMove))
async def withdraw_network_member(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, network_id: UUID, member_id: UUID
) -> NetworkDetail:
    """Somebody leaves, or the permission ends. Where they have been stays."""
    return await change(
        session, actor, once, expected, network_id,
        lambda network: service.withdraw(session, actor, network, member_id, at),
    )  # fmt: skip


@router.post(
    "/{network_id}/meetings",
    responses=problems(*CHANGING, UnacceptableId, IdTaken, r.ConvenerMissing, CodeInText),
)
async def plan_network_meeting(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, network_id: UUID,
    given: NetworkMeetingPlan,
) -> NetworkDetail:  # fmt: skip
    """When, where, its questions and its smaller rooms."""
    return await change(
        session, actor, once, expected, network_id, lambda network: service.plan(session, actor, network, given, at)
    )


@router.post(
    "/{network_id}/meetings/{network_meeting_id}/record",
    responses=problems(*CHANGING, r.MeetingStillToCome, r.NotAMember, r.RoomUnknown, r.MemberNotApproved, CodeInText),
)
async def record_network_meeting(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, network_id: UUID,
    network_meeting_id: UUID, given: NetworkMeetingRecord,
) -> NetworkDetail:  # fmt: skip
    """Who was there, for which organisation, and what was said. It can be put right by recording it again."""
    return await change(
        session, actor, once, expected, network_id,
        lambda network: service.record(session, actor, network, network_meeting_id, given, at),
    )  # fmt: skip
