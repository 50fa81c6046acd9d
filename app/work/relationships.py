"""When a care relationship ends (domain 5.1 (b)): at once where the team's part ended without care, and in time where
nothing has been open for long. What comes later opens it again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session as SyncSession

from app.audit.trail import AuditedSession, record, write_trail
from app.kit.clock import civil_date
from app.work.queries import END, end_quiet

LEAVING = "leaving"
ENDED_AT_ONCE = 1_000
Because = Literal["redirected", "not_taken_on"]


@dataclass(frozen=True)
class Quiet:
    """One version of the number: months without anything open, after which a care relationship has ended."""

    version: str
    valid_from: date
    months: int


@lru_cache(maxsize=1)
def shipped() -> tuple[Quiet, ...]:
    """Every version in the folder, the newest first. One that was in force is never edited."""
    files = sorted((Path(__file__).parent / "quiet").glob("*.json"))
    said = [json.loads(file.read_text("utf-8")) for file in files]
    found = [Quiet(one["version"], date.fromisoformat(one["validFrom"]), one["quietMonths"]) for one in said]
    return tuple(sorted(found, key=lambda version: version.valid_from, reverse=True))


def in_force(on: date, versions: Sequence[Quiet] | None = None) -> Quiet:
    """The version of a day; before the first one, the first one."""
    known = shipped() if versions is None else sorted(versions, key=lambda v: v.valid_from, reverse=True)
    return next((version for version in known if version.valid_from <= on), known[-1])


def quiet_since(at: datetime) -> datetime:
    """A relationship in which nothing has been open since this instant has ended."""
    return at - relativedelta(months=in_force(civil_date(at)).months)


async def end_relationships(session: AsyncSession, at: datetime) -> int:
    """The job: care relationships that have been quiet for as long as the rule of the day says. How many ended."""
    return await end_quiet(session, quiet_since(at), at, ENDED_AT_ONCE)


def leave(session: AsyncSession, client_id: UUID, team_id: UUID, because: Because, at: datetime) -> None:
    """The team's part ended without care: at the commit of this transaction its care relationship ends, unless the
    database finds something of the team's about the client, open or done. Until then the answer to this request is
    still shown to who asked for it."""
    session.info.setdefault(LEAVING, {})[client_id, team_id] = {"because": because, "at": at}


@event.listens_for(AuditedSession, "before_commit")
def end_what_was_left(session: SyncSession) -> None:
    """The last statement of a transaction: what was written before it is seen by it."""
    left = session.info.pop(LEAVING, None)
    if not left:
        return
    session.flush()
    for (client_id, team_id), said in sorted(left.items()):
        if session.scalar(END, {"client_id": client_id, "team_id": team_id, **said}):
            record(session, "update", "involvements", None, client_id, fields=["ended_at", "ended_because"])
    write_trail(session)


@event.listens_for(AuditedSession, "after_rollback")
def nothing_was_left(session: SyncSession) -> None:
    session.info.pop(LEAVING, None)
