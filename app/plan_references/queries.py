"""Every select on references to plans."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, column, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.people.actor import Actor
from app.people.models import Organisation
from app.plan_references.models import PlanReference, ReferenceState

R = PlanReference
MOST = 50  # beside the plan of a path
# Meetings stand above this room. Row security shows the rows.
MEETINGS = table("meetings", column("id"), column("pathway_id"), column("state"))


def visible_references(actor: Actor) -> Select[PlanReference]:
    return seen(actor, "plan_reference", PlanReference)


def worked_references(actor: Actor) -> Select[PlanReference]:
    """Of the caller's own teams: another team with a care relationship reads them and has no verbs."""
    return visible_references(actor).where(R.team_id.in_(actor.teams))


def late_on(today: date) -> ColumnElement[bool]:
    """In force, and its review was due before."""
    return and_(R.state == ReferenceState.IN_FORCE, R.review_due_on < today)


def listed(
    actor: Actor,
    today: date,
    *,
    pathway_id: UUID | None,
    client_id: UUID | None,
    state: ReferenceState | None,
    overdue: bool,
) -> Select[PlanReference]:
    rows = visible_references(actor)
    if pathway_id is not None:
        rows = rows.where(R.pathway_id == pathway_id)
    if client_id is not None:
        rows = rows.where(R.client_id == client_id)
    if state is not None:
        rows = rows.where(R.state == state)
    return rows.where(late_on(today)) if overdue else rows


async def beside_plan(session: AsyncSession, actor: Actor, pathway_id: UUID) -> list[PlanReference]:
    """Those of a path that the caller sees, the latest first; what was entered in error is none."""
    rows = visible_references(actor).where(R.pathway_id == pathway_id, R.state != ReferenceState.ENTERED_IN_ERROR)
    return list(await session.scalars(rows.order_by(R.valid_from.desc(), R.id.desc()).limit(MOST)))


async def met(session: AsyncSession, meeting_id: UUID, pathway_id: UUID) -> bool:
    """Whether it is a meeting of the path that was held."""
    rows = select(MEETINGS.c.id).where(
        MEETINGS.c.id == meeting_id, MEETINGS.c.pathway_id == pathway_id, MEETINGS.c.state == "held"
    )
    return await session.scalar(rows) is not None


async def organisation_known(session: AsyncSession, organisation_id: UUID, area_id: UUID) -> bool:
    rows = select(Organisation.id).where(Organisation.id == organisation_id, Organisation.area_id == area_id)
    return await session.scalar(rows) is not None
