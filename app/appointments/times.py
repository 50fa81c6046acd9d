"""When an appointment is: the time of persons and the room taken all or nothing, moved, given back, and offered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.appointments import queries, rules
from app.appointments.models import SUBJECT, Appointment
from app.appointments.refusals import (
    ClientBooked,
    ClientInMeeting,
    NotOffered,
    NotOfKind,
    OfferLapsed,
    PersonNotInTeam,
    RecordingTime,
)
from app.appointments.schemas import AppointmentBook, AppointmentTerms, OfferedTime
from app.calendars import service as calendars
from app.calendars import slots
from app.consents.queries import area_of
from app.kit.clock import civil_date
from app.kit.codesets import codeset
from app.kit.i18n import Text
from app.kit.problems import Invalid
from app.people.periods import at_field

SHOWN_DAYS = 31
NOBODY_COMES = ("remote", "phone")  # what a calendar says of the place


class AppointmentInThePast(Invalid):
    code = "appointment_in_the_past"
    detail = Text("Aika on mennyt.", "Tiden har passerat.", "The time has passed.")


async def usual_minutes(session: AsyncSession, given: AppointmentTerms) -> int:
    """As long as the slot of the reception is, where it is booked; else what the code set says of the kind."""
    if isinstance(given, AppointmentBook):
        slot, _ = await slots.slot_at(session, given.person_id, given.kind, given.starts_at)
        if slot is not None:
            return (slot.ends_at - slot.starts_at) // timedelta(minutes=1)
    return int(codeset("appointment_kind")[given.kind].facts["minutes"])


def people(row: Appointment) -> list[UUID]:
    return [id for id in (row.person_id, row.second_person_id) if id is not None]


async def check_people(session: AsyncSession, row: Appointment, on: date, *, new: bool = False) -> UUID | None:
    """Whoever receives holds a seat of the team on that day. The partner organisation of the first, if there is one.
    Of a new one somebody is on a seat for its kind.

    Raises `PersonNotInTeam`, `NotOfKind`.
    """
    found = await queries.in_team(session, row.team_id, people(row), on)
    if row.person_id not in found:
        raise at_field(PersonNotInTeam, "personId")
    second = row.second_person_id
    if second is not None and (second not in found or not found[second].own or second == row.person_id):
        raise at_field(PersonNotInTeam, "secondPersonId")
    client = await queries.client_of(session, row.client_id)
    for field, person in (("personId", row.person_id), ("secondPersonId", second)):
        if person in client.conflict_person_ids:
            raise at_field(PersonNotInTeam, field)
    roles = {role for person in people(row) for role in found[person].roles}
    if new and not rules.receives(row.kind, roles):
        raise at_field(NotOfKind, "kind")
    place = found[row.person_id]
    return None if place.own else place.organisation_id


async def take(session: AsyncSession, row: Appointment, at: datetime, *, outside: bool = False) -> None:
    """Reserve its time, that of the recording and of the room: all or nothing. The client's row is locked.

    Raises `AppointmentInThePast`, `ClientBooked`, `ClientInMeeting`, `RecordingTime`, `RoomNotInUse`, what `check_free`
    and `check_slot` raise, and `PersonBooked` and `RoomBooked` from the database.
    """
    starts_at, ends_at, recorded_at = row.starts_at, row.ends_at, row.recording_starts_at
    assert starts_at is not None
    assert ends_at is not None
    if starts_at < at.replace(second=0, microsecond=0):  # this minute is not over
        raise at_field(AppointmentInThePast, "startsAt")
    other = await queries.at_once(session, row.client_id, starts_at, ends_at, row.id)
    if other is not None:
        raise ClientBooked(appointment_id=str(other))
    if (meeting := await queries.meeting_at_once(session, row.client_id, starts_at, ends_at)) is not None:
        raise ClientInMeeting(meeting_id=str(meeting))
    for person in people(row):
        await calendars.check_free(session, person, starts_at, ends_at, outside=outside)
    if not outside:
        await slots.check_slot(session, row.person_id, row.kind, starts_at, ends_at)
    room = None
    if row.room_id is not None:
        area = await area_of(session, row.client_id)
        room = await calendars.room_for(session, row.room_id, area, civil_date(starts_at))
    if recorded_at is not None and row.recording_minutes is not None:
        if recorded_at <= at or not rules.recording_fits(starts_at, ends_at, recorded_at, row.recording_minutes):
            raise at_field(RecordingTime, "recordingStartsAt")
        recorded = recorded_at + timedelta(minutes=row.recording_minutes)
        # It is work as the visit is: within the hours, or agreed.
        await calendars.check_free(session, row.person_id, recorded_at, recorded, outside=outside)
        await calendars.reserve(
            session, kind="recording", subject_type=SUBJECT, subject_id=row.id, starts_at=recorded_at,
            ends_at=recorded, persons=[row.person_id],
        )  # fmt: skip
    await calendars.reserve(
        session, kind="appointment", subject_type=SUBJECT, subject_id=row.id, starts_at=starts_at, ends_at=ends_at,
        persons=people(row), room=room, place=row.place if row.place in NOBODY_COMES else None,
    )  # fmt: skip


async def give_back(session: AsyncSession, row: Appointment, at: datetime) -> None:
    await calendars.release(session, SUBJECT, row.id, at)


async def give_back_rest(session: AsyncSession, row: Appointment, at: datetime) -> None:
    """Nobody came: what is not over yet is free, the recording too."""
    await calendars.release(session, SUBJECT, row.id, at, ending_after=at)


async def shorten(session: AsyncSession, row: Appointment, at: datetime) -> None:
    """It ended early: whoever received is free from now until the recording, which keeps its time."""
    await calendars.cut(session, SUBJECT, row.id, "appointment", at)


async def take_rest(session: AsyncSession, row: Appointment, at: datetime) -> None:
    """It is going on after all: what is left of its time, where nobody has taken it meanwhile."""
    recorded_at, length = row.recording_starts_at, timedelta(minutes=row.recording_minutes or 0)
    place = row.place if row.place in NOBODY_COMES else None
    spans = [("appointment", row.starts_at, row.ends_at, people(row), row.room_id)]
    if recorded_at is not None:
        spans.append(("recording", recorded_at, recorded_at + length, [row.person_id], None))
    for kind, starts_at, ends_at, persons, room_id in spans:
        if starts_at is not None and ends_at is not None and ends_at > at:
            await calendars.resume(
                session, kind=kind, subject_type=SUBJECT, subject_id=row.id, starts_at=max(starts_at, at),
                ends_at=ends_at, persons=persons, room_id=room_id, place=place,
            )  # fmt: skip


def last_choosable(row: Appointment, at: datetime) -> date:
    """Raises `OfferLapsed`."""
    if row.bookable_until is None or row.bookable_until < civil_date(at):
        raise OfferLapsed()
    return row.bookable_until


async def offered(session: AsyncSession, row: Appointment, first: date | None, at: datetime) -> Sequence[OfferedTime]:
    """Free times of whoever receives within what is offered, a month at a time: with the room, and with room for the
    recording of a health check right after. Nothing of anybody's calendar but that. Raises `OfferLapsed`."""
    until = last_choosable(row, at)
    begin = max(first or civil_date(at), civil_date(at))
    last = min(until, begin + timedelta(days=SHOWN_DAYS - 1))
    if last < begin:
        return []
    whole = row.minutes + (row.recording_minutes or 0)
    area = await area_of(session, row.client_id)
    found = await calendars.free_times(
        session, people(row), begin, last, whole, row.room_id, at, together=True, area_ids=[area], kind=row.kind
    )
    length = timedelta(minutes=row.minutes)
    return [OfferedTime(starts_at=one.starts_at, ends_at=one.starts_at + length) for one in found]


async def check_offered(session: AsyncSession, row: Appointment, starts_at: datetime, at: datetime) -> None:
    """Raises `NotOffered`, `OfferLapsed`. That nobody takes it meanwhile the database sees to."""
    until, on = last_choosable(row, at), civil_date(starts_at)
    if not civil_date(at) <= on <= until:
        raise at_field(AppointmentInThePast, "startsAt") if starts_at <= at else NotOffered()
    if all(one.starts_at != starts_at for one in await offered(session, row, on, at)):
        raise NotOffered()
