"""One round of notices: seldom, the same words whatever it is about, and never with a transaction open at the mail
server.

The mail discloses nothing: no name, no kind, no subject. Feedback whose permission has ended is no news any more, so
that nobody is called to something that is not there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.consents.leaving import still_permitted
from app.delivery.mail import Mailer
from app.delivery.models import NotificationSettings
from app.delivery.notices import queries
from app.delivery.notices.queries import Receiver
from app.delivery.sending.queries import as_job, enter_subscriber
from app.kit.clock import HELSINKI
from app.kit.i18n import Language, Text

AT_ONCE = 200
MORNING = 8
SUBJECT = Text(
    "Sinulle on uutta Heinolassa", "Du har något nytt i Heinola", "There is something new for you in Heinola"
)
BODY = Text(
    "Sinulle on uutta. Kirjaudu sisään, niin näet mitä.\n\n{link}\n\n"
    "Tämä on automaattinen viesti, johon ei voi vastata. Voit lopettaa viestit omissa asetuksissasi.\n",
    "Du har något nytt. Logga in för att se vad det är.\n\n{link}\n\n"
    "Detta är ett automatiskt meddelande som inte kan besvaras. Du kan avsluta meddelandena i dina inställningar.\n",
    "There is something new for you. Sign in to see what.\n\n{link}\n\n"
    "This message is automatic and cannot be answered. You can stop such messages in your settings.\n",
)


def due(settings: NotificationSettings, at: datetime, minutes: int) -> bool:
    """Whether this is the time to look: so many minutes after the last mail at the soonest, or once a day from eight in
    the morning, Finnish time."""
    if settings.mode == "immediately":
        return settings.mailed_at is None or at - settings.mailed_at >= timedelta(minutes=minutes)
    here, last = at.astimezone(HELSINKI), settings.looked_at.astimezone(HELSINKI)
    today = here.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return settings.mode == "daily" and last < today <= here


@dataclass
class Notifier:
    """`run` is one round."""

    transaction: Callable[[datetime], AbstractAsyncContextManager[AsyncSession]]
    now: Callable[[], datetime]
    mailer: Mailer
    settings: Settings

    async def run(self) -> int:
        """How many mails went."""
        went, after = 0, None
        while True:
            async with self.transaction(self.now()) as session:
                found = await queries.receivers(session, after, AT_ONCE)
            for one in found:
                went += await self.serve(one)
            if len(found) < AT_ONCE:
                return went
            after = found[-1].settings.id

    async def serve(self, one: Receiver) -> int:
        at, settings = self.now(), one.settings
        if not due(settings, at, self.settings.notice_minutes):
            return 0
        async with self.transaction(at) as session:
            new = bool(one.address) and await self.there_is_news(session, settings, at)
            if not new:
                await queries.looked(session, settings, at, mailed=False)
                return 0
        began = time.monotonic()
        outcome = await self.send(one.address, settings.language)
        took = round((time.monotonic() - began) * 1000)
        async with self.transaction(at) as session:
            await queries.log(session, settings.login_id, outcome, at, took)
            if outcome == "sent":
                await queries.looked(session, settings, at, mailed=True)
        return int(outcome == "sent")

    async def there_is_news(self, session: AsyncSession, settings: NotificationSettings, at: datetime) -> bool:
        actor = await enter_subscriber(session, settings.login_id, at)
        found = await queries.news(session, actor, settings.looked_at) if actor else None
        await as_job(session)
        return found is not None and (found.other or await any_permitted(session, found.disclosures, at))

    async def send(self, address: str, language: str) -> str:
        spoken: Language = "sv" if language == "sv" else "en" if language == "en" else "fi"
        body = BODY.pick(spoken).format(link=self.settings.notice_url or "")
        try:
            await self.mailer.send(address, SUBJECT.pick(spoken), body)
        except (OSError, SMTPException, ValueError):
            return "failed"
        return "sent"


async def any_permitted(session: AsyncSession, disclosures: list[UUID], at: datetime) -> bool:
    for id in disclosures:
        if await still_permitted(session, id, at):
            return True
    return False
