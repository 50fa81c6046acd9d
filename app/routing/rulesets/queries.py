"""Every select on an area's own rule sets."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.people.actor import Actor
from app.people.models import Organisation
from app.routing.rulesets.models import OwnRuleSet, RuleSetState
from app.security.permissions import Permission as P
from app.teams.models import Seat, Team


def deciding(on: date) -> ColumnElement[bool]:
    return and_(OwnRuleSet.valid_from <= on, or_(OwnRuleSet.valid_to.is_(None), OwnRuleSet.valid_to >= on))


def visible_sets(actor: Actor) -> Select[OwnRuleSet]:
    """Versions that decide, did, or will: for everybody who works in or with the area. All others: those who manage."""
    return seen(actor, "rule_set", OwnRuleSet)


def managed_sets(actor: Actor) -> Select[OwnRuleSet]:
    return select(OwnRuleSet).where(OwnRuleSet.area_id.in_(actor.areas_with(P.TEAM_MANAGE)))


def listed(actor: Actor, *, code: str | None, number: int | None, state: RuleSetState | None) -> Select[OwnRuleSet]:
    rows = visible_sets(actor)
    for column, wanted in ((OwnRuleSet.code, code), (OwnRuleSet.number, number), (OwnRuleSet.state, state)):
        if wanted is not None:
            rows = rows.where(column == wanted)
    return rows


async def lock_area(session: AsyncSession, area_id: UUID) -> None:
    """One at a time numbers an area's versions and puts them in order."""
    row = select(Organisation.id).where(Organisation.id == area_id)
    await session.execute(row.with_for_update(key_share=True))


async def last_number(session: AsyncSession, area_id: UUID, code: str) -> int:
    rows = select(func.max(OwnRuleSet.number)).where(OwnRuleSet.area_id == area_id, OwnRuleSet.code == code)
    return await session.scalar(rows) or 0


async def of_number(session: AsyncSession, area_id: UUID, code: str, number: int) -> OwnRuleSet | None:
    rows = select(OwnRuleSet).where(OwnRuleSet.area_id == area_id, OwnRuleSet.code == code, OwnRuleSet.number == number)
    found: OwnRuleSet | None = await session.scalar(rows)
    return found


async def unread_writers(session: AsyncSession, area_id: UUID, code: str, number: int) -> list[UUID]:
    """Who wrote a version that nobody signed off; nobody for one that was, or that is shipped."""
    row = await of_number(session, area_id, code, number)
    return list(row.writer_ids) if row is not None and row.signed_off_at is None else []


async def in_force(session: AsyncSession, given: OwnRuleSet) -> OwnRuleSet | None:
    """The version of the same code that is in force without an end."""
    rows = select(OwnRuleSet).where(
        OwnRuleSet.area_id == given.area_id,
        OwnRuleSet.code == given.code,
        OwnRuleSet.state == RuleSetState.IN_FORCE,
    )
    found: OwnRuleSet | None = await session.scalar(rows.with_for_update())
    return found


async def last_day(session: AsyncSession, given: OwnRuleSet) -> date | None:
    """The last day that any ended version of the same code decides."""
    rows = select(func.max(OwnRuleSet.valid_to)).where(
        OwnRuleSet.area_id == given.area_id, OwnRuleSet.code == given.code
    )
    found: date | None = await session.scalar(rows)
    return found


async def latest_of(session: AsyncSession, area_id: UUID, code: str, on: date) -> tuple[UUID, int, date] | None:
    """Id, number and first day of the area's version that decides on a day: read in every routing."""
    rows = (
        select(OwnRuleSet.id, OwnRuleSet.number, OwnRuleSet.valid_from)
        .where(OwnRuleSet.area_id == area_id, OwnRuleSet.code == code, deciding(on))
        .order_by(OwnRuleSet.valid_from.desc(), OwnRuleSet.number.desc())
        .limit(1)
    )
    row = (await session.execute(rows)).one_or_none()
    return None if row is None or row[2] is None else (row[0], row[1], row[2])


async def following(session: AsyncSession, area_id: UUID, code: str) -> list[str]:
    """Codes of the area's teams that follow a rule set."""
    rows = select(Team.code).where(Team.area_id == area_id, Team.rule_set == code).order_by(Team.code)
    return list(await session.scalars(rows))


async def seats_following(session: AsyncSession, area_id: UUID, code: str) -> dict[str, set[str]]:
    """The area's teams that follow a rule set, by code, with the roles of their seats."""
    rows = (
        select(Team.code, Seat.role)
        .join(Seat, Seat.team_id == Team.id, isouter=True)
        .where(Team.area_id == area_id, Team.rule_set == code)
    )
    found: dict[str, set[str]] = {}
    for team, role in await session.execute(rows):
        found.setdefault(team, set()).update({role} - {None})
    return found
