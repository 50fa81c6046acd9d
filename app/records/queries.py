"""Every select on record requests."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.attachments.models import AttachmentState
from app.attachments.queries import visible_attachments
from app.people.actor import Actor
from app.people.models import Organisation
from app.records.models import OPEN, RecordRequest


def visible_record_requests(actor: Actor) -> Select[RecordRequest]:
    """Of clients of the caller's teams, in the registers the caller reads; the client's own."""
    return seen(actor, "record_request", RecordRequest)


def overdue(rows: Select[RecordRequest], today: date, wanted: bool) -> Select[RecordRequest]:
    """The same as `rules.is_overdue`."""
    late = RecordRequest.state.in_(OPEN) & (RecordRequest.due_on < today)
    return rows.where(late if wanted else ~late)


async def area_organisation(session: AsyncSession, area_id: UUID, organisation_id: UUID) -> bool:
    rows = select(Organisation.id).where(Organisation.id == organisation_id, Organisation.area_id == area_id)
    return await session.scalar(rows) is not None


async def unfit_attachments(session: AsyncSession, actor: Actor, pathway_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    """Which of these are no documents of the path that the caller reads, with their content."""
    if not ids:
        return set()
    from_attachments = visible_attachments(actor).subquery()
    rows = select(from_attachments.c.id).where(
        from_attachments.c.id.in_(list(ids)),
        from_attachments.c.pathway_id == pathway_id,
        from_attachments.c.state == AttachmentState.AVAILABLE,
    )
    return set(ids) - set(await session.scalars(rows))


async def asked_of_others(session: AsyncSession, client_id: UUID) -> list[RecordRequest]:
    """Open requests about a client to organisations that we know, of every register."""
    rows = (
        select(RecordRequest)
        .where(
            RecordRequest.client_id == client_id,
            RecordRequest.state.in_(OPEN),
            RecordRequest.holder_organisation_id.is_not(None),
        )
        .order_by(RecordRequest.id)
    )
    return list(await session.scalars(rows))
