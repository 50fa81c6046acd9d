"""Figures come from functions of the database that answer with sums only."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Double, Integer, String, Uuid, column, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.people.models import Organisation
from app.reports.rules import Counted, Visits

COUNTS = ("measured", "returned", "late", "days_known", "criteria_full")


async def referral_quality(
    session: AsyncSession, area_id: UUID, on: date, first: date, last: date, *, late_after: int, criteria: int
) -> dict[tuple[str, str], Counted]:
    """By (source, month). Nothing unless the caller reads figures of the area today: the function looks itself."""
    rows = func.report_referral_quality(area_id, on, first, last, late_after, criteria).table_valued(
        column("source", String),
        column("month", String),
        column("number", BigInteger),
        column("completeness", Double),
        *(column(name, BigInteger) for name in COUNTS),
    )
    found = {}
    for row in (await session.execute(select(rows))).mappings():
        counts = {name: int(row[name]) for name in COUNTS}
        made = Counted(number=int(row["number"]), completeness=float(row["completeness"] or 0), **counts)
        found[str(row["source"]), str(row["month"])] = made
    return found


async def appointments(
    session: AsyncSession, area_id: UUID, on: date, first: date, last: date
) -> dict[tuple[str, str], Visits]:
    """By (kind, month). Nothing unless the caller reads figures of the area today: the function looks itself."""
    rows = func.report_appointments(area_id, on, first, last).table_valued(
        column("kind", String),
        column("month", String),
        *(column(name, BigInteger) for name in Visits._fields),
    )
    found = await session.execute(select(rows))
    return {(row[0], row[1]): Visits(*map(int, row[2:])) for row in found}


class Told(NamedTuple):
    """How many, and how many people are behind it."""

    number: int
    people: int


async def team_routing(
    session: AsyncSession, team_id: UUID, on: date, first: date, last: date
) -> dict[tuple[str, int, str, str, str], Told]:
    """By (rule set, version, rule, what, code). Nothing unless the caller manages the team today: the function looks
    itself."""
    names = ("rule_set", "version", "rule", "what", "code")
    rows = func.report_team_routing(team_id, on, first, last).table_valued(
        *(column(name, Integer if name == "version" else String) for name in names),
        column("number", BigInteger),
        column("people", BigInteger),
    )
    return {
        (row[0], row[1], row[2], row[3], row[4]): Told(row[5], row[6]) for row in await session.execute(select(rows))
    }


class Met(NamedTuple):
    """A month of one kind with one counterpart, and how many people are behind the numbers."""

    what: str
    month: str
    role: str
    organisation_id: UUID
    organisation: str
    number: int
    people: int
    answered: int
    answered_people: int
    median_days: float | None


async def consultations(session: AsyncSession, team_id: UUID, on: date, first: date, last: date) -> list[Met]:
    """Nothing unless the caller manages the team today: the function looks itself."""
    numbers = ("number", "people", "answered", "answered_people")
    rows = func.report_consultations(team_id, on, first, last).table_valued(
        *(column(name, String) for name in ("what", "month", "role")),
        column("organisation_id", Uuid),
        *(column(name, BigInteger) for name in numbers),
        column("median_days", Double),
    )
    c = rows.c
    found = (
        select(c.what, c.month, c.role, c.organisation_id, Organisation.name, *(c[n] for n in numbers), c.median_days)
        .join(Organisation, Organisation.id == c.organisation_id)
        .order_by(c.what, c.month, Organisation.name, c.role)
    )
    return [Met(*row) for row in (await session.execute(found)).all()]


async def guidance(
    session: AsyncSession, area_id: UUID, on: date, first: date, last: date
) -> dict[tuple[str, str], Told]:
    """By (instrument, what became of the prompt). Nothing unless the caller reads figures of the area today: the
    function looks itself."""
    rows = func.report_guidance(area_id, on, first, last).table_valued(
        column("instrument", String),
        column("guidance", String),
        column("number", BigInteger),
        column("people", BigInteger),
    )
    return {(row[0], row[1]): Told(row[2], row[3]) for row in await session.execute(select(rows))}
