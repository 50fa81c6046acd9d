"""Every select on representatives."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.people.actor import Actor
from app.representatives.models import MandateState, Representative


def visible_representatives(actor: Actor) -> Select[Representative]:
    """Of the caller themself, or of clients of the caller's teams."""
    return seen(actor, "representative", Representative)


def in_force(on: date) -> ColumnElement[bool]:
    """The same as `Representative.in_force` on a day."""
    return and_(
        Representative.state == MandateState.RECORDED,
        Representative.valid_from <= on,
        or_(Representative.valid_to.is_(None), Representative.valid_to >= on),
    )


async def of_client(
    session: AsyncSession, client_id: UUID, representative_id: UUID, *, lock: bool = True
) -> Representative | None:
    """Share-locked until the transaction ends: a mandate does not end while something is done on it."""
    rows = select(Representative).where(Representative.id == representative_id, Representative.client_id == client_id)
    if lock:
        rows = rows.with_for_update(read=True).execution_options(populate_existing=True)
    row: Representative | None = await session.scalar(rows)
    return row


async def standing(session: AsyncSession, client_ids: Collection[UUID], on: date) -> dict[UUID, list[Representative]]:
    """The mandates in force of each of these clients, in one statement."""
    rows = select(Representative).where(Representative.client_id.in_(client_ids), in_force(on))
    found: dict[UUID, list[Representative]] = {}
    for row in await session.scalars(rows.order_by(Representative.id)):
        found.setdefault(row.client_id, []).append(row)
    return found
