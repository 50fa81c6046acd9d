"""How a share is shown: to the team and the client, and to its recipient, who learns nothing beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.attachments.faults import ContentUnavailable
from app.audit.trail import used
from app.clients.protecting import blot
from app.kit.crypto import CannotOpen, Vault
from app.kit.flow import May
from app.people.actor import Actor
from app.routing.queries import names_of
from app.sharing import queries
from app.sharing.contexts import Inside
from app.sharing.faults import ContactsProtected, ShareNotStanding
from app.sharing.links import standing_of
from app.sharing.models import FLOW, Share, ShareItem, ShareState
from app.sharing.receiving import refusal, words_of
from app.sharing.rules import hash_of, manifest
from app.sharing.schemas import (
    ReceivedSummary,
    ReplyRead,
    SharedRead,
    ShareItemRead,
    ShareLinkState,
    ShareRead,
    ShareSummary,
)
from app.sharing.service import CONTENT, described, said_of

# Where somebody wrote freely; `recipient_name` is of somebody else.
WORDS = ("message", "title", "text", "file_name", "body")
PLAIN = (
    "id", "client_id", "pathway_id", "recipient_organisation_id", "channel", "purpose", "data_classes", "reply",
    "state", "shared_by_id", "shared_at", "expires_at", "acknowledged_at", "answered_at",
)  # fmt: skip


async def summaries(session: AsyncSession, shares: Sequence[Share], at: datetime) -> list[ShareSummary]:
    """Rows of a list, dressed in a fixed number of statements."""
    ids = [share.id for share in shares]
    standing, unread = await queries.standing(session, ids, at), await queries.unread(session, ids)
    organisations = await queries.organisation_names(session, [s.recipient_organisation_id for s in shares])
    people = await names_of(session, [s.shared_by_id for s in shares])
    return [
        ShareSummary(
            **{name: getattr(share, name) for name in PLAIN},
            register=share.register,
            recipient_organisation=organisations[share.recipient_organisation_id],
            recipient_name=described(session, share).recipient_name,
            standing=how_it_stands(share, share.id in standing, at),
            shared_by=people.get(share.shared_by_id) if share.shared_by_id else None,
            reply_unread=share.id in unread,
        )
        for share in shares
    ]


def how_it_stands(share: Share, stands: bool, at: datetime) -> Any:
    if share.state is ShareState.REVOKED:
        return "permission_ended" if share.ended_because == "permission_ended" else "revoked"
    if share.expires_at <= at:
        return "expired"
    return "open" if stands else "permission_ended"


async def show(session: AsyncSession, actor: Actor, share: Share, at: datetime) -> ShareRead:
    (summary,) = await summaries(session, [share], at)
    said = described(session, share)
    sides = {"team"} if actor.client_id is None and share.team_id in actor.teams else set()
    client = await queries.client_of(session, share.client_id)

    def guard(verb: str) -> Any:
        if verb != "make_link":
            return None
        return ContactsProtected() if client.protected else None if summary.standing == "open" else ShareNotStanding()

    shown = ShareRead(
        **summary.model_dump(by_alias=True),
        version=share.version,
        consent_id=share.consent_id,
        consent_version=share.consent_version,
        statute=share.statute,
        disclosure_id=share.disclosure_id,
        message=said.message,
        name_told=said.client_name,
        items=await whole(session, share),
        sha256=said.sha256,
        replies=await replies(session, share),
        link=await link_state(session, share, at) if actor.client_id is None else None,
        reply_read_at=share.reply_read_at,
        ended_at=share.ended_at,
        ended_because=share.ended_because,
        allowed_actions=FLOW.actions(share.state, actor, guard, sides=sides),
    )
    await blot(session, actor, [(share.client_id, one) for one in (shown, *shown.items, *shown.replies)], *WORDS)
    return shown


async def whole(session: AsyncSession, share: Share) -> list[ShareItemRead]:
    """Everything in it, as it left. Raises `ContentUnavailable` when it is not what left."""
    said = described(session, share)
    rows = await queries.items_of(session, share.id)
    try:
        items = [(row, said_of(session, row)) for row in rows]
    except CannotOpen:
        raise ContentUnavailable() from None
    told = {"recipient_name": said.recipient_name, "message": said.message, "client_name": said.client_name}
    if manifest(told, ({"kind": row.kind, **one} for row, one in items)) != said.sha256:
        raise ContentUnavailable()
    return [ShareItemRead(id=row.id, kind=row.kind, **one) for row, one in items]


async def log_reading(session: AsyncSession, share: Share, items: Sequence[ShareItemRead], *fields: str) -> None:
    """That the share was read, and each thing in it."""
    await used(session, "shares", [(share.id, share.client_id)], fields=fields)
    await used(session, "share_items", [(item.id, share.client_id) for item in items])


async def content(session: AsyncSession, item: ShareItem) -> tuple[bytes, dict[str, Any]]:
    """The bytes of a document in it, checked against their hash, and what was said of it."""
    vault: Vault = session.info["vault"]
    sealed = await queries.content_of(session, item.id)
    try:
        said = said_of(session, item)
        found = None if sealed is None else await asyncio.to_thread(vault.open, sealed, **CONTENT, row=item.id)
    except CannotOpen:
        raise ContentUnavailable() from None
    if found is None or await asyncio.to_thread(hash_of, found) != said["sha256"]:
        raise ContentUnavailable()
    return found, said


async def named(
    session: AsyncSession, actor: Actor | None, share: Share, item: ShareItem, said: dict[str, Any]
) -> dict[str, Any]:
    """What is said of a document beside its bytes, as this reader may see it."""
    shown = ShareItemRead(id=item.id, kind=item.kind, **said)
    async with Inside(session, share.team_id):
        await blot(session, actor, [(share.client_id, shown)], *WORDS)
    return shown.model_dump()


async def replies(session: AsyncSession, share: Share) -> list[ReplyRead]:
    rows = await queries.replies_of(session, share.id)
    people = await names_of(session, [row.person_id for row in rows])
    return [
        ReplyRead(
            kind=row.kind,
            by=row.by,
            person=people.get(row.person_id) if row.person_id else None,
            body=words_of(session, row),
            at=row.at,
        )
        for row in rows
    ]


async def link_state(session: AsyncSession, share: Share, at: datetime) -> ShareLinkState | None:
    link = await queries.newest_link(session, share.id)
    if link is None:
        return None
    fields = {name: getattr(link, name) for name in ShareLinkState.model_fields if hasattr(link, name)}
    return ShareLinkState(**fields, standing=standing_of(link, at))


async def received(session: AsyncSession, shares: Sequence[Share]) -> list[ReceivedSummary]:
    """Rows of a recipient's list, in one statement more."""
    teams = await queries.team_names(session, [share.team_id for share in shares])
    return [
        ReceivedSummary(
            **{name: getattr(share, name) for name in ReceivedSummary.model_fields if hasattr(share, name)},
            from_service=teams[share.team_id],
        )
        for share in shares
    ]


async def shared(session: AsyncSession, recipient: May, share: Share) -> SharedRead:
    """The whole of it for its recipient; who answered it, and nothing of the client that was not told, or that is
    protected since."""
    said = described(session, share)
    (summary,) = await received(session, [share])
    shown = SharedRead(
        **summary.model_dump(),
        version=share.version,
        client_name=said.client_name,
        message=said.message,
        items=await whole(session, share),
        sha256=said.sha256,
        replies=await replies(session, share),
        allowed_actions=FLOW.actions(share.state, recipient, lambda verb: refusal(share, verb), sides={"recipient"}),
    )
    # The recipient does not see the client: the team that shared looks, and only the words come out.
    async with Inside(session, share.team_id):
        await blot(session, None, [(share.client_id, one) for one in (shown, *shown.items, *shown.replies)], *WORDS)
    return shown
