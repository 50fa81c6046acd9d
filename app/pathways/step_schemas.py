"""The steps of a path on the wire: what is asked of them, and what changed and why."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from app.kit.codesets import code_of
from app.kit.schemas import Day, Input, Line, Output, Page

Reason = Annotated[str, code_of("step_change_reason")]


class StepReopen(Input):
    reason: Reason = Field(examples=["situation_changed"])


class StepWords(Input):
    """One's own words in one language or more; a reader of another gets the first that there is."""

    fi: Line | None = None
    sv: Line | None = None
    en: Line | None = Field(None, examples=["You practise travelling to work together."])

    def said(self) -> dict[str, str]:
        return {language: words for language, words in self.model_dump().items() if words}


class DueGiven(Input):
    due_days: int | None = Field(None, ge=0, le=500, description="Working days from now; from its end while held.")
    planned_on: Day | None = Field(None, description="A date agreed with the client goes before it.")


class StepAdd(DueGiven):
    """A step of one's own on this path only."""

    kind: Annotated[str, code_of("step_kind")] = Field(examples=["follow_up"])
    owner_role: Annotated[str, code_of("role")] = Field(
        examples=["work_ability_coordinator"], description="A seat of the path's team, or a partner's role."
    )
    purpose: StepWords | None = None
    bring: StepWords | None = None
    after_key: Line | None = Field(None, description="The key of the step that it usually comes after.")
    optional: bool = True
    client_visible: bool = True
    expected_minutes: int | None = Field(None, ge=0, le=1440)
    reason: Reason = Field(examples=["client_wishes"])

    @model_validator(mode="after")
    def has_a_date(self) -> StepAdd:
        if self.due_days is None and self.planned_on is None:
            raise ValueError("give dueDays or plannedOn")
        return self


class StepRepeat(DueGiven):
    """Once more. Without a date: as many working days from now as it had from the start of the path."""

    reason: Reason = Field(examples=["situation_changed"])


class StepsReorder(Input):
    step_ids: list[UUID] = Field(min_length=1, max_length=200, description="Every planned step, in the new order.")
    reason: Reason = Field(examples=["client_wishes"])


class BranchChoose(Input):
    branch: Line = Field(examples=["group_employment"])
    reason: Reason = Field(examples=["agreed_in_meeting"])


class StepChangeRead(Output):
    """Why a path went another way, for good. `stepId` is null for what concerns the path as a whole."""

    id: UUID
    pathway_id: UUID
    client_id: UUID
    step_id: UUID | None
    step_key: str | None
    step_label: str | None
    change: str = Field(examples=["skipped"])
    change_label: str = Field(examples=["skipped"])
    reason: str = Field(examples=["not_needed"])
    reason_label: str = Field(examples=["not needed"])
    from_version: int | None
    to_version: int | None
    changed_at: datetime
    author_id: UUID | None
    author: str | None


class StepChangePage(Page):
    items: list[StepChangeRead]


class HoldPlace(Input):
    """A pause that ends by itself. The path keeps its responsible worker, and what is done next stays agreed."""

    until_on: Day = Field(examples=["2026-12-31"], description="The last day held, at most 90 days ahead.")
    reason: Annotated[str, code_of("hold_reason")] = Field(examples=["client_wishes"])
    next_action: Line = Field(examples=["Call and ask how it goes"])
    next_action_on: Day | None = Field(None, description="Absent: the first working day after the hold.")


class HoldEnd(Input):
    """The path runs again from today."""

    next_action: Line | None = None
    next_action_on: Day | None = Field(
        None, description="Absent: as it was, or the next working day where that is sooner."
    )


class PathwayDiscontinue(Input):
    """It ended before it was done. Where no outcome was recorded, the one that the reason says is; a reason that says
    none needs it in `outcome`."""

    reason: Annotated[str, code_of("closing_reason")] = Field(examples=["not_timely"])
    outcome: Annotated[str, code_of("outcome")] | None = None
    onward_feedback_to: Annotated[str, code_of("onward_feedback")] | None = Field(
        None, description="Who reads what referrals onward still answer. Needed while one is open."
    )


class UpgradeAsk(Input):
    to_version: int | None = Field(None, ge=1, le=100_000, description="Absent: the newest.")


class PathwayUpgrade(Input):
    to_version: int = Field(ge=1, le=100_000, examples=[2])
    token: str = Field(pattern=r"^[0-9a-f]{64}$", examples=["0" * 64], description="Of the preview that you looked at.")


class UpgradeStep(Output):
    key: str
    label: str
    state: str = Field(examples=["planned"])
    fields: list[str] = Field(examples=[["purpose", "dueDays"]], description="What changes, of a changed one.")


class UpgradeRefusal(Output):
    code: str = Field(examples=["version_lacks_running_step"])
    remedy: str
    steps: list[str] = Field(description="Keys of the steps.")


class UpgradePreview(Output):
    """What moving the path to another version would do; nothing is written."""

    pathway_id: UUID
    client_id: UUID
    from_version: int
    to_version: int
    token: str
    kept: list[UpgradeStep]
    added: list[UpgradeStep]
    changed: list[UpgradeStep]
    gone: list[UpgradeStep] = Field(description="Planned steps that the new version has not: skipped.")
    refused_because: UpgradeRefusal | None
