"""Every select on what teams need to know."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, any_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.people.actor import Actor
from app.requirements.models import RequirementSet, RequirementState
from app.security.permissions import Permission as P
from app.teams.models import Team


def in_force(on: date) -> ColumnElement[bool]:
    return and_(RequirementSet.valid_from <= on, or_(RequirementSet.valid_to.is_(None), RequirementSet.valid_to >= on))


def visible_sets(actor: Actor) -> Select[RequirementSet]:
    """What was published, for everybody who works in or with the area; drafts for those who manage its teams."""
    known = select(Team.id).where(Team.area_id.in_(actor.areas))
    mine = select(Team.id).where(Team.area_id.in_(actor.areas_with(P.TEAM_MANAGE)))
    published = RequirementSet.valid_from.is_not(None)
    return select(RequirementSet).where(
        or_(and_(RequirementSet.team_id.in_(known), published), RequirementSet.team_id.in_(mine))
    )


def managed_sets(actor: Actor) -> Select[RequirementSet]:
    mine = select(Team.id).where(Team.area_id.in_(actor.areas_with(P.TEAM_MANAGE)))
    return select(RequirementSet).where(RequirementSet.team_id.in_(mine))


def listed(
    actor: Actor, team_id: UUID, *, source: str | None, asked_for: str | None, on: date | None
) -> Select[RequirementSet]:
    """Of a team; those that would count for a source or a thing asked; those in force on a day."""
    rows = visible_sets(actor).where(RequirementSet.team_id == team_id)
    if source is not None:
        rows = rows.where(or_(RequirementSet.source.is_(None), RequirementSet.source == source))
    if asked_for is not None:
        rows = rows.where(or_(RequirementSet.asked_for.is_(None), RequirementSet.asked_for == asked_for))
    return rows if on is None else rows.where(in_force(on))


def of_key(given: RequirementSet) -> ColumnElement[bool]:
    """The versions for the same team, source and thing asked."""
    return and_(
        RequirementSet.team_id == given.team_id,
        RequirementSet.source.is_not_distinct_from(given.source),
        RequirementSet.asked_for.is_not_distinct_from(given.asked_for),
    )


async def published(session: AsyncSession, given: RequirementSet) -> RequirementSet | None:
    """The version of the same key that is published without an end."""
    rows = select(RequirementSet).where(of_key(given), RequirementSet.state == RequirementState.PUBLISHED)
    found: RequirementSet | None = await session.scalar(rows.with_for_update())
    return found


async def last_day(session: AsyncSession, given: RequirementSet) -> tuple[int, date | None]:
    """How many versions of the same key there have been, and the last day that any ended one counts."""
    rows = select(func.max(RequirementSet.number), func.max(RequirementSet.valid_to)).where(
        of_key(given), RequirementSet.valid_from.is_not(None)
    )
    number, last = (await session.execute(rows)).one()
    return number or 0, last


async def candidates(
    session: AsyncSession,
    area_id: UUID,
    team_id: UUID | None,
    municipality: str | None,
    source: str,
    asked_for: str,
    on: date,
) -> list[RequirementSet]:
    """What counts on a day for such a referral: of the team named, or of the one that covers the municipality (of
    several the first by id, as routing does)."""
    team = select(Team.id).where(Team.area_id == area_id)
    named = Team.id == team_id if team_id is not None else any_(Team.municipalities) == municipality
    rows = select(RequirementSet).where(
        RequirementSet.team_id == team.where(named).order_by(Team.id).limit(1).scalar_subquery(),
        in_force(on),
        or_(RequirementSet.source.is_(None), RequirementSet.source == source),
        or_(RequirementSet.asked_for.is_(None), RequirementSet.asked_for == asked_for),
    )
    return list(await session.scalars(rows))
