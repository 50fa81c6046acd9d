"""Addresses of organisations, people, memberships and logins. An administrator manages their own area only."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Response

from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.once import OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people import queries, service
from app.people.actor import Actor, needs
from app.people.models import Login, Membership, Organisation, Person, Unit
from app.people.periods import AlreadyEnded, EndsBeforeStart, EndsInThePast
from app.people.queries import managed_memberships, managed_organisations, managed_persons, visible_organisations
from app.people.schemas import (
    End,
    LoginCreate,
    LoginPage,
    LoginRead,
    MembershipCreate,
    MembershipPage,
    MembershipRead,
    OrganisationCreate,
    OrganisationPage,
    OrganisationRead,
    OrganisationUpdate,
    PersonCreate,
    PersonPage,
    PersonRead,
    PersonUpdate,
    UnitCreate,
    UnitPage,
    UnitRead,
)  # fmt: skip
from app.security.permissions import Permission as P

organisations = room("Organisations", "/organisations")
people = room("People")
Reader = Annotated[Actor, needs(P.DIRECTORY_READ)]
Administrator = Annotated[Actor, needs(P.PEOPLE_MANAGE)]
# Whoever fills seats must be able to look people up.
Appointer = Annotated[Actor, needs(P.TEAM_MANAGE)]
OWN_ID = (UnacceptableId, IdTaken)
CHANGED = (MissingPermission, NotFound, PreconditionRequired, PreconditionFailed)
JOINED = (
    EndsBeforeStart, service.UnknownOrganisation, service.UnknownUnit, service.HealthRegisterElsewhere,
    service.RoleOfTheArea, service.RoleOfClients, service.OverlappingMembership, service.NotForOneself,
)  # fmt: skip


@organisations.post(
    "",
    status_code=201,
    responses=problems(MissingPermission, service.AreasAreBootstrapped, service.SourceOfNobody, *OWN_ID),
)
async def create_organisation(
    actor: Administrator, session: Session, at: Now, once: OnceOnly, given: OrganisationCreate
) -> OrganisationRead:
    """A partner or provider of your area."""

    async def work() -> OrganisationRead:
        return OrganisationRead.model_validate(await service.found_organisation(session, actor, given, at))

    return await once.run(OrganisationRead, work)


@organisations.get("", responses=problems(MissingPermission, BadCursor))
async def list_organisations(actor: Reader, session: Session, paging: Paged) -> OrganisationPage:
    """The organisations you work in or with, the newest first."""
    rows, after, count = await paging.run(session, visible_organisations(actor), Organisation.id, caller=actor.login_id)
    items = [OrganisationRead.model_validate(row) for row in rows]
    return OrganisationPage(items=items, next_cursor=after, count=count)


@organisations.get("/{organisation_id}", responses=problems(MissingPermission, NotFound))
async def get_organisation(
    actor: Reader, session: Session, organisation_id: UUID, response: Response
) -> OrganisationRead:
    organisation = await one(session, visible_organisations(actor), organisation_id)
    stamp(response, organisation.version)
    return OrganisationRead.model_validate(organisation)


@organisations.patch("/{organisation_id}", responses=problems(*CHANGED, service.SourceOfNobody))
async def update_organisation(
    actor: Administrator,
    session: Session,
    organisation_id: UUID,
    expected: IfMatch,
    given: OrganisationUpdate,
    response: Response,
) -> OrganisationRead:
    organisation = await one(session, managed_organisations(actor), organisation_id, lock=True)

    async def read() -> OrganisationRead:
        return OrganisationRead.model_validate(organisation)

    await expected.check(organisation, read)
    await service.update(session, organisation, given)
    stamp(response, organisation.version)
    return await read()


@organisations.post(
    "/{organisation_id}/units", status_code=201, responses=problems(MissingPermission, NotFound, *OWN_ID)
)
async def create_unit(
    actor: Administrator, session: Session, at: Now, organisation_id: UUID, once: OnceOnly, given: UnitCreate
) -> UnitRead:
    async def work() -> UnitRead:
        organisation = await one(session, managed_organisations(actor), organisation_id)
        return UnitRead.model_validate(await service.add_unit(session, organisation, given, at))

    return await once.run(UnitRead, work)


@organisations.get("/{organisation_id}/units", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_units(actor: Reader, session: Session, paging: Paged, organisation_id: UUID) -> UnitPage:
    organisation = await one(session, visible_organisations(actor), organisation_id)
    rows, after, count = await paging.run(session, queries.units_of(organisation.id), Unit.id, caller=actor.login_id)
    return UnitPage(items=[UnitRead.model_validate(row) for row in rows], next_cursor=after, count=count)


@people.post("/persons", status_code=201, responses=problems(MissingPermission, *OWN_ID, *JOINED, service.LoginTaken))
async def create_person(
    actor: Administrator, session: Session, at: Now, once: OnceOnly, given: PersonCreate
) -> PersonRead:
    """Somebody who works with clients, if you like with the first membership and login."""

    async def work() -> PersonRead:
        return PersonRead.model_validate(await service.register(session, actor, given, at))

    return await once.run(PersonRead, work)


@people.get("/persons", responses=problems(MissingPermission, BadCursor))
async def list_persons(actor: Appointer, session: Session, paging: Paged) -> PersonPage:
    """People of your area and its partners, the newest first."""
    mine = queries.persons_of(actor.areas_with(P.TEAM_MANAGE))
    rows, after, count = await paging.run(session, mine, Person.id, caller=actor.login_id)
    return PersonPage(items=[PersonRead.model_validate(row) for row in rows], next_cursor=after, count=count)


@people.get("/persons/{person_id}", responses=problems(MissingPermission, NotFound))
async def get_person(actor: Appointer, session: Session, person_id: UUID, response: Response) -> PersonRead:
    person = await one(session, queries.persons_of(actor.areas_with(P.TEAM_MANAGE)), person_id)
    stamp(response, person.version)
    return PersonRead.model_validate(person)


@people.patch("/persons/{person_id}", responses=problems(*CHANGED))
async def update_person(
    actor: Administrator, session: Session, person_id: UUID, expected: IfMatch, given: PersonUpdate, response: Response
) -> PersonRead:
    person = await one(session, managed_persons(actor), person_id, lock=True)

    async def read() -> PersonRead:
        return PersonRead.model_validate(person)

    await expected.check(person, read)
    await service.update(session, person, given)
    stamp(response, person.version)
    return await read()


@people.post(
    "/persons/{person_id}/memberships", status_code=201, responses=problems(MissingPermission, NotFound, *JOINED)
)
async def create_membership(
    actor: Administrator, session: Session, person_id: UUID, once: OnceOnly, given: MembershipCreate
) -> MembershipRead:
    async def work() -> MembershipRead:
        person = await one(session, managed_persons(actor), person_id, lock=True)
        return MembershipRead.model_validate(await service.join(session, actor, person, given))

    return await once.run(MembershipRead, work)


@people.get("/persons/{person_id}/memberships", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_memberships(actor: Administrator, session: Session, paging: Paged, person_id: UUID) -> MembershipPage:
    """All of them, the ended ones too, the newest first."""
    person = await one(session, managed_persons(actor), person_id)
    rows, after, count = await paging.run(
        session, queries.memberships_of(person.id), Membership.id, caller=actor.login_id
    )
    return MembershipPage(items=[MembershipRead.model_validate(row) for row in rows], next_cursor=after, count=count)


@people.get("/memberships/{membership_id}", responses=problems(MissingPermission, NotFound))
async def get_membership(
    actor: Administrator, session: Session, membership_id: UUID, response: Response
) -> MembershipRead:
    membership = await one(session, managed_memberships(actor), membership_id)
    stamp(response, membership.version)
    return MembershipRead.model_validate(membership)


@people.post(
    "/memberships/{membership_id}/end",
    responses=problems(*CHANGED, AlreadyEnded, EndsBeforeStart, EndsInThePast),
)
async def end_membership(
    actor: Administrator,
    session: Session,
    at: Now,
    membership_id: UUID,
    once: OnceOnly,
    expected: IfMatch,
    given: End,
) -> MembershipRead:
    """The person's access of this role ends with the day given; yesterday ends it at once."""

    async def work() -> MembershipRead:
        membership = await one(session, managed_memberships(actor), membership_id, lock=True)

        async def read() -> MembershipRead:
            return MembershipRead.model_validate(membership)

        await expected.check(membership, read)
        await service.end_membership(session, membership, given.valid_to, at)
        return await read()

    return await once.run(MembershipRead, work)


@people.post(
    "/persons/{person_id}/logins",
    status_code=201,
    responses=problems(MissingPermission, NotFound, service.LoginTaken, service.LoginExists, service.NotForOneself),
)
async def create_login(
    actor: Administrator, session: Session, person_id: UUID, once: OnceOnly, given: LoginCreate
) -> LoginRead:
    async def work() -> LoginRead:
        person = await one(session, managed_persons(actor), person_id, lock=True)
        return LoginRead.model_validate(await service.enrol(session, actor, person, given))

    return await once.run(LoginRead, work)


@people.get("/persons/{person_id}/logins", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_logins(actor: Administrator, session: Session, paging: Paged, person_id: UUID) -> LoginPage:
    """By which issuer and subject the person is known. There is no secret in it: those the issuer keeps."""
    person = await one(session, managed_persons(actor), person_id)
    rows, after, count = await paging.run(session, queries.logins_of(person.id), Login.id, caller=actor.login_id)
    return LoginPage(items=[LoginRead.model_validate(row) for row in rows], next_cursor=after, count=count)
