"""A decision as it is kept: whole, in words, and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.kit.codesets import label
from app.people.actor import Actor
from app.routing import queries
from app.routing.decide import Decision, Outcome, Queue, QueueKind
from app.routing.facts import Facts
from app.routing.models import RoutingDecision
from app.routing.reasons import explain
from app.teams.models import Team

# After these the present owner no longer has it, even if a human has to decide.
RELEASES = frozenset({"declined", "handover", "conflict"})
HEALTH_FACTS = ("problem_areas", "main_problem", "demanding")


def register_of(facts: Mapping[str, object], note: str | None = None, notes: str = "health") -> str:
    """The register of the most sensitive thing said: words to the next holder may tell of health as well."""
    if any(facts.get(name) not in (None, []) for name in HEALTH_FACTS):
        return "health"
    return notes if note else "operational"


@dataclass(frozen=True)
class Asked:
    """The work to be routed: whose, where, and which row it is."""

    client_id: UUID
    area_id: UUID
    subject_type: str
    subject_id: UUID
    facts: Facts
    team: Team | None  # the team that has the case already; None: whoever covers the municipality
    cause: str = "asked"  # a code of `routing_cause`: why it is decided, or decided again
    note: str | None = None  # words for the next holder, in a handover; of who declined
    note_register: str = "health"  # the register of those words: that of the work
    decline_reason: str | None = None


def kept_of(
    asked: Asked, decision: Decision, seating: queries.Seating, at: datetime, actor: Actor, *, owned: bool = False
) -> RoutingDecision:
    """`owned`: the work has an owner already, with whom a manual decision leaves it."""
    asks = decision.seat or decision.asks_seat
    seat_id = seating.seats.get((str(decision.team), str(asks))) if asks else None
    facts = decision.facts.as_dict()
    team = UUID(decision.team) if decision.team else None
    queue = str(decision.queue) if decision.queue else None
    if decision.outcome is Outcome.MANUAL and not owned:
        queue = str(Queue(QueueKind.TEAM_UNASSIGNED, str(decision.team)))
    names = {**seating.names, str(asked.area_id): "-"}
    return RoutingDecision(
        client_id=asked.client_id,
        area_id=asked.area_id,
        team_id=team,
        subject_type=asked.subject_type,
        subject_id=asked.subject_id,
        register=register_of(facts, asked.note, asked.note_register),
        rule_set=decision.rule_set,
        rule_set_version=decision.rule_set_version,
        rule=decision.rule,
        facts=facts,
        outcome=decision.outcome.value,
        seat_role=decision.seat,
        seat_id=seat_id,
        holder_id=UUID(decision.holder) if decision.holder else None,
        on_behalf_of_id=UUID(decision.on_behalf_of) if decision.on_behalf_of else None,
        consulting_seat=decision.consulting_seat,
        queue=queue,
        suggest=decision.suggest,
        candidates=list(decision.candidates),
        alarm=decision.alarm or (decision.outcome is Outcome.MANUAL and not owned),
        because=list(decision.because),
        rejected=[
            {"personId": id, "name": seating.names.get(id, ""), **rejection.as_dict()}
            for id, rejection in sorted(decision.rejected.items())
        ],
        loads=dict(decision.loads),
        recents=dict(decision.recents),
        tie_break=decision.tie_break,
        earlier_rules={rule: list(misses) for rule, misses in decision.earlier_rules.items()},
        earliest_on=decision.earliest_on,
        recheck_on=decision.recheck_on,
        cause=asked.cause,
        note=asked.note,
        decline_reason=asked.decline_reason,
        explanation=explain(decision, names, label),
        decided_at=at,
        decided_by_id=actor.person_id,
    )
