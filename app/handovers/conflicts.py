"""Work of somebody whom the client's record now keeps away: it does not vanish with their view of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.models import Client
from app.handovers import queries
from app.handovers.asking import Ground, ground
from app.handovers.pieces import NO_RULES, register_of_notes
from app.handovers.planning import planner
from app.handovers.service import by_rules, team_s
from app.handovers.unruled import unruled_decision
from app.handovers.words import left
from app.kit.clock import civil_date
from app.outbox.events import append
from app.people.actor import Actor
from app.routing import service as routing
from app.routing.decide import Queue, QueueKind
from app.teams.models import Team
from app.work import service as work
from app.work.models import WorkItem

CAUSE = "conflict"


async def give_away(session: AsyncSession, actor: Actor, client: Client, people: Collection[UUID]) -> None:
    """Every open piece of work about the client that these people hold goes, in this transaction, to whom the rules
    say, or into the team's unassigned queue with an alarm: being responsible for a path, and a feedback owed, always
    the latter, because a human chooses there. Each move is a decision with its cause."""
    async with team_s(session, None, client.area_id):
        held = await queries.held_about(session, client.id, people)
        for team_id in sorted({item.team_id for item in held if item.team_id is not None}):
            mine = [item for item in held if item.team_id == team_id]
            await queries.lock_cases(session, mine)
            await queries.lock_seats(session, team_id)
            team = await session.get_one(Team, team_id)
            for item in await queries.lock_works(session, [item.id for item in mine]):
                if item.closed_at is None and item.holder_id in people:
                    await take_from(session, actor, team, item, actor.at)


async def take_from(session: AsyncSession, actor: Actor, team: Team, item: WorkItem, at: datetime) -> None:
    found = await ground(session, team, [item], at)
    key = str(item.id)
    if item.kind in NO_RULES:
        await leave_to_the_team(session, actor, found, item, at)
        return
    made = planner(found, civil_date(at), at, released=True).propose(found.pieces[0])
    found.asked[key] = replace(found.asked[key], cause=CAUSE, note_register=register_of_notes(item.kind))
    await by_rules(session, actor, found, item, made, at)


async def leave_to_the_team(session: AsyncSession, actor: Actor, found: Ground, item: WorkItem, at: datetime) -> None:
    before, queue = found.before.get(str(item.id)), str(Queue(QueueKind.TEAM_UNASSIGNED, str(found.team.id)))
    work.wait(item, queue=queue, seat_id=None, alarm=True)
    kept = unruled_decision(
        found, item, actor, at, because=["conflict_of_interest"], cause=CAUSE, words=left(CAUSE), queue=queue
    )
    kept.replaces_id, kept.decided_at = before.id if before else None, routing.after(before, at)
    session.add(kept)
    append(
        session,
        "work.reassigned",
        kept,
        client=item.client_id,
        team=item.team_id,
        outcome=kept.outcome,
        cause=kept.cause,
        subject_type=item.subject_type,
        subject=str(item.subject_id),
    )
    await session.flush()
