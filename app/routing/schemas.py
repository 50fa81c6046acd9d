"""Routing decisions on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from app.kit.codesets import code_of
from app.kit.schemas import Input, Line, Output, Page


class OverrideReason(Input):
    """Why a human chooses otherwise than the rules (C-02): a code, and words where the code says `other`."""

    reason: Annotated[str, code_of("override_reason")] = Field(examples=["knows_the_case"])
    words: Line | None = None


class Rejected(Output):
    """A candidate who was not chosen, and why; the number or date behind it where there is one."""

    person_id: UUID
    name: str
    reason: str = Field(examples=["absent"])
    until: date | None
    open: int | None
    max_open: int | None
    recent: int | None = Field(description="Given in the last seven days.")
    max_week: int | None = Field(description="Room of seven days.")
    chosen: int | None = Field(description="The load of the one who got it: open now and given in seven days.")


class RoutingDecisionRead(Output):
    """Why the work went where it went. `explanation` is the same in words, in three languages.

    Of a client with a protected identity the rule, the facts about where they live and all that would tell them are
    null or empty to those who may not know; so are another team and its rule set.
    """

    id: UUID
    client_id: UUID
    team_id: UUID | None
    subject_type: str
    subject_id: UUID
    rule_set: str | None = Field(examples=["heinola"])
    rule_set_version: int | None
    rule: str | None = Field(
        description="The rule that decided, or with `overrideReason` the one overridden; null when no team covers."
    )
    facts: dict[str, Any]
    outcome: str = Field(examples=["assigned"], json_schema_extra={"x-extensible-enum": ["assigned"]})
    seat_role: str | None
    holder_id: UUID | None
    holder_name: str | None
    on_behalf_of_id: UUID | None
    consulting_seat: str | None
    queue: str | None
    suggest: str | None
    candidates: list[str]
    alarm: bool
    because: list[str] = Field(examples=[["C-01"]])
    rejected: list[Rejected]
    loads: dict[str, int] = Field(description="Open work of each candidate when it was decided, by person id.")
    recents: dict[str, int] = Field(description="What each candidate was given in the seven days before, by person id.")
    tie_break: str | None = Field(description="What decided between equals.")
    earlier_rules: dict[str, list[str]] = Field(description="Rules before it, and the conditions each one missed.")
    earliest_on: date | None
    recheck_on: date | None = Field(description="When it waits: the day the need is looked at again (C-24).")
    cause: str = Field(description="Why it was decided, or decided again.", examples=["asked"])
    explanation: dict[str, str]
    decided_at: datetime
    decided_by_id: UUID | None
    override_reason: str | None
    override_words: str | None
    note: str | None = Field(description="Words from who handed it over, or declined it.")
    decline_reason: str | None = Field(description="Why its holder declined, when that is why it was decided again.")
    replaces_id: UUID | None


class RoutingDecisionPage(Page):
    items: list[RoutingDecisionRead]
