"""Addresses of shares for who shares them, and for the client."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from fastapi.responses import HTMLResponse

from app.attachments import faults as documents
from app.attachments.files import BYTES, FENCED
from app.attachments.names import disposition
from app.attachments.rules import TEXT
from app.audit.trail import used
from app.consents.service import ConsentMissing, RecipientUnknown
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.i18n import Language, speaking
from app.kit.once import Once, OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.pathways.models import Pathway
from app.pathways.queries import visible_pathways, worked_pathways
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.security.permissions import Permission as P
from app.sharing import endings, faults, links, printing, reading, service  # noqa: F401  endings adds itself
from app.sharing.models import Share, ShareItem, ShareState
from app.sharing.queries import UNREAD, items_in, visible_shares, worked_shares
from app.sharing.schemas import (
    ReplyRecord,
    ShareCreate,
    ShareLinkCreate,
    ShareLinkMade,
    SharePage,
    ShareRead,
    ShareRevoke,
)
from app.teams.health import NoHealthDataHere

router = room("Shares")
Reader = Annotated[Actor, needs(P.SHARE_READ)]
Writer = Annotated[Actor, needs(P.SHARE_WRITE)]
Asked = Annotated[Language | None, Query(description="Instead of Accept-Language.")]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)
SHOWN = (MissingPermission, NotFound, documents.ContentUnavailable)


@router.post(
    "/pathways/{pathway_id}/shares",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, UnacceptableId, IdTaken, CodeInText, ConsentMissing, RecipientUnknown,
        NoHealthDataHere, documents.RegisterNotYours, documents.ContentUnavailable, faults.ShareItemUnknown,
        faults.ShareItemMalformed, faults.ShareClassesShort, faults.ShareMixesRegisters, faults.ShareDates,
        faults.ShareTooLarge, faults.RecipientInside, faults.StatuteDoesNotCover, faults.ShareProhibited,
        faults.ContactsProtected,
    ),
)  # fmt: skip
async def share_with_party(
    actor: Writer, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: ShareCreate
) -> ShareRead:
    """One disclosure to one organisation, on the client's permission. What left is kept as it was."""

    async def work() -> ShareRead:
        pathway: Pathway = await one(session, worked_pathways(actor), pathway_id)
        return await reading.show(session, actor, await service.share(session, actor, pathway, given, at), at)

    return await once.run(ShareRead, work)


async def page(actor: Actor, session: Session, at: Any, paging: Paged, rows: Any) -> SharePage:
    found, after, count = await paging.run(session, rows, Share.id, caller=actor.login_id)
    await used(session, "shares", [(s.id, s.client_id) for s in found], action="search")
    return SharePage(items=await reading.summaries(session, found, at), next_cursor=after, count=count)


@router.get("/pathways/{pathway_id}/shares", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_pathway_shares(actor: Reader, session: Session, at: Now, paging: Paged, pathway_id: UUID) -> SharePage:
    """What was shared from one path, the newest first."""
    await one(session, visible_pathways(actor), pathway_id)
    return await page(actor, session, at, paging, visible_shares(actor).where(Share.pathway_id == pathway_id))


@router.get("/shares", responses=problems(MissingPermission, BadCursor))
async def list_shares(
    actor: Reader,
    session: Session,
    at: Now,
    paging: Paged,
    client_id: Annotated[UUID | None, Query(alias="clientId")] = None,
    state: ShareState | None = None,
    unread: Annotated[bool, Query(description="Only those with a reply that nobody has marked as read.")] = False,
) -> SharePage:
    """What was shared of my teams' clients, or of me, the newest first."""
    rows = visible_shares(actor)
    if client_id is not None:
        rows = rows.where(Share.client_id == client_id)
    if state is not None:
        rows = rows.where(Share.state == state)
    if unread:
        rows = rows.where(UNREAD)
    return await page(actor, session, at, paging, rows)


@router.get("/shares/{share_id}", responses=problems(*SHOWN))
async def get_share(actor: Reader, session: Session, at: Now, share_id: UUID, response: Response) -> ShareRead:
    """As it left, how it stands, and what was replied."""
    share = await one(session, visible_shares(actor), share_id)
    shown = await reading.show(session, actor, share, at)
    await reading.log_reading(session, share, shown.items)
    stamp(response, share.version)
    return shown


@router.get("/shares/{share_id}/print", response_class=HTMLResponse, responses=problems(*SHOWN))
async def print_share(actor: Reader, session: Session, at: Now, share_id: UUID, lang: Asked = None) -> Response:
    """The share as a page, to hand over or to send; documents are enclosed by hand."""
    language = lang or speaking.get()
    share = await one(session, visible_shares(actor), share_id)
    shown = await reading.show(session, actor, share, at)
    await reading.log_reading(session, share, shown.items, "printed")
    body = printing.printed(shown, language)
    return HTMLResponse(body, headers={**printing.HEADERS, "Content-Language": language})


def file_of(found: bytes, said: dict[str, Any]) -> Response:
    """A download that no browser shows as a page of ours."""
    media = "text/plain; charset=utf-8" if said["media_type"] == TEXT else said["media_type"]
    name = disposition(said["file_name"])
    return Response(found, headers={**FENCED, "Content-Type": media, "Content-Disposition": name})


async def document_in(session: Session, share: Share, item_id: UUID, actor: Actor | None = None) -> Response:
    """A document of a share, read and logged; by its recipient without `actor`. Raises `NotFound` for what has no
    bytes."""
    item: ShareItem = await one(session, items_in(share.id).where(ShareItem.kind == "attachment"), item_id)
    found, said = await reading.content(session, item)
    await used(session, "share_items", [(item.id, share.client_id)], fields=("content", f"register_{share.register}"))
    return file_of(found, await reading.named(session, actor, share, item, said))


DOWNLOADED: dict[int | str, dict[str, Any]] = {200: {"description": "The bytes as they left.", "content": BYTES}}


@router.get(
    "/shares/{share_id}/items/{item_id}/content",
    response_class=Response,
    responses={**problems(*SHOWN), **DOWNLOADED},
)
async def get_share_item_content(actor: Reader, session: Session, share_id: UUID, item_id: UUID) -> Response:
    """A document of it, as it left."""
    share = await one(session, visible_shares(actor), share_id)
    return await document_in(session, share, item_id, actor)


async def change(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    share_id: UUID,
    at: Any,
    do: Callable[[Share], Awaitable[object]],
) -> ShareRead:
    """One verb on one share of the caller's own teams, once, on the version the caller knew."""
    return await once.change(
        ShareRead,
        lambda: one(session, worked_shares(actor), share_id, lock=True),
        expected,
        lambda share: reading.show(session, actor, share, at),
        do,
    )


@router.post("/shares/{share_id}/revoke", responses=problems(*CHANGES, documents.ContentUnavailable))
async def revoke_share(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, share_id: UUID, given: ShareRevoke
) -> ShareRead:
    """Nobody reads it any more. What was read stays in the log."""
    return await change(
        session, actor, once, expected, share_id, at, lambda share: service.revoke(session, share, given.reason, at)
    )


@router.post(
    "/shares/{share_id}/record-reply",
    responses=problems(*CHANGES, CodeInText, faults.ReplyWords, documents.ContentUnavailable),
)
async def record_share_reply(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, share_id: UUID, given: ReplyRecord
) -> ShareRead:
    """What the recipient said on paper, by phone or by mail."""
    return await change(
        session, actor, once, expected, share_id, at,
        lambda share: service.record_reply(session, actor, share, given, at),
    )  # fmt: skip


@router.post("/shares/{share_id}/mark-reply-read", responses=problems(*CHANGES, documents.ContentUnavailable))
async def mark_share_reply_read(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, share_id: UUID
) -> ShareRead:
    """The reply is dealt with: off the list of unread ones."""
    return await change(
        session, actor, once, expected, share_id, at, lambda share: service.mark_reply_read(session, share, at)
    )


@router.post(
    "/shares/{share_id}/links",
    status_code=201,
    responses=problems(*CHANGES, faults.ShareNotStanding, faults.ContactsProtected, documents.ContentUnavailable),
)
async def create_share_link(
    actor: Writer,
    session: Session,
    at: Now,
    expected: IfMatch,
    share_id: UUID,
    given: ShareLinkCreate,
    response: Response,
) -> ShareLinkMade:
    """A link to read this share without an account. Token and code are shown this once and never kept for a replay, so
    this takes no Idempotency-Key: make another if the answer was lost, the one before ends."""
    share = await one(session, worked_shares(actor), share_id, lock=True)
    await expected.check(share, lambda: reading.show(session, actor, share, at))
    token, code, link = await links.make_link(session, actor, share, given, at)
    base = session.info["settings"].share_url
    stamp(response, share.version)
    return ShareLinkMade(
        version=share.version,
        token=token,
        code=f"{code[:3]} {code[3:]}",
        url=f"{base}#{token}" if base else None,
        expires_at=link.expires_at,
        most_opens=link.most_opens,
    )


@router.post("/shares/{share_id}/revoke-link", responses=problems(*CHANGES, documents.ContentUnavailable))
async def revoke_share_link(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, share_id: UUID
) -> ShareRead:
    """The link in force opens nothing any more."""
    return await change(
        session, actor, once, expected, share_id, at, lambda share: links.revoke_link(session, share, at)
    )
