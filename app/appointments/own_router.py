"""Addresses by which the client chooses and cancels, and the team notes what came of it."""

from __future__ import annotations

from uuid import UUID

from app.appointments import attending, service
from app.appointments import refusals as r
from app.appointments.router import TAKEN
from app.appointments.schemas import (
    AppointmentArrive,
    AppointmentFulfil,
    AppointmentRead,
    AppointmentReopen,
    NoShowMark,
    OwnCancel,
    TimeChoose,
)
from app.appointments.turning import CHANGES, Chooser, Writer, change
from app.contacts.service import NextAttemptPast
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch
from app.kit.once import OnceOnly
from app.kit.problems import Forbidden
from app.kit.routes import problems, room
from app.referrals.content import CodeInText

router = room("Appointments", "/appointments/{appointment_id}")


@router.post(
    "/choose-time",
    responses=problems(*CHANGES, *TAKEN, r.OfferLapsed, r.NotOffered, r.PersonNotInTeam, r.ReminderNotPossible),
)
async def choose_time(
    actor: Chooser, session: Session, at: Now, once: OnceOnly, expected: IfMatch, appointment_id: UUID,
    given: TimeChoose,
) -> AppointmentRead:  # fmt: skip
    """One of the offered times: by the client, or by the team for a client who calls. Of two who choose the same time
    one gets it."""
    return await change(
        session, actor, once, expected, appointment_id, lambda row: service.choose(session, actor, row, given, at)
    )


@router.post("/cancel-own", responses=problems(*CHANGES, Forbidden, r.CancelTooLate))
async def cancel_own_appointment(
    actor: Chooser, session: Session, at: Now, once: OnceOnly, expected: IfMatch, appointment_id: UUID,
    given: OwnCancel,
) -> AppointmentRead:  # fmt: skip
    """The client cancels in time; what was chosen out of an offer that still stands is offered again."""
    if actor.client_id is None:
        raise Forbidden()
    return await change(
        session, actor, once, expected, appointment_id, lambda row: service.cancel_own(session, row, given, at)
    )


@router.post("/arrive", responses=problems(*CHANGES, r.AppointmentNotBegun))
async def arrive_appointment(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, appointment_id: UUID,
    given: AppointmentArrive,
) -> AppointmentRead:  # fmt: skip
    """The client is here: on the day, up to an hour before the time (`appointment_rule`)."""
    return await change(session, actor, once, expected, appointment_id, lambda row: attending.arrive(session, row, at))


@router.post("/fulfil", responses=problems(*CHANGES, r.AppointmentNotBegun))
async def fulfil_appointment(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, appointment_id: UUID,
    given: AppointmentFulfil,
) -> AppointmentRead:  # fmt: skip
    """It took place; the contact log has it by this."""
    return await change(
        session, actor, once, expected, appointment_id, lambda row: attending.fulfil(session, actor, row, given, at)
    )


@router.post("/no-show", responses=problems(*CHANGES, r.AppointmentNotBegun, NextAttemptPast))
async def mark_no_show(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, appointment_id: UUID,
    given: NoShowMark,
) -> AppointmentRead:  # fmt: skip
    """The client did not come: in the contact log by this, counted, and told to nobody outside the team. What is left
    of the time is free."""
    return await change(
        session, actor, once, expected, appointment_id, lambda row: attending.miss(session, actor, row, given, at)
    )


@router.post("/reopen", responses=problems(*CHANGES, CodeInText))
async def reopen_appointment(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, appointment_id: UUID,
    given: AppointmentReopen,
) -> AppointmentRead:  # fmt: skip
    """What was noted of it was wrong: it and its contact are corrected, with the reason."""
    return await change(
        session, actor, once, expected, appointment_id,
        lambda row: attending.reopen(session, actor, row, given.reason, at),
    )  # fmt: skip
