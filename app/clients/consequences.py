"""What follows when a client's record keeps somebody away (a relative, a neighbour, a colleague). Rooms above add
themselves here when they are imported; each works in the transaction that recorded it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.models import Client
from app.people.actor import Actor

Follow = Callable[[AsyncSession, Actor, Client, frozenset[UUID]], Awaitable[None]]
WHEN_KEPT_AWAY: dict[str, Follow] = {}


def when_kept_away(name: str, follow: Follow) -> None:
    """Add what follows. Raises `ValueError` when the name is taken."""
    if WHEN_KEPT_AWAY.setdefault(name, follow) is not follow:
        raise ValueError(name)


async def keep_away(session: AsyncSession, actor: Actor, client: Client, people: frozenset[UUID]) -> None:
    """These people are newly on the client's list; the row is written already."""
    if people:
        for follow in WHEN_KEPT_AWAY.values():
            await follow(session, actor, client, people)
