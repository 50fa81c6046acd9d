"""What can happen to time: written down by whoever spent it, and taken back."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.i18n import Text
from app.kit.ids import new_id
from app.kit.problems import Conflict, Forbidden, Invalid
from app.people.actor import Actor
from app.people.periods import at_field
from app.time_entries import queries
from app.time_entries.models import TimeEntry


class SpentInTheFuture(Invalid):
    code = "spent_in_the_future"
    detail = Text(
        "Päivä on tulevaisuudessa. Kirjaa aika, kun se on käytetty.",
        "Dagen ligger i framtiden. Anteckna tiden när den har använts.",
        "The day is in the future. Record the time when it has been spent.",
    )


class RoleNotYours(Invalid):
    """Time is recorded in a role that one has. Whoever has several says which."""

    code = "role_not_yours"
    detail = Text(
        "Kerro, missä roolissasi aika käytettiin: {roles}.",
        "Ange i vilken av dina roller tiden användes: {roles}.",
        "Say in which of your roles the time was spent: {roles}.",
    )


class TimeReversed(Conflict):
    """Taken back already, or it takes another back itself. Record the right time as a new entry."""

    code = "time_reversed"
    detail = Text(
        "Kirjaus on jo peruttu, tai se peruu toisen. Kirjaa oikea aika uutena.",
        "Anteckningen har redan återtagits, eller återtar en annan. Anteckna rätt tid som ny.",
        "The entry is taken back already, or takes another back. Record the right time as a new one.",
    )
    constraints = ("uq_time_entries_reverses_id",)


class TimeNotYours(Forbidden):
    code = "time_not_yours"
    detail = Text(
        "Oman ajan peruu se, joka sen käytti tai kirjasi.",
        "Tiden återtas av den som använde eller antecknade den.",
        "Time is taken back by whoever spent or recorded it.",
    )


def spent_day(spent_on: date | None, at: datetime) -> date:
    """The day given, or today. Raises `SpentInTheFuture`."""
    today = civil_date(at)
    if spent_on is not None and spent_on > today:
        raise at_field(SpentInTheFuture, "spentOn")
    return spent_on or today


def own_role(actor: Actor, role: str | None) -> str:
    """The role given, or the only one. Raises `RoleNotYours`."""
    if role is None and len(actor.roles) == 1:
        return next(iter(actor.roles))
    if role is None or role not in actor.roles:
        detail = RoleNotYours.detail.format(roles=", ".join(sorted(actor.roles)))
        raise RoleNotYours(
            errors=[{"pointer": "/body/role", "code": RoleNotYours.code, "detail": detail}], roles=sorted(actor.roles)
        )
    return role


def write(
    session: AsyncSession,
    actor: Actor,
    at: datetime,
    *,
    pathway_id: UUID,
    client_id: UUID,
    subject_type: str,
    subject_id: UUID | None,
    minutes: int,
    role: str | None = None,
    spent_on: date | None = None,
    person_id: UUID | None = None,
    id: UUID | None = None,
) -> TimeEntry:
    """Minutes of the caller in a role of theirs, or of another person (`person_id`, whose `role` the caller found).
    Raises `SpentInTheFuture`, `RoleNotYours`."""
    assert actor.person_id is not None
    entry = TimeEntry(
        id=id or new_id(),
        pathway_id=pathway_id,
        client_id=client_id,
        subject_type=subject_type,
        subject_id=subject_id,
        person_id=person_id or actor.person_id,
        role=role if person_id is not None and role is not None else own_role(actor, role),
        minutes=minutes,
        spent_on=spent_day(spent_on, at),
        recorded_by_id=actor.person_id,
    )
    session.add(entry)
    return entry


def of_step(
    session: AsyncSession, actor: Actor, pathway_id: UUID, client_id: UUID, step_id: UUID, minutes: int, at: datetime
) -> TimeEntry:
    """The caller's minutes on a step, written down as it is completed; of several roles, the first of the area's own.
    Raises `RoleNotYours` for whoever has none."""
    roles = sorted(m.role for m in actor.memberships if m.organisation_id == m.area_id) or sorted(actor.roles)
    return write(
        session, actor, at,
        pathway_id=pathway_id, client_id=client_id, subject_type="step", subject_id=step_id, minutes=minutes,
        role=roles[0],
    )  # fmt: skip


async def take_back(session: AsyncSession, actor: Actor, entry: TimeEntry, reason: str, at: datetime) -> TimeEntry:
    """A row of its own that reverses another. Raises `TimeNotYours`, `TimeReversed`."""
    if actor.person_id is None or actor.person_id not in (entry.person_id, entry.recorded_by_id):
        raise TimeNotYours()
    if entry.reverses_id is not None or await queries.reversal_of(session, entry.id) is not None:
        raise TimeReversed()
    same = ("pathway_id", "client_id", "subject_type", "subject_id", "person_id", "role", "minutes")
    row = TimeEntry(
        **{name: getattr(entry, name) for name in same},
        spent_on=civil_date(at),
        recorded_by_id=actor.person_id,
        reverses_id=entry.id,
        reason=reason,
    )
    session.add(row)
    await session.flush()
    return row
