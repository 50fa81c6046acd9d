"""The side roads of a referral on the wire: waiting, re-checks, priority, clocks and history."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.kit.codesets import code_of
from app.kit.schemas import Input, Output, Page, Prose

WORDS = "The whole team and the client read it, the sender does not: no details of health."


class ReferralRedirect(Input):
    team_id: UUID = Field(description="Another team of the area.")
    reason: Annotated[str, code_of("redirect_reason")] = Field(examples=["wrong_municipality"])
    words: Prose | None = Field(None, description=WORDS)


class ReferralWaitlist(Input):
    """Reasons of capacity only: the sender reads them."""

    reason: Annotated[str, code_of("waiting_reason")] = Field(examples=["capacity_full"])
    recheck_on: date | None = Field(None, description="When the need is checked again. Absent: by the rule (C-24).")


class ReferralRecheck(Input):
    """The need of somebody who waits, looked at again. `more_urgent` and `less_urgent` set the priority; `not_needed`
    and `not_reached` leave the date as it is."""

    result: Annotated[str, code_of("recheck_result")] = Field(examples=["still_needed"])
    how: Annotated[str, code_of("recheck_how")] = Field(examples=["phone"])
    note: Prose | None = Field(None, description=WORDS)
    recheck_on: date | None = Field(None, description="The next time, if agreed. Absent: by the rule.")


class ReferralPrioritise(Input):
    priority: Annotated[str, code_of("urgency")] = Field(examples=["urgent"])
    reason: Annotated[str, code_of("priority_reason")] = Field(examples=["need_changed"])
    words: Prose | None = Field(None, description=WORDS)


class ClockRead(Output):
    """What is due by when, and the rule that gave the date. Computed when read."""

    clock: str = Field(examples=["answer"], description="answer, recheck, first_contact, feedback")
    due_on: date
    overdue: bool
    met_at: datetime | None = Field(description="When it was done; null while the clock runs.")
    rule: str = Field(examples=["an answer within 5 working days of the sending"])
    rule_code: str = Field(examples=["answer_in_working_days_2025"])
    source: str = Field(examples=["own design"], description="A constraint of the domain, or `own design`.")
    since: datetime


class TeamLeft(Output):
    team_id: UUID
    name: str | None


class ReferralEventRead(Output):
    """One line of the history. `side`: sender, receiver, client, or `rules` for the routing rules."""

    at: datetime
    kind: str = Field(examples=["redirected"])
    kind_label: str
    side: str = Field(examples=["receiver"])
    by_id: UUID | None
    by: str | None
    from_team_id: UUID | None
    from_team: str | None
    to_team_id: UUID | None
    to_team: str | None
    reason: str | None = Field(description="A code of the code set that belongs to the kind.")
    how: str | None
    words: str | None
    priority: str | None
    next_on: date | None
    sentence: str = Field(description="The line in the reader's language.")


class ReferralHistory(Page):
    items: list[ReferralEventRead]
