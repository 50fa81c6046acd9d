"""Whether a team has room now: the rule that lets work wait is asked again, so that both always agree."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.routing import queries
from app.routing.decide import Outcome, decide
from app.routing.facts import Facts
from app.routing.versions import rules_of
from app.teams.models import Team


async def has_room(
    session: AsyncSession, area_id: UUID, team: Team, facts: Facts, at: datetime, *, lock: bool = False
) -> bool:
    """Whether somebody of the seat that gets this work could take it today: in force, not away, under the seat's limit
    (C-23). With `lock` the seat stays as it is until the transaction ends."""
    on = civil_date(at)
    rules = await rules_of(session, area_id, team.rule_set, on)
    rule, _ = rules.first_match(rules.view(facts))
    if lock and rule is not None and rule.then.seat is not None:
        await queries.lock_seat(session, team.id, rule.then.seat)
    seating = await queries.seating(session, area_id, [team], on, at, [facts.municipality])
    return decide(facts, rules, seating.roster, on).outcome is Outcome.ASSIGNED
