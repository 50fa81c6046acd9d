"""Numbers of a team's open work, from the worklist's own statement, and the first of what nobody has."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Date, Select, Uuid, bindparam, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.people.actor import Actor
from app.referrals.models import Referral, ReferralState
from app.teams.models import Team
from app.teams.queries import managed_teams
from app.views.queries import WAITING, WAITING_NOW, asking, everything
from app.work.models import WorkItem

FIRST = 20


def boards(actor: Actor) -> Select[Team]:
    """Teams whose clients one sees, and those of areas whose teams one manages."""
    managed = managed_teams(actor).with_only_columns(Team.id)
    return select(Team).where(or_(Team.id.in_(actor.teams), Team.id.in_(managed)))


class Heap(NamedTuple):
    """Open work of one kind in one place. `stands` None: somebody holds it; `role` is the seat it waits for. `late` is
    past its date as on the worklist, `past_recheck` past the day of looking at the need again (C-24)."""

    kind: str
    stands: str | None
    role: str | None
    number: int
    oldest_at: datetime
    late: int
    due_on: date | None
    past_recheck: int
    alarms: int


@lru_cache(maxsize=1)
def counting() -> Select[Any]:
    """Built once, as `everything` is."""
    rows = everything().where(WorkItem.team_id == bindparam("team", type_=Uuid()))
    due, today = rows.selected_columns.due_on, bindparam("today", type_=Date)
    waits = func.coalesce(WAITING, False)
    # A referral that waits has a clock of its own, which a re-check moves.
    recheck = case((Referral.state == ReferralState.WAITLISTED, due), else_=WorkItem.recheck_on)
    queue = func.split_part(WorkItem.queue, ":", 1)
    told = rows.add_columns(
        case((WAITING_NOW, "waiting"), (waits, "returned"), else_=queue).label("stands"),
        case((waits, func.split_part(WorkItem.queue, ":", 2))).label("role"),
        (rows.selected_columns.due_sort < today).label("late"),
        (recheck < today).label("past_recheck"),
    ).subquery()
    of = told.c
    return select(
        of.kind,
        of.stands,
        of.role,
        func.count(),
        func.min(of.opened_at),
        func.count().filter(of.late),
        func.min(of.due_on).filter(of.late),
        func.count().filter(of.past_recheck),
        func.count().filter(of.alarm),
    ).group_by(of.kind, of.stands, of.role)


async def heaps(session: AsyncSession, actor: Actor, team_id: UUID, recheck_days: int) -> list[Heap]:
    """All of a team's open work, whoever asks: executed inside `kit.db.Counting`."""
    given = asking(actor, recheck_days) | {"teams": [team_id], "areas": [], "team": team_id}
    found = await session.execute(counting(), given | {"today": civil_date(actor.at)})
    return [Heap(*row) for row in found.all()]


async def first_unassigned(session: AsyncSession, actor: Actor, team_id: UUID, recheck_days: int) -> list[Any]:
    """What nobody has, as this reader's worklist would show it: alarms first, then the oldest."""
    rows = everything().params(asking(actor, recheck_days))
    rows = rows.where(WorkItem.team_id == team_id, WorkItem.queue.startswith("team_unassigned"))
    rows = rows.order_by(WorkItem.alarm.desc(), WorkItem.opened_at, WorkItem.id).limit(FIRST)
    return list((await session.execute(rows)).all())
