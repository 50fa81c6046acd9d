"""What of a decision is not for every reader: where a protected client lives (turvakielto).

A rule may be named after a municipality, or miss because of it; a team, a queue and a sentence tell it too. So of a
protected client only who got the work, and who else was considered, is told to those who may not know the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.protection import needs
from app.clients.queries import protected
from app.clients.service import hides
from app.kit.i18n import Text
from app.people.actor import Actor
from app.routing.decide import QueueKind
from app.routing.models import RoutingDecision

UNTOLD = Text(
    "Asiakkaalla on turvakielto: ohjauksen perusteet näkee se, joka saa tietää hänen kotikuntansa.",
    "Klienten har spärrmarkering: grunderna för styrningen ser den som får veta hemkommunen.",
    "The client's identity is protected: why it went here is read by those who may know where the client lives.",
)


async def hidden_clients(session: AsyncSession, actor: Actor, rows: Sequence[RoutingDecision]) -> set[UUID]:
    """The protected ones among the clients of these decisions, unless the caller may know where they live."""
    return await unplaced(session, actor, [row.client_id for row in rows])


async def unplaced(session: AsyncSession, actor: Actor, clients: Collection[UUID]) -> set[UUID]:
    """Those of these clients of whom the caller may not know where they live."""
    return await protected(session, clients) if hides(actor, True, "residence") else set()


def explained(row: RoutingDecision, hidden: bool) -> dict[str, str]:
    """The kept sentences, which name rule, team and municipality; or why they are not told."""
    return UNTOLD.as_dict() if hidden else dict(row.explanation)


def queue_told(queue: str | None, hidden: bool) -> str | None:
    """A queue without the name of the client's own care team."""
    return queue.partition(":")[0] if hidden and queue and queue.startswith(QueueKind.OWN_CARE_TEAM) else queue


def fields_told(actor: Actor, row: RoutingDecision, hidden: bool) -> dict[str, Any]:
    """What of the decision depends on whether it may be known where the client lives."""
    if not hidden:
        return {}
    mine = row.team_id in actor.teams
    return {
        "team_id": row.team_id if mine else None,
        "rule_set": row.rule_set if mine else None,
        "rule_set_version": row.rule_set_version if mine else None,
        "rule": None,
        "facts": row.facts | dict.fromkeys(set(row.facts) & set(needs()["residence"].fields)),
        "queue": queue_told(row.queue, hidden),
        "because": [],
        "earlier_rules": {},
    }
