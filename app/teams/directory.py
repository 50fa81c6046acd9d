"""The directory: who is responsible for what, and how to reach them today (C-07). No client data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.codesets import label
from app.people.actor import Actor
from app.people.models import Person
from app.teams import queries, visits
from app.teams.models import Absence, Holder, Seat, Standing
from app.teams.schemas import Directory, DirectoryPerson, DirectorySeat, DirectoryTeam, Label

DAY = timedelta(days=1)


def absent_until(absences: Iterable[Absence], on: date) -> date | None:
    """The last day of the absences that cover `on` one after another; None when present."""
    until: date | None = None
    for absence in sorted(absences, key=lambda a: a.first_on):
        if absence.first_on <= (until + DAY if until else on) and absence.last_on >= on:
            until = max(until or absence.last_on, absence.last_on)
    return until


async def as_of(session: AsyncSession, actor: Actor, municipality: str | None, at: datetime) -> Directory:
    """Teams, seats and people of today (C-07), in four statements however many there are."""
    on = civil_date(at)
    found = queries.teams_covering(queries.visible_teams(actor), municipality)
    teams = list(await session.scalars(found))
    seats = await queries.seats_of(session, [team.id for team in teams])
    seated: dict[UUID, list[tuple[Holder, Person]]] = defaultdict(list)
    for holder, person in await queries.seated_from(session, [seat.id for seat in seats], on):
        seated[holder.seat_id].append((holder, person))
    away: dict[UUID, list[Absence]] = defaultdict(list)
    for absence in await queries.away_from(session, {p.id for rows in seated.values() for _, p in rows}, on):
        away[absence.person_id].append(absence)
    shown: dict[UUID, list[DirectorySeat]] = defaultdict(list)
    for seat in seats:
        shown[seat.team_id].append(show_seat(seat, seated[seat.id], away, on))
    return Directory(
        on=on,
        teams=[
            DirectoryTeam(
                id=team.id,
                area_id=team.area_id,
                code=team.code,
                name=team.name,
                template=team.template,
                municipalities=team.municipalities,
                seats=shown[team.id],
            )
            for team in teams
        ],
    )


def show_seat(
    seat: Seat, seated: list[tuple[Holder, Person]], away: dict[UUID, list[Absence]], on: date
) -> DirectorySeat:
    """A seat as of a day. Deputies are shown while no holder is present."""

    def present(day: date) -> list[DirectoryPerson]:
        return [p for p in people(day) if p.absent_until is None]

    def people(day: date, *standings: Standing) -> list[DirectoryPerson]:
        return [
            DirectoryPerson(
                holder_id=holder.id,
                person_id=person.id,
                name=person.name,
                phone=person.phone,
                email=person.email,
                absent_until=absent_until(away.get(person.id, ()), day),
            )
            for holder, person in seated
            if (not standings or holder.standing in standings)
            and holder.valid_from <= day
            and (holder.valid_to is None or day <= holder.valid_to)
        ]

    holders = people(on, Standing.HOLDER)
    attended = any(p.absent_until is None for p in holders)
    deputies = [] if attended else [p for p in people(on, Standing.DEPUTY) if p.absent_until is None]
    next_day = visits.next_visit(seat.visiting_days, on, lambda day: bool(present(day))) if seat.visiting_days else None
    return DirectorySeat(
        id=seat.id,
        role=seat.role,
        label=Label(**label("role", seat.role).as_dict()),
        vacant=not holders,
        holders=holders,
        deputies=deputies,
        phone=seat.phone,
        email=seat.email,
        visiting_days=seat.visiting_days,
        next_visiting_day=next_day,
    )
