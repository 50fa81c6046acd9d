"""Every select on organisations, units, persons, memberships and logins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.people.actor import Actor
from app.people.models import Login, Membership, Organisation, Person, Unit
from app.security.permissions import Permission as P

AREA = "wellbeing_area"
BOOTSTRAPPING = 7_307_027  # any number, the same everywhere


def visible_organisations(actor: Actor) -> Select[Organisation]:
    """Organisations of the areas one works in or with: names and kinds are no secret among professionals."""
    return select(Organisation).where(Organisation.area_id.in_(actor.areas))


def managed_organisations(actor: Actor) -> Select[Organisation]:
    return select(Organisation).where(Organisation.area_id.in_(actor.areas_with(P.PEOPLE_MANAGE)))


def units_of(organisation_id: UUID) -> Select[Unit]:
    return select(Unit).where(Unit.organisation_id == organisation_id)


def persons_of(areas: Iterable[UUID]) -> Select[Person]:
    return select(Person).where(Person.area_id.in_(list(areas)))


def managed_persons(actor: Actor) -> Select[Person]:
    return persons_of(actor.areas_with(P.PEOPLE_MANAGE))


def managed_memberships(actor: Actor) -> Select[Membership]:
    mine = select(Person.id).where(Person.area_id.in_(actor.areas_with(P.PEOPLE_MANAGE)))
    return select(Membership).where(Membership.person_id.in_(mine))


def memberships_of(person_id: UUID) -> Select[Membership]:
    return select(Membership).where(Membership.person_id == person_id)


def logins_of(person_id: UUID) -> Select[Login]:
    return select(Login).where(Login.person_id == person_id)


async def known_by(session: AsyncSession, person_id: UUID, issuer: str) -> bool:
    """Whether the person has a login of this issuer."""
    return await session.scalar(logins_of(person_id).where(Login.issuer == issuer).limit(1)) is not None


async def same_membership(session: AsyncSession, new: Membership) -> bool:
    """Whether the person has this role in this organisation and unit on a day of that period already."""
    clash = select(Membership.id).where(
        Membership.person_id == new.person_id,
        Membership.organisation_id == new.organisation_id,
        Membership.unit_id.is_not_distinct_from(new.unit_id),
        Membership.role == new.role,
        Membership.register == new.register,
        Membership.valid_from <= (new.valid_to or date.max),
        or_(Membership.valid_to.is_(None), Membership.valid_to >= new.valid_from),
    )
    return await session.scalar(clash.limit(1)) is not None


async def lock_bootstrap(session: AsyncSession) -> None:
    """One bootstrap at a time, until the end of the transaction."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": BOOTSTRAPPING})


async def begin_bootstrap(session: AsyncSession) -> None:
    """From here on this transaction may write organisations and people in nobody's name: nobody is known yet."""
    await session.execute(text("SELECT set_config('app.bootstrap', 'true', true)"))


async def end_bootstrap(session: AsyncSession) -> None:
    await session.execute(text("SELECT set_config('app.bootstrap', '', true)"))


async def administrators(session: AsyncSession, area_name: str, name: str, on: date) -> list[tuple[UUID, UUID]]:
    """Area and person of each administrator of that name in the area of that name on a date."""
    rows = (
        select(Organisation.id, Person.id)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Organisation.kind == AREA,
            func.lower(Organisation.name) == area_name.lower(),
            func.lower(Person.name) == name.lower(),
            Membership.role == "admin",
            Membership.valid_from <= on,
            or_(Membership.valid_to.is_(None), Membership.valid_to >= on),
        )
        .distinct()
    )
    return [(area, person) for area, person in (await session.execute(rows)).all()]


async def area_exists(session: AsyncSession, name: str) -> bool:
    same = func.lower(Organisation.name) == name.lower()
    return await session.scalar(select(Organisation.id).where(Organisation.kind == AREA, same).limit(1)) is not None
