"""The jobs themselves. Each is one transaction; what it returns is how many things it did.

Deadlines are computed from facts by the same rules as everywhere else; that something is late is told once, as an
event for the team that has it. Nothing here is told to a sender.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.attachments.service import sweep
from app.consents import queries as consents
from app.consents.information import warned_until
from app.delivery.mail import mailer_of
from app.delivery.notices.service import Notifier
from app.delivery.reminding.service import Reminder
from app.delivery.sending.post import Poster
from app.delivery.sending.queries import forget
from app.delivery.sending.worker import Deliverer
from app.feedbacks.warning import escalate
from app.jobs import queries
from app.jobs.hands import Hands
from app.jobs.queries import Waiting
from app.kit.clock import civil_date
from app.kit.once import KEPT_FOR
from app.outbox.events import append
from app.referrals.clocks import answer_due, in_force
from app.referrals.side_roads import raised_at
from app.views.board.rules import LOOKS_BACK

SEALED_AT_ONCE = 5_000
FORGOTTEN_AT_ONCE = 5_000
TOLD_AT_ONCE = 2_000
AHEAD = timedelta(days=366)
KEPT_DELIVERIES = timedelta(days=30)  # domain 5.2
UNASSIGNED = timedelta(hours=24)  # own design: an alarm asks somebody to act now


async def seal(session: AsyncSession, at: datetime) -> int:
    return await queries.seal(session, SEALED_AT_ONCE)


async def extend_use_log(session: AsyncSession, at: datetime) -> int:
    return await queries.extend_use_log(session, civil_date(at + AHEAD))


async def forget_answers(session: AsyncSession, at: datetime) -> int:
    return await queries.forget_answers(session, at - KEPT_FOR, FORGOTTEN_AT_ONCE)


async def forget_deliveries(session: AsyncSession, at: datetime) -> int:
    return await forget(session, at - KEPT_DELIVERIES, FORGOTTEN_AT_ONCE)


async def deliver(hands: Hands) -> int:
    """One round of sending to subscribers; how many messages came to their end."""
    poster = Poster(loopback=hands.settings.webhook_loopback)
    return await Deliverer(hands.transaction, hands.now, hands.vault, poster).run()


async def notify(hands: Hands) -> int:
    """One round of e-mails; how many went."""
    return await Notifier(hands.transaction, hands.now, mailer_of(hands.settings), hands.settings).run()


async def remind(hands: Hands) -> int:
    """One round of reminders of appointments; how many went."""
    return await Reminder(hands.transaction, hands.now, mailer_of(hands.settings), hands.settings).run()


async def sweep_documents(session: AsyncSession, at: datetime) -> int:
    """Remove files in the folder of documents that no document has; nothing where documents stand in the database."""
    settings = session.info["settings"]
    folder = settings.attachment_folder if settings else None
    return await sweep(session, folder, at) if folder else 0


async def escalate_unassigned(session: AsyncSession, at: datetime) -> int:
    """Work with an alarm that nobody took in a day."""
    kind = "work.unassigned_overdue"
    return tell(session, kind, await queries.unassigned(session, kind, at - UNASSIGNED, TOLD_AT_ONCE))


async def escalate_undecided(session: AsyncSession, at: datetime) -> int:
    """Referrals whose answer is late."""
    kind, today = "referral.answer_overdue", civil_date(at)
    days = in_force(today).answer_days
    found = await queries.undecided(session, kind, queries.days_before(at, days), TOLD_AT_ONCE)
    late = [w for w in found if answer_due(w.since, w.row.urgent, raised_at(w.row)) < today]
    return tell(session, kind, late)


async def escalate_feedback(session: AsyncSession, at: datetime) -> int:
    """Feedback that was due with the outcome (C-12) and is not given on a later day."""
    kind, today = "feedback.overdue", civil_date(at)
    found = await queries.feedback_owed(session, kind, at, TOLD_AT_ONCE)
    return tell(session, kind, [w for w in found if civil_date(w.since) < today])


async def warn_of_feedback(session: AsyncSession, at: datetime) -> int:
    """Feedback that falls due soon, or is late: each step of the ladder once."""
    return await escalate(session, at, TOLD_AT_ONCE)


async def tell_lapsed(session: AsyncSession, at: datetime) -> int:
    """Holders whose period has ended by its own date, with open work still theirs (C-43)."""
    kind = "holder.lapsed"
    return tell(session, kind, await queries.lapsed(session, kind, civil_date(at), TOLD_AT_ONCE))


async def tell_silent(session: AsyncSession, at: datetime) -> int:
    """Holders who are there, have open work and have touched nobody's case for long."""
    kind = "holder.silent"
    return tell(session, kind, await queries.silent(session, kind, at, at - LOOKS_BACK, TOLD_AT_ONCE))


async def tell_expiring(session: AsyncSession, at: datetime) -> int:
    """Permissions whose time runs out within the days of warning: once each, to every team of the client."""
    found = await consents.expiring(session, at, warned_until(at), TOLD_AT_ONCE)
    for consent, team_id in found:
        append(session, "consent.expiring", consent, client=consent.client_id, team=team_id)
    return len({consent.id for consent, _ in found})


def tell(session: AsyncSession, kind: str, late: list[Waiting]) -> int:
    for one in late:
        append(session, kind, one.row, client=one.client_id, team=one.team_id)
    return len(late)
