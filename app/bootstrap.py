"""The first area and its administrator: what nobody can be asked for permission to make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.trail import record, settle
from app.kit.clock import civil_date
from app.kit.ids import new_id
from app.people import queries
from app.people.actor import enter, known_as
from app.people.models import Login, Membership, Organisation, Person


class BootstrapRefused(RuntimeError):
    """There is such an area, or such a login, already; the message says which."""


@dataclass(frozen=True)
class Bootstrapped:
    """What was made."""

    area_id: UUID
    person_id: UUID
    login_id: UUID


async def add_login(
    session: AsyncSession, *, area_name: str, administrator_name: str, issuer: str, subject: str, at: datetime
) -> Bootstrapped:
    """Another login for an administrator who is there: mends a subject that was written wrong. Works as the app role.

    Logins are only added; what the first one names stays known. Raises `BootstrapRefused`, before anything is written,
    unless exactly one administrator of today has this name in this area, and nobody has this login.
    """
    area_name, administrator_name = refused_when_empty(area_name, administrator_name, issuer, subject)
    await queries.lock_bootstrap(session)
    found = await queries.administrators(session, area_name, administrator_name, civil_date(at))
    if len(found) != 1:
        many = "nobody" if not found else f"{len(found)} people"
        raise BootstrapRefused(f"{many} called {administrator_name} administer(s) {area_name} today")
    if await known_as(session, issuer, subject, at) is not None:
        raise BootstrapRefused(f"somebody is known as {subject} by {issuer} already")
    ((area, person),) = found
    await queries.begin_bootstrap(session)
    login = Login(issuer=issuer, subject=subject, person_id=person)
    session.add(login)
    await session.flush()
    await queries.end_bootstrap(session)
    await enter(session, issuer, subject, at)
    record(session, "create", login.__tablename__, login.id, None, basis="bootstrap")
    await settle(session)
    return Bootstrapped(area_id=area, person_id=person, login_id=login.id)


def refused_when_empty(area: str, administrator: str, issuer: str, subject: str) -> tuple[str, str]:
    """The two names without spaces around them. Raises `BootstrapRefused` when anything was left out."""
    given = {"area": area, "administrator": administrator, "issuer": issuer, "subject": subject}
    if missing := [name for name, value in given.items() if not value.strip()]:
        raise BootstrapRefused(f"no {missing[0]} was given")
    return area.strip(), administrator.strip()


async def bootstrap(
    session: AsyncSession, *, area_name: str, administrator_name: str, issuer: str, subject: str, at: datetime
) -> Bootstrapped:
    """Make a wellbeing area, and a person who may manage it, known by this login. Works as the app role.

    Raises `BootstrapRefused`, before anything is written, when the area or the login is there already.
    """
    area_name, administrator_name = refused_when_empty(area_name, administrator_name, issuer, subject)
    await queries.lock_bootstrap(session)
    if await queries.area_exists(session, area_name):
        raise BootstrapRefused(f"there is a wellbeing area called {area_name} already")
    if await known_as(session, issuer, subject, at) is not None:
        raise BootstrapRefused(f"somebody is known as {subject} by {issuer} already")
    await queries.begin_bootstrap(session)
    id = new_id()
    area = Organisation(id=id, name=area_name, kind=queries.AREA, area_id=id)
    session.add(area)
    await session.flush()
    person = Person(area_id=id, name=administrator_name)
    session.add(person)
    await session.flush()
    membership = Membership(
        person_id=person.id, organisation_id=id, role="admin", register="none", valid_from=civil_date(at)
    )
    login = Login(issuer=issuer, subject=subject, person_id=person.id)
    session.add_all([membership, login])
    await session.flush()
    await queries.end_bootstrap(session)
    # Only now is there somebody in whose name it can be logged.
    await enter(session, issuer, subject, at)
    made = (area, person, membership, login)
    for row in made:
        record(session, "create", row.__tablename__, row.id, None, basis="bootstrap")
    await settle(session)
    return Bootstrapped(area_id=id, person_id=person.id, login_id=login.id)
