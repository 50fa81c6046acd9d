"""Whether the client came: kept, missed, or noted wrongly. The contact log gets it, so that silence is computed from
it and nothing is typed twice; nobody outside the team is told."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.appointments import queries, rules, times
from app.appointments.models import FLOW, HEALTH_CHECK, TEAM, Appointment
from app.appointments.refusals import AppointmentNotBegun
from app.appointments.schemas import AppointmentFulfil, NoShowMark
from app.contacts import service as contacts
from app.contacts.models import Contact, EntryState
from app.contacts.schemas import ContactCreate
from app.kit.clock import civil_date
from app.kit.codesets import codeset
from app.outbox.events import append
from app.pathways import queries as pathway_queries
from app.pathways import service as pathways
from app.people.actor import Actor
from app.referrals.content import refuse_codes

BOOKED_STEP = "health_check_booked"


def tell(session: AsyncSession, what: str, row: Appointment) -> None:
    append(session, f"appointment.{what}", row, client=row.client_id, team=row.team_id)


def too_early(row: Appointment, verb: str, at: datetime) -> AppointmentNotBegun | None:
    """Why nothing is noted of it yet by this verb, or None."""
    minutes = rules.limits_on(civil_date(at)).arrive_minutes
    if row.starts_at is not None and at < rules.noted_from(row.starts_at, verb, minutes):
        return AppointmentNotBegun(arrive_minutes=minutes)
    return None


def begun(row: Appointment, verb: str, at: datetime) -> datetime:
    """When it begins. Raises `IllegalMove`, `AppointmentNotBegun`."""
    FLOW.check(row.status, verb, TEAM)
    if (refusal := too_early(row, verb, at)) is not None:
        raise refusal
    assert row.starts_at is not None
    return row.starts_at


async def note_contact(
    session: AsyncSession,
    actor: Actor,
    row: Appointment,
    result: str,
    direction: str,
    at: datetime,
    *,
    channel: str | None = None,
    minutes: int | None = None,
    interpreter_used: bool = False,
    next_attempt_on: date | None = None,
) -> Contact:
    """The entry of the contact log. Raises what `contacts.record` raises."""
    where = codeset("appointment_place")[row.place].facts
    entry = ContactCreate.model_validate(
        {
            "direction": direction, "channel": channel or where["channel"], "result": result, "at": at,
            "pathwayId": row.pathway_id, "place": None if channel else where["contact"], "minutes": minutes,
            "interpreterUsed": interpreter_used, "nextAttemptOn": next_attempt_on,
        }
    )  # fmt: skip
    return await contacts.record(session, actor, row.client_id, entry, actor.at)


async def link(session: AsyncSession, row: Appointment) -> None:
    """A health check knows its assessment and its step from when the path has them; who books need not say."""
    if row.kind != HEALTH_CHECK:
        return
    if row.assessment_id is None:
        row.assessment_id = await queries.check_of(session, row.pathway_id, row.starts_at)
    if row.step_id is None:
        step = await pathway_queries.planned_step(session, row.pathway_id, HEALTH_CHECK)
        row.step_id = None if step is None else step.id


async def follow(session: AsyncSession, row: Appointment, was: datetime | None = None) -> None:
    """The path's step, while it is planned, is on the day of the first visit booked for it. `was`: when this one was to
    begin until now; a day agreed otherwise is nobody's to take away. By the team: no client writes a path."""
    if row.step_id is None:
        return
    await session.flush()
    step = await pathway_queries.step_to_plan(session, row.step_id)
    if step is None:
        return
    begins = await queries.next_of_step(session, step.id)
    if begins is not None:
        step.planned_on = civil_date(begins)
    elif was is not None and step.planned_on == civil_date(was):
        step.planned_on = None


async def step_booked(session: AsyncSession, actor: Actor, row: Appointment, at: datetime) -> None:
    """The path's step that waits for a booked health check is done with it."""
    if row.kind == HEALTH_CHECK:
        await pathways.complete_step_of(session, actor, row.pathway_id, BOOKED_STEP, at)


async def arrive(session: AsyncSession, row: Appointment, at: datetime) -> None:
    """On the day, from some minutes before. Raises `IllegalMove`, `AppointmentNotBegun`."""
    begun(row, "arrive", at)
    row.arrive()
    tell(session, "arrived", row)
    await session.flush()


async def fulfil(session: AsyncSession, actor: Actor, row: Appointment, given: AppointmentFulfil, at: datetime) -> None:
    """It took place: the client was reached. Raises `IllegalMove`, `AppointmentNotBegun`."""
    came = begun(row, "fulfil", at)
    minutes = row.minutes if given.minutes is None else given.minutes
    entry = await note_contact(
        session, actor, row, "reached", "outgoing", came, minutes=minutes, interpreter_used=given.interpreter_used
    )
    row.fulfil(entry.id, at)
    await times.shorten(session, row, at)
    # The client may have booked it without the team, who alone moves the path.
    await link(session, row)
    await follow(session, row)
    await step_booked(session, actor, row, at)
    tell(session, "fulfilled", row)
    await session.flush()


async def miss(session: AsyncSession, actor: Actor, row: Appointment, given: NoShowMark, at: datetime) -> None:
    """The client did not come. Who told too late got in touch, and is not silent.

    Raises `IllegalMove`, `AppointmentNotBegun`, `NextAttemptPast`.
    """
    came = begun(row, "mark_no_show", at)
    facts = codeset("no_show_reason")[given.reason].facts
    entry = await note_contact(
        session, actor, row, facts["result"], facts["direction"], came, next_attempt_on=given.next_attempt_on
    )
    row.miss(given.reason, entry.id, at)
    await times.give_back_rest(session, row, at)
    tell(session, "no_show", row)
    await session.flush()


async def reopen(session: AsyncSession, actor: Actor, row: Appointment, reason: str, at: datetime) -> None:
    """What was noted was wrong: its entry in the contact log says so too; what is left of its time it has again, where
    that is still free. Raises `IllegalMove`, `CodeInText`."""
    refuse_codes(reason=reason)
    FLOW.check(row.status, "reopen", TEAM)
    entry = await queries.contact_of(session, row)
    row.reopen(reason)
    await times.take_rest(session, row, at)
    if entry is not None and entry.state is EntryState.RECORDED:
        await contacts.mark_entered_in_error(session, actor, entry, reason)
    tell(session, "reopened", row)
    await session.flush()
