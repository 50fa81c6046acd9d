"""Every select on an area's own path templates."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.path_templates.models import OwnTemplate, TemplateState
from app.people.actor import Actor
from app.security.permissions import Permission as P
from app.teams.models import Team


def visible_templates(actor: Actor) -> Select[OwnTemplate]:
    """Versions that are or were in force: for everybody who works in or with the area. Drafts: for those who manage."""
    return seen(actor, "path_template", OwnTemplate)


def managed_templates(actor: Actor) -> Select[OwnTemplate]:
    return select(OwnTemplate).where(OwnTemplate.area_id.in_(actor.areas_with(P.TEAM_MANAGE)))


def listed(actor: Actor, *, code: str | None, state: TemplateState | None) -> Select[OwnTemplate]:
    rows = visible_templates(actor)
    for column, wanted in ((OwnTemplate.code, code), (OwnTemplate.state, state)):
        if wanted is not None:
            rows = rows.where(column == wanted)
    return rows


async def last_number(session: AsyncSession, area_id: UUID, code: str) -> int:
    rows = select(func.max(OwnTemplate.number)).where(OwnTemplate.area_id == area_id, OwnTemplate.code == code)
    return await session.scalar(rows) or 0


async def of_number(session: AsyncSession, area_id: UUID, code: str, number: int) -> OwnTemplate | None:
    rows = select(OwnTemplate).where(
        OwnTemplate.area_id == area_id, OwnTemplate.code == code, OwnTemplate.number == number
    )
    found: OwnTemplate | None = await session.scalar(rows)
    return found


async def in_force(session: AsyncSession, area_id: UUID, code: str, *, lock: bool = False) -> OwnTemplate | None:
    rows = select(OwnTemplate).where(
        OwnTemplate.area_id == area_id, OwnTemplate.code == code, OwnTemplate.state == TemplateState.IN_FORCE
    )
    found: OwnTemplate | None = await session.scalar(rows.with_for_update() if lock else rows)
    return found


async def in_force_for(session: AsyncSession, team_id: UUID, code: str) -> OwnTemplate | None:
    """What a team's area has in force under a code."""
    area = select(Team.area_id).where(Team.id == team_id).scalar_subquery()
    rows = select(OwnTemplate).where(
        OwnTemplate.area_id == area, OwnTemplate.code == code, OwnTemplate.state == TemplateState.IN_FORCE
    )
    found: OwnTemplate | None = await session.scalar(rows)
    return found


async def retired_for(session: AsyncSession, team_id: UUID, code: str, number: int) -> bool:
    """Whether a version of a team's area was in force and is no more."""
    area = select(Team.area_id).where(Team.id == team_id).scalar_subquery()
    rows = select(OwnTemplate.id).where(
        OwnTemplate.area_id == area,
        OwnTemplate.code == code,
        OwnTemplate.number == number,
        OwnTemplate.state == TemplateState.RETIRED,
        OwnTemplate.published_at.is_not(None),
    )
    return await session.scalar(rows) is not None


async def once_in_force(session: AsyncSession, actor: Actor, code: str, number: int) -> OwnTemplate | None:
    """A version that is or was in force, as this reader may see it; never a draft."""
    rows = visible_templates(actor).where(
        OwnTemplate.code == code, OwnTemplate.number == number, OwnTemplate.state != TemplateState.DRAFT
    )
    found: OwnTemplate | None = await session.scalar(rows.limit(1))
    return found


async def all_in_force(session: AsyncSession, area_ids: Collection[UUID]) -> list[OwnTemplate]:
    rows = select(OwnTemplate).where(
        OwnTemplate.area_id.in_(list(area_ids)), OwnTemplate.state == TemplateState.IN_FORCE
    )
    return list(await session.scalars(rows.order_by(OwnTemplate.code)))
