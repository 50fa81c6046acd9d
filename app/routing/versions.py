"""Which rules decide: the version in force, on a day, of the rule set that a team follows."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.routing.rules import RuleSet, in_force
from app.routing.rulesets import load_rule_set

DEFAULT = "heinola"
"""Followed where no team covers, so that even then a decision names rules."""


@lru_cache(maxsize=1)
def shipped() -> tuple[RuleSet, ...]:
    """Every rule set in the folder. A version, once released, is never edited: old decisions name it."""
    folder = Path(__file__).parent / "rulesets"
    return tuple(load_rule_set(file) for file in sorted(folder.glob("*.json")))


async def codes_of(session: AsyncSession, area_id: UUID) -> frozenset[str]:
    """The rule sets that a team of the area may follow."""
    return frozenset(rules.id for rules in shipped())


async def rules_of(session: AsyncSession, area_id: UUID, code: str | None, on: date) -> RuleSet:
    """The version of this rule set that decides in the area on a day."""
    wanted = code or DEFAULT
    return in_force([rules for rules in shipped() if rules.id == wanted], on)


async def version_of(session: AsyncSession, area_id: UUID, code: str, version: int) -> RuleSet | None:
    """The version that a decision names; None when there is none (any more)."""
    return next((rules for rules in shipped() if (rules.id, rules.version) == (code, version)), None)
