"""Reads that a decision needs: the teams of an area as a roster, and the decisions made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.people.actor import Actor
from app.people.models import Person
from app.routing.models import RoutingDecision
from app.routing.roster import Deputy, Holder, Period, Roster, Seat, Team
from app.teams import models as teams
from app.work import queries as work

RECENT = timedelta(days=7)


def visible_decisions(actor: Actor) -> Select[RoutingDecision]:
    """Decisions about clients of the caller's teams; those that tell of health, for health professionals only."""
    return seen(actor, "routing_decision", RoutingDecision)


async def teams_of_area(session: AsyncSession, area_id: UUID) -> list[teams.Team]:
    return list(await session.scalars(select(teams.Team).where(teams.Team.area_id == area_id)))


async def lock_seat(session: AsyncSession, team_id: UUID, role: str) -> UUID | None:
    """Hold the seat until the transaction ends, so that two decisions never count the same free place."""
    row = select(teams.Seat.id).where(teams.Seat.team_id == team_id, teams.Seat.role == role)
    seat: UUID | None = await session.scalar(row.with_for_update(key_share=True))
    return seat


class Seating:
    """A roster, and the ids behind its names. People are ids of persons, teams ids of teams, seats their roles."""

    def __init__(self, roster: Roster, seats: dict[tuple[str, str], UUID], names: dict[str, str]) -> None:
        self.roster, self.seats, self.names = roster, seats, names


async def seating(
    session: AsyncSession,
    area_id: UUID,
    found: Sequence[teams.Team],
    on: date,
    at: datetime,
    also: Sequence[str | None] = (),
) -> Seating:
    """The roster of these teams as it stands now. `also` is a municipality that counts as covered: work that is in a
    team already stays with that team's named people (C-37)."""
    ids = [team.id for team in found]
    seats = list(await session.scalars(select(teams.Seat).where(teams.Seat.team_id.in_(ids))))
    seat_ids = [seat.id for seat in seats]
    rows = (
        select(teams.Holder, Person.name)
        .join(Person, Person.id == teams.Holder.person_id)
        .where(teams.Holder.seat_id.in_(seat_ids))
    )
    held = (await session.execute(rows)).all()
    people = {holder.person_id for holder, _ in held}
    away: dict[UUID, list[Period]] = {}
    absences = select(teams.Absence).where(teams.Absence.person_id.in_(people), teams.Absence.last_on >= on)
    for absence in await session.scalars(absences):
        away.setdefault(absence.person_id, []).append(Period(absence.first_on, absence.last_on))
    loads = await work.loads(session, seat_ids, at - RECENT)

    def sitting(seat: teams.Seat, standing: teams.Standing, kind: type[Any]) -> tuple[Any, ...]:
        periods: dict[UUID, list[teams.Holder]] = {}
        for holder, _ in held:
            if holder.seat_id == seat.id and holder.standing is standing:
                periods.setdefault(holder.person_id, []).append(holder)
        return tuple(
            person_of(kind, seat, spans, away.get(person, ()), loads.get((seat.id, person), work.NONE), on)
            for person, spans in periods.items()
        )

    made = []
    for team in found:
        own = [
            Seat(
                role=seat.role,
                holders=sitting(seat, teams.Standing.HOLDER, Holder),
                deputies=sitting(seat, teams.Standing.DEPUTY, Deputy),
                visiting_days=seat.visiting_days,
            )
            for seat in seats
            if seat.team_id == team.id
        ]
        covers = frozenset([*team.municipalities, *also])
        made.append(Team(id=str(team.id), municipalities=covers, seats=tuple(own)))
    names = {str(holder.person_id): name for holder, name in held} | {str(team.id): team.name for team in found}
    return Seating(Roster(teams=tuple(made), area=str(area_id)), {(str(s.team_id), s.role): s.id for s in seats}, names)


def person_of(
    kind: type[Any],
    seat: teams.Seat,
    spans: Sequence[teams.Holder],
    away: Sequence[Period],
    load: work.Load,
    on: date,
) -> Any:
    """Somebody's periods in one standing on a seat as one person of the roster. The limits are those of the period of
    the day, else the seat's; the order of a seat is who came first."""
    now = next((span for span in spans if span.in_force(on)), None)
    return kind(
        id=str(spans[0].person_id),
        periods=tuple(Period(span.valid_from, span.valid_to) for span in spans),
        absences=tuple(away),
        max_open=seat.max_open if now is None or now.max_open is None else now.max_open,
        week_limit=now.week_limit(seat) if now else None,
        open_now=load.open,
        recent=load.recent,
        last_assigned_at=load.last_at,
        order=min((span.valid_from.toordinal() << 32) + span.person_no for span in spans),
        handed_over=now is not None and now.handed_over_at is not None,
    )


async def holder_of_seat(session: AsyncSession, seat_id: UUID, person_id: UUID, on: date) -> teams.Holder | None:
    """Whether the person holds the seat, or is its deputy, on a day."""
    rows = select(teams.Holder).where(
        teams.Holder.seat_id == seat_id,
        teams.Holder.person_id == person_id,
        teams.Holder.valid_from <= on,
        or_(teams.Holder.valid_to.is_(None), teams.Holder.valid_to >= on),
    )
    holder: teams.Holder | None = await session.scalar(rows)
    return holder


async def is_absent(session: AsyncSession, person_id: UUID, on: date) -> bool:
    rows = select(teams.Absence.id).where(
        teams.Absence.person_id == person_id, teams.Absence.first_on <= on, teams.Absence.last_on >= on
    )
    return await session.scalar(rows) is not None


async def newest(session: AsyncSession, subject_id: UUID) -> RoutingDecision | None:
    rows = (
        select(RoutingDecision)
        .where(RoutingDecision.subject_id == subject_id)
        .order_by(RoutingDecision.decided_at.desc(), RoutingDecision.id.desc())
        .limit(1)
    )
    decision: RoutingDecision | None = await session.scalar(rows)
    return decision


async def names_of(session: AsyncSession, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    wanted = {id for id in ids if id is not None}
    rows = await session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row[0]: row[1] for row in rows.all()}


async def person_here(session: AsyncSession, area_id: UUID, person_id: UUID) -> Person | None:
    """Somebody of the area, or of its partners."""
    found: Person | None = await session.scalar(select(Person).where(Person.area_id == area_id, Person.id == person_id))
    return found


async def seats_held(session: AsyncSession, team_id: UUID, person_id: UUID) -> list[tuple[teams.Seat, teams.Holder]]:
    """Every period of the person on the team's seats, the first first."""
    rows = (
        select(teams.Seat, teams.Holder)
        .join(teams.Holder, teams.Holder.seat_id == teams.Seat.id)
        .where(teams.Seat.team_id == team_id, teams.Holder.person_id == person_id)
        .order_by(teams.Holder.valid_from, teams.Holder.id)
    )
    return [(seat, holder) for seat, holder in (await session.execute(rows)).all()]
