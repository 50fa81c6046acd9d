"""Reads across rooms."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.models import Client
from app.people.actor import Actor
from app.work.models import WorkItem
from app.work.queries import visible_work

LISTS: dict[str, str] = {
    "mine": "what I hold",
    "team": "everything open in my teams",
    "unassigned": "what stands in a queue",
    "feedback": "feedback owed to a referrer",
}


def chosen(actor: Actor, which: str) -> ColumnElement[bool]:
    return {
        "mine": WorkItem.holder_id == actor.person_id,
        "team": true(),
        "unassigned": WorkItem.queue.is_not(None),
        "feedback": WorkItem.kind == "feedback",
    }[which]


def open_work(actor: Actor, which: str) -> Select[WorkItem]:
    return visible_work(actor).where(WorkItem.closed_at.is_(None), chosen(actor, which))


async def counts(session: AsyncSession, actor: Actor) -> dict[str, int]:
    """All badges in one statement."""
    seen = visible_work(actor).where(WorkItem.closed_at.is_(None)).subquery()
    row = (
        await session.execute(
            select(
                func.count().filter(seen.c.holder_id == actor.person_id),
                func.count(),
                func.count().filter(seen.c.queue.is_not(None)),
                func.count().filter(and_(seen.c.alarm)),
                func.count().filter(seen.c.kind == "feedback"),
            )
        )
    ).one()
    return dict(zip(("mine", "team", "unassigned", "alarms", "feedback_owed"), row, strict=True))


async def client_names(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = await session.execute(
        select(Client.id, Client.given_name, Client.family_name).where(Client.id.in_(list(ids)))
    )
    return {id: f"{given} {family}" for id, given, family in rows.all()}
