"""Every select on attachments and their content."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.attachments.models import Attachment, AttachmentContent, AttachmentState, Side
from app.pathways.models import Pathway
from app.people.actor import Actor
from app.referrals.models import Referral
from app.referrals.queries import received_by, sent_by


def visible_attachments(actor: Actor) -> Select[Attachment]:
    """Of the caller's clients and received referrals, in the registers the caller reads; the client's own; and to a
    sender what senders added to its own referrals. What others added to the client's case in error may be somebody
    else's, and its name tells: the client does not see it."""
    sent: ColumnElement[bool] = Attachment.referral_id.in_(select(Referral.id).where(sent_by(actor)))
    received: ColumnElement[bool] = Attachment.referral_id.in_(select(Referral.id).where(received_by(actor)))
    if actor.client_id is not None:
        sent = received = literal(False)
    by_referral = {"sender": and_(Attachment.side == Side.SENDER, sent), "area_queue": received}
    return seen(actor, "attachment", Attachment, by_referral)


def of_referral(actor: Actor, referral_id: UUID) -> Select[Attachment]:
    return visible_attachments(actor).where(Attachment.referral_id == referral_id)


def of_pathway(actor: Actor, pathway_id: UUID) -> Select[Attachment]:
    """Of the path, and of the referrals it answers."""
    answered = select(Referral.id).where(Referral.pathway_id == pathway_id)
    return visible_attachments(actor).where(
        or_(Attachment.pathway_id == pathway_id, Attachment.referral_id.in_(answered))
    )


async def referral_of(session: AsyncSession, referral_id: UUID) -> Referral:
    return await session.get_one(Referral, referral_id)


async def pathway_of(session: AsyncSession, pathway_id: UUID) -> Pathway:
    return await session.get_one(Pathway, pathway_id)


async def count(session: AsyncSession, case: UUID, side: Side) -> int:
    """How many one side added to a referral or a path; those entered in error do not count."""
    rows = select(func.count()).where(
        or_(Attachment.referral_id == case, Attachment.pathway_id == case),
        Attachment.side == side,
        Attachment.state != AttachmentState.ENTERED_IN_ERROR,
    )
    return await session.scalar(rows) or 0


async def content_of(session: AsyncSession, attachment_id: UUID) -> bytes | None:
    """The sealed bytes, where they are in the database."""
    sealed: bytes | None = await session.scalar(
        select(AttachmentContent.sealed).where(AttachmentContent.attachment_id == attachment_id)
    )
    return sealed


async def kept(session: AsyncSession, ids: Collection[UUID]) -> set[UUID]:
    """Which of these have their content in the database. Does not read it."""
    rows = select(AttachmentContent.attachment_id).where(AttachmentContent.attachment_id.in_(list(ids)))
    return set(await session.scalars(rows))


async def in_folder(session: AsyncSession, ids: Collection[UUID]) -> set[UUID]:
    """Which of these ids are attachments whose content is in the folder; read as the job, who sees every row."""
    rows = select(Attachment.id).where(Attachment.id.in_(list(ids)), Attachment.stored_in == "folder")
    return set(await session.scalars(rows))
