"""A document as the evidence of a consent: the room of consents, below, asks for its SHA-256."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.attachments.queries import document_of
from app.attachments.service import described
from app.consents.evidence import FINDERS
from app.people.actor import Actor


async def sha256_of(session: AsyncSession, actor: Actor, client_id: UUID, attachment_id: UUID) -> str | None:
    """None unless it is a document of this client, with its content, that the caller may read."""
    found = await document_of(session, actor, client_id, attachment_id)
    return described(session, found).sha256.lower() if found else None


FINDERS.append(sha256_of)
