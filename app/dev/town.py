"""A believable Heinola to develop and test in: its organisations, people, teams and three clients.

Built through the services, so it breaks when the rules do. Everybody in it is invented; the identity codes are of the
artificial 900-999 range. The psychiatric nurse belongs to the area's own psychiatric services: who works for the
private unit sees no rows (C-42), and a seat's holder must.
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
from app.people import service as people
from app.people.actor import Actor, NotEnrolled, enter
from app.people.queries import visible_organisations
from app.people.schemas import LoginCreate, MembershipCreate, OrganisationCreate, PersonCreate
from app.security.development import DEVELOPMENT_ISSUER
from app.teams import service as teams
from app.teams.directory import as_of
from app.teams.models import Standing
from app.teams.schemas import HolderCreate, SeatCreate, TeamCreate

AREA = "Päijät-Hämeen hyvinvointialue"
SINCE = date(2025, 1, 1)  # employment services moved to the municipalities

# short name -> name, kind, as which source its referrals count
ORGANISATIONS: dict[str, tuple[str, str, str | None]] = {
    "employment": ("Päijät-Hämeen työllisyysalue", "employment_authority", "employment_authority"),
    "lahti_employment": ("Lahden työllisyyspalvelut", "employment_authority", "employment_authority"),
    "workshop": ("Heinolan työpaja Torppa", "workshop", "city_workshop"),
    "kela": ("Kela", "kela", "kela"),
    "ngo": ("Heinolan Tukitupa ry", "ngo", "third_sector"),
    "psychiatry": ("Coronarian psykiatrian yksikkö", "private_provider_unit", "mental_health"),
}


@dataclass(frozen=True)
class Persona:
    """Somebody in the town who can sign in: where, in which role, with which register."""

    name: str
    role: str
    register: str
    at: str
    about: str


TOWN: dict[str, Persona] = {
    "nurse": Persona(
        "Hanna Harju", "unemployed_health_nurse", "health", "area",
        "unemployed health nurse of Heinola: receives referrals, makes health checks",
    ),
    "nurse_deputy": Persona(
        "Niina Niemi", "unemployed_health_nurse", "health", "area", "deputy of Heinola's unemployed health nurse"
    ),
    "physician_mental": Persona(
        "Mikael Metsälä", "physician_mental_substance_neuro", "health", "area",
        "named physician: mental health, substance use, neuropsychiatry",
    ),
    "physician_deputy": Persona(
        "Sari Saarinen", "physician_mental_substance_neuro", "health", "area", "deputy of physician_mental"
    ),
    "physician_msk": Persona(
        "Tapio Tuominen", "physician_msk_somatic", "health", "area", "named physician: musculoskeletal and somatic"
    ),
    "physiotherapist": Persona(
        "Fanni Forsman", "physiotherapist", "health", "area", "named physiotherapist: functional tests"
    ),
    "occupational_therapist": Persona(
        "Outi Oksanen", "occupational_therapist", "health", "area", "named occupational therapist: functional tests"
    ),
    "coordinator": Persona(
        "Kirsi Koskela", "work_ability_coordinator", "none", "area", "work-ability coordinator; reads no health data"
    ),
    "coordinator_two": Persona(
        "Kaarlo Kivi", "work_ability_coordinator", "none", "area", "the other work-ability coordinator"
    ),
    "social": Persona("Sonja Salmi", "social_counsellor", "social", "area", "social counsellor"),
    "psychiatric_nurse": Persona("Petri Peltola", "psychiatric_nurse", "health", "area", "psychiatric nurse"),
    "employment": Persona(
        "Eeva Eskola", "employment_expert", "none", "employment",
        "employment expert of Päijät-Häme, in the team: sends referrals, sees no health data",
    ),
    "kela": Persona(
        "Kaisa Karppinen", "kela_work_ability_adviser", "none", "kela", "Kela's adviser, in Heinola once a month"
    ),
    "workshop": Persona("Timo Torppa", "workshop_staff", "none", "workshop", "instructor of the city workshop"),
    "ngo": Persona("Jaana Järvi", "third_sector_worker", "none", "ngo", "worker of an association: the least access"),
    "lahti_employment": Persona(
        "Leo Lahtela", "employment_expert", "none", "lahti_employment", "employment expert of Lahti, not in the team"
    ),
    "lead": Persona("Tuula Tammi", "team_lead", "none", "area", "leads the Heinola team"),
    "admin": Persona("Anna Aho", "admin", "none", "area", "manages organisations, people and teams; sees no clients"),
    "dpo": Persona("Daniel Dahl", "dpo", "none", "area", "data protection officer: reads the use logs"),
    "hollola_nurse": Persona(
        "Helmi Hollo", "unemployed_health_nurse", "health", "area", "unemployed health nurse of Hollola, another team"
    ),
}  # fmt: skip
PERSONAS: dict[str, str] = {
    **{persona: found.about for persona, found in TOWN.items()},
    "client": "Aino, a client of the Heinola team",
}


@dataclass(frozen=True)
class Filled:
    """A seat and who sits in it."""

    holders: tuple[str, ...]
    deputies: tuple[str, ...] = ()
    max_open: int | None = None
    visiting_days: str | None = None


HEINOLA: dict[str, Filled] = {
    "unemployed_health_nurse": Filled(("nurse",), ("nurse_deputy",), 60),
    "physician_mental_substance_neuro": Filled(("physician_mental",), ("physician_deputy",), 25),
    "physician_msk_somatic": Filled(("physician_msk",), (), 25),
    "physiotherapist": Filled(("physiotherapist",), (), 30),
    "occupational_therapist": Filled(("occupational_therapist",), (), 20),
    "work_ability_coordinator": Filled(("coordinator", "coordinator_two"), (), 25),
    "social_counsellor": Filled(("social",), (), 40),
    "psychiatric_nurse": Filled(("psychiatric_nurse",), (), 40),
    "kela_work_ability_adviser": Filled(("kela",), (), None, "FREQ=MONTHLY;BYDAY=1TU"),
    "employment_expert": Filled(("employment",), (), 80),
    "team_lead": Filled(("lead",)),
}
# The coordinator's seat in Hollola is vacant: everybody sees it, and nothing is lost in it (C-06).
HOLLOLA: dict[str, Filled] = {
    "unemployed_health_nurse": Filled(("hollola_nurse",), (), 60),
    "work_ability_coordinator": Filled((), (), 25),
}


@dataclass(frozen=True)
class Resident:
    """A client to be."""

    identity_code: str
    given_name: str
    family_name: str
    municipality: str
    phone: str | None = None


CLIENTS: dict[str, Resident] = {
    "aino": Resident("010100A905M", "Aino", "Esimerkki", "111", "+358 50 000 0001"),
    "veikko": Resident("150591-9018", "Veikko", "Virtanen", "111"),
    "sirpa": Resident("230379-902R", "Sirpa", "Sysmäläinen", "781"),
}


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
        try:
            await sign_in(session, "admin", at)
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
    lead = await sign_in(session, "lead", at)
    team = await staff(
        session, lead, TeamCreate(code="heinola", name="Heinolan työkykytiimi", template="heinola",
                                  municipalities=["111", "781"]), HEINOLA, persons, at
    )  # fmt: skip
    await staff(
        session, lead, TeamCreate(code="hollola", name="Hollolan ja Asikkalan työkyvyn tuki",
                                  template="sote_centre_support", municipalities=["098", "016"]), HOLLOLA, persons, at
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
        membership=MembershipCreate(
            organisationId=organisations[somebody.at], role=somebody.role, register=somebody.register, validFrom=SINCE
        ),
        login=LoginCreate(issuer=DEVELOPMENT_ISSUER, subject=persona),
    )
    return (await people.register(session, admin, given, at)).id


async def staff(
    session: AsyncSession,
    lead: Actor,
    given: TeamCreate,
    seats: dict[str, Filled],
    persons: dict[str, UUID],
    at: datetime,
) -> UUID:
    """A team, its seats, and who sits in them."""
    team = await teams.create(session, lead, given, at)
    for number, (role, filled) in enumerate(seats.items()):
        seat = await teams.add_seat(
            session,
            team,
            SeatCreate(
                role=role,
                maxOpen=filled.max_open,
                visitingDays=filled.visiting_days,
                phone=f"+358 3 100 {number:04}",
            ),
        )
        seated = [(p, Standing.HOLDER) for p in filled.holders] + [(p, Standing.DEPUTY) for p in filled.deputies]
        for persona, standing in seated:
            await teams.seat_person(
                session, lead, seat, HolderCreate(personId=persons[persona], standing=standing, validFrom=SINCE)
            )
    return team.id


async def read(session: AsyncSession, at: datetime) -> Town:
    """The town as its own people find it. Ends as nobody in particular: the transaction is over."""
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
