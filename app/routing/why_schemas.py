"""Why, and why not, on the wire: codes for a program, sentences in the reader's language for a person."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.kit.schemas import Output


class Coded(Output):
    """A code and what it says in the reader's language."""

    code: str
    text: str


class FactSaid(Output):
    """A fact the decision looked at. Codes of `fact` are the code set `routing_fact`."""

    fact: str = Field(examples=["demanding"])
    label: str = Field(examples=["demanding case"])
    value: Any
    text: str = Field(examples=["not said"])


class ConditionMissed(Output):
    """A condition of a rule that did not hold. `needs` are the accepted values, null among them where not said is."""

    condition: str = Field(examples=["demanding"], description="Of the code set `routing_fact`.")
    label: str
    needs: list[Any] | None = Field(description="Null where it is hidden, or the rules are not kept any more.")
    said: Any
    text: str = Field(examples=["needs: demanding case = yes; said: no"])


class RuleSaid(Output):
    """A rule in words; `source` is a constraint of the domain or own design."""

    rule: str
    source: str | None
    why: str | None


class EarlierRule(RuleSaid):
    """A rule before the one that decided, and every condition it missed."""

    missed: list[ConditionMissed]


class CandidateSeen(Output):
    """Somebody who was considered: chosen, or not and why, with the number or the date behind it."""

    person_id: UUID
    name: str
    chosen: bool
    reason: str = Field(examples=["absent"], description="A rejection; of the one chosen the tie-break.")
    text: str
    until: date | None
    open: int | None
    max_open: int | None
    recent: int | None
    max_week: int | None


class Replaced(Output):
    """The decision before this one; its particulars are null when the reader may not see it."""

    id: UUID
    decided_at: datetime | None
    outcome: str | None
    holder_name: str | None


class RoutingWhy(Output):
    """A decision told in order. `told` is the whole of it in sentences; the rest is the same in parts."""

    decision_id: UUID
    told: list[Coded] = Field(description="Sentences in the order they are said; `code` names the part.")
    facts: list[FactSaid]
    rule_set: str | None
    rule_set_version: int | None
    rule: RuleSaid | None = Field(description="The rule that decided, or was overridden; null when none was reached.")
    earlier_rules: list[EarlierRule]
    candidates: list[CandidateSeen]
    tie_break: Coded | None
    consulting_seat: Coded | None
    earliest_on: date | None
    recheck_on: date | None
    cause: Coded
    override: Coded | None
    override_words: str | None
    note: str | None
    decided_at: datetime
    decided_by_id: UUID | None
    decided_by: str | None
    replaces: Replaced | None


class Change(Output):
    """One condition that would have had to be otherwise. `because` is `rule` (the rule asks for it), or why it must
    change although the rule was content with it: `consistency` (a main problem is one of the problems) or
    `earlier_rule` (which would decide first)."""

    condition: str
    label: str
    value: Any
    because: str = Field(examples=["rule"])
    text: str


class RuleToSeat(RuleSaid):
    """A rule that gives this kind of work to the seat. `change` is the least that would have led there; null when an
    earlier rule always comes first."""

    missed: list[ConditionMissed]
    change: list[Change] | None
    change_text: str | None


class SeatOf(Output):
    seat_id: UUID
    role: str
    label: str
    since: date
    until: date | None


class WhyNot(Output):
    """Why the work did not go to a person or a seat. `because` is a stable code."""

    decision_id: UUID
    person_id: UUID | None
    person: str | None
    seat_role: str | None
    because: str = Field(examples=["at_capacity"])
    text: str
    notes: list[Coded] = Field(description="What else is to be known, for instance `never_silently`.")
    rejection: CandidateSeen | None
    sits_on: list[SeatOf] = Field(description="The person's seats in the team on the day of the decision.")
    change: list[Change] | None = Field(description="Of all `rules`, the least that would have led to the seat.")
    change_text: str | None
    rules: list[RuleToSeat]
