"""The facts that `decide` looks at, of a request's actor and of a row."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from app.access.relations import Actor, Subject
from app.kit.clock import civil_date
from app.people import actor as people
from app.security.permissions import Permission as P

NOBODY = Actor(kind="none")
UNKNOWN = Actor(kind="unknown")


def actor_of(actor: people.Actor) -> Actor:
    """As of today: what one is and may in this request says nothing of another day."""
    today = civil_date(actor.at)
    return Actor(
        kind=actor.kind,
        login_id=actor.login_id,
        person_id=actor.person_id,
        client_id=actor.client_id,
        roles=actor.roles,
        permissions=frozenset(actor.permissions),
        teams=frozenset(actor.teams),
        seats=frozenset(seat.seat_id for seat in actor.seats),
        organisations=frozenset(actor.organisation_ids),
        posts=frozenset((held.organisation_id, held.role) for held in actor.memberships),
        partners=frozenset(actor.organisations),
        areas=frozenset(actor.areas),
        minded=frozenset(actor.context.areas),
        leads=frozenset(actor.areas_with(P.TEAM_MANAGE)),
        administers=frozenset(actor.areas_with(P.PEOPLE_MANAGE)),
        audits=frozenset(actor.context.auditor),
        registers=frozenset(actor.context.registers),
        valid_from=today,
        valid_to=today,
    )


def marks_of(row: Any) -> frozenset[str]:
    """Which conditions of the policy a row meets, by what is written in it."""
    state, side = str(getattr(row, "state", "")), str(getattr(row, "side", ""))
    in_error = (
        state == "entered_in_error"
        or getattr(row, "entered_in_error_reason", None) is not None
        or bool(getattr(row, "in_error", False))
    )
    words = (getattr(row, "work_ability", None), getattr(row, "work_ability_score", None))
    held = {
        "sent": row.submitted_at is not None if hasattr(row, "submitted_at") else state != "draft",
        "standing": not in_error,
        "client_visible": bool(getattr(row, "client_visible", False)),
        "sending_side": side == "sender",
        "own_side_or_standing": side == "client" or not in_error,
        "published": getattr(row, "valid_from", None) is not None,
        "said": any(word is not None for word in words),
        "released": getattr(row, "released_at", None) is not None,
        "offered": getattr(row, "offered_at", None) is not None,
    }
    return frozenset(name for name, true in held.items() if true)


SAME = (
    "area_id", "team_id", "sender_organisation_id", "sender_person_id", "recipient_organisation_id", "login_id",
    "holder_id", "seat_id", "register",
)  # fmt: skip


def subject_of(resource: str, row: Any, **known: Any) -> Subject:
    """The facts of a row: what it says itself, and what is `known` of its case. A row of `clients` is its own client,
    one of `teams` its own team."""
    itself = {"clients": "client_id", "teams": "team_id"}.get(row.__tablename__)
    facts = {name: getattr(row, name, None) for name in (*SAME, "client_id")}
    if itself is not None:
        facts[itself] = row.id
    alone = getattr(row, "source", None) == "self" and getattr(row, "sender_person_id", None) is None
    found = {**facts, "marks": marks_of(row), "sent_by_client": alone, **known}
    if "guests" in found:
        found["guests"] = MappingProxyType(dict(found["guests"]))
    return Subject(resource=resource, **found)
