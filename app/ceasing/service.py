"""Who received something on a consent that ended is told to cease, in an hour that tells nothing of when or why.

An organisation that only sent a referral received nothing, and is told nothing.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.ceasing import queries, rules
from app.ceasing.models import FLOW, CeaseNotice
from app.ceasing.rules import Received
from app.ceasing.schemas import CeaseNoticeRead
from app.consents import queries as consent_queries
from app.consents.consequences import Consequence, Touched, when_ended
from app.consents.models import Consent
from app.consents.remaining import change_by
from app.consents.rules import rule
from app.consents.service import terms_of
from app.outbox.events import append
from app.people.actor import Actor


async def found(session: AsyncSession, consent: Consent, at: datetime) -> dict[UUID, list[Received]]:
    """By recipient, what its end leaves them without a permission for."""
    change = await change_by(session, consent, at)
    return rules.by_recipient(await queries.received(session, consent.client_id), change.stops)


def touched(by_recipient: dict[UUID, list[Received]]) -> list[Touched]:
    return [
        Touched(
            kind="recipient_told",
            subject_type="organisation",
            subject_id=recipient,
            recipient_id=recipient,
            at=max(one.at for one in received),
            data_classes=tuple(sorted(frozenset().union(*(one.data_classes for one in received)))),
        )
        for recipient, received in by_recipient.items()
    ]


async def preview(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    return touched(await found(session, consent, at))


async def effect(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    """A notice for each recipient, for the next working day at eight."""
    by_recipient = await found(session, consent, at)
    for recipient, received in by_recipient.items():
        session.add(
            CeaseNotice(
                client_id=consent.client_id,
                recipient_organisation_id=recipient,
                disclosure_ids=[one.id for one in received],
                due_at=rules.due(at),
            )
        )
    await session.flush()
    return touched(by_recipient)


when_ended(Consequence("recipients_told", preview, effect))


async def release(session: AsyncSession, at: datetime, most: int) -> int:
    """Tell what is due; what the client has permitted again meanwhile is left out. How many were told or dropped."""
    due = await queries.due_by(session, at, most)
    for notice in due:
        terms = [terms_of(c) for c in await consent_queries.standing(session, notice.client_id, at, lock=False)]
        received = await queries.disclosed(session, notice.disclosure_ids)
        ended = [
            one.id for one in received if not rule(terms, one.recipient_id, one.data_classes, one.purpose).permitted
        ]
        notice.release(ended, at)
        if ended:
            append(
                session, "disclosure.ceased", notice,
                client=notice.client_id, organisation=notice.recipient_organisation_id,
            )  # fmt: skip
    await session.flush()
    return len(due)


async def acknowledge(session: AsyncSession, actor: Actor, notice: CeaseNotice, at: datetime) -> None:
    """The recipient has read it."""
    notice.acknowledge(actor.login_id, at)
    append(session, "cease_notice.acknowledged", notice, client=notice.client_id)
    await session.flush()


def is_recipient(actor: Actor, notice: CeaseNotice) -> bool:
    return notice.recipient_organisation_id in actor.organisations


def show(actor: Actor, notice: CeaseNotice) -> CeaseNoticeRead:
    """Whose it is about is for the client and the client's team; the recipient knows it by the disclosures."""
    theirs = is_recipient(actor, notice)
    fields = {name: getattr(notice, name) for name in CeaseNoticeRead.model_fields if hasattr(notice, name)}
    if theirs:
        fields["client_id"] = None
    sides = {"recipient"} if theirs else set()
    return CeaseNoticeRead(**fields, allowed_actions=FLOW.actions(notice.state, actor, sides=sides))
