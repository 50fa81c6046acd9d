"""The trail nobody has to remember: every change of a row goes to the use log in the transaction of the change.

Lines are gathered while the request works and written in one statement right before its commit, which is before the
answer leaves: what cannot be logged does not happen, and is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, event, insert, inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session as SyncSession

from app.audit.models import Disclosure, UseLogEntry
from app.kit.db import Base
from app.kit.ids import new_id
from app.kit.once import Answer
from app.outbox.models import OutboxEvent

TRAIL = "trail"
USE_LOG = cast(Table, UseLogEntry.__table__)
UNTRACED = (UseLogEntry, OutboxEvent, Answer)


class AuditedSession(SyncSession):
    """The session of every request; wired once in `main`."""


def record(session: Any, action: str, kind: str, id: UUID | None, client: UUID | None, **more: Any) -> None:
    """One line of the use log by the actor of this session. Names of fields, never values. What a client does is about
    that client also where the row names nobody (the time of a visit): otherwise no officer would find the line."""
    actor = session.info["actor"]
    membership = actor.memberships[0] if actor.memberships else None
    line = {
        "id": new_id(),
        "at": session.info["at"],
        "login_id": actor.login_id,
        "person_id": actor.person_id,
        "person_name": actor.name,
        "role": ", ".join(sorted(actor.roles)),
        "organisation_id": membership.organisation_id if membership else None,
        "client_id": client or actor.client_id,
        "action": action,
        "resource_type": kind,
        "resource_id": id,
        "fields": more.get("fields", []),
        "purpose": more.get("purpose", "work_ability_assessment"),
        "basis": more.get("basis") or session.info.get("basis", "care_relationship" if actor.teams else "own_task"),
        "request_id": session.info.get("request_id", ""),
    }
    session.info.setdefault(TRAIL, []).append(line)


@event.listens_for(AuditedSession, "before_flush")
def leave_trace(session: SyncSession, *_: Any) -> None:
    if "actor" not in session.info:
        return
    for action, rows in (("create", session.new), ("update", session.dirty), ("delete", session.deleted)):
        for row in rows:
            if not isinstance(row, Base) or isinstance(row, UNTRACED):
                continue
            changed = sorted(a.key for a in inspect(row).attrs if a.history.has_changes()) if action == "update" else []
            if changed or action != "update":
                client = row.id if row.__tablename__ == "clients" else getattr(row, "client_id", None)
                act = "disclose" if isinstance(row, Disclosure) else action
                record(session, act, row.__tablename__, row.id, client, fields=changed)


@event.listens_for(AuditedSession, "before_commit")
def write_trail(session: SyncSession) -> None:
    """One statement for the whole request."""
    session.flush()
    if lines := session.info.pop(TRAIL, None):
        session.execute(insert(USE_LOG), lines)


async def settle(session: AsyncSession) -> None:
    """Write what is gathered so far: before another actor takes over the same transaction."""
    await session.run_sync(write_trail)


@event.listens_for(AuditedSession, "after_rollback")
def drop_trail(session: SyncSession) -> None:
    session.info.pop(TRAIL, None)


async def used(
    session: AsyncSession,
    kind: str,
    seen: Iterable[tuple[UUID | None, UUID | None]],
    *,
    action: str = "read",
    fields: Iterable[str] = (),
    basis: str | None = None,
) -> None:
    """Log that these rows (id, client) were read or found by a search; once per row, in this transaction."""
    for id, client in seen:
        record(session, action, kind, id, client, fields=sorted(fields), basis=basis)
