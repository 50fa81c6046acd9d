"""Which rule set a team follows: the one it names, else the one of its template."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.i18n import Text
from app.kit.problems import Invalid
from app.people.periods import at_field
from app.routing.versions import exists
from app.teams.templates import templates


class UnknownRuleSet(Invalid):
    code = "unknown_rule_set"
    detail = Text(
        "Tällaista sääntöjoukkoa ei ole. Katso /v1/routing-rule-sets.",
        "Det finns ingen sådan regeluppsättning. Se /v1/routing-rule-sets.",
        "There is no such rule set. See /v1/routing-rule-sets.",
    )


async def check_rule_set(session: AsyncSession, area_id: UUID, code: str, at: datetime) -> None:
    """Raises `UnknownRuleSet`."""
    if not await exists(session, area_id, code, civil_date(at)):
        raise at_field(UnknownRuleSet, "ruleSet")


async def rule_set_of(session: AsyncSession, area_id: UUID, code: str | None, template: str, at: datetime) -> str:
    """What a new team follows. Raises `UnknownRuleSet`."""
    if code is None:
        return templates()[template].rule_set
    await check_rule_set(session, area_id, code, at)
    return code
