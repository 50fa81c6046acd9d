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


async def bootstrap(
    session: AsyncSession, *, area_name: str, administrator_name: str, issuer: str, subject: str, at: datetime
) -> Bootstrapped:
    """Make a wellbeing area, and a person who may manage it, known by this login. Works as the app role.

    Raises `BootstrapRefused`, before anything is written, when the area or the login is there already.
    """
    area_name, administrator_name = area_name.strip(), administrator_name.strip()
    given = {"area": area_name, "administrator": administrator_name, "issuer": issuer, "subject": subject}
    if missing := [name for name, value in given.items() if not value.strip()]:
        raise BootstrapRefused(f"no {missing[0]} was given")
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
