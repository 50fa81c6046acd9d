"""One round of reminders: only who asked, at most once for each time, by day, and never with a transaction open at the
mail server.

The mail says when, and how to cancel: no name, no kind, no place, no person. It is claimed before it is handed over,
so that what breaks between is a reminder too few and never one too many.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from smtplib import SMTPException
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.appointments.models import Appointment, AppointmentReminder
from app.appointments.rules import limits_on, reminder_due
from app.appointments.service import why_not_remind
from app.clients.models import Client
from app.config import Settings
from app.delivery.mail import Mailer
from app.delivery.reminding import queries
from app.kit.clock import HELSINKI, civil_date
from app.kit.i18n import Language, Text
from app.outbox.events import append

AT_ONCE = 100
SUBJECT = Text("Muistutus ajastasi", "Påminnelse om din tid", "A reminder of your appointment")
BODY = Text(
    "Sinulla on aika {day} klo {time}.\n\n"
    "Jos et pääse, peru aika kirjautumalla tai soita numeroon, jonka olet saanut.\n\n{link}\n\n"
    "Tämä on automaattinen viesti, johon ei voi vastata.\n",
    "Du har en tid {day} kl. {time}.\n\n"
    "Om du inte kan komma, avboka genom att logga in eller ring numret som du har fått.\n\n{link}\n\n"
    "Detta är ett automatiskt meddelande som inte kan besvaras.\n",
    "You have an appointment on {day} at {time}.\n\n"
    "If you cannot come, sign in to cancel, or call the number you were given.\n\n{link}\n\n"
    "This message is automatic and cannot be answered.\n",
)


@dataclass(frozen=True)
class Letter:
    """A claimed reminder, ready to go."""

    reminder_id: UUID
    to: str
    subject: str
    body: str


def letter(reminder: AppointmentReminder, client: Client, link: str) -> Letter:
    """In the client's language, of the time alone."""
    spoken: Language = "sv" if client.language == "sv" else "fi" if client.language == "fi" else "en"
    here = reminder.starts_at.astimezone(HELSINKI)
    body = BODY.format(day=f"{here.day}.{here.month}.{here.year}", time=f"{here:%H.%M}", link=link).pick(spoken)
    return Letter(reminder.id, client.email or "", SUBJECT.pick(spoken), body)


@dataclass
class Reminder:
    """`run` is one round."""

    transaction: Callable[[datetime], AbstractAsyncContextManager[AsyncSession]]
    now: Callable[[], datetime]
    mailer: Mailer
    settings: Settings

    async def run(self) -> int:
        """How many mails went."""
        at, went = self.now(), 0
        async with self.transaction(at) as session:
            letters = await self.claim(session, at)
        for one in letters:
            outcome = await self.send(one)
            async with self.transaction(at) as session:
                (await queries.reminder(session, one.reminder_id)).outcome = outcome
            went += outcome == "sent"
        return went

    async def claim(self, session: AsyncSession, at: datetime) -> list[Letter]:
        """What is to go now. For whom none can go, the team is told instead: they may call."""
        hours, letters = limits_on(civil_date(at)).remind_hours, []
        for row, client in await queries.due(session, at, hours, AT_ONCE):
            if not is_due(row, at, hours):
                continue
            because = why_not_remind(client)
            reminder = AppointmentReminder(
                appointment_id=row.id,
                client_id=row.client_id,
                starts_at=row.starts_at or at,
                at=at,
                outcome="not_sent" if because else "sending",
                because=because,
            )
            session.add(reminder)
            if because:
                append(session, "appointment.not_reminded", row, client=row.client_id, team=row.team_id)
            else:
                letters.append(letter(reminder, client, self.settings.notice_url or ""))
        await session.flush()
        return letters

    async def send(self, one: Letter) -> str:
        try:
            await self.mailer.send(one.to, one.subject, one.body)
        except (OSError, SMTPException, ValueError):
            return "failed"
        return "sent"


def is_due(row: Appointment, at: datetime, hours: int) -> bool:
    return row.starts_at is not None and row.booked_at is not None and reminder_due(
        row.starts_at, row.booked_at, at, hours
    )  # fmt: skip
