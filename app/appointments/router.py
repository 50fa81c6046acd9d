"""Addresses of appointments: agreed on, read, moved and cancelled by the team."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.appointments import queries, reading, service, times
from app.appointments import refusals as r
from app.appointments.models import FLOW, Appointment, AppointmentStatus
from app.appointments.schemas import (
    AppointmentBook,
    AppointmentCancel,
    AppointmentMove,
    AppointmentOffer,
    AppointmentPage,
    AppointmentRead,
    AppointmentTerms,
    AttendanceRead,
    OfferedTimes,
)
from app.appointments.turning import CHANGES, Reader, Writer, change
from app.audit.trail import used
from app.calendars import faults
from app.clients.models import Client
from app.clients.queries import visible_clients
from app.consents.service import ConsentMissing
from app.kit.clock import HELSINKI, Now
from app.kit.codesets import CodeNotInForce
from app.kit.db import Session
from app.kit.etags import IfMatch, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.kit.schemas import Day
from app.pathways.queries import worked_pathways
from app.people.actor import Actor
from app.referrals.content import CodeInText

router = room("Appointments")
TERMS = (
    MissingPermission, NotFound, IllegalMove, UnacceptableId, IdTaken, CodeInText, CodeNotInForce, r.AppointmentLength,
    r.RecordingTime, r.PersonNotInTeam, r.NotOfKind, r.HealthCheckComing, r.AppointmentSubject, r.PlaceFields,
    r.InterpreterFields, r.ReminderNotPossible,
)  # fmt: skip
TAKEN = (
    times.AppointmentInThePast, r.ClientBooked, r.ClientInMeeting, faults.PersonBooked, faults.RoomBooked,
    faults.RoomNotInUse, faults.PersonAbsent, faults.NotAVisitingDay, faults.OutsideWorkingHours, faults.NotOnASeat,
    faults.PersonAbsent, faults.NotAVisitingDay, faults.OutsideWorkingHours, faults.NotASlot,
    faults.NotOnASeat,
)  # fmt: skip


async def agree(
    actor: Actor, session: Session, at: datetime, once: Once, pathway_id: UUID, given: AppointmentTerms
) -> AppointmentRead:
    """The client's row and the path's are locked first, in this order."""

    async def work() -> AppointmentRead:
        found = await one(session, worked_pathways(actor), pathway_id)
        await service.client_first(session, found.client_id)
        pathway = await one(session, worked_pathways(actor), pathway_id, lock=True)
        if isinstance(given, AppointmentBook):
            row = await service.book(session, actor, pathway, given, at)
        else:
            assert isinstance(given, AppointmentOffer)
            row = await service.offer(session, actor, pathway, given, at)
        return await reading.show(session, actor, row)

    return await once.run(AppointmentRead, work)


@router.post("/pathways/{pathway_id}/appointments", status_code=201, responses=problems(*TERMS, *TAKEN, ConsentMissing))
async def book_appointment(
    actor: Writer, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: AppointmentBook
) -> AppointmentRead:
    """A time for the client: the persons, the room and the recording are reserved together, or nothing is. With a
    partner's person the client must permit that the partner is told."""
    return await agree(actor, session, at, once, pathway_id, given)


@router.post(
    "/pathways/{pathway_id}/appointment-offers",
    status_code=201,
    responses=problems(*TERMS, r.OfferPeriod, r.PartnerNotOffered),
)
async def offer_appointment(
    actor: Writer, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: AppointmentOffer
) -> AppointmentRead:
    """The client chooses a free time of this person until a day."""
    return await agree(actor, session, at, once, pathway_id, given)


@router.get("/appointments", responses=problems(MissingPermission, BadCursor, faults.PeriodBackwards))
async def list_appointments(
    actor: Reader,
    session: Session,
    at: Now,
    paging: Paged,
    pathway_id: Annotated[UUID | None, Query(alias="pathwayId")] = None,
    client_id: Annotated[UUID | None, Query(alias="clientId")] = None,
    person_id: Annotated[UUID | None, Query(alias="personId")] = None,
    status: AppointmentStatus | None = None,
    first: Annotated[Day | None, Query(alias="from")] = None,
    last: Annotated[Day | None, Query(alias="to")] = None,
) -> AppointmentPage:
    """Of my clients, my own, or those a partner has with a client who permits it; the newest first."""
    if first is not None and last is not None and last < first:
        raise faults.PeriodBackwards()
    rows = queries.listed(
        actor,
        await reading.visible(session, actor, at),
        pathway_id=pathway_id,
        client_id=client_id,
        person_id=person_id,
        status=status,
        first=midnight(first),
        last=midnight(last + timedelta(days=1)) if last else None,
    )
    found, after, count = await paging.run(session, rows, Appointment.created_at, Appointment.id, caller=actor.login_id)
    await used(session, "appointments", [(row.id, row.client_id) for row in found], action="search")
    return AppointmentPage(items=await reading.summaries(session, actor, found), next_cursor=after, count=count)


def midnight(on: date | None) -> datetime | None:
    return None if on is None else datetime.combine(on, time.min, HELSINKI)


@router.get("/appointments/{appointment_id}", responses=problems(MissingPermission, NotFound))
async def get_appointment(
    actor: Reader, session: Session, at: Now, appointment_id: UUID, response: Response
) -> AppointmentRead:
    """One appointment, and what may be done with it now."""
    row = await one(session, await reading.visible(session, actor, at), appointment_id)
    await used(session, "appointments", [(row.id, row.client_id)])
    stamp(response, row.version)
    return await reading.show(session, actor, row)


@router.get(
    "/appointments/{appointment_id}/free-times",
    responses=problems(MissingPermission, NotFound, IllegalMove, r.OfferLapsed),
)
async def list_offered_times(
    actor: Reader,
    session: Session,
    at: Now,
    appointment_id: UUID,
    first: Annotated[Day | None, Query(alias="from", description="Absent: today.")] = None,
) -> OfferedTimes:
    """Times to choose from, a month at a time: free for everybody the offer needs. Nothing else of any calendar."""
    row = await one(session, await reading.visible(session, actor, at), appointment_id)
    await used(session, "appointments", [(row.id, row.client_id)])
    FLOW.check(row.status, "choose_time", reading.sides_of(actor, row))
    return OfferedTimes(items=list(await times.offered(session, row, first, at)))


@router.post(
    "/appointments/{appointment_id}/move",
    responses=problems(*CHANGES, *TAKEN, r.RecordingTime, r.PersonNotInTeam, ConsentMissing),
)
async def move_appointment(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, appointment_id: UUID,
    given: AppointmentMove,
) -> AppointmentRead:  # fmt: skip
    """To another time: the old one is free again, or nothing changes."""
    return await change(
        session, actor, once, expected, appointment_id, lambda row: service.move(session, actor, row, given, at)
    )


@router.post("/appointments/{appointment_id}/cancel", responses=problems(*CHANGES, r.OfferPeriod, r.PartnerNotOffered))
async def cancel_appointment(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, appointment_id: UUID,
    given: AppointmentCancel,
) -> AppointmentRead:  # fmt: skip
    """By the team; the time is free again. `offerAgainUntil` offers the client another."""
    return await change(
        session, actor, once, expected, appointment_id, lambda row: service.cancel(session, actor, row, given, at)
    )


@router.get("/clients/{client_id}/attendance", responses=problems(MissingPermission, NotFound))
async def get_attendance(actor: Reader, session: Session, at: Now, client_id: UUID) -> AttendanceRead:
    """How many of the client's appointments took place, were missed or cancelled: for the team and the client."""
    client: Client = await one(session, visible_clients(actor), client_id)
    await used(session, "appointments", [(None, client.id)])
    return await reading.attendance(session, actor, client.id, at)
