"""E-mail behind one interface: a mail server by setting, or a line in the log that a mail would go."""

from __future__ import annotations

import asyncio
import logging
import smtplib
import ssl
from email.message import EmailMessage
from typing import Protocol

from app.config import Settings, is_loopback

LOG = logging.getLogger("heinola.mail")
SECONDS = 10.0


class Mailer(Protocol):
    """Raises `OSError` or `smtplib.SMTPException` when the mail did not go."""

    async def send(self, to: str, subject: str, body: str) -> None: ...


class SmtpMailer:
    """One connection per mail, in a thread. Nothing is said before TLS, unless the server is on this machine."""

    def __init__(self, settings: Settings, trust: ssl.SSLContext | None = None) -> None:
        assert settings.smtp_host is not None
        self.settings, self.host = settings, settings.smtp_host
        self.trust = trust or ssl.create_default_context()

    async def send(self, to: str, subject: str, body: str) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.settings.smtp_from, to, subject
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body)
        await asyncio.to_thread(self.hand_over, message)

    def hand_over(self, message: EmailMessage) -> None:
        with smtplib.SMTP(self.host, self.settings.smtp_port, timeout=SECONDS) as server:
            if not is_loopback(self.host):
                server.starttls(context=self.trust)
            if self.settings.smtp_user and self.settings.smtp_password:
                server.login(self.settings.smtp_user, self.settings.smtp_password.get_secret_value())
            server.send_message(message)


class ConsoleMailer:
    """For development: says that a mail would go, without the address."""

    async def send(self, to: str, subject: str, body: str) -> None:
        LOG.info("a mail would go to %s***@***: %s", to[:1], subject)


def mailer_of(settings: Settings) -> Mailer:
    return SmtpMailer(settings) if settings.smtp_host else ConsoleMailer()
