"""Addresses for somebody of the organisation that something was shared with: signed in, in a role that may receive."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Response

from app.attachments.faults import ContentUnavailable
from app.audit.trail import used
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.security.permissions import Permission as P
from app.sharing import reading, receiving
from app.sharing.faults import ReplyNotAsked
from app.sharing.models import Share
from app.sharing.queries import received_shares
from app.sharing.router import DOWNLOADED, document_in
from app.sharing.schemas import ReceivedPage, ReplyGiven, SharedRead

router = room("Received shares", "/received-shares")
Recipient = Annotated[Actor, needs(P.SHARE_RECEIVE)]
CHANGES = (
    MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed, ReplyNotAsked,
    ContentUnavailable,
)  # fmt: skip


@router.get("", responses=problems(MissingPermission, BadCursor))
async def list_received_shares(actor: Recipient, session: Session, at: Now, paging: Paged) -> ReceivedPage:
    """What my organisation can read now, the newest first: the database asks of each whether it is still permitted."""
    rows = received_shares(actor, at)
    found, after, count = await paging.run(session, rows, Share.id, caller=actor.login_id)
    await used(session, "shares", [(s.id, s.client_id) for s in found], action="search")
    return ReceivedPage(items=await reading.received(session, found), next_cursor=after, count=count)


async def readable(actor: Actor, session: Session, at: Any, id: UUID, *, lock: bool = False) -> Share:
    """The share, asked for again. Raises `NotFound`. Locked after the client's row, in the one order of locks."""
    share = await one(session, received_shares(actor, at), id)
    await receiving.ask_again(session, actor, share, at)
    return await one(session, received_shares(actor, at), id, lock=True) if lock else share


@router.get("/{share_id}", responses=problems(MissingPermission, NotFound, ContentUnavailable))
async def get_received_share(
    actor: Recipient, session: Session, at: Now, share_id: UUID, response: Response
) -> SharedRead:
    """What was shared, as it left."""
    share = await readable(actor, session, at, share_id)
    shown = await reading.shared(session, actor, share)
    await reading.log_reading(session, share, shown.items, *share.data_classes)
    stamp(response, share.version)
    return shown


@router.get(
    "/{share_id}/items/{item_id}/content",
    response_class=Response,
    responses={**problems(MissingPermission, NotFound, ContentUnavailable), **DOWNLOADED},
)
async def get_received_share_content(
    actor: Recipient, session: Session, at: Now, share_id: UUID, item_id: UUID
) -> Response:
    """A document of it, checked against its hash before the first byte leaves."""
    return await document_in(session, await readable(actor, session, at, share_id), item_id)


async def change(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    id: UUID,
    at: Any,
    do: Callable[[Share], Awaitable[object]],
) -> SharedRead:
    return await once.change(
        SharedRead,
        lambda: readable(actor, session, at, id, lock=True),
        expected,
        lambda share: reading.shared(session, actor, share),
        do,
        ask_again=True,
    )


@router.post("/{share_id}/acknowledge", responses=problems(*CHANGES))
async def acknowledge_received_share(
    actor: Recipient, session: Session, at: Now, once: OnceOnly, expected: IfMatch, share_id: UUID
) -> SharedRead:
    """It arrived."""
    return await change(
        session, actor, once, expected, share_id, at,
        lambda share: receiving.reply(session, actor, share, "acknowledge", None, "account", at),
    )  # fmt: skip


@router.post("/{share_id}/answer", responses=problems(*CHANGES, CodeInText))
async def answer_received_share(
    actor: Recipient, session: Session, at: Now, once: OnceOnly, expected: IfMatch, share_id: UUID, given: ReplyGiven
) -> SharedRead:
    """Answer in words, once."""
    return await change(
        session, actor, once, expected, share_id, at,
        lambda share: receiving.reply(session, actor, share, "answer", given.body, "account", at),
    )  # fmt: skip
