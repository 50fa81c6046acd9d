"""What can happen to a document: said what it is, its bytes checked and kept, read again, marked as an error."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.attachments import queries, rules, store
from app.attachments.faults import (
    FAULTS,
    AttachmentTooLarge,
    ContentFixed,
    ContentUnavailable,
    HashMismatch,
    MediaTypeMismatch,
    NotYourAttachment,
    RegisterFixed,
    RegisterMissing,
    RegisterNotYours,
    SizeMismatch,
    TooManyAttachments,
    at_field,
)
from app.attachments.models import FLOW, Attachment, AttachmentContent, AttachmentState, Side
from app.attachments.names import clean_name
from app.attachments.schemas import AttachmentCreate
from app.kit.codesets import codeset
from app.kit.crypto import Vault
from app.kit.ids import new_id
from app.kit.ownid import own_id
from app.kit.problems import Forbidden
from app.outbox.events import append
from app.pathways.models import PATHWAY_FLOW, Pathway
from app.people.actor import Actor
from app.referrals.content import refuse_codes
from app.referrals.masking import masked_now
from app.referrals.models import FLOW as REFERRAL_FLOW
from app.referrals.models import Referral, ReferralState
from app.referrals.reading import is_receiver, is_sender, sides
from app.teams.health import keep_health_out

MOST = 60  # documents of one side on one referral or path (own design)
HANDLED = frozenset({ReferralState.RECEIVED, ReferralState.RETURNED_FOR_INFO, ReferralState.IN_PROGRESS})
TAKES = {Side.SENDER: HANDLED | {ReferralState.DRAFT}, Side.TEAM: HANDLED, Side.CLIENT: HANDLED | {ReferralState.DRAFT}}
SEALED = {"table": "attachments", "column": "described"}
error_log = logging.getLogger("heinola.error")


class Described(NamedTuple):
    """What is sealed of the metadata."""

    file_name: str
    title: str | None
    sha256: str


def described(session: AsyncSession, attachment: Attachment) -> Described:
    vault: Vault = session.info["vault"]
    return Described(**json.loads(vault.open_text(attachment.described, **SEALED, row=attachment.id)))


def side_on_referral(actor: Actor, referral: Referral) -> Side:
    """On whose side one adds to a referral. Raises `Forbidden` for a reader without verbs on it."""
    found = sides(actor, referral)
    if actor.client_id is not None and "sender" in found:
        return Side.CLIENT
    if actor.client_id is None and "receiver" in found:
        return Side.TEAM
    if actor.client_id is None and "sender" in found:
        return Side.SENDER
    raise Forbidden()


async def add_to_referral(
    session: AsyncSession, actor: Actor, referral: Referral, given: AttachmentCreate, at: datetime
) -> Attachment:
    """While it is open as the caller sees it: a sender cannot tell a withdrawn one from one that is handled."""
    side = side_on_referral(actor, referral)
    state = await masked_now(session, referral) if side is Side.SENDER else referral.state
    if state not in TAKES[side]:
        raise REFERRAL_FLOW.refuse(state, sides(actor, referral))
    # A sender sends what it has, whoever receives it; the team itself keeps no health data if it is to hold none.
    team = referral.team_id if side is Side.TEAM else None
    return await add(session, actor, given, side, at, team=team, referral_id=referral.id, client_id=referral.client_id)


async def add_to_pathway(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: AttachmentCreate, at: datetime
) -> Attachment:
    PATHWAY_FLOW.check(pathway.state, "update")
    side = Side.TEAM if actor.client_id is None else Side.CLIENT
    of_path = {"team": pathway.team_id, "pathway_id": pathway.id, "client_id": pathway.client_id}
    return await add(session, actor, given, side, at, **of_path)


async def add(
    session: AsyncSession,
    actor: Actor,
    given: AttachmentCreate,
    side: Side,
    at: datetime,
    *,
    team: UUID | None,
    client_id: UUID | None,
    referral_id: UUID | None = None,
    pathway_id: UUID | None = None,
) -> Attachment:
    """Write down what will come. The case is locked, so that its documents are counted one by one."""
    most = session.info["settings"].max_attachment_bytes
    if given.size_bytes > most:
        raise AttachmentTooLarge(errors=at_field("sizeBytes", AttachmentTooLarge), max_bytes=most)
    refuse_codes(fileName=given.file_name, title=given.title)
    register = register_of(actor, given)
    await keep_health_out(session, team, register)
    case = referral_id or pathway_id
    assert case is not None
    if await queries.count(session, case, side) >= MOST:
        raise TooManyAttachments(most=MOST)
    id, vault = own_id(given.id, at), session.info["vault"]
    name = clean_name(given.file_name, given.media_type)
    said = Described(name, given.title, given.sha256)
    attachment = Attachment(
        id=id,
        referral_id=referral_id,
        pathway_id=pathway_id,
        client_id=client_id,
        side=side,
        kind=given.kind,
        register=register,
        described=vault.seal(json.dumps(said._asdict()), **SEALED, row=id),
        document_on=given.document_on,
        media_type=given.media_type,
        size_bytes=given.size_bytes,
        added_by_id=actor.person_id,
        added_at=at,
    )
    session.add(attachment)
    await session.flush()
    return attachment


def register_of(actor: Actor, given: AttachmentCreate) -> str:
    """The area's people name a register they read; of what a partner or a client adds the kind decides (own design)."""
    asked = given.data_register
    if not any(held.organisation_id == held.area_id for held in actor.memberships):
        fixed = str(codeset("attachment_kind")[given.kind].facts["partnerRegister"])
        if asked not in (None, fixed):
            raise RegisterFixed(errors=at_field("register", RegisterFixed))
        return fixed
    if asked is None:
        raise RegisterMissing(errors=at_field("register", RegisterMissing))
    return own_register(actor, asked)


def own_register(actor: Actor, register: str) -> str:
    """Raises `RegisterNotYours`: nobody writes into a register that they may not read."""
    if register != "operational" and register not in actor.context.registers:
        raise RegisterNotYours(register=register)
    return register


async def is_author(session: AsyncSession, actor: Actor, attachment: Attachment) -> bool:
    """Whoever stands on the side that added it: colleagues stand in for each other."""
    if actor.client_id is not None:
        return attachment.side is Side.CLIENT
    if attachment.pathway_id is not None:
        pathway = await queries.pathway_of(session, attachment.pathway_id)
        return attachment.side is Side.TEAM and pathway.team_id in actor.teams
    assert attachment.referral_id is not None
    referral = await queries.referral_of(session, attachment.referral_id)
    if attachment.side is Side.TEAM:
        return is_receiver(actor, referral)
    return attachment.side is Side.SENDER and is_sender(actor, referral)


async def required_author(session: AsyncSession, actor: Actor, attachment: Attachment) -> Attachment:
    """Raises `NotYourAttachment`."""
    if not await is_author(session, actor, attachment):
        raise NotYourAttachment()
    return attachment


async def put_content(
    session: AsyncSession, attachment: Attachment, content: bytes, media_type: str, at: datetime
) -> None:
    """The bytes, which must be what was said and nothing dangerous. The same bytes again change nothing.

    Raises `ContentFixed` for others, and what is wrong with them.
    """
    said = described(session, attachment)
    same = hmac.compare_digest(await asyncio.to_thread(sha256, content), said.sha256)
    if attachment.state is AttachmentState.AVAILABLE:
        if not same:
            raise ContentFixed()
        return
    FLOW.check(attachment.state, "put_content")
    if not content:
        raise FAULTS[rules.Fault.EMPTY]()
    if len(content) != attachment.size_bytes:
        raise SizeMismatch(declared=attachment.size_bytes, received=len(content))
    if not same:
        raise HashMismatch()
    try:
        found = await asyncio.to_thread(rules.inspect, content)
    except rules.Refused as refusal:
        raise FAULTS[refusal.fault]() from None
    if not found == media_type == attachment.media_type:
        raise MediaTypeMismatch(declared=attachment.media_type, found=found)
    attachment.put_content(await keep(session, attachment, content), at)
    append(session, "attachment.available", attachment, client=attachment.client_id)
    await session.flush()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def keep(session: AsyncSession, attachment: Attachment, content: bytes) -> str:
    """Seal and store; where. A file is written before the commit: one without its row is swept up later."""
    settings = session.info["settings"]
    sealed = await asyncio.to_thread(store.seal, session.info["vault"], attachment.id, content)
    if settings.attachment_store == "folder":
        await store.write(settings.attachment_folder, attachment.id, sealed)
    else:
        session.add(
            AttachmentContent(id=new_id(), attachment_id=attachment.id, client_id=attachment.client_id, sealed=sealed)
        )
    return str(settings.attachment_store)


async def content_of(session: AsyncSession, actor: Actor, attachment: Attachment) -> bytes:
    """The bytes as they came. Raises `IllegalMove` when there are none to be had in this state, and
    `ContentUnavailable` when they are lost or damaged: the operator finds the alarm in the error log."""
    if attachment.state is not AttachmentState.AVAILABLE:
        raise FLOW.refuse(attachment.state, {"author"} if await is_author(session, actor, attachment) else set())
    if attachment.stored_in == "folder":
        sealed = await store.read(session.info["settings"].attachment_folder, attachment.id)
    else:
        sealed = await queries.content_of(session, attachment.id)
    content = await asyncio.to_thread(store.unseal, session.info["vault"], attachment.id, sealed)
    if content is None or await asyncio.to_thread(sha256, content) != described(session, attachment).sha256:
        alarm(attachment, "missing" if sealed is None else "damaged")
        raise ContentUnavailable()
    return content


def alarm(attachment: Attachment, what: str) -> None:
    line = {"alarm": "attachment_unavailable", "attachment": str(attachment.id), "content": what}
    error_log.error(json.dumps(line | {"storedIn": attachment.stored_in}))


async def lost(session: AsyncSession, attachments: list[Attachment]) -> set[UUID]:
    """Which of these should have content and have none; whether it is whole is seen when it is read."""
    by: dict[str | None, set[UUID]] = {"database": set(), "folder": set()}
    for one in attachments:
        if one.state is AttachmentState.AVAILABLE:
            by[one.stored_in].add(one.id)
    there = await queries.kept(session, by["database"])
    there |= await store.present(session.info["settings"].attachment_folder, by["folder"])
    return (by["database"] | by["folder"]) - there


async def mark_entered_in_error(session: AsyncSession, attachment: Attachment, reason: str) -> None:
    FLOW.check(attachment.state, "mark_entered_in_error")
    refuse_codes(reason=reason)
    attachment.mark_entered_in_error(reason)
    append(session, "attachment.entered_in_error", attachment, client=attachment.client_id)
    await session.flush()


async def sweep(session: AsyncSession, folder: Path, at: datetime) -> int:
    """Remove files that no attachment has: their request did not come to its end. For the job, as its role."""
    found = await asyncio.to_thread(store.strays, folder, at)
    known = await queries.in_folder(session, {id for id, _ in found if id is not None})
    loose: list[Any] = [path for id, path in found if id not in known]
    await asyncio.to_thread(lambda: [path.unlink(missing_ok=True) for path in loose])
    return len(loose)
