"""Sharing with one party: what must be so before anything leaves, and what ends it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.attachments.service import own_register
from app.consents import queries as kept_consents
from app.consents import service as consents
from app.consents.models import Consent
from app.consents.rules import Terms
from app.kit.clock import HELSINKI, civil_date
from app.kit.codesets import codeset
from app.kit.crypto import Vault
from app.kit.ids import new_id
from app.kit.ownid import own_id
from app.outbox.events import append
from app.pathways.models import Pathway
from app.people.actor import Actor
from app.referrals.content import refuse_codes
from app.sharing import queries, receiving
from app.sharing.faults import (
    ContactsProtected,
    RecipientInside,
    ReplyWords,
    ShareClassesShort,
    ShareDates,
    ShareMixesRegisters,
    ShareProhibited,
    ShareTooLarge,
    StatuteDoesNotCover,
    wrong,
)
from app.sharing.freezing import Frozen, freeze
from app.sharing.models import FLOW, Share, ShareItem
from app.sharing.rules import manifest, registers_told
from app.sharing.schemas import ReplyRecord, ShareCreate
from app.teams.health import keep_health_out

LONGEST = timedelta(days=366)
MOST_BYTES = 20 * 1024 * 1024  # of all documents of one share together (own design)
SEALED = {"table": "shares", "column": "described"}
ITEM = {"table": "share_items", "column": "sealed"}
CONTENT = {"table": "share_items", "column": "content"}


@dataclass(frozen=True)
class Described:
    """What is sealed of a share: to whom there, in which words, of whom, and the hash of the whole."""

    recipient_name: str | None
    message: str | None
    client_name: str | None
    sha256: str


def described(session: AsyncSession, share: Share) -> Described:
    vault: Vault = session.info["vault"]
    return Described(**json.loads(vault.open_text(share.described, **SEALED, row=share.id)))


def said_of(session: AsyncSession, item: ShareItem) -> dict[str, Any]:
    vault: Vault = session.info["vault"]
    found: dict[str, Any] = json.loads(vault.open_text(item.sealed, **ITEM, row=item.id))
    return found


async def share(session: AsyncSession, actor: Actor, pathway: Pathway, given: ShareCreate, at: datetime) -> Share:
    """Disclose to one organisation, on a permission that covers all of it or on the statute named, and keep what left.

    The permission is locked until this commits. Raises `ConsentMissing`, `ShareProhibited`, `StatuteDoesNotCover`,
    `ContactsProtected`, `RegisterNotYours`, `NoHealthDataHere`, `CodeInText`, and what is wrong with the request.
    """
    refuse_codes(message=given.message, recipientName=given.recipient_name)
    for position, item in enumerate(given.items):
        refuse_codes(**{f"items/{position}/words": item.words})
    today = civil_date(at)
    if not today <= given.expires_on <= today + LONGEST:
        raise wrong(ShareDates, "expiresOn")
    area_id = await queries.area_of(session, pathway.team_id)
    recipient = given.recipient_organisation_id
    await consents.check_recipients(session, area_id, [recipient], "/body/recipientOrganisationId")
    if recipient == area_id:
        raise wrong(RecipientInside, "recipientOrganisationId")
    classes = frozenset(given.data_classes)
    # Before anything is looked up: nobody tells of a register that they do not read.
    for register in sorted(registers_told(classes, ())):
        own_register(actor, register)
    frozen = await freeze(session, actor, pathway, given.items)
    register = await register_of(session, actor, pathway, classes, frozen)
    if sum(len(item.content or b"") for item in frozen) > MOST_BYTES:
        raise wrong(ShareTooLarge, "items", max_bytes=MOST_BYTES)
    client = await queries.client_of(session, pathway.client_id)
    if client.protected and ("contact_details" in classes or given.channel == "link"):
        raise ContactsProtected()
    basis = await permitted(session, pathway, given, classes, at)
    expires_at = datetime.combine(given.expires_on + timedelta(days=1), time(), HELSINKI).astimezone(UTC)
    if basis is not None:
        ends = (await kept_consents.recorded(session, basis.id)).valid_until
        expires_at = min(expires_at, ends) if ends else expires_at
    id = own_id(given.id, at)
    disclosure = await consents.disclose(
        session,
        actor,
        client_id=pathway.client_id,
        recipient_id=recipient,
        data_classes=classes,
        purpose=given.purpose,
        basis=basis,
        subject_type="share",
        subject_id=id,
        at=at,
        statute=given.statute,
    )
    name = f"{client.given_name} {client.family_name}" if given.name_told else None
    made = Share(
        id=id,
        client_id=pathway.client_id,
        pathway_id=pathway.id,
        team_id=pathway.team_id,
        register=register,
        recipient_organisation_id=recipient,
        channel=given.channel,
        purpose=given.purpose,
        data_classes=sorted(classes),
        consent_id=basis.id if basis else None,
        consent_version=basis.version if basis else None,
        statute=given.statute,
        disclosure_id=disclosure.id,
        described=sealed(session, id, given, name, frozen),
        reply=given.reply,
        shared_by_id=actor.person_id,
        shared_at=at,
        expires_at=expires_at,
    )
    session.add(made)
    await session.flush()
    session.add_all(kept(session, made, position, item) for position, item in enumerate(frozen))
    happened(session, "share.made", made)
    await session.flush()
    return made


async def register_of(
    session: AsyncSession, actor: Actor, pathway: Pathway, classes: frozenset[str], frozen: list[Frozen]
) -> str:
    """The one register that the share belongs to. Raises `ShareClassesShort`, `ShareMixesRegisters`, …"""
    told = frozenset().union(*(item.data_classes for item in frozen))
    if missing := sorted(told - classes):
        raise wrong(ShareClassesShort, "dataClasses", missing=missing)
    registers = registers_told(classes, (item.register for item in frozen))
    if len(registers) > 1:
        raise wrong(ShareMixesRegisters, "dataClasses")
    register = next(iter(registers), "operational")
    own_register(actor, register)
    await keep_health_out(session, pathway.team_id, register)
    return register


async def permitted(
    session: AsyncSession, pathway: Pathway, given: ShareCreate, classes: frozenset[str], at: datetime
) -> Terms | None:
    """The permission relied on; None where a statute is named. A prohibition stands against both."""
    recipient = given.recipient_organisation_id
    ruling = await consents.ask(session, pathway.client_id, recipient, classes, given.purpose, at)
    if ruling.prohibited:
        raise ShareProhibited()
    if given.statute is not None:
        facts = codeset("share_statute")[given.statute].facts
        organisation = await queries.organisation(session, recipient)
        if organisation.kind not in facts["recipientTypes"] or classes - set(facts["dataClasses"]):
            raise StatuteDoesNotCover(recipient_types=facts["recipientTypes"], data_classes=facts["dataClasses"])
        return None
    if ruling.basis is None:
        raise consents.lacking(
            pathway.client_id, ruling, recipient, classes, given.purpose,
            team_id=pathway.team_id, pathway_id=pathway.id, missing=ruling.missing or classes,
        )  # fmt: skip
    return ruling.basis


def sealed(session: AsyncSession, id: UUID, given: ShareCreate, name: str | None, frozen: list[Frozen]) -> bytes:
    vault: Vault = session.info["vault"]
    told = {"recipient_name": given.recipient_name, "message": given.message, "client_name": name}
    whole = manifest(told, ({"kind": item.kind, **item.said} for item in frozen))
    return vault.seal(json.dumps(told | {"sha256": whole}), **SEALED, row=id)


def kept(session: AsyncSession, share: Share, position: int, item: Frozen) -> ShareItem:
    vault: Vault = session.info["vault"]
    id = new_id()
    return ShareItem(
        id=id,
        share_id=share.id,
        client_id=share.client_id,
        register=share.register,
        position=position,
        kind=item.kind,
        data_classes=sorted(item.data_classes),
        source_id=item.source_id,
        sealed=vault.seal(json.dumps(item.said), **ITEM, row=id),
        content=None if item.content is None else vault.seal(item.content, **CONTENT, row=id),
    )


def happened(session: AsyncSession, kind: str, share: Share) -> None:
    """Ids only. The recipient is named as the organisation whom it concerns."""
    append(
        session, kind, share, client=share.client_id, team=share.team_id,
        organisation=share.recipient_organisation_id,
        disclosure=share.disclosure_id if kind == "share.made" else None,
    )  # fmt: skip


async def revoke(session: AsyncSession, share: Share, because: str, at: datetime) -> None:
    """The recipient reads it no more; what was read stays in the log, and what left is kept."""
    FLOW.check(share.state, "revoke")
    share.revoke(because, at)
    if (link := await queries.open_link(session, share.id)) is not None:
        link.end("share_ended", at)
    happened(session, "share.ended", share)
    await session.flush()


async def mark_reply_read(session: AsyncSession, share: Share, at: datetime) -> None:
    share.mark_reply_read(at)
    await session.flush()


async def record_reply(session: AsyncSession, actor: Actor, share: Share, given: ReplyRecord, at: datetime) -> None:
    """A reply that came another way. Who writes it down has read it. Raises `ReplyWords`, `CodeInText`."""
    verb = {"acknowledge": "record_acknowledgement", "answer": "record_answer"}[given.kind]
    FLOW.check(share.state, verb, {"team"})
    if (given.kind == "answer") != (given.body is not None):
        raise wrong(ReplyWords, "body")
    refuse_codes(body=given.body)
    share.take(verb, at)
    share.mark_reply_read(at)
    await receiving.write(session, actor, share, given.kind, given.body, "manual", at)


async def end_with(session: AsyncSession, consent: Consent, at: datetime) -> list[Share]:
    """End what rests on a permission that ended."""
    found = await queries.resting_on(session, consent, lock=True)
    for one in found:
        await revoke(session, one, "permission_ended", at)
    return found
