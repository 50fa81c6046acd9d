"""A believable Heinola to develop and test in: its organisations, people, teams and three clients.

Built through the services, so it breaks when the rules do. Who lives there is in `app.dev.personas`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from app.bootstrap import bootstrap
from app.clients import service as clients
from app.clients.queries import visible_clients
from app.clients.schemas import ClientCreate
from app.dev.personas import CLIENTS, HEINOLA, HOLLOLA, ORGANISATIONS, PADASJOKI, PERSONAS, TOWN, Filled, Persona
from app.people import service as people
from app.people.actor import Actor, NotEnrolled, enter
from app.people.queries import lock_bootstrap, visible_organisations
from app.people.schemas import LoginCreate, MembershipCreate, OrganisationCreate, PersonCreate
from app.routing.following import rule_set_of
from app.security.development import DEVELOPMENT_ISSUER
from app.teams import founding
from app.teams import service as teams
from app.teams.directory import as_of
from app.teams.models import Standing
from app.teams.schemas import Channel, HolderCreate, SeatCreate, TeamCreate

__all__ = ["PERSONAS", "Town", "build_town"]

AREA = "Päijät-Hämeen hyvinvointialue"
SINCE = date(2025, 1, 1)  # employment services moved to the municipalities


@dataclass(frozen=True)
class Town:
    """Ids by short names; `persons` by persona, `seats` by role (Heinola's), `clients` by first name."""

    organisations: dict[str, UUID]
    persons: dict[str, UUID]
    seats: dict[str, UUID]
    team: UUID
    other_team: UUID
    clients: dict[str, UUID]


async def build_town(api: FastAPI) -> Town:
    """The town, built if it is not there yet: all of it or nothing."""
    at: datetime = api.state.clock()
    async with api.state.sessions.begin() as session:
        session.info.update(request_id="town", vault=api.state.vault, settings=api.state.settings, at=at)
        await lock_bootstrap(session)
        try:
            await sign_in(session, "nurse", at)
        except NotEnrolled:
            await found(session, at)
        return await read(session, at)


async def sign_in(session: AsyncSession, persona: str, at: datetime) -> Actor:
    return await enter(session, DEVELOPMENT_ISSUER, persona, at)


async def found(session: AsyncSession, at: datetime) -> None:
    area = await bootstrap(
        session,
        area_name=AREA,
        administrator_name=TOWN["admin"].name,
        issuer=DEVELOPMENT_ISSUER,
        subject="admin",
        at=at,
    )
    admin = await sign_in(session, "admin", at)
    organisations = {"area": area.area_id}
    for short, (name, kind, source) in ORGANISATIONS.items():
        made = await people.found_organisation(
            session, admin, OrganisationCreate(name=name, kind=kind, referralSource=source), at
        )
        organisations[short] = made.id
    persons = {"admin": area.person_id}
    for number, (persona, somebody) in enumerate(TOWN.items()):
        if persona != "admin":
            persons[persona] = await settle(session, admin, persona, somebody, organisations, number, at)
    # Not by the lead: nobody takes a seat by themself.
    team = await staff(
        session, admin, TeamCreate(code="heinola", name="Heinolan työkykytiimi", template="heinola",
                                  municipalities=["111", "781"]), HEINOLA, persons, at
    )  # fmt: skip
    await staff(
        session, admin, TeamCreate(code="hollola", name="Hollolan ja Asikkalan työkyvyn tuki",
                                  template="sote_centre_support", municipalities=["098", "016"]), HOLLOLA, persons, at
    )  # fmt: skip
    await staff(
        session, admin, TeamCreate(code="padasjoki", name="Padasjoen työkyvyn tuki",
                                  template="small_municipality_light", municipalities=["576"]), PADASJOKI, persons, at
    )  # fmt: skip
    nurse = await sign_in(session, "nurse", at)
    for short, resident in CLIENTS.items():
        given = ClientCreate(
            teamId=team,
            identityCode=resident.identity_code,
            givenName=resident.given_name,
            familyName=resident.family_name,
            municipality=resident.municipality,
            phone=resident.phone,
        )
        client = await clients.register(session, nurse, given, at)
        if short == "aino":
            await people.enrol_client(session, client.id, DEVELOPMENT_ISSUER, "client")
    await session.flush()


async def settle(
    session: AsyncSession,
    admin: Actor,
    persona: str,
    somebody: Persona,
    organisations: dict[str, UUID],
    number: int,
    at: datetime,
) -> UUID:
    """A person with a membership and a login."""
    given = PersonCreate(
        name=somebody.name,
        phone=f"+358 3 000 {number:04}",
        email=f"{persona.replace('_', '.')}@heinola.example",
        languages=list(somebody.languages),
        membership=MembershipCreate(
            organisationId=organisations[somebody.at], role=somebody.role, register=somebody.register, validFrom=SINCE
        ),
        login=LoginCreate(issuer=DEVELOPMENT_ISSUER, subject=persona),
    )
    return (await people.register(session, admin, given, at)).id


async def staff(
    session: AsyncSession,
    admin: Actor,
    given: TeamCreate,
    seats: dict[str, Filled],
    persons: dict[str, UUID],
    at: datetime,
) -> UUID:
    """A team, its seats, and who sits in them."""
    rule_set = await rule_set_of(session, admin.area_id, given.rule_set, given.template, at)
    team = await founding.create(session, admin, given, at, rule_set)
    for number, (role, filled) in enumerate(seats.items()):
        seat = await teams.add_seat(
            session,
            team,
            SeatCreate(
                role=role,
                maxOpen=filled.max_open,
                clientsPerDay=filled.clients_per_day,
                visitingDays=filled.visiting_days,
                phone=f"+358 3 100 {number:04}",
                channels=[Channel(system=system, value=value, note=note) for system, value, note in filled.channels],
            ),
        )
        seated = [(p, Standing.HOLDER) for p in filled.holders] + [(p, Standing.DEPUTY) for p in filled.deputies]
        for persona, standing in seated:
            holding = HolderCreate(
                personId=persons[persona], standing=standing, validFrom=SINCE, clientDaysPerWeek=filled.client_days
            )
            await teams.seat_person(session, admin, seat, holding)
    return team.id


async def read(session: AsyncSession, at: datetime) -> Town:
    """The town as its own people find it."""
    persons = {p: id for p in TOWN if (id := (await sign_in(session, p, at)).person_id) is not None}
    nurse = await sign_in(session, "nurse", at)
    names = {name: short for short, (name, _, _) in ORGANISATIONS.items()}
    organisations = {
        names.get(row.name, "area"): row.id
        for row in await session.scalars(visible_organisations(nurse))
        if row.name in names or row.id == row.area_id
    }
    found = {team.code: team for team in (await as_of(session, nurse, None, at)).teams}
    codes = {(c.given_name, c.family_name): short for short, c in CLIENTS.items()}
    clients_ = {
        codes[client.given_name, client.family_name]: client.id
        for client in await session.scalars(visible_clients(nurse))
        if (client.given_name, client.family_name) in codes
    }
    return Town(
        organisations=organisations,
        persons=persons,
        seats={seat.role: seat.id for seat in found["heinola"].seats},
        team=found["heinola"].id,
        other_team=found["hollola"].id,
        clients=clients_,
    )
