"""Reads of the work table: load, continuity, and whose clients a team sees."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, and_, any_, bindparam, func, or_, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.people.actor import Actor
from app.people.models import Membership, Person
from app.security.permissions import PATH_WORKERS
from app.teams.models import Holder, Seat
from app.work.models import PATHWAY, TRIAGE, Involvement, WorkItem


def clients_of_teams(teams: Iterable[UUID]) -> Select[UUID]:
    """Clients with whom one of the teams has a care relationship now."""
    return select(Involvement.client_id).where(Involvement.team_id.in_(list(teams)), Involvement.ended_at.is_(None))


def open_to(actor: Actor, client_id: Any) -> ColumnElement[bool]:
    """The row's client is not one whom the record keeps this person from (a relative, a neighbour, a colleague). It
    holds whichever way a row would be seen; a row of nobody yet is open."""
    if not actor.kept_from:
        return true()
    return or_(client_id.is_(None), client_id.not_in(actor.kept_from))


def concerns(actor: Actor, client_id: Any) -> ColumnElement[bool]:
    """The row's client is the caller, or a client of the caller's teams, and nobody the caller is kept from. The first
    half of every `visible_x`."""
    mine: list[ColumnElement[bool]] = []
    if actor.client_id is not None:
        mine.append(client_id == actor.client_id)
    if actor.teams:
        mine.append(client_id.in_(clients_of_teams(actor.teams)))
    return and_(or_(*mine), open_to(actor, client_id)) if mine else client_id.in_([])


# Work of the caller's teams, and of the area's unassigned queue for those who answer for it, but not about whom the
# caller is kept from; executed with `seeing`.
# The parameters stand in a statement that is built once.
OPEN_WORK: ColumnElement[bool] = ~(WorkItem.client_id == any_(bindparam("kept_from", type_=ARRAY(Uuid))))
VISIBLE_WORK: ColumnElement[bool] = and_(
    or_(
        WorkItem.team_id == any_(bindparam("teams", type_=ARRAY(Uuid))),
        and_(WorkItem.team_id.is_(None), WorkItem.area_id == any_(bindparam("areas", type_=ARRAY(Uuid)))),
    ),
    OPEN_WORK,
)


def seeing(actor: Actor) -> dict[str, list[UUID]]:
    """The parameters of `VISIBLE_WORK` for this caller."""
    return {"teams": list(actor.teams), "areas": list(actor.context.areas), "kept_from": list(actor.kept_from)}


def visible_work(actor: Actor) -> Select[WorkItem]:
    """Work by the same rule as the worklists."""
    return select(WorkItem).where(VISIBLE_WORK).params(seeing(actor))


async def work_of(session: AsyncSession, subject_id: UUID, kind: str, *, lock: bool = False) -> WorkItem | None:
    """The piece of work of a kind on a subject, open or closed."""
    rows = select(WorkItem).where(WorkItem.subject_id == subject_id, WorkItem.kind == kind)
    if lock:
        rows = rows.with_for_update().execution_options(populate_existing=True)
    item: WorkItem | None = await session.scalar(rows)
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


class Place(NamedTuple):
    """A seat that somebody is on in a team, how much open work they have on it, and at most how much (None: any)."""

    seat_id: UUID
    open: int
    most: int | None

    def full(self, *, less: int = 0) -> bool:
        """Whether nothing more fits, once `less` of what stands there is done."""
        return self.most is not None and self.open - less >= self.most


async def place_in_team(
    session: AsyncSession,
    person_id: UUID,
    team_id: UUID,
    area_id: UUID,
    on: date,
    prefer: Any = None,
    *,
    lock: bool = False,
) -> Place | None:
    """Where the person stands in the team today: on the preferred seat (an id or a scalar subquery) if they hold it or
    deputise on it, else on their first in the order of seats; a seat handed over comes last. None: they are on no seat,
    or do no client work for the area's own organisation, and may not answer for a client (C-35, C-42). With `lock` the
    seat stays as it is until the transaction ends."""
    open_now = select(func.count()).where(
        WorkItem.seat_id == Seat.id, WorkItem.holder_id == person_id, WorkItem.closed_at.is_(None)
    )
    rows = (
        select(Seat.id, open_now.scalar_subquery(), func.coalesce(Holder.max_open, Seat.max_open))
        .select_from(Holder)
        .join(Seat, Seat.id == Holder.seat_id)
        .join(Membership, Membership.person_id == Holder.person_id)
        .where(
            Seat.team_id == team_id,
            Holder.person_id == person_id,
            Membership.organisation_id == area_id,
            Membership.role.in_(PATH_WORKERS),
            *(row.valid_from <= on for row in (Holder, Membership)),
            *(or_(row.valid_to.is_(None), row.valid_to >= on) for row in (Holder, Membership)),
        )
        .order_by(Holder.handed_over_at.is_not(None), Seat.id.is_distinct_from(prefer), Seat.no)
        .limit(1)
    )
    found = (await session.execute(rows.with_for_update(of=Seat, key_share=True) if lock else rows)).first()
    return Place(*found) if found else None


def triage_seat(referral_id: UUID) -> Any:
    """The seat that a referral came to, as a subquery."""
    return select(WorkItem.seat_id).where(WorkItem.subject_id == referral_id, WorkItem.kind == TRIAGE).scalar_subquery()


async def last_holder(session: AsyncSession, client_id: UUID, seat_id: UUID) -> tuple[UUID, datetime] | None:
    """Who held this client's closed work on the seat last, and when it was closed. Having been responsible for a path
    is work too: the client's earlier responsible worker comes first."""
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
    """Whether the team has a care relationship with the client now."""
    found = select(Involvement.id).where(
        Involvement.client_id == client_id, Involvement.team_id == team_id, Involvement.ended_at.is_(None)
    )
    return await session.scalar(found) is not None


async def hold_relationship(session: AsyncSession, client_id: UUID, team_id: UUID) -> bool:
    """The same of a team of the caller's, and it does not end before this transaction does."""
    return bool(await session.scalar(select(func.hold_relationship(client_id, team_id))))


END = text("SELECT end_relationship(:client_id, :team_id, :because, :at)")
END_QUIET = text("SELECT end_quiet_relationships(:before, :at, :most)")


async def end_quiet(session: AsyncSession, before: datetime, at: datetime, most: int) -> int:
    """End the care relationships in which nothing has been open since an instant; how many ended. As the job."""
    return int(await session.scalar(END_QUIET, {"before": before, "at": at, "most": most}) or 0)


class Lapsing(NamedTuple):
    """A period that ended or ends by its own date, and how much open work stands with its holder."""

    holder: Holder
    role: str
    name: str
    open: int


async def lapsing(session: AsyncSession, team_id: UUID, on: date, within_days: int) -> list[Lapsing]:
    """Holders and deputies of a team whose period ended, or ends within these days, with open work: the first to end
    first. Nothing tells them apart from work that is done but for somebody looking: the board, or a job."""
    until = on + timedelta(days=within_days)
    other, its = aliased(Holder), aliased(Seat)
    stays = (
        select(other.id)
        .join(its, its.id == other.seat_id)
        .where(
            its.team_id == team_id,
            other.person_id == Holder.person_id,
            other.id != Holder.id,
            other.valid_from <= until,
            or_(other.valid_to.is_(None), other.valid_to > until),
        )
    )
    goes_on = stays.where(other.seat_id == Holder.seat_id).exists()
    theirs = (
        select(func.count())
        .select_from(WorkItem)
        .where(
            WorkItem.holder_id == Holder.person_id,
            WorkItem.team_id == team_id,
            WorkItem.closed_at.is_(None),
            or_(WorkItem.seat_id == Holder.seat_id, and_(WorkItem.seat_id.is_(None), ~stays.exists())),
        )
        .correlate(Holder)
        .scalar_subquery()
    )
    rows = (
        select(Holder, Seat.role, Person.name, theirs)
        .join(Seat, Seat.id == Holder.seat_id)
        .join(Person, Person.id == Holder.person_id)
        .where(
            Seat.team_id == team_id,
            Holder.valid_to.is_not(None),
            Holder.valid_to <= until,
            theirs > 0,
            ~goes_on,
        )
        .order_by(Holder.valid_to, Holder.id)
    )
    return [Lapsing(holder, role, name, open_) for holder, role, name, open_ in (await session.execute(rows)).all()]
