"""Every select on shares, what is in them, their links and replies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.clients.models import Client
from app.consents.models import Consent
from app.pathways.models import Pathway
from app.people.actor import Actor
from app.people.models import Organisation
from app.referrals.models import Feedback, Referral
from app.security.permissions import Permission, permissions_of
from app.sharing.models import Share, ShareItem, ShareLink, ShareReply, ShareState
from app.teams.models import Team


def visible_shares(actor: Actor) -> Select[Share]:
    """Of clients of the caller's teams, in the registers the caller reads; the client's own."""
    return seen(actor, "share", Share)


def worked_shares(actor: Actor) -> Select[Share]:
    """Of the caller's own teams: another team with a care relationship reads them and has no verbs."""
    return visible_shares(actor).where(Share.team_id.in_(actor.teams))


def receiving(actor: Actor) -> list[UUID]:
    """Partners in which the caller works today in a role that may receive."""
    held = (m for m in actor.memberships if m.organisation_id != m.area_id)
    return [m.organisation_id for m in held if Permission.SHARE_RECEIVE in permissions_of(frozenset({m.role}))]


def received_shares(actor: Actor, at: datetime) -> Select[Share]:
    """Shared with the caller's organisation, and readable at this instant as far as the database can say."""
    return select(Share).where(Share.recipient_organisation_id.in_(receiving(actor)), func.share_stands(Share.id, at))


def share_of_link(share_id: UUID) -> Select[Share]:
    """The one share that the link of this transaction opens; the database shows no other."""
    return select(Share).where(Share.id == share_id)


async def standing(session: AsyncSession, share_ids: Iterable[UUID], at: datetime) -> set[UUID]:
    """Which of these their recipients can read at this instant."""
    return set(
        await session.scalars(select(Share.id).where(Share.id.in_(list(share_ids)), func.share_stands(Share.id, at)))
    )


async def unread(session: AsyncSession, share_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these have a reply that nobody of the team has marked as read."""
    rows = select(Share.id).join(ShareReply, ShareReply.share_id == Share.id)
    return set(await session.scalars(rows.where(Share.id.in_(list(share_ids)), UNREAD)))


UNREAD = and_(Share.acknowledged_at.is_not(None), Share.reply_read_at.is_(None))


async def items_of(session: AsyncSession, share_id: UUID) -> list[ShareItem]:
    """In order; without the bytes of documents."""
    rows = select(ShareItem).where(ShareItem.share_id == share_id).order_by(ShareItem.position)
    return list(await session.scalars(rows))


def items_in(share_id: UUID) -> Select[ShareItem]:
    return select(ShareItem).where(ShareItem.share_id == share_id)


async def content_of(session: AsyncSession, item_id: UUID) -> bytes | None:
    """The sealed bytes of a document."""
    sealed: bytes | None = await session.scalar(select(ShareItem.content).where(ShareItem.id == item_id))
    return sealed


async def replies_of(session: AsyncSession, share_id: UUID) -> list[ShareReply]:
    rows = select(ShareReply).where(ShareReply.share_id == share_id).order_by(ShareReply.id)
    return list(await session.scalars(rows))


async def open_link(session: AsyncSession, share_id: UUID) -> ShareLink | None:
    """The link that was neither revoked nor replaced."""
    rows = select(ShareLink).where(ShareLink.share_id == share_id, ShareLink.ended_at.is_(None))
    link: ShareLink | None = await session.scalar(rows.execution_options(populate_existing=True))
    return link


async def newest_link(session: AsyncSession, share_id: UUID) -> ShareLink | None:
    rows = select(ShareLink).where(ShareLink.share_id == share_id).order_by(ShareLink.id.desc()).limit(1)
    link: ShareLink | None = await session.scalar(rows.execution_options(populate_existing=True))
    return link


async def try_link(session: AsyncSession, token: bytes, code: bytes, at: datetime) -> bool:
    """Count an attempt, whatever becomes of it. In a transaction of its own."""
    return bool(await session.scalar(select(func.try_share_link(token, code, at))))


async def enter_share(session: AsyncSession, token: bytes, code: bytes, at: datetime) -> dict[str, Any] | None:
    """What the database says of a link; None when it opens nothing. An open one sets the row-security context."""
    answer: dict[str, Any] | None = await session.scalar(select(func.enter_share(token, code, at, type_=JSONB)))
    return answer


async def area_of(session: AsyncSession, team_id: UUID) -> tuple[UUID, str]:
    """The area of a team, and what the team is called."""
    team = await session.get_one(Team, team_id)
    return team.area_id, team.name


async def client_of(session: AsyncSession, client_id: UUID) -> Client:
    return await session.get_one(Client, client_id)


async def responsible_of(session: AsyncSession, pathway_id: UUID) -> UUID:
    return (await session.get_one(Pathway, pathway_id)).responsible_person_id


async def organisation_names(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = select(Organisation.id, Organisation.name).where(Organisation.id.in_(set(ids)))
    return {row[0]: row[1] for row in (await session.execute(rows)).all()}


async def organisation(session: AsyncSession, id: UUID) -> Organisation:
    return await session.get_one(Organisation, id)


async def feedback_on(session: AsyncSession, pathway_id: UUID, feedback_id: UUID) -> Feedback | None:
    """A feedback given on a referral that the path answers."""
    rows = select(Feedback).join(Referral, Referral.id == Feedback.referral_id)
    found: Feedback | None = await session.scalar(
        rows.where(Feedback.id == feedback_id, Referral.pathway_id == pathway_id)
    )
    return found


async def resting_on(session: AsyncSession, consent: Consent, *, lock: bool) -> list[Share]:
    """Shares not ended that rest on a consent, in one order."""
    rows = select(Share).where(Share.consent_id == consent.id, Share.state != ShareState.REVOKED).order_by(Share.id)
    if lock:
        rows = rows.with_for_update().execution_options(populate_existing=True)
    return list(await session.scalars(rows))


async def told_against(session: AsyncSession, consent: Consent) -> list[Share]:
    """Shares not ended that a new prohibition or refusal may stand against, locked in one order."""
    rows = select(Share).where(Share.client_id == consent.client_id, Share.state != ShareState.REVOKED)
    if consent.recipient_ids:
        rows = rows.where(Share.recipient_organisation_id.in_(consent.recipient_ids))
    return list(await session.scalars(rows.order_by(Share.id).with_for_update()))
