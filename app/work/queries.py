"""Reads of the work table: load, continuity, and whose clients a team sees."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Select,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kit.clock import civil_date
from app.people.actor import Actor
from app.teams.models import Absence, Holder, Seat, Team
from app.work.models import PATHWAY, Involvement, WorkItem


def clients_of_teams(teams: Iterable[UUID]) -> Select[UUID]:
    """Clients with whom one of the teams has a care relationship."""
    return select(Involvement.client_id).where(Involvement.team_id.in_(list(teams)))


def concerns(actor: Actor, client_id: Any) -> ColumnElement[bool]:
    """The row's client is the caller, or a client of the caller's teams. The first half of every `visible_x`."""
    mine: list[ColumnElement[bool]] = []
    if actor.client_id is not None:
        mine.append(client_id == actor.client_id)
    if actor.teams:
        mine.append(client_id.in_(clients_of_teams(actor.teams)))
    return or_(*mine) if mine else client_id.in_([])


# Work of the caller's teams, and of the area's unassigned queue for those who answer for it; executed with `seeing`.
# The parameters stand in a statement that is built once.
VISIBLE_WORK: ColumnElement[bool] = or_(
    WorkItem.team_id == any_(bindparam("teams", type_=ARRAY(Uuid))),
    and_(WorkItem.team_id.is_(None), WorkItem.area_id == any_(bindparam("areas", type_=ARRAY(Uuid)))),
)


def seeing(actor: Actor) -> dict[str, list[UUID]]:
    """The parameters of `VISIBLE_WORK` for this caller."""
    return {"teams": list(actor.teams), "areas": list(actor.context.areas)}


async def work_of(session: AsyncSession, subject_id: UUID, kind: str, *, lock: bool = False) -> WorkItem | None:
    """The piece of work of a kind on a subject, open or closed."""
    rows = select(WorkItem).where(WorkItem.subject_id == subject_id, WorkItem.kind == kind)
    item: WorkItem | None = await session.scalar(rows.with_for_update() if lock else rows)
    return item


async def works_of(session: AsyncSession, subject_ids: Iterable[UUID]) -> dict[tuple[UUID, str], WorkItem]:
    """The work on each of these subjects by (subject, kind), in one statement."""
    rows = select(WorkItem).where(WorkItem.subject_id.in_(list(subject_ids)))
    return {(item.subject_id, item.kind): item for item in await session.scalars(rows)}


async def open_of_clients(session: AsyncSession, client_ids: Iterable[UUID], kind: str) -> list[WorkItem]:
    """Open work of a kind for these clients."""
    rows = select(WorkItem).where(
        WorkItem.client_id.in_(list(client_ids)), WorkItem.kind == kind, WorkItem.closed_at.is_(None)
    )
    return list(await session.scalars(rows))


async def has_open(session: AsyncSession, client_id: UUID) -> bool:
    """Whether any work about the client is open in a team the caller sees."""
    rows = select(WorkItem.id).where(WorkItem.client_id == client_id, WorkItem.closed_at.is_(None)).limit(1)
    return await session.scalar(rows) is not None


async def open_of_client_team(
    session: AsyncSession, client_id: UUID, team_id: UUID, subject_type: str
) -> list[WorkItem]:
    """The client's open work of one subject type in a team."""
    rows = select(WorkItem).where(
        WorkItem.client_id == client_id,
        WorkItem.team_id == team_id,
        WorkItem.subject_type == subject_type,
        WorkItem.closed_at.is_(None),
    )
    return list(await session.scalars(rows))


class Load(NamedTuple):
    """What somebody has on a seat: open now, given since an instant, and when last. Being responsible for a path is
    open work, and no assignment."""

    open: int
    recent: int
    last_at: datetime | None


NONE = Load(0, 0, None)


async def loads(session: AsyncSession, seats: Iterable[UUID], since: datetime) -> dict[tuple[UUID, UUID], Load]:
    """By (seat, holder), for everybody who is or was on these seats. Each number is read from an index of its own."""
    pairs = select(Holder.seat_id, Holder.person_id).where(Holder.seat_id.in_(list(seats))).distinct().subquery()
    theirs = select(func.count()).where(WorkItem.seat_id == pairs.c.seat_id, WorkItem.holder_id == pairs.c.person_id)
    given = theirs.where(WorkItem.kind != PATHWAY)
    rows = select(
        pairs.c.seat_id,
        pairs.c.person_id,
        theirs.where(WorkItem.closed_at.is_(None)).scalar_subquery(),
        given.where(WorkItem.assigned_at > since).scalar_subquery(),
        given.with_only_columns(func.max(WorkItem.assigned_at)).scalar_subquery(),
    )
    return {(seat, holder): Load(*load) for seat, holder, *load in (await session.execute(rows)).all()}


async def last_holder(session: AsyncSession, client_id: UUID, seat_id: UUID) -> tuple[UUID, datetime] | None:
    """Who held this client's closed work on the seat last, and when it was closed."""
    rows = (
        select(WorkItem.holder_id, WorkItem.closed_at)
        .where(
            WorkItem.client_id == client_id,
            WorkItem.seat_id == seat_id,
            WorkItem.holder_id.is_not(None),
            WorkItem.closed_at.is_not(None),
        )
        .order_by(WorkItem.closed_at.desc())
        .limit(1)
    )
    found = (await session.execute(rows)).first()
    return (found[0], found[1]) if found and found[0] and found[1] else None


async def involved(session: AsyncSession, client_id: UUID, team_id: UUID) -> bool:
    found = select(Involvement.id).where(Involvement.client_id == client_id, Involvement.team_id == team_id)
    return await session.scalar(found) is not None


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
