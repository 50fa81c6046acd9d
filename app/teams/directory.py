"""The directory: who is responsible for what, how to reach them today and when there is room (C-07). No client data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.codesets import label
from app.people.actor import Actor
from app.people.models import Person
from app.teams import places, queries, visits
from app.teams.directory_schemas import (
    Directory,
    DirectoryPerson,
    DirectorySeat,
    DirectoryStandIn,
    DirectoryTeam,
)  # fmt: skip
from app.teams.models import Absence, Holder, Seat, Standing
from app.teams.places import Sitting
from app.teams.queries import NOTHING, Figures
from app.teams.reading import worded
from app.teams.schemas import ChannelRead
from app.teams.telling import TELLING_SEATS
from app.teams.templates import missing

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Known:
    """Everything about the people of the teams that are shown, as of an instant."""

    at: datetime
    seated: dict[UUID, list[tuple[Holder, Person]]] = field(default_factory=lambda: defaultdict(list))
    away: dict[UUID, list[Absence]] = field(default_factory=lambda: defaultdict(list))
    figures: dict[tuple[UUID, UUID], Figures] = field(default_factory=dict)

    @property
    def on(self) -> date:
        return civil_date(self.at)


def absent_until(absences: Iterable[Absence], on: date) -> date | None:
    """The last day of the absences that cover `on` one after another; None when present."""
    until: date | None = None
    for absence in sorted(absences, key=lambda a: a.first_on):
        if absence.first_on <= (until + DAY if until else on) and absence.last_on >= on:
            until = max(until or absence.last_on, absence.last_on)
    return until


async def as_of(
    session: AsyncSession, actor: Actor, municipality: str | None, at: datetime, role: str | None = None
) -> Directory:
    """Teams, seats and people of today (C-07), in five statements however many there are. With `role` only that seat,
    of the teams that have it."""
    found = queries.teams_covering(queries.visible_teams(actor), municipality)
    teams = list(await session.scalars(found))
    seats: dict[UUID, list[Seat]] = defaultdict(list)
    for seat in await queries.seats_of(session, [team.id for team in teams]):
        seats[seat.team_id].append(seat)
    shown = {team.id: [seat for seat in seats[team.id] if role in (None, seat.role)] for team in teams}
    known = await people_of(
        session, {team.area_id for team in teams}, [s.id for own in shown.values() for s in own], at
    )
    own_areas = {m.area_id for m in actor.memberships if m.organisation_id == m.area_id}
    return Directory(
        on=known.on,
        teams=[
            DirectoryTeam(
                id=team.id,
                area_id=team.area_id,
                code=team.code,
                name=team.name,
                template=team.template,
                municipalities=team.municipalities,
                missing_seats=missing(team.template, {seat.role for seat in seats[team.id]}),
                seats=[show_seat(seat, known, loads=team.area_id in own_areas) for seat in shown[team.id]],
            )
            for team in teams
            if role is None or shown[team.id]
        ],
    )


async def people_of(session: AsyncSession, areas: Iterable[UUID], seats: Iterable[UUID], at: datetime) -> Known:
    """Who sits on these seats today or later, who is away, and how much work they have."""
    known = Known(at)
    for holder, person in await queries.seated_from(session, seats, known.on):
        known.seated[holder.seat_id].append((holder, person))
    persons = {person.id for rows in known.seated.values() for _, person in rows}
    for absence in await queries.away_from(session, persons, known.on):
        known.away[absence.person_id].append(absence)
    known.figures.update(await queries.figures(session, areas, known.on, at - places.WEEK))
    return known


def sitting(seat: Seat, known: Known) -> list[Sitting]:
    """Everybody's periods on a seat, as `places` counts them."""
    return [
        Sitting(
            deputy=holder.standing is Standing.DEPUTY,
            first_on=holder.valid_from,
            last_on=holder.valid_to,
            away=tuple((a.first_on, a.last_on) for a in known.away.get(person.id, ())),
            max_open=seat.max_open if holder.max_open is None else holder.max_open,
            week_limit=holder.week_limit(seat),
            open=known.figures.get((seat.id, person.id), NOTHING).open,
            given=known.figures.get((seat.id, person.id), NOTHING).given,
            handed_over=holder.handed_over_at is not None,
        )
        for holder, person in known.seated[seat.id]
    ]


def show_person(seat: Seat, holder: Holder, person: Person, known: Known, *, loads: bool) -> DirectoryPerson:
    has = known.figures.get((seat.id, person.id), NOTHING)
    left = holder.handed_over_at and civil_date(holder.handed_over_at)
    return DirectoryPerson(
        holder_id=holder.id,
        person_id=person.id,
        name=person.name,
        phone=person.phone,
        email=person.email,
        languages=person.languages,
        absent_until=absent_until(known.away.get(person.id, ()), known.on),
        until=holder.valid_to or left,
        handed_over=left is not None,
        open_work=has.open if loads else None,
        given_in_seven_days=len(has.given) if loads else None,
    )


def show_seat(seat: Seat, known: Known, *, loads: bool) -> DirectorySeat:
    """A seat as of a day. Deputies are shown while no holder is present: who has handed over is shown and is not the
    one to contact (C-43). `loads`: how much work each person has. Without them (a partner) a seat that tells by itself
    does not say how much room it has: from one day to the next a place less would say where a client was sent."""

    def people(standing: Standing) -> list[DirectoryPerson]:
        return [
            show_person(seat, holder, person, known, loads=loads)
            for holder, person in known.seated[seat.id]
            if holder.standing is standing and holder.in_force(known.on)
        ]

    def somebody_comes(day: date) -> bool:
        return any(
            holder.in_force(day)
            and holder.handed_over_at is None
            and absent_until(known.away.get(person.id, ()), day) is None
            for holder, person in known.seated[seat.id]
        )

    holders = people(Standing.HOLDER)
    staying = [p for p in holders if not p.handed_over]
    there = any(p.absent_until is None for p in staying)
    away = [] if there else [p.person_id for p in staying]
    stand_in = [] if there else [p for p in people(Standing.DEPUTY) if not p.handed_over]
    room = sitting(seat, known)
    tells = seat.role in TELLING_SEATS and not loads
    return DirectorySeat(
        id=seat.id,
        role=seat.role,
        label=worded(label("role", seat.role)),
        vacant=not staying,
        holders=sorted(holders, key=lambda p: p.handed_over),
        deputies=[DirectoryStandIn(**p.model_dump(), stands_in_for=away) for p in stand_in if p.absent_until is None],
        phone=seat.phone,
        email=seat.email,
        channels=[ChannelRead.model_validate(channel) for channel in seat.channels],
        visiting_days=seat.visiting_days,
        next_visiting_day=visits.next_visit(seat.visiting_days, known.on, somebody_comes)
        if seat.visiting_days
        else None,
        free_places=None if tells else places.free_places(room, known.on, known.at),
        next_free_on=None if tells else places.next_free(room, known.on, seat.visiting_days),
    )
