"""Which rule set a team follows: the one it names, else the one of its template."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.i18n import Text
from app.kit.problems import Invalid
from app.people.periods import at_field
from app.routing.versions import DEFAULT, codes_of
from app.teams.templates import templates


class UnknownRuleSet(Invalid):
    code = "unknown_rule_set"
    detail = Text(
        "Tällaista sääntöjoukkoa ei ole. Katso /v1/routing-rule-sets.",
        "Det finns ingen sådan regeluppsättning. Se /v1/routing-rule-sets.",
        "There is no such rule set. See /v1/routing-rule-sets.",
    )


async def check_rule_set(session: AsyncSession, area_id: UUID, code: str) -> None:
    """Raises `UnknownRuleSet`."""
    if code not in await codes_of(session, area_id):
        raise at_field(UnknownRuleSet, "ruleSet")


async def rule_set_of(session: AsyncSession, area_id: UUID, code: str | None, template: str) -> str:
    """What a new team follows. Raises `UnknownRuleSet`."""
    if code is not None:
        await check_rule_set(session, area_id, code)
        return code
    usual = templates()[template].rule_set
    # Until the rule sets of every template are shipped: the one that there is.
    return usual if usual in await codes_of(session, area_id) else DEFAULT
