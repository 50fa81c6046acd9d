"""Every select on consent gaps."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.gaps.models import UNCLOSED, ConsentGap
from app.people.actor import Actor
from app.people.models import Organisation
from app.work.models import PATHWAY, Involvement, WorkItem


def visible_gaps(actor: Actor) -> Select[ConsentGap]:
    """Of the clients of my teams; one's own as a client."""
    return seen(actor, "consent_gap", ConsentGap)


async def hold_gaps(session: AsyncSession, client_id: UUID) -> None:
    """Gaps of a client are opened one at a time: of two who meet the same, the second finds it."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(client_id), 28))))


def same(client_id: UUID, team_id: UUID, recipient_id: UUID, purpose: str, classes: list[str]) -> Select[ConsentGap]:
    return select(ConsentGap).where(
        ConsentGap.client_id == client_id,
        ConsentGap.team_id == team_id,
        ConsentGap.recipient_id == recipient_id,
        ConsentGap.purpose == purpose,
        ConsentGap.data_classes == classes,
        ConsentGap.state.in_(UNCLOSED),
    )


async def first(session: AsyncSession, rows: Select[ConsentGap]) -> ConsentGap | None:
    gap: ConsentGap | None = await session.scalar(rows.limit(1))
    return gap


async def unclosed(session: AsyncSession, client_id: UUID) -> list[ConsentGap]:
    """Of one client, of every team, locked."""
    rows = select(ConsentGap).where(ConsentGap.client_id == client_id, ConsentGap.state.in_(UNCLOSED))
    rows = rows.order_by(ConsentGap.id).with_for_update(key_share=True)
    return list(await session.scalars(rows.execution_options(populate_existing=True)))


async def unclosed_on(session: AsyncSession, pathway_id: UUID) -> list[ConsentGap]:
    """Of one path, locked. What somebody answers at this moment is theirs: they hold it, and may want the path."""
    rows = select(ConsentGap).where(ConsentGap.pathway_id == pathway_id, ConsentGap.state.in_(UNCLOSED))
    rows = rows.order_by(ConsentGap.id).with_for_update(key_share=True, skip_locked=True)
    return list(await session.scalars(rows.execution_options(populate_existing=True)))


async def gaps_of(session: AsyncSession, ids: Collection[UUID]) -> list[tuple[ConsentGap, str]]:
    """Each with the recipient's name, in one statement."""
    rows = (
        select(ConsentGap, Organisation.name)
        .join(Organisation, Organisation.id == ConsentGap.recipient_id)
        .where(ConsentGap.id.in_(list(ids)))
    )
    return [(row[0], row[1]) for row in await session.execute(rows)]


async def responsible_for(session: AsyncSession, pathway_id: UUID) -> UUID | None:
    """Who answers for a path that is running."""
    rows = select(WorkItem.holder_id).where(
        WorkItem.subject_id == pathway_id, WorkItem.kind == PATHWAY, WorkItem.closed_at.is_(None)
    )
    holder: UUID | None = await session.scalar(rows)
    return holder


async def caring_team(session: AsyncSession, teams: Collection[UUID], client_id: UUID) -> UUID | None:
    """The first of these teams that has a care relationship with the client."""
    rows = (
        select(Involvement.team_id)
        .where(Involvement.client_id == client_id, Involvement.team_id.in_(list(teams)))
        .order_by(Involvement.opened_at, Involvement.id)
        .limit(1)
    )
    team: UUID | None = await session.scalar(rows)
    return team
