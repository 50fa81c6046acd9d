"""What jobs read and write, as the role `heinola_job`: it sees every row, and changes nearly none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, cast, exists, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.jobs.models import JobRun
from app.kit.ids import new_id
from app.outbox.models import OutboxEvent
from app.referrals.models import Referral, ReferralState
from app.teams.models import Holder
from app.views.board.queries import busy, lapses
from app.views.board.rules import silent_since
from app.work.models import WorkItem

WORKING = 7_307_015  # the advisory lock of the job process: any number, the same everywhere

# Transactions below the oldest running one have all ended, so nothing can appear between two of their rows later.
SEAL = text("""
WITH head AS (SELECT COALESCE(max(position), 0) AS last FROM outbox_events),
ready AS (
  SELECT id, row_number() OVER (ORDER BY xid, seq) AS n FROM outbox_events
   WHERE position IS NULL AND xid < ((pg_snapshot_xmin(pg_current_snapshot()))::text)::bigint
   ORDER BY xid, seq LIMIT :most)
UPDATE outbox_events e SET position = head.last + ready.n FROM ready, head WHERE e.id = ready.id
""")


async def take_lock(connection: AsyncConnection) -> bool:
    """Whether this connection is now the one job process of the database. Kept until the connection ends."""
    return bool(await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": WORKING}))


async def answers(connection: AsyncConnection) -> None:
    await connection.execute(text("SELECT 1"))


async def seal(session: AsyncSession, most: int) -> int:
    """Give the next events their dense positions, in commit order; how many got one."""
    result: Any = await session.execute(SEAL, {"most": most})
    return int(result.rowcount)


async def extend_use_log(session: AsyncSession, until: date) -> int:
    return int(await session.scalar(text("SELECT extend_use_log(:until)"), {"until": until}) or 0)


async def forget_answers(session: AsyncSession, before: datetime, most: int) -> int:
    values = {"before": before, "most": most}
    return int(await session.scalar(text("SELECT forget_answers(:before, :most)"), values) or 0)


class Waiting(NamedTuple):
    """Something that may be overdue. `since` is what its deadline counts from."""

    row: Any
    client_id: UUID | None
    team_id: UUID | None
    since: datetime


def untold(kind: str, subject: Any, since: Any) -> ColumnElement[bool]:
    """No event of this kind about the subject since then: it is told once for each time it waits."""
    told = exists().where(OutboxEvent.subject_id == subject, OutboxEvent.kind == kind, OutboxEvent.at >= since)
    return ~told


async def unassigned(session: AsyncSession, kind: str, before: datetime, most: int) -> list[Waiting]:
    """Open work that stands in a queue with an alarm since before an instant."""
    rows = (
        select(WorkItem)
        .where(
            WorkItem.closed_at.is_(None),
            WorkItem.queue.is_not(None),
            WorkItem.alarm,
            WorkItem.opened_at < before,
            untold(kind, WorkItem.id, WorkItem.opened_at),
        )
        .order_by(WorkItem.opened_at, WorkItem.id)
        .limit(most)
    )
    return [Waiting(item, item.client_id, item.team_id, item.opened_at) for item in await session.scalars(rows)]


async def undecided(session: AsyncSession, kind: str, routine_before: datetime, most: int) -> list[Waiting]:
    """Referrals that nobody has decided on: urgent ones, and the others that came before an instant."""
    rows = (
        select(Referral)
        .where(
            Referral.state == ReferralState.RECEIVED,
            Referral.submitted_at.is_not(None),
            or_(func.coalesce(Referral.priority, Referral.urgency) == "urgent", Referral.submitted_at < routine_before),
            untold(kind, Referral.id, Referral.submitted_at),
        )
        .order_by(Referral.submitted_at, Referral.id)
        .limit(most)
    )
    return [Waiting(r, r.client_id, r.team_id, r.submitted_at) for r in await session.scalars(rows) if r.submitted_at]


async def feedback_owed(session: AsyncSession, kind: str, before: datetime, most: int) -> list[Waiting]:
    """Referrals whose final feedback fell due (its work was opened, with the outcome) before an instant."""
    rows = (
        select(Referral, WorkItem.opened_at)
        .join(WorkItem, WorkItem.subject_id == Referral.id)
        .where(
            WorkItem.kind == "feedback",
            WorkItem.closed_at.is_(None),
            WorkItem.opened_at < before,
            untold(kind, Referral.id, WorkItem.opened_at),
        )
        .order_by(WorkItem.opened_at, Referral.id)
        .limit(most)
    )
    return [Waiting(r, r.client_id, r.team_id, since) for r, since in (await session.execute(rows)).all()]


async def lapsed(session: AsyncSession, kind: str, on: date, most: int) -> list[Waiting]:
    """Periods on a seat that ended before a day, with open work still there (C-43)."""
    ended = cast(Holder.valid_to, DateTime(timezone=True))
    found = await lapses(session, on, on - timedelta(days=1), not_told=untold(kind, Holder.id, ended))
    return [Waiting(one.holder, None, one.team_id, one.since) for one in found[:most]]


LAST_TOUCH = text("SELECT t.id, x.person_id, x.last_at FROM teams t CROSS JOIN LATERAL team_touches(t.id, :since) x")


async def silent(session: AsyncSession, kind: str, at: datetime, since: datetime, most: int) -> list[Waiting]:
    """People present with open work who have touched no client's case for as long as their team lets pass. Told once
    until they touch one again."""
    rows = await session.execute(LAST_TOUCH, {"since": since})
    touched = {(team, person): last for team, person, last in rows.all()}
    found = []
    for one in await busy(session, at):
        last = touched.get((one.team_id, one.holder.person_id))
        began = silent_since(one.since, last, one.silent_after_days, at)
        if began is not None:
            found.append(Waiting(one.holder, None, one.team_id, began))
    told = await told_last(session, kind, [one.row.id for one in found])
    return [one for one in found if one.row.id not in told or told[one.row.id] < one.since][:most]


async def told_last(session: AsyncSession, kind: str, subjects: Iterable[UUID]) -> dict[UUID, datetime]:
    """When each of these was last told of."""
    rows = (
        select(OutboxEvent.subject_id, func.max(OutboxEvent.at))
        .where(OutboxEvent.subject_id.in_(list(subjects)), OutboxEvent.kind == kind)
        .group_by(OutboxEvent.subject_id)
    )
    return {row[0]: row[1] for row in await session.execute(rows)}


async def note(session: AsyncSession, name: str, at: datetime, *, did: int = 0, failure: str | None = None) -> None:
    """How a run of a job ended: `did` things, or a failure of this type."""
    new = {
        "id": new_id(),
        "name": name,
        "at": at,
        "done_at": None if failure else at,
        "did": did,
        "failures": 1 if failure else 0,
        "failure": failure,
    }
    added = insert(JobRun).values(new)
    changed: dict[str, Any] = {"at": at, "did": did, "failure": failure, "failures": 0, "done_at": at}
    if failure:
        changed |= {"failures": JobRun.failures + 1, "done_at": JobRun.done_at}
    await session.execute(added.on_conflict_do_update(index_elements=["name"], set_=changed))


def days_before(at: datetime, days: int) -> datetime:
    return at - timedelta(days=days)
