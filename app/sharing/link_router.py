"""Addresses for a recipient who holds a link and has no account: the share, its documents, and a reply."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Response

from app.attachments.faults import ContentUnavailable
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import stamp
from app.kit.flow import IllegalMove
from app.kit.problems import NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.referrals.content import CodeInText
from app.sharing import reading, receiving
from app.sharing.faults import ReplyNotAsked, ShareLinkUnknown
from app.sharing.holder import Holder
from app.sharing.links import ShareHolder
from app.sharing.models import Share
from app.sharing.queries import share_of_link
from app.sharing.router import DOWNLOADED, document_in
from app.sharing.schemas import ReplyGiven, SharedRead

router = room("Received shares", "/shared")
REPLIES = (ShareLinkUnknown, IllegalMove, ReplyNotAsked, ContentUnavailable)


async def opened(holder: ShareHolder, session: Session, at: Any, *, lock: bool = False) -> Share:
    """The share of this link, asked for again. Raises `ShareLinkUnknown`, as a link that never was."""
    try:
        share = await one(session, share_of_link(holder.share_id), holder.share_id)
        await receiving.ask_again(session, holder, share, at)
        rows = share_of_link(holder.share_id)
        found = await one(session, rows, holder.share_id, lock=True) if lock else share
    except NotFound:
        raise ShareLinkUnknown() from None
    session.info["basis"] = "share_link"
    return found


@router.get("", responses=problems(ShareLinkUnknown, ContentUnavailable))
async def get_shared(holder: Holder, session: Session, at: Now, response: Response) -> SharedRead:
    """What was shared by this link, as it left. Each request counts as one opening."""
    share = await opened(holder, session, at)
    shown = await reading.shared(session, holder, share)
    await reading.log_reading(session, share, shown.items, *share.data_classes)
    stamp(response, share.version)
    return shown


@router.get(
    "/items/{item_id}/content",
    response_class=Response,
    responses={**problems(ShareLinkUnknown, NotFound, ContentUnavailable), **DOWNLOADED},
)
async def get_shared_content(holder: Holder, session: Session, at: Now, item_id: UUID) -> Response:
    """A document of it, checked against its hash before the first byte leaves."""
    return await document_in(session, await opened(holder, session, at), item_id)


async def replied(
    holder: ShareHolder, session: Session, at: Any, response: Response, kind: str, body: str | None
) -> SharedRead:
    share = await opened(holder, session, at, lock=True)
    await receiving.reply(session, holder, share, kind, body, "link", at)
    stamp(response, share.version)
    return await reading.shared(session, holder, share)


@router.post("/acknowledge", responses=problems(*REPLIES))
async def acknowledge_shared(holder: Holder, session: Session, at: Now, response: Response) -> SharedRead:
    """It arrived. Needs neither If-Match nor Idempotency-Key: sent again it answers `illegal_move`, and by that the
    first one has arrived."""
    return await replied(holder, session, at, response, "acknowledge", None)


@router.post("/answer", responses=problems(*REPLIES, CodeInText))
async def answer_shared(holder: Holder, session: Session, at: Now, given: ReplyGiven, response: Response) -> SharedRead:
    """Answer in words, once. Sent again it answers `illegal_move`: the first one has arrived."""
    return await replied(holder, session, at, response, "answer", given.body)
