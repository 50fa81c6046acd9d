"""Figures of routing on the wire: numbers only."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from app.kit.schemas import Output


class CodeCount(Output):
    code: str
    label: str
    number: int | None


class RuleFigures(Output):
    """What a rule led to. A number is null where 1 to 4 people are behind it, or where it would tell another such; a
    rule with so few people behind it is left out."""

    rule_set: str = Field(examples=["heinola"])
    rule_set_version: int
    rule: str | None = Field(examples=["demanding_msk_somatic"], description="Null where no rule was reached.")
    source: str | None = Field(examples=["C-02"])
    why: str | None
    decisions: int | None = Field(description="Made by the rule; a human's overrides are counted apart.")
    by_outcome: list[CodeCount]
    overridden: int | None
    overridden_share: float | None = Field(description="Overrides for each decision of the rule, in hundredths.")
    by_reason: list[CodeCount]
    answered: int | None = Field(description="Left to a human by the rule, and chosen by one: no override.")
    declined: int | None = Field(description="Assignments of the rule that the receiver declined.")


class RoutingTotal(Output):
    decisions: int | None
    overridden: int | None
    answered: int | None
    declined: int | None


class RoutingFigures(Output):
    team_id: UUID
    from_on: date
    to_on: date
    smallest: int = Field(description="Where fewer people than this but not none are behind a number, it is hidden.")
    total: RoutingTotal
    rules: list[RuleFigures]
