"""Agreeing on an appointment: booked by the team, offered to the client, chosen by the client, moved, cancelled."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.appointments import partners, queries, rules, times
from app.appointments import refusals as r
from app.appointments.attending import follow, link, note_contact, step_booked
from app.appointments.models import CLIENT, FLOW, HEALTH_CHECK, TEAM, Appointment
from app.appointments.schemas import (
    AppointmentBook,
    AppointmentCancel,
    AppointmentMove,
    AppointmentOffer,
    AppointmentTerms,
    OwnCancel,
    TimeChoose,
)
from app.clients.models import Client
from app.consents.queries import lock_client
from app.kit.clock import civil_date
from app.kit.codesets import codeset, require_in_force
from app.kit.ownid import own_id
from app.outbox.events import append
from app.pathways.models import PATHWAY_FLOW, Pathway
from app.pathways.queries import ended
from app.people.actor import Actor
from app.people.periods import at_field
from app.referrals.content import refuse_codes

LONGEST_OFFER = timedelta(days=183)


def said(session: AsyncSession, what: str, row: Appointment) -> None:
    append(session, f"appointment.{what}", row, client=row.client_id, team=row.team_id)


async def client_first(session: AsyncSession, client_id: UUID) -> None:
    """The client's row alone, before all others: who books the same client twice at once waits here."""
    await lock_client(session, client_id, to_change=True)


async def goes_on(session: AsyncSession, row: Appointment) -> None:
    """Raises `PathClosed`: then nothing new is agreed."""
    if problem := await ended(session, row.pathway_id):
        raise problem


def why_not_remind(client: Client) -> str | None:
    """A code of `reminder_not_sent`, or None when the client can be reminded by e-mail."""
    if client.protected:
        return "protected"
    if client.leave_no_messages:
        return "no_messages"
    return None if client.email else "no_address"


def check_reminder(client: Client) -> None:
    """Raises `ReminderNotPossible`."""
    if (because := why_not_remind(client)) is not None:
        raise r.ReminderNotPossible(because=because)


async def agreed(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: AppointmentTerms, at: datetime
) -> Appointment:
    """The terms, whenever it is; what the client's record says of an interpreter is taken over (C-50).

    Raises `IllegalMove` for a closed path, `AppointmentLength`, `RecordingTime`, `PlaceFields`, `InterpreterFields`,
    `AppointmentSubject`, `HealthCheckComing`, `ReminderNotPossible`, `CodeInText`, `CodeNotInForce`.
    """
    PATHWAY_FLOW.check(pathway.state, "plan_meeting")
    refuse_codes(address=given.address)
    require_in_force("appointment_kind", given.kind, civil_date(at), "/body/kind")
    minutes = given.minutes or await times.usual_minutes(session, given)
    if not rules.length_fits(given.kind, minutes, given.minutes_because):
        raise at_field(r.AppointmentLength, "minutes")
    check = given.kind == HEALTH_CHECK
    if given.recording_minutes is not None and not check:
        raise at_field(r.RecordingTime, "recordingMinutes")
    if given.address is not None and given.place != "own_environment":
        raise at_field(r.PlaceFields, "address")
    if given.room_id is not None and given.place != "premises":
        raise at_field(r.PlaceFields, "roomId")
    if check and not given.beside:
        other = await queries.other_check(session, pathway.id, at)
        if other is not None:
            raise r.HealthCheckComing(appointment_id=str(other))
    if not await queries.of_path(session, pathway.id, given.assessment_id, given.step_id):
        raise at_field(r.AppointmentSubject, "assessmentId" if given.assessment_id else "stepId")
    if check and given.assessment_id and not await queries.is_check(session, given.assessment_id):
        raise at_field(r.AppointmentSubject, "assessmentId")
    client = await queries.client_of(session, pathway.client_id)
    needed = client.interpreter_needed if given.interpreter_needed is None else given.interpreter_needed
    if given.interpreter_language is not None and not needed:
        raise at_field(r.InterpreterFields, "interpreterLanguage")
    if given.remind:
        check_reminder(client)
    recording = given.recording_minutes or rules.limits_on(civil_date(at)).recording_minutes
    language = given.interpreter_language or client.interpreter_language or client.language
    row = Appointment(
        id=own_id(given.id, at),
        client_id=pathway.client_id,
        pathway_id=pathway.id,
        team_id=pathway.team_id,
        kind=given.kind,
        assessment_id=given.assessment_id,
        step_id=given.step_id,
        person_id=given.person_id,
        second_person_id=given.second_person_id,
        organisation_id=None,
        room_id=given.room_id,
        minutes=minutes,
        minutes_because=given.minutes_because,
        recording_minutes=recording if check else None,
        place=given.place,
        address=given.address,
        interpreter_needed=needed,
        interpreter_language=language if needed else None,
        remind=given.remind,
        bookable_until=None,
    )
    await link(session, row)
    return row


async def book(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: AppointmentBook, at: datetime
) -> Appointment:
    """By the team. A partner's person only with a client who permits that the partner is told.

    Raises what `agreed` and `times.take` raise, `PersonNotInTeam` and `ConsentMissing`.
    """
    row = await agreed(session, actor, pathway, given, at)
    if given.recording_starts_at is not None and row.recording_minutes is None:
        raise at_field(r.RecordingTime, "recordingStartsAt")
    partner = await times.check_people(session, row, civil_date(given.starts_at), new=True)
    row.time(given.starts_at, given.recording_starts_at)
    row.book("team", actor.person_id, at)
    if partner is not None:
        basis = await partners.permitted(session, row, partner, at)
        row.organisation_id = partner
        await partners.tell(session, actor, row, partner, basis, at)
    session.add(row)
    await session.flush()
    await times.take(session, row, at, outside=given.outside_hours)
    said(session, "booked", row)
    partners.message(session, row)
    await follow(session, row)
    await step_booked(session, actor, row, at)
    await session.flush()
    return row


async def offer(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: AppointmentOffer, at: datetime
) -> Appointment:
    """To the client, who chooses among the free times of this person. Raises what `agreed` raises, `OfferPeriod`,
    `PersonNotInTeam`, `PartnerNotOffered`."""
    row = await agreed(session, actor, pathway, given, at)
    today = civil_date(at)
    if not today <= given.bookable_until <= today + LONGEST_OFFER:
        raise at_field(r.OfferPeriod, "bookableUntil")
    row.bookable_until = given.bookable_until
    if await times.check_people(session, row, today, new=True) is not None:
        raise at_field(r.PartnerNotOffered, "personId")
    session.add(row)
    await session.flush()
    said(session, "offered", row)
    await session.flush()
    return row


async def choose(session: AsyncSession, actor: Actor, row: Appointment, given: TimeChoose, at: datetime) -> None:
    """A free time of what was offered: by the client, or by the team for a client who calls.

    Raises `IllegalMove`, `PathClosed`, `OfferLapsed`, `NotOffered`, `ReminderNotPossible`, `ClientBooked`,
    `ClientInMeeting`, `PersonBooked`, `RoomBooked`.
    """
    own = actor.client_id is not None
    FLOW.check(row.status, "choose_time", CLIENT if own else TEAM)
    await goes_on(session, row)
    await times.check_offered(session, row, given.starts_at, at)
    await times.check_people(session, row, civil_date(given.starts_at))
    if given.remind:
        check_reminder(await queries.client_of(session, row.client_id))
    if given.remind is not None:
        row.remind = given.remind
    row.time(given.starts_at, None)
    row.book("client" if own else "team", actor.person_id, at)
    await times.take(session, row, at)
    said(session, "booked", row)
    if not own:
        await link(session, row)
        await follow(session, row)
        await step_booked(session, actor, row, at)
    await session.flush()


async def move(session: AsyncSession, actor: Actor, row: Appointment, given: AppointmentMove, at: datetime) -> None:
    """To another time, with the old one free again: all or nothing. The reminder is due anew.

    Raises `IllegalMove`, `PathClosed`, `RecordingTime`, `PersonNotInTeam`, `ConsentMissing`, and what `times.take`
    raises.
    """
    FLOW.check(row.status, "move", TEAM)
    await goes_on(session, row)
    if given.recording_starts_at is not None and row.recording_minutes is None:
        raise at_field(r.RecordingTime, "recordingStartsAt")
    partner = await times.check_people(session, row, civil_date(given.starts_at))
    if partner is not None:
        basis = await partners.permitted(session, row, partner, at)
        await partners.tell(session, actor, row, partner, basis, at)
    await times.give_back(session, row, at)
    was = row.starts_at
    row.move(given.reason, given.starts_at, given.recording_starts_at, at)
    await times.take(session, row, at, outside=given.outside_hours)
    said(session, "moved", row)
    partners.message(session, row)
    await link(session, row)
    await follow(session, row, was)
    await session.flush()


async def cancel(session: AsyncSession, actor: Actor, row: Appointment, given: AppointmentCancel, at: datetime) -> None:
    """By the team. That the client asked for it is a contact with the client, and ends a silence.

    Raises `IllegalMove`, `PathClosed`, `OfferPeriod`, `PartnerNotOffered`.
    """
    FLOW.check(row.status, "cancel", TEAM)
    by = codeset("appointment_cancel_reason")[given.reason].facts["by"]
    if given.offer_again_until is not None:
        await goes_on(session, row)
        today = civil_date(at)
        if not today <= given.offer_again_until <= today + LONGEST_OFFER:
            raise at_field(r.OfferPeriod, "offerAgainUntil")
        if row.organisation_id is not None:
            raise at_field(r.PartnerNotOffered, "offerAgainUntil")
    row.cancel("cancel", by, given.reason, at)
    await times.give_back(session, row, at)
    if by == "client":
        await note_contact(session, actor, row, "cancelled_by_client", "incoming", at, channel="phone")
    said(session, "cancelled", row)
    await follow(session, row, row.starts_at)
    if given.offer_again_until is not None:
        again(session, row, given.offer_again_until, at)
    await session.flush()


def own_refusal(row: Appointment, at: datetime) -> r.CancelTooLate | None:
    """Why the client cannot cancel without calling, or None."""
    hours = rules.limits_on(civil_date(at)).cancel_hours
    if row.starts_at is not None and at > rules.cancel_until(row.starts_at, hours):
        return r.CancelTooLate(cancel_hours=hours)
    return None


async def cancel_own(session: AsyncSession, row: Appointment, given: OwnCancel, at: datetime) -> None:
    """By the client, in time. What the client chose out of an offer that still stands is offered again.

    Raises `IllegalMove`, `CancelTooLate`.
    """
    FLOW.check(row.status, "cancel_own", CLIENT)
    if (refusal := own_refusal(row, at)) is not None:
        raise refusal
    chosen = row.booked_at is not None
    row.cancel("cancel_own", "client", "client_asked", at)
    await times.give_back(session, row, at)
    said(session, "cancelled", row)
    until = row.bookable_until
    if given.another_time and chosen and until is not None and until >= civil_date(at):
        again(session, row, until, at)
    await session.flush()


AGAIN = (
    "client_id", "pathway_id", "team_id", "kind", "assessment_id", "step_id", "person_id", "second_person_id",
    "room_id", "minutes", "minutes_because", "recording_minutes", "place", "address", "interpreter_needed",
    "interpreter_language", "remind",
)  # fmt: skip


def again(session: AsyncSession, row: Appointment, until: object, at: datetime) -> None:
    """The same, offered anew."""
    terms = {name: getattr(row, name) for name in AGAIN}
    offer = Appointment(**terms, id=own_id(None, at), organisation_id=None, bookable_until=until, replaces_id=row.id)  # type: ignore[arg-type]
    session.add(offer)
    said(session, "offered", offer)
