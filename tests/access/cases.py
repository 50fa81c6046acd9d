"""A nurse, a client, a partner's expert and their rows, for the pure tests of access."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from app.access import table
from app.access.policy import policy
from app.access.relations import Actor, Context, Subject
from app.access.table import AREA, CLIENT, ME, PARTNER, TEAM

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PERMITTED = Context(at=NOW, permitted=frozenset({PARTNER}))


def actor(role: str, **over: Any) -> Actor:
    return replace(table.actor_of(policy().roles[role]), **over)


def row(resource: str, **over: Any) -> Subject:
    """Of a client of the team, sent by the partner, held by the nurse, in no register and of no particular kind."""
    facts: dict[str, Any] = {
        "client_id": CLIENT,
        "client_area_id": AREA,
        "area_id": AREA,
        "team_id": TEAM,
        "care_team_ids": frozenset({TEAM}),
        "sender_organisation_id": PARTNER,
        "guests": MappingProxyType({ME: PARTNER}),
        "holder_id": ME,
        "register": "operational",
        "marks": frozenset({"sent", "standing", "client_visible", "published"}),
    }
    return Subject(resource=resource, **facts | over)
