"""Which rules decide: the version in force, on a day, of the rule set that a team follows. A shipped version decides
until a version of the area's own of the same code has begun, and again when that has ended without a successor."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from app.routing.rules import RuleSet, in_force
from app.routing.rulesets import queries
from app.routing.rulesets.models import OwnRuleSet
from app.routing.rulesets.parse import HEAD, parse_rule_set, rule_set_of

DEFAULT = "heinola"
"""Followed where no team covers, so that even then a decision names rules."""
REMEMBERED = 64
_parsed: dict[UUID, RuleSet] = {}


@lru_cache(maxsize=1)
def documents() -> tuple[dict[str, Any], ...]:
    """Every shipped document as it stands in its file. A version, once released, is never edited: decisions name it."""
    folder = Path(__file__).parent / "rulesets"
    return tuple(json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*.json")))


@lru_cache(maxsize=1)
def shipped() -> tuple[RuleSet, ...]:
    """The same, parsed."""
    return tuple(map(parse_rule_set, documents()))


def shipped_id(rules: RuleSet) -> UUID:
    return uuid5(NAMESPACE_URL, f"urn:heinola:rule-set:{rules.id}.v{rules.version}")


def shipped_content(code: str, number: int) -> dict[str, Any] | None:
    """A shipped document without its head."""
    for one in documents():
        if (one["id"], one["version"]) == (code, number):
            return {name: value for name, value in one.items() if name not in HEAD}
    return None


def shipped_of(code: str) -> list[RuleSet]:
    return [rules for rules in shipped() if rules.id == code]


async def rules_of(session: AsyncSession, area_id: UUID, code: str | None, on: date) -> RuleSet:
    """The version of this rule set that decides in the area on a day; of `DEFAULT` where none has begun, because work
    is never without rules (own design; the decision names them)."""
    wanted = code or DEFAULT
    begun = [rules for rules in shipped_of(wanted) if rules.valid_from <= on]
    found = await queries.latest_of(session, area_id, wanted, on)
    if found is not None:
        id, _, _ = found
        begun.append(_parsed.get(id) or remembered(await session.get_one(OwnRuleSet, id)))
    if not begun and wanted != DEFAULT:
        return await rules_of(session, area_id, DEFAULT, on)
    return in_force(begun, on)


async def version_of(session: AsyncSession, area_id: UUID, code: str, version: int) -> RuleSet | None:
    """The version that a decision names; None when there is none (any more)."""
    for rules in shipped_of(code):
        if rules.version == version:
            return rules
    row = await queries.of_number(session, area_id, code, version)
    return None if row is None or row.valid_from is None else remembered(row)


async def exists(session: AsyncSession, area_id: UUID, code: str, on: date) -> bool:
    """Whether a team of the area may follow this rule set on a day: a version of it has begun and not ended."""
    if any(rules.valid_from <= on for rules in shipped_of(code)):
        return True
    return await queries.latest_of(session, area_id, code, on) is not None


def remembered(row: OwnRuleSet) -> RuleSet:
    """A version put in force, parsed once: neither its content nor its first day changes any more."""
    if row.id not in _parsed:
        if len(_parsed) >= REMEMBERED:
            _parsed.pop(next(iter(_parsed)))
        assert row.valid_from is not None
        _parsed[row.id] = rule_set_of(row.content, row.code, row.number, row.valid_from)
    return _parsed[row.id]
