"""Consultations that a login may see by a seat alone, said once more: plain SQL for the seat, the rule for the rest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.consents import service as consents
from app.consents.queries import standing_of
from app.consents.rules import rule
from app.consultations.telling import PURPOSE
from app.kit.clock import civil_date

OF_SEATS = text(
    "SELECT c.id, c.client_id, c.organisation_id, c.data_classes, c.gated FROM consultations c"
    " JOIN holders h ON h.seat_id = c.seat_id AND h.valid_from <= :on AND (h.valid_to IS NULL OR h.valid_to >= :on)"
    " JOIN logins l ON l.person_id = h.person_id"
    " JOIN memberships m ON m.person_id = l.person_id AND m.organisation_id = c.organisation_id"
    "  AND (m.valid_to IS NULL OR m.valid_to >= :on)"
    " WHERE l.subject = :s AND c.state IN ('asked', 'answered', 'declined', 'closed')"
)


async def consulted_of(root: AsyncEngine, subject: str, at: datetime) -> list[Any]:
    """Asked of a seat of theirs, and permitted now where it needs to be."""
    async with AsyncSession(root) as session:
        found = []
        rows = await session.execute(OF_SEATS, {"s": subject, "on": civil_date(at)})
        for id, client, organisation, classes, gated in rows.all():
            terms = [consents.terms_of(consent) for consent in await standing_of(session, [client], at)]
            if not gated or rule(terms, organisation, frozenset(classes), PURPOSE).permitted:
                found.append(id)
        return found
