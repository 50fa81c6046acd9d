"""Numbers of a team's open work, from the worklist's own statement, the first of what nobody has, and whose periods
lapse or who is silent with open work."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Date, DateTime, Select, Uuid, and_, bindparam, case, cast, column, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kit.clock import civil_date
from app.people.actor import Actor
from app.referrals.models import Referral, ReferralState
from app.teams.models import Absence, Holder, Seat, Team
from app.teams.queries import managed_teams
from app.views.queries import WAITING, WAITING_NOW, asking, everything, late_on
from app.work.models import PATHWAY, WorkItem

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
        late_on(rows, today).label("late"),
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


class Lapse(NamedTuple):
    """Somebody's period on a seat that has ended, or ends soon, with open work on it."""

    holder: Holder
    team_id: UUID
    open: int
    since: datetime


async def lapses(
    session: AsyncSession, on: date, until: date, *, team_id: UUID | None = None, not_told: Any = None
) -> list[Lapse]:
    """Periods that end by `until`, no other period of the person following on the same seat, with open work there
    (C-43); of one team, or of all. `not_told` is a further condition on `Holder`."""
    following = aliased(Holder)
    goes_on = select(following.id).where(
        following.seat_id == Holder.seat_id,
        following.person_id == Holder.person_id,
        or_(following.valid_to.is_(None), following.valid_to > Holder.valid_to),
        following.valid_from <= func.greatest(Holder.valid_to + 1, on),
    )
    rows = (
        select(
            Holder, Seat.team_id, func.count(WorkItem.id), cast(Holder.valid_to, DateTime(timezone=True)).label("ended")
        )
        .join(Seat, Seat.id == Holder.seat_id)
        .join(WorkItem, and_(WorkItem.seat_id == Holder.seat_id, WorkItem.holder_id == Holder.person_id))
        .where(WorkItem.closed_at.is_(None), Holder.valid_to <= until, ~goes_on.exists())
        .group_by(Holder.id, Seat.team_id)
        .order_by(Holder.valid_to, Holder.id)
    )
    if team_id is not None:
        rows = rows.where(Seat.team_id == team_id)
    if not_told is not None:
        rows = rows.where(not_told)
    return [Lapse(*row) for row in (await session.execute(rows)).all()]


class Busy(NamedTuple):
    """Somebody who holds a seat today with open work on it. `since`: from when on a touch is waited for, because the
    period on the seat, the oldest of the work and the return from an absence have all begun."""

    holder: Holder
    team_id: UUID
    silent_after_days: int
    open: int
    since: datetime


async def busy(session: AsyncSession, at: datetime, *, team_id: UUID | None = None) -> list[Busy]:
    """Of one team, or of all: holders and deputies of today, not away, who have handed nothing over."""
    on = civil_date(at)
    away = select(Absence.id).where(
        Absence.person_id == Holder.person_id, Absence.first_on <= on, Absence.last_on >= on
    )
    back = select(func.max(Absence.last_on) + 1).where(Absence.person_id == Holder.person_id, Absence.last_on < on)
    begun = func.greatest(Holder.valid_from, back.scalar_subquery())
    since = func.greatest(func.timezone("Europe/Helsinki", cast(begun, DateTime)), func.min(WorkItem.assigned_at))
    rows = (
        select(Holder, Team.id, Team.silent_after_days, func.count(WorkItem.id), since)
        .join(Seat, Seat.id == Holder.seat_id)
        .join(Team, Team.id == Seat.team_id)
        .join(WorkItem, and_(WorkItem.seat_id == Holder.seat_id, WorkItem.holder_id == Holder.person_id))
        .where(
            WorkItem.closed_at.is_(None),
            Holder.valid_from <= on,
            or_(Holder.valid_to.is_(None), Holder.valid_to >= on),
            Holder.handed_over_at.is_(None),
            ~away.exists(),
        )
        .group_by(Holder.id, Team.id)
        .order_by(Holder.id)
    )
    if team_id is not None:
        rows = rows.where(Team.id == team_id)
    return [Busy(*row) for row in (await session.execute(rows)).all()]


async def unconfirmed(session: AsyncSession, team_id: UUID, before: datetime) -> dict[tuple[UUID, UUID], int]:
    """By (seat, holder): assignments made before an instant that nobody has said yes to."""
    rows = (
        select(WorkItem.seat_id, WorkItem.holder_id, func.count())
        .where(
            WorkItem.team_id == team_id,
            WorkItem.closed_at.is_(None),
            WorkItem.seat_id.is_not(None),
            WorkItem.holder_id.is_not(None),
            WorkItem.kind != PATHWAY,
            WorkItem.confirmed_at.is_(None),
            WorkItem.assigned_at < before,
        )
        .group_by(WorkItem.seat_id, WorkItem.holder_id)
    )
    return {(seat, holder): number for seat, holder, number in await session.execute(rows) if seat and holder}


async def touches(session: AsyncSession, team_id: UUID, on: date, since: datetime) -> dict[UUID, datetime]:
    """When each holder of the team last read or changed something of a client, if since an instant. Nothing for who
    neither works in the team nor manages it: the function looks itself."""
    rows = func.holder_touches(team_id, on, since).table_valued(
        column("person_id", Uuid), column("last_at", DateTime(timezone=True))
    )
    found = await session.execute(select(rows.c.person_id, rows.c.last_at).where(rows.c.last_at.is_not(None)))
    return {row[0]: row[1] for row in found.all()}
