"""How a document is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.attachments.models import FLOW, Attachment
from app.attachments.schemas import AttachmentRead, AttachmentSummary
from app.attachments.service import described, is_author, lost
from app.clients.protecting import blot
from app.people.actor import Actor


def fields_of(session: AsyncSession, attachment: Attachment, away: set[UUID]) -> dict[str, Any]:
    """What both forms show. `away`: ids whose bytes are not where they should be."""
    said = described(session, attachment)
    plain = ("id", "referral_id", "pathway_id", "kind", "added_at", "document_on", "media_type", "size_bytes")
    return {name: getattr(attachment, name) for name in plain} | {
        "register": attachment.register,
        "added_by": attachment.side.value,
        "state": "unavailable" if attachment.id in away else attachment.state.value,
        "title": said.title,
    }


async def show(session: AsyncSession, actor: Actor, attachment: Attachment) -> AttachmentRead:
    said = described(session, attachment)
    sides = {"author"} if await is_author(session, actor, attachment) else set()
    shown = AttachmentRead(
        **fields_of(session, attachment, await lost(session, [attachment])),
        version=attachment.version,
        added_by_id=attachment.added_by_id,
        file_name=said.file_name,
        sha256=said.sha256,
        content_at=attachment.content_at,
        error_reason=attachment.error_reason,
        allowed_actions=FLOW.actions(attachment.state, actor, sides=sides),
    )
    await blot(session, actor, [(attachment.client_id, shown)], "title", "file_name", "error_reason")
    return shown


async def summaries(session: AsyncSession, actor: Actor, attachments: Sequence[Attachment]) -> list[AttachmentSummary]:
    away = await lost(session, list(attachments))
    shown = [(one.client_id, AttachmentSummary(**fields_of(session, one, away))) for one in attachments]
    await blot(session, actor, shown, "title")
    return [row for _, row in shown]
