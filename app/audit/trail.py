"""The trail nobody has to remember: every change of a row is written to the use log in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import event, inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session as SyncSession

from app.audit.models import Disclosure, UseLogEntry
from app.kit.db import Base
from app.kit.once import Answer
from app.outbox.models import OutboxEvent

UNTRACED = (UseLogEntry, OutboxEvent, Answer)


class AuditedSession(SyncSession):
    """The session of every request; wired once in `main`."""


def entry(session: Any, action: str, kind: str, id: UUID | None, client: UUID | None, **more: Any) -> UseLogEntry:
    """One row of the use log by the actor of this session. Names, never values."""
    actor = session.info["actor"]
    membership = actor.memberships[0] if actor.memberships else None
    return UseLogEntry(
        at=session.info["at"],
        login_id=actor.login_id,
        person_id=actor.person_id,
        person_name=actor.name,
        role=", ".join(sorted(actor.roles)),
        organisation_id=membership.organisation_id if membership else None,
        client_id=client,
        action=action,
        resource_type=kind,
        resource_id=id,
        fields=more.get("fields", []),
        purpose=more.get("purpose", "work_ability_assessment"),
        basis=more.get("basis", session.info.get("basis", "care_relationship" if actor.teams else "own_task")),
        request_id=session.info.get("request_id", ""),
    )


@event.listens_for(AuditedSession, "before_flush")
def leave_trace(session: SyncSession, *_: Any) -> None:
    if "actor" not in session.info:
        return
    traced: list[UseLogEntry] = []
    for action, rows in (("create", session.new), ("update", session.dirty), ("delete", session.deleted)):
        for row in rows:
            if not isinstance(row, Base) or isinstance(row, UNTRACED):
                continue
            changed = sorted(a.key for a in inspect(row).attrs if a.history.has_changes()) if action == "update" else []
            if changed or action != "update":
                client = row.id if row.__tablename__ == "clients" else getattr(row, "client_id", None)
                act = "disclose" if isinstance(row, Disclosure) else action
                traced.append(entry(session, act, row.__tablename__, row.id, client, fields=changed))
    session.add_all(traced)


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
    more: dict[str, Any] = {"fields": sorted(fields)}
    if basis:
        more["basis"] = basis
    session.add_all([entry(session, action, kind, id, client, **more) for id, client in seen])
    await session.flush()
