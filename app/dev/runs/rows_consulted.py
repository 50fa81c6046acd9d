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
    "SELECT DISTINCT c.id, c.client_id, c.organisation_id, c.data_classes, c.gated, c.seat_team_id = c.team_id"
    " FROM consultations c"
    " JOIN holders h ON h.seat_id = c.seat_id AND h.valid_from <= :on AND (h.valid_to IS NULL OR h.valid_to >= :on)"
    " JOIN logins l ON l.person_id = h.person_id"
    " JOIN memberships m ON m.person_id = l.person_id AND m.organisation_id = c.organisation_id"
    "  AND (m.valid_to IS NULL OR m.valid_to >= :on)"
    " WHERE l.subject = :s AND c.state IN ('asked', 'answered', 'declined', 'closed')"
    " AND (c.gated OR c.register = 'operational' OR c.answered_by_id = l.person_id OR EXISTS ("
    "  SELECT FROM memberships r WHERE r.person_id = l.person_id AND r.register = c.register"
    "   AND r.valid_from <= :on AND (r.valid_to IS NULL OR r.valid_to >= :on)))"
    " AND (c.state <> 'closed' OR c.ended_at > CAST(:at AS timestamptz) - interval '30 days'"
    "  AND (c.answered_by_id = l.person_id OR h.valid_from <= (c.asked_at AT TIME ZONE 'Europe/Helsinki')::date))"
)


async def consulted_of(root: AsyncEngine, subject: str, at: datetime) -> list[Any]:
    """Asked of a seat of theirs, read in their register, and permitted now where it needs to be."""
    async with AsyncSession(root) as session:
        found = []
        rows = await session.execute(OF_SEATS, {"s": subject, "on": civil_date(at), "at": at})
        for id, client, organisation, classes, gated, own_team in rows.all():
            terms = [consents.terms_of(consent) for consent in await standing_of(session, [client], at)]
            ruling = rule(terms, organisation, frozenset(classes), PURPOSE)
            if ruling.permitted if gated else own_team or not (ruling.prohibited or ruling.refused):
                found.append(id)
        return found
