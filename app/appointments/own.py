"""The client's own cancelling: in time, and with the same offered again where they chose it out of an offer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.appointments import rules, times
from app.appointments.models import CLIENT, FLOW, Appointment
from app.appointments.refusals import CancelTooLate
from app.appointments.schemas import OwnCancel
from app.appointments.service import again, said
from app.kit.clock import civil_date


def own_refusal(row: Appointment, at: datetime) -> CancelTooLate | None:
    """Why the client cannot cancel without calling, or None."""
    hours = rules.limits_on(civil_date(at)).cancel_hours
    if row.starts_at is not None and at > rules.cancel_until(row.starts_at, hours):
        return CancelTooLate(cancel_hours=hours)
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
