"""A decision about work that no rule gives: a path to answer for, a feedback to give."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.handovers.asking import Ground
from app.handovers.pieces import register_of_notes, subject_of
from app.kit.i18n import Text
from app.people.actor import Actor
from app.routing.models import RoutingDecision
from app.work.models import WorkItem


def unruled_decision(
    ground: Ground,
    item: WorkItem,
    actor: Actor,
    at: datetime,
    *,
    because: list[str],
    cause: str,
    words: Text,
    role: str | None = None,
    holder_id: UUID | None = None,
    queue: str | None = None,
    note: str | None = None,
) -> RoutingDecision:
    """Who has it now, or in which queue it stands with an alarm, and why."""
    return RoutingDecision(
        client_id=item.client_id,
        area_id=item.area_id,
        team_id=ground.team.id,
        subject_type=item.kind,
        subject_id=subject_of(item),
        register=register_of_notes(item.kind),
        rule_set=ground.rules.id,
        rule_set_version=ground.rules.version,
        rule=None,
        facts={},
        outcome="assigned" if holder_id else "unassigned",
        seat_role=role,
        seat_id=ground.seating.seats.get((str(ground.team.id), str(role))),
        holder_id=holder_id,
        on_behalf_of_id=None,
        consulting_seat=None,
        queue=queue,
        suggest=None,
        candidates=[],
        alarm=queue is not None,
        because=because,
        rejected=[],
        loads={},
        recents={},
        tie_break=None,
        earlier_rules={},
        earliest_on=None,
        recheck_on=None,
        cause=cause,
        note=note,
        explanation=words.as_dict(),
        decided_at=at,
        decided_by_id=actor.person_id,
    )
