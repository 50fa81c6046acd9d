"""What nobody has, piece by piece: what is to be said first, or who could have it now, or which seat lacks somebody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.trail import used
from app.handovers import planning
from app.handovers.pieces import NO_RULES, Fate, Proposal
from app.handovers.planning import Plan
from app.handovers.reading import telling
from app.handovers.service import team_s
from app.kit.clock import civil_date
from app.kit.i18n import speaking
from app.people.actor import Actor
from app.routing.sentences import SUGGESTION
from app.security.permissions import Permission
from app.teams.models import Team
from app.views import worklist
from app.views.board import queries, rules
from app.views.board.remedies import helped
from app.views.board.schemas import UnassignedWork
from app.work.models import WorkItem

# Where the rules find a place, if not a person.
PLACED = (Fate.ASSIGNED, Fate.WAITS, Fate.QUEUED, Fate.MANUAL)


async def rows(session: AsyncSession, actor: Actor, team: Team, again: int) -> list[UnassignedWork]:
    """Nothing for who has no worklist of a team."""
    if not actor.may(Permission.REFERRAL_DECIDE):
        return []
    found = await queries.first_unassigned(session, actor, team.id, again)
    shown = await worklist.shown(session, actor, found)
    await used(session, "work_items", [(item.id, item.client_id) for item in shown], action="search")
    items = [row.WorkItem for row in found]
    plan = await asked_now(session, actor, team, [item for item in items if asks_rules(actor, item)])
    proposed = {UUID(piece.id): made for piece, made in plan.planner.plan(plan.ground.pieces)} if plan else {}
    return [
        UnassignedWork(**row.model_dump() | helps(actor, team, item, plan, proposed.get(item.id)))
        for item, row in zip(items, shown, strict=True)
    ]


def asks_rules(actor: Actor, item: WorkItem) -> bool:
    return item.suggest is None and item.kind not in NO_RULES and not telling(actor, item)


async def asked_now(session: AsyncSession, actor: Actor, team: Team, items: list[WorkItem]) -> Plan | None:
    """What the rules would say today. Nothing is read where everything has a question to be answered first."""
    if not items:
        return None
    async with team_s(session, team, team.area_id):
        return await planning.of_team(session, team, "room", items, actor.at)


def helps(actor: Actor, team: Team, item: WorkItem, plan: Plan | None, made: Proposal | None) -> dict[str, Any]:
    """Outside the health register a question, or the seat, would tell of health."""
    if telling(actor, item):
        return helped("unassigned_unseen", actor, team)
    if item.suggest is not None:
        said = SUGGESTION[item.suggest].pick(speaking.get())
        return helped(f"suggest_{item.suggest}", actor, team, suggest=said)
    if plan is None or made is None:
        return helped("give_by_hand", actor, team)
    on, roster = civil_date(actor.at), plan.ground.seating.roster
    [seats] = [one for one in roster.teams if one.id == str(team.id)]
    seat = seats.seat(made.role) if made.role else None
    if made.fate in PLACED:
        people = (*seat.holders, *seat.deputies) if seat else ()
        if any(person.id == made.holder and rules.leaves_soon(person, on) for person in people):
            return helped(
                "route_again_leaving", actor, team, person=plan.ground.seating.names.get(str(made.holder), "")
            )
        return helped("route_again", actor, team)
    if made.role and seat is None:
        return helped("missing", actor, team)
    lack = rules.lack_of(seat, on) if seat else None
    if seat and lack is None and rules.uncovered(seat, on):
        lack = rules.Lack.UNCOVERED
    return helped(lack.value if lack else "give_by_hand", actor, team)
