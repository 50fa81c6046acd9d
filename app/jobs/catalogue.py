"""Every job there is. A room adds one by a function `(session, at) -> how many` of its service, and a line here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.consultations.following import FOLLOWED_AT_ONCE, follow_seats
from app.jobs import following, service
from app.jobs.hands import Hands
from app.work.relationships import ENDED_AT_ONCE, end_relationships

Alone = Callable[[Hands], Awaitable[int]]
Run = Callable[[AsyncSession, datetime], Awaitable[int]]
LONGEST_PAUSE = timedelta(minutes=15)


@dataclass(frozen=True)
class Job:
    """`run` is one transaction as `heinola_job`. A run that did `batch` things is followed by another at once.

    What waits for others has `alone` instead: it begins its own transactions, and the other jobs do not wait for it.
    """

    name: str
    every: timedelta
    run: Run | None
    about: str
    batch: int | None = None
    alone: Alone | None = None

    def pause(self, failures: int) -> timedelta:
        """Until the next run: twice as long for each failure in a row, but not over a quarter of an hour."""
        twice: timedelta = self.every * 2 ** min(failures, 20)
        return min(twice, max(self.every, LONGEST_PAUSE))


def every(*, seconds: int = 0, minutes: int = 0, hours: int = 0) -> timedelta:
    return timedelta(seconds=seconds, minutes=minutes, hours=hours)


JOBS: tuple[Job, ...] = (
    Job("seal", every(seconds=2), service.seal, "give events their positions, in commit order", service.SEALED_AT_ONCE),
    Job("partitions", every(hours=6), service.extend_use_log, "make the use log's partitions twelve months ahead"),
    Job(
        "forget", every(minutes=10), service.forget_answers, "remove kept answers after 72 h", service.FORGOTTEN_AT_ONCE
    ),
    Job("documents", every(hours=6), service.sweep_documents, "remove files that no document has"),
    Job("unassigned", every(minutes=1), service.escalate_unassigned, "tell of work with an alarm that nobody took"),
    Job("answers", every(minutes=5), service.escalate_undecided, "tell of referrals whose answer is late"),
    Job("feedback", every(minutes=15), service.escalate_feedback, "tell of feedback that is owed and late"),
    Job(
        "warn", every(minutes=15), service.warn_of_feedback, "tell of feedback before it is late", service.TOLD_AT_ONCE
    ),
    Job("lapsed", every(hours=1), service.tell_lapsed, "tell of ended holders who still have open work"),
    Job(
        "consents",
        every(minutes=1),
        following.follow_consents,
        "end what rests on a permission that ran out",
        following.FOLLOWED_AT_ONCE,
    ),
    Job(
        "cease",
        every(minutes=1),
        following.tell_to_cease,
        "tell to cease whoever received what is permitted no more",
        following.TOLD_AT_ONCE,
    ),
    Job("deliver", every(seconds=2), None, "send subscribers what is due", 1, service.deliver),
    Job("notify", every(seconds=30), None, "tell by e-mail that there is something new", None, service.notify),
    Job("remind", every(minutes=5), None, "remind clients of their appointments by e-mail", None, service.remind),
    Job(
        "forget_deliveries",
        every(hours=1),
        service.forget_deliveries,
        "remove delivery logs after 30 days",
        service.FORGOTTEN_AT_ONCE,
    ),
    Job(
        "consultations",
        every(minutes=1),
        follow_seats,
        "give questions to a seat to whoever sits there now",
        FOLLOWED_AT_ONCE,
    ),
    Job("silent", every(hours=1), service.tell_silent, "tell of holders who touch nobody's case"),
    Job("relationships", every(hours=6), end_relationships, "end care relationships that are quiet", ENDED_AT_ONCE),
    Job("expiring", every(hours=1), service.tell_expiring, "tell of permissions whose time runs out soon"),
)


def named(names: Iterable[str], jobs: tuple[Job, ...] = JOBS) -> tuple[Job, ...]:
    """The jobs of these names, all without any. Raises `KeyError` for a name that is none."""
    by_name = {job.name: job for job in jobs}
    chosen = tuple(by_name[name] for name in names)
    return chosen or jobs
