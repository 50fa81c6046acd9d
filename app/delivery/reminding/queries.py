"""Which appointments are to be reminded of, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.appointments.models import Appointment, AppointmentReminder, AppointmentStatus
from app.clients.models import Client


async def due(session: AsyncSession, at: datetime, hours: int, most: int) -> list[tuple[Appointment, Client]]:
    """Booked ones that begin within so many hours, were booked before that, and whose client asked to be reminded and
    was not yet; locked, so that nobody cancels them meanwhile."""
    reminded = select(AppointmentReminder.id).where(
        AppointmentReminder.appointment_id == Appointment.id, AppointmentReminder.starts_at == Appointment.starts_at
    )
    ahead = timedelta(hours=hours)
    rows = (
        select(Appointment, Client)
        .join(Client, Client.id == Appointment.client_id)
        .where(
            Appointment.status == AppointmentStatus.BOOKED,
            Appointment.remind,
            Appointment.starts_at > at,
            Appointment.starts_at <= at + ahead,
            Appointment.booked_at <= Appointment.starts_at - ahead,
            ~reminded.exists(),
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(most)
        .with_for_update(of=Appointment, skip_locked=True)
    )
    return [(row[0], row[1]) for row in (await session.execute(rows)).all()]


async def reminder(session: AsyncSession, id: UUID) -> AppointmentReminder:
    return (await session.scalars(select(AppointmentReminder).where(AppointmentReminder.id == id))).one()
