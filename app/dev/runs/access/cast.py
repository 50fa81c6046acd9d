"""Who asks: for every role of the permission matrix somebody in every relation to the case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.dev.runs.life.case import CLOSED, LIVING, WITHDRAWN
from app.dev.runs.life.place import Place
from app.kit.ids import new_id
from app.people.models import Login, Membership, Person
from app.security.development import DEVELOPMENT_ISSUER
from app.security.permissions import GRANTS, Permission
from app.teams.models import Holder, Seat, Standing

SINCE, YESTERDAY = date(2026, 11, 1), date(2026, 11, 22)


class Relation(StrEnum):
    """What the caller has to do with the case. `own`: holds all of its work, is its sender, or is the client.

    `own_team` is a colleague who holds none of it: in the team, or in the office that sent; a client's is another
    client of the team. `other_team` sits in another team of the area, `other_organisation` works beside the area; a
    partner's is of another office, with a seat for consulting. `closed_case` is an own one that ended. In
    `withdrawn_consent` a partner was invited to a meeting on a permission that the client has taken back since; for the
    area's own people and the client it is their own case, with every permission taken back.
    """

    OWN = "own"
    OWN_TEAM = "own_team"
    OTHER_TEAM = "other_team"
    OTHER_ORGANISATION = "other_organisation"
    CLOSED_CASE = "closed_case"
    WITHDRAWN_CONSENT = "withdrawn_consent"
    EXPIRED_MEMBERSHIP = "expired_membership"
    NO_TOKEN = "no_token"


R = Relation
DENIED = frozenset({R.OTHER_TEAM, R.OTHER_ORGANISATION, R.EXPIRED_MEMBERSHIP, R.NO_TOKEN})
HEALTH = frozenset(
    {
        "unemployed_health_nurse", "physician_mental_substance_neuro", "physician_msk_somatic", "physiotherapist",
        "work_ability_physician", "occupational_nurse", "occupational_therapist", "psychiatric_nurse", "memory_nurse",
        "substance_worker", "mental_health_substance_unit", "occupational_physician",
    }
)  # fmt: skip
SOCIAL = frozenset({"social_counsellor", "social_worker", "health_social_counsellor"})
PARTNERS = frozenset(
    role
    for role, may in GRANTS.items()
    if Permission.REFERRAL_READ in may and not {Permission.CLIENT_READ, Permission.TEAM_MANAGE} & may
)
"""Roles that send and see no clients: they work for an organisation beside the area."""
UNSEATED = frozenset({"supervisor"})  # who oversees teams sits in none of them
SEAT, PARTNERS_SEAT = "work_ability_coordinator", "employment_expert"  # of whoever has no seat of the own role
OTHERS_SEAT = {"hollola": "work_ability_coordinator", "padasjoki": "employment_expert"}


def denied(role: str, relation: Relation) -> bool:
    """Whether nothing of the case may be seen at all, whatever else the role may do."""
    if role == "client":
        return relation in DENIED | {R.OWN_TEAM}
    return relation in DENIED or (relation is R.WITHDRAWN_CONSENT and role in PARTNERS)


@dataclass(frozen=True)
class Cast:
    """`subject(role, relation)` is the login of whoever it is; `person` and `seat` are theirs."""

    logins: dict[tuple[str, Relation], str]
    persons: dict[tuple[str, Relation], UUID]
    seats: dict[str, UUID]

    def subject(self, role: str, relation: Relation) -> str:
        return self.logins[role, relation]

    def guests(self) -> list[str]:
        return [str(id) for (_, relation), id in self.persons.items() if relation is R.WITHDRAWN_CONSENT]

    async def takes_over(self, place: Place, role: str, client: str) -> None:
        """All the work on this client is theirs now. Written past every trigger: whether it may be so is not asked."""
        who, seat = self.persons[role, R.OWN], self.seats.get(role)
        async with place.unguarded():
            for statement in TAKEN_OVER:
                await place.sql(statement, person=who, seat=seat, client=client)
            if role in PARTNERS:
                await place.sql("UPDATE referrals SET sender_person_id = :p WHERE client_id = :c", p=who, c=client)
                office = str(place.town.organisations["employment"])
                await place.sql(ALSO_INVITED, person=str(who), office=office, client=client)


TAKEN_OVER = (
    "UPDATE work_items SET holder_id = :person, queue = NULL, alarm = false, seat_id = COALESCE(:seat, seat_id)"
    " WHERE client_id = CAST(:client AS uuid)",
    "UPDATE pathways SET responsible_person_id = :person WHERE client_id = :client",
    "UPDATE meetings SET convener_id = :person WHERE client_id = :client",
    "UPDATE meeting_invitations SET seat_id = COALESCE(:seat, seat_id) WHERE CAST(:client AS uuid) IS NOT NULL",
    "UPDATE consultations SET seat_id = COALESCE(:seat, seat_id) WHERE client_id = CAST(:client AS uuid)",
)


ALSO_INVITED = """
INSERT INTO meeting_participants SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(),
  'person_id', CAST(:person AS text), 'organisation_id', CAST(:office AS text)))).*
  FROM meeting_participants p WHERE p.id IN (
    SELECT DISTINCT ON (meeting_id) id FROM meeting_participants WHERE client_id = CAST(:client AS uuid)
     ORDER BY meeting_id, id)
"""


async def engaged(place: Place, roles: Iterable[str]) -> Cast:
    """Everybody of these roles, written as the owner of the database would: 6 people a role."""
    town, cast = place.town, Cast({}, {}, {})
    async with AsyncSession(place.root, expire_on_commit=False) as session, session.begin():
        for role in roles:
            if role == "client":
                continue
            for relation in R:
                if relation is R.NO_TOKEN:
                    continue
                if relation is R.CLOSED_CASE or (relation is R.WITHDRAWN_CONSENT and role not in PARTNERS):
                    cast.logins[role, relation] = cast.logins[role, R.OWN]
                    continue
                await engage(session, place, cast, role, relation)
    await clients(place, cast, town.clients["aino"])
    for role in roles:
        cast.logins[role, R.NO_TOKEN] = ""
    return cast


async def engage(session: AsyncSession, place: Place, cast: Cast, role: str, relation: Relation) -> None:
    """One person: where they work, on which seat, by which login."""
    town, partner = place.town, role in PARTNERS
    at = {
        R.OWN: "employment" if partner else "area",
        R.OWN_TEAM: "employment" if partner else "area",
        R.OTHER_TEAM: "ngo" if partner else "area",
        R.OTHER_ORGANISATION: "municipal",
        R.WITHDRAWN_CONSENT: "workshop",
        R.EXPIRED_MEMBERSHIP: "employment" if partner else "area",
    }[relation]
    register = "health" if role in HEALTH else "social" if role in SOCIAL else "none"
    person = Person(area_id=town.organisations["area"], name=f"{role} {relation}")
    session.add(person)
    await session.flush()
    session.add(
        Membership(
            person_id=person.id, organisation_id=town.organisations[at], role=role, register=register,
            valid_from=SINCE, valid_to=YESTERDAY if relation is R.EXPIRED_MEMBERSHIP else None,
        )
    )  # fmt: skip
    subject = f"{role}.{relation}"
    session.add(Login(issuer=DEVELOPMENT_ISSUER, subject=subject, person_id=person.id))
    if seat := await seat_of(session, place, role, relation):
        session.add(
            Holder(
                seat_id=seat.id, seat_no=seat.no, person_id=person.id, person_no=await number(session, person.id),
                standing=Standing.DEPUTY, valid_from=SINCE,
            )
        )  # fmt: skip
        if relation is R.OWN:
            cast.seats[role] = seat.id
    cast.logins[role, relation], cast.persons[role, relation] = subject, person.id


async def number(session: AsyncSession, id: UUID) -> int:
    return int((await session.execute(text("SELECT no FROM persons WHERE id = :id"), {"id": id})).scalar_one())


async def seat_of(session: AsyncSession, place: Place, role: str, relation: Relation) -> Seat | None:
    """Of the own role where the team has one, else another that such a person may sit on. A sender needs none."""
    partner = role in PARTNERS
    seatless = (R.WITHDRAWN_CONSENT, R.OWN, R.OWN_TEAM) if partner else (R.WITHDRAWN_CONSENT, R.OTHER_ORGANISATION)
    if relation in seatless or role in UNSEATED:
        return None
    if relation is R.OTHER_TEAM:
        code = "padasjoki" if partner else "hollola"
        found = "SELECT s.id FROM seats s JOIN teams t ON t.id = s.team_id WHERE t.code = :code AND s.role = :role"
        values = {"code": code, "role": OTHERS_SEAT[code]}
        return await session.get(Seat, (await session.execute(text(found), values)).scalar_one())
    seats = place.town.seats
    if relation is R.OWN_TEAM:  # not the seat that the work stands on: who sits there may do it
        return await session.get(Seat, seats[SEAT])
    return await session.get(Seat, seats.get(role) or seats[PARTNERS_SEAT if partner else SEAT])


ANOTHER_AREA = """
INSERT INTO organisations SELECT (jsonb_populate_record(o, jsonb_build_object(
  'id', CAST(:id AS text), 'area_id', CAST(:id AS text), 'name', 'Another area'))).*
  FROM organisations o WHERE id = area_id LIMIT 1
"""
ANOTHER_CLIENT = """
INSERT INTO clients SELECT (jsonb_populate_record(c, jsonb_build_object(
  'id', CAST(:id AS text), 'area_id', CAST(:area AS text), 'given_name', 'Toinen', 'family_name', 'Asiakas',
  'phone', null))).* FROM clients c WHERE id = :sample
"""
INVOLVED = """
INSERT INTO involvements SELECT (jsonb_populate_record(i, jsonb_build_object(
  'id', CAST(:id AS text), 'client_id', CAST(:client AS text), 'team_id', CAST(:team AS text)))).*
  FROM involvements i WHERE client_id = :sample LIMIT 1
"""


async def clients(place: Place, cast: Cast, sample: UUID) -> None:
    """The client's own login, and those of other clients: of the team, of another team, of another area, and of
    somebody of whom nothing is left but the token."""
    cast.logins.update(
        {
            ("client", R.OWN): LIVING.key, ("client", R.CLOSED_CASE): CLOSED.key,
            ("client", R.WITHDRAWN_CONSENT): WITHDRAWN.key, ("client", R.EXPIRED_MEMBERSHIP): "client-unknown",
        }
    )  # fmt: skip
    places = {R.OWN_TEAM: place.town.team, R.OTHER_TEAM: place.town.other_team, R.OTHER_ORGANISATION: None}
    for relation, team in places.items():
        client, area, subject = new_id(), place.town.organisations["area"], f"client.{relation}"
        if team is None:
            area = new_id()
            await place.sql(ANOTHER_AREA, id=str(area))
        await place.sql(ANOTHER_CLIENT, id=str(client), area=str(area), sample=sample)
        if team is not None:
            await place.sql(INVOLVED, id=str(new_id()), client=str(client), team=str(team), sample=sample)
        await place.enrol(subject, str(client))
        cast.logins["client", relation] = subject
