"""Every select on teams, seats, holders and absences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, DateTime, Select, Uuid, column, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.people.actor import Actor
from app.people.models import Membership, Organisation, Person
from app.security.permissions import CLIENT_READERS
from app.security.permissions import Permission as P
from app.teams.models import Absence, Holder, Seat, Standing, Team


def visible_teams(actor: Actor) -> Select[Team]:
    """Teams of the areas one works in or with (C-07)."""
    return select(Team).where(Team.area_id.in_(actor.areas))


def managed_teams(actor: Actor) -> Select[Team]:
    return select(Team).where(Team.area_id.in_(actor.areas_with(P.TEAM_MANAGE)))


def visible_seats(actor: Actor) -> Select[Seat]:
    return select(Seat).where(Seat.team_id.in_(select(Team.id).where(Team.area_id.in_(actor.areas))))


def managed_seats(actor: Actor) -> Select[Seat]:
    mine = select(Team.id).where(Team.area_id.in_(actor.areas_with(P.TEAM_MANAGE)))
    return select(Seat).where(Seat.team_id.in_(mine))


def managed_holders(actor: Actor) -> Select[Holder]:
    seats = select(Seat.id).join(Team, Team.id == Seat.team_id)
    return select(Holder).where(Holder.seat_id.in_(seats.where(Team.area_id.in_(actor.areas_with(P.TEAM_MANAGE)))))


def managed_absences(actor: Actor) -> Select[Absence]:
    mine = select(Person.id).where(Person.area_id.in_(actor.areas_with(P.TEAM_MANAGE)))
    return select(Absence).where(Absence.person_id.in_(mine))


async def lock_coverage(session: AsyncSession, area_id: UUID) -> None:
    """Who covers what in an area is changed by one at a time; references to the area's row do not wait."""
    await session.execute(select(Organisation.id).where(Organisation.id == area_id).with_for_update(key_share=True))


async def lock_seats(session: AsyncSession, team_id: UUID) -> None:
    """Every seat of a team, in the order in which everybody locks them."""
    rows = select(Seat.id).where(Seat.team_id == team_id).order_by(Seat.id).with_for_update(key_share=True)
    await session.execute(rows)


async def lock_seats_of(session: AsyncSession, person_id: UUID) -> None:
    """The seats that a person holds or deputises on stay as they are until the transaction ends."""
    theirs = select(Holder.seat_id).where(Holder.person_id == person_id)
    rows = select(Seat.id).where(Seat.id.in_(theirs)).order_by(Seat.id).with_for_update(key_share=True)
    await session.execute(rows)


async def lock_person(session: AsyncSession, person_id: UUID) -> None:
    """What is noted of a person is noted by one at a time; references to the person's row do not wait."""
    await session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


async def away_meanwhile(session: AsyncSession, person_id: UUID, first: date, last: date, but: UUID | None) -> bool:
    """Whether another absence of the person has a day of these."""
    clash = select(Absence.id).where(Absence.person_id == person_id, Absence.first_on <= last, Absence.last_on >= first)
    if but is not None:
        clash = clash.where(Absence.id != but)
    return await session.scalar(clash.limit(1)) is not None


async def covered_elsewhere(
    session: AsyncSession, area_id: UUID, municipalities: Iterable[str], but: UUID
) -> list[str]:
    """Which of these municipalities another team of the area covers."""
    wanted = set(municipalities)
    rows = select(Team.municipalities).where(
        Team.area_id == area_id, Team.id != but, Team.municipalities.overlap(sorted(wanted))
    )
    return sorted(wanted & {code for codes in await session.scalars(rows) for code in codes})


async def seated_otherwise(session: AsyncSession, new: Holder) -> bool:
    """Whether the person has the other standing on this seat on a day of the period."""
    clash = select(Holder.id).where(
        Holder.seat_id == new.seat_id,
        Holder.person_id == new.person_id,
        Holder.standing != new.standing,
        Holder.valid_from <= (new.valid_to or date.max),
        or_(Holder.valid_to.is_(None), Holder.valid_to >= new.valid_from),
    )
    return await session.scalar(clash.limit(1)) is not None


async def works_for_area(session: AsyncSession, new: Holder) -> bool:
    """Whether the person, when the period begins, works in the own organisation of the team's area, and may read
    clients in that role."""
    rows = (
        select(Membership.id)
        .join(Team, Team.area_id == Membership.organisation_id)
        .join(Seat, Seat.team_id == Team.id)
        .where(
            Seat.id == new.seat_id,
            Membership.person_id == new.person_id,
            Membership.role.in_(CLIENT_READERS),
            Membership.valid_from <= new.valid_from,
            or_(Membership.valid_to.is_(None), Membership.valid_to >= new.valid_from),
        )
        .limit(1)
    )
    return await session.scalar(rows) is not None


async def seats_of(session: AsyncSession, teams: Iterable[UUID]) -> list[Seat]:
    rows = select(Seat).where(Seat.team_id.in_(list(teams))).order_by(Seat.team_id, Seat.no)
    return list(await session.scalars(rows))


async def roles_of(session: AsyncSession, teams: Iterable[UUID]) -> dict[UUID, set[str]]:
    """Which seats each of these teams has, held or vacant."""
    found: dict[UUID, set[str]] = {}
    for team, role in await session.execute(select(Seat.team_id, Seat.role).where(Seat.team_id.in_(list(teams)))):
        found.setdefault(team, set()).add(role)
    return found


async def template_of(session: AsyncSession, team_id: UUID) -> str:
    return (await session.get_one(Team, team_id)).template


class Figures(NamedTuple):
    """What somebody has on a seat: how much is open, and when what came in the last days was given."""

    open: int
    given: tuple[datetime, ...]


NOTHING = Figures(0, ())


async def figures(
    session: AsyncSession, areas: Iterable[UUID], on: date, since: datetime
) -> dict[tuple[UUID, UUID], Figures]:
    """By (seat, person), for whoever sits there today or later in these areas. Work is under row security: a function
    of the database counts, in the areas that the caller works in or with, and tells of no client."""
    rows = func.seat_figures(list(areas), on, since).table_valued(
        column("seat_id", Uuid),
        column("person_id", Uuid),
        column("open", BigInteger),
        column("given", ARRAY(DateTime(timezone=True))),
    )
    found = (await session.execute(select(rows))).all()
    return {(seat, person): Figures(open, tuple(given)) for seat, person, open, given in found}


async def seated_from(session: AsyncSession, seats: Iterable[UUID], on: date) -> list[tuple[Holder, Person]]:
    """Who holds or deputises on a day or later, with the person; those who came first come first."""
    rows = (
        select(Holder, Person)
        .join(Person, Person.id == Holder.person_id)
        .where(Holder.seat_id.in_(list(seats)), or_(Holder.valid_to.is_(None), Holder.valid_to >= on))
        .order_by(Holder.valid_from, Holder.id)
    )
    return [(holder, person) for holder, person in (await session.execute(rows)).all()]


async def away_from(session: AsyncSession, persons: Iterable[UUID], on: date) -> list[Absence]:
    """Absences of these people that last until a day or longer, in order."""
    rows = select(Absence).where(Absence.person_id.in_(list(persons)), Absence.last_on >= on)
    return list(await session.scalars(rows.order_by(Absence.first_on, Absence.id)))


def holders_of(seat_id: UUID, standing: Standing | None = None) -> Select[Holder]:
    rows = select(Holder).where(Holder.seat_id == seat_id)
    return rows if standing is None else rows.where(Holder.standing == standing)


def seats_in(team_id: UUID) -> Select[Seat]:
    return select(Seat).where(Seat.team_id == team_id)


def absences_of(rows: Select[Absence], person_id: UUID | None) -> Select[Absence]:
    return rows if person_id is None else rows.where(Absence.person_id == person_id)


def teams_covering(rows: Select[Team], municipality: str | None) -> Select[Team]:
    """By name; only those that cover the municipality, if one is given."""
    rows = rows.order_by(Team.name, Team.id)
    return rows if municipality is None else rows.where(Team.municipalities.contains([municipality]))
