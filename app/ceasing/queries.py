"""Every select on notices to cease, and on what was told on a permission."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, any_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.audit.models import Disclosure
from app.ceasing.models import CeaseNotice, CeaseState
from app.ceasing.rules import Received
from app.clients.models import Client
from app.people.actor import Actor

TOLD = (CeaseState.RELEASED, CeaseState.ACKNOWLEDGED)


def visible_cease_notices(actor: Actor) -> Select[CeaseNotice]:
    """Those to the caller's organisation from their hour on; all of the clients of the caller's teams, and one's
    own."""
    return seen(actor, "cease_notice", CeaseNotice)


async def received(session: AsyncSession, client_id: UUID) -> list[Received]:
    """What other organisations were told about a client on a permission, and have not been told to cease using."""
    told_to_cease = select(CeaseNotice.id).where(
        CeaseNotice.client_id == client_id,
        CeaseNotice.state != CeaseState.CANCELLED,
        Disclosure.id == any_(CeaseNotice.disclosure_ids),
    )
    rows = (
        select(Disclosure)
        .where(
            Disclosure.client_id == client_id,
            Disclosure.basis == "consent",
            Disclosure.recipient_organisation_id.is_not(None),
            Disclosure.recipient_organisation_id
            != select(Client.area_id).where(Client.id == client_id).scalar_subquery(),
            ~told_to_cease.exists(),
        )
        .order_by(Disclosure.at, Disclosure.id)
    )
    return [as_received(row) for row in await session.scalars(rows)]


def as_received(row: Disclosure) -> Received:
    assert row.recipient_organisation_id is not None
    return Received(row.id, row.recipient_organisation_id, frozenset(row.data_classes), row.purpose, row.at)


async def disclosed(session: AsyncSession, ids: list[UUID]) -> list[Received]:
    rows = select(Disclosure).where(Disclosure.id.in_(ids)).order_by(Disclosure.at, Disclosure.id)
    return [as_received(row) for row in await session.scalars(rows)]


async def due_by(session: AsyncSession, at: datetime, most: int) -> list[CeaseNotice]:
    """Notices whose hour has come, the oldest first; what another run of the job has in hand is passed over."""
    rows = (
        select(CeaseNotice)
        .where(CeaseNotice.state == CeaseState.PENDING, CeaseNotice.due_at <= at)
        .order_by(CeaseNotice.due_at, CeaseNotice.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return list(await session.scalars(rows))
