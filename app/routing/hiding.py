"""What of a decision is not for every reader: a protected client's municipality (turvakielto)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.queries import protected
from app.clients.service import PROTECTED_READERS
from app.people.actor import Actor
from app.routing.models import RoutingDecision


async def hidden_clients(session: AsyncSession, actor: Actor, rows: Sequence[RoutingDecision]) -> set[UUID]:
    """The protected ones among the clients of these decisions, unless the caller may know where they live."""
    found = await protected(session, [row.client_id for row in rows])
    return set() if actor.roles & PROTECTED_READERS else found


def explained(row: RoutingDecision, hidden: bool) -> dict[str, str]:
    """The kept sentences; they name the municipality only where no team covers it."""
    municipality = row.facts.get("municipality")
    if not hidden or not municipality:
        return dict(row.explanation)
    return {language: said.replace(f"({municipality})", "(–)") for language, said in row.explanation.items()}
