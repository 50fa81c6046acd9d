"""What can happen to organisations, people, their memberships and their logins."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Conflict, Forbidden, Invalid, NotFound
from app.kit.queries import one
from app.outbox.events import append
from app.people import queries
from app.people.actor import Actor
from app.people.models import Login, Membership, Organisation, Person, Unit
from app.people.periods import at_field, check_end, check_period
from app.people.schemas import (
    LoginCreate,
    MembershipCreate,
    OrganisationCreate,
    OrganisationUpdate,
    PersonCreate,
    PersonUpdate,
    UnitCreate,
)  # fmt: skip
from app.security.permissions import Permission as P

# Roles that govern: they count for the whole area, so only the area itself gives them.
AREA_ROLES = frozenset({"admin", "dpo", "team_lead", "supervisor"})
NO_ORGANISATION = frozenset({"self", "joint_meeting"})
PRIVATE_PROVIDER = "private_provider_unit"


class OverlappingMembership(Conflict):
    code = "overlapping_membership"
    detail = Text(
        "Henkilöllä on sama rooli samassa organisaatiossa jo osan tästä ajasta.",
        "Personen har samma roll i samma organisation redan en del av den här tiden.",
        "The person holds this role in this organisation for a part of that time already.",
    )


class LoginTaken(Conflict):
    code = "login_taken"
    detail = Text(
        "Tällä kirjautumisella tunnetaan jo joku. Tarkista tunniste.",
        "Någon är redan känd med den här inloggningen. Kontrollera identifieraren.",
        "Somebody is known by this login already. Check the subject.",
    )
    constraints = ("uq_logins_issuer",)


class LoginExists(Conflict):
    """A second login would be a way in that the person need not know of."""

    code = "login_exists"
    detail = Text(
        "Henkilöllä on jo kirjautuminen tältä tunnistajalta.",
        "Personen har redan en inloggning hos den här utfärdaren.",
        "The person is known by a login of this issuer already.",
    )


class NotForOneself(Forbidden):
    """What gives access is given by somebody else: two people know of it."""

    code = "not_for_oneself"
    detail = Text(
        "Kukaan ei anna oikeuksia itselleen. Pyydä toista pääkäyttäjää.",
        "Ingen ger sig själv behörigheter. Be en annan huvudanvändare.",
        "Nobody gives access to themself. Ask another administrator.",
    )


class SourceOfNobody(Invalid):
    """`self` and `joint_meeting` are said of a referral; no organisation is one (domain 3)."""

    code = "source_of_nobody"
    detail = Text(
        "Tämä lähde ei ole organisaation: sen ilmaisee itse lähete.",
        "Den här källan är inte en organisations: den anges på remissen.",
        "No organisation is this source: it is said of a referral.",
    )


class UnknownOrganisation(Invalid):
    code = "unknown_organisation"
    detail = Text(
        "Organisaatiota ei ole alueellasi.",
        "Organisationen finns inte i ditt område.",
        "There is no such organisation in your area.",
    )


class UnknownUnit(Invalid):
    code = "unknown_unit"
    detail = Text(
        "Yksikköä ei ole tässä organisaatiossa.",
        "Enheten finns inte i den här organisationen.",
        "There is no such unit in this organisation.",
    )


class HealthRegisterElsewhere(Invalid):
    """Domain 5.3: the wellbeing area controls the health register; who works for it may handle it."""

    code = "health_register_elsewhere"
    detail = Text(
        "Terveydenhuollon rekisteriä käsitellään vain hyvinvointialueella tai sen yksityisessä yksikössä.",
        "Hälso- och sjukvårdens register hanteras bara i välfärdsområdet eller dess privata enhet.",
        "The health register is handled in the wellbeing area or a private provider's unit only.",
    )


class RoleOfTheArea(Invalid):
    code = "role_of_the_area"
    detail = Text(
        "Tämän roolin antaa vain hyvinvointialue omassa organisaatiossaan.",
        "Den här rollen ger bara välfärdsområdet i sin egen organisation.",
        "Only the wellbeing area gives this role, in its own organisation.",
    )


class RoleOfClients(Invalid):
    code = "role_of_clients"
    detail = Text(
        "Asiakkaan roolia ei anneta työntekijälle.",
        "Klientens roll ges inte åt en arbetstagare.",
        "The role of a client is not given to somebody who works here.",
    )


class AreasAreBootstrapped(Invalid):
    code = "areas_are_bootstrapped"
    detail = Text(
        "Hyvinvointialueen perustaa ylläpito komennolla bootstrap.",
        "Ett välfärdsområde grundas av driften med kommandot bootstrap.",
        "A wellbeing area is founded by the operator, with the command bootstrap.",
    )


def check_source(source: object) -> None:
    """Raises `SourceOfNobody`."""
    if source in NO_ORGANISATION:
        raise at_field(SourceOfNobody, "referralSource")


def check_other(actor: Actor, person_id: UUID) -> None:
    """Raises `NotForOneself`."""
    if actor.person_id == person_id:
        raise NotForOneself()


def own_area(actor: Actor, permission: P) -> UUID:
    """The area that one governs. Raises `Forbidden` for somebody whose role is a partner's."""
    areas = actor.areas_with(permission)
    if not areas:
        raise Forbidden()
    return areas[0]


async def found_organisation(
    session: AsyncSession, actor: Actor, given: OrganisationCreate, at: datetime
) -> Organisation:
    """A partner or a unit-like organisation of one's area. Raises `AreasAreBootstrapped`, `SourceOfNobody`."""
    if given.kind == queries.AREA:
        raise at_field(AreasAreBootstrapped, "kind")
    check_source(given.referral_source)
    organisation = Organisation(
        **given.model_dump(exclude={"id"}), id=own_id(given.id, at), area_id=own_area(actor, P.PEOPLE_MANAGE)
    )
    session.add(organisation)
    await session.flush()
    return organisation


async def update(session: AsyncSession, row: Organisation | Person, given: OrganisationUpdate | PersonUpdate) -> None:
    """Raises `SourceOfNobody`."""
    if isinstance(given, OrganisationUpdate):
        check_source(given.referral_source)
    given.apply_to(row)
    await session.flush()


async def add_unit(session: AsyncSession, organisation: Organisation, given: UnitCreate, at: datetime) -> Unit:
    unit = Unit(**given.model_dump(exclude={"id"}), id=own_id(given.id, at), organisation_id=organisation.id)
    session.add(unit)
    await session.flush()
    return unit


async def register(session: AsyncSession, actor: Actor, given: PersonCreate, at: datetime) -> Person:
    """A person, and the first membership and login if given: all of it or nothing."""
    person = Person(
        id=own_id(given.id, at),
        area_id=own_area(actor, P.PEOPLE_MANAGE),
        name=given.name,
        email=given.email,
        phone=given.phone,
        languages=given.languages,
    )
    session.add(person)
    await session.flush()
    if given.membership is not None:
        await join(session, actor, person, given.membership, within="membership/")
    if given.login is not None:
        await enrol(session, actor, person, given.login)
    return person


async def join(
    session: AsyncSession, actor: Actor, person: Person, given: MembershipCreate, *, within: str = ""
) -> Membership:
    """A role in an organisation of one's own area. The person's row is locked by the caller, or new.

    Raises `NotForOneself`, `UnknownOrganisation`, `UnknownUnit`, `EndsBeforeStart`, `HealthRegisterElsewhere`,
    `RoleOfTheArea`, `RoleOfClients`, `OverlappingMembership`.
    """
    check_other(actor, person.id)
    check_period(given.valid_from, given.valid_to, f"{within}validTo")
    try:
        organisation = await one(session, queries.managed_organisations(actor), given.organisation_id)
    except NotFound:
        raise at_field(UnknownOrganisation, f"{within}organisationId") from None
    if organisation.area_id != person.area_id:
        raise at_field(UnknownOrganisation, f"{within}organisationId")
    if given.unit_id is not None:
        try:
            await one(session, queries.units_of(organisation.id), given.unit_id)
        except NotFound:
            raise at_field(UnknownUnit, f"{within}unitId") from None
    in_area = organisation.id == organisation.area_id
    if given.role == "client":
        raise at_field(RoleOfClients, f"{within}role")
    if given.role in AREA_ROLES and not in_area:
        raise at_field(RoleOfTheArea, f"{within}role")
    if given.register_ == "health" and not in_area and organisation.kind != PRIVATE_PROVIDER:
        raise at_field(HealthRegisterElsewhere, f"{within}register")
    membership = Membership(
        person_id=person.id,
        organisation_id=organisation.id,
        unit_id=given.unit_id,
        role=given.role,
        register=given.register_,
        valid_from=given.valid_from,
        valid_to=given.valid_to,
    )
    if await queries.same_membership(session, membership):
        raise OverlappingMembership()
    session.add(membership)
    append(session, "membership.started", membership, organisation=organisation.id, role=membership.role)
    await session.flush()
    return membership


async def end_membership(session: AsyncSession, membership: Membership, last: date, at: datetime) -> None:
    """Raises `AlreadyEnded`, `EndsBeforeStart`, `EndsInThePast`."""
    check_end(membership.valid_from, membership.valid_to, last, at)
    membership.valid_to = last
    append(session, "membership.ended", membership, organisation=membership.organisation_id, role=membership.role)
    await session.flush()


async def enrol(session: AsyncSession, actor: Actor, person: Person, given: LoginCreate) -> Login:
    """A way in, one per issuer. The person's row is locked by the caller, or new.

    Raises `NotForOneself`, `LoginExists`, and `LoginTaken` by the database's own constraint: it sees every login, the
    caller does not.
    """
    check_other(actor, person.id)
    if await queries.known_by(session, person.id, given.issuer):
        raise LoginExists()
    login = Login(issuer=given.issuer, subject=given.subject, person_id=person.id)
    session.add(login)
    await session.flush()
    return login


async def enrol_client(session: AsyncSession, client_id: UUID, issuer: str, subject: str) -> Login:
    """A client's own login. The row policy lets only a team with a care relationship add it."""
    login = Login(issuer=issuer, subject=subject, client_id=client_id)
    session.add(login)
    await session.flush()
    return login
