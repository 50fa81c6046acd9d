"""Time on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Day, Input, Output, Page

Minutes = Annotated[int, Field(ge=1, le=1440, examples=[45])]


class TimeEntryCreate(Input):
    """Minutes of your own; of a meeting that you convened, of everybody who was in it too."""

    id: UUID | None = None
    subject_type: Annotated[str, code_of("time_subject")]
    subject_id: UUID | None = Field(None, description="The step, meeting, assessment or contact of this path.")
    minutes: Minutes
    role: Annotated[str, code_of("role")] | None = Field(None, description="Absent: the only one you have.")
    spent_on: Day | None = Field(None, description="Absent: today.")
    for_everybody: bool = Field(
        False, description="Of a held meeting, by its convener: the same minutes for each who has none there yet."
    )


class TimeEntryReverse(Input):
    reason: Annotated[str, code_of("record_error_reason")]


class TimeEntryRead(Output):
    """`personId` is null to whoever manages the work, and to the client: they read the role. `counts`: neither taken
    back nor taking back."""

    id: UUID
    pathway_id: UUID
    client_id: UUID
    subject_type: str
    subject_label: str
    subject_id: UUID | None
    person_id: UUID | None
    role: str
    role_label: str
    minutes: int
    spent_on: date
    reverses_id: UUID | None
    reason: str | None
    counts: bool
    created_at: datetime
    allowed_actions: list[AllowedAction]


class TimeEntryList(Output):
    """What was written down: one entry, or one for each person of a meeting."""

    items: list[TimeEntryRead]


class TimeEntryPage(Page):
    items: list[TimeEntryRead]


class RoleMinutes(Output):
    role: str
    label: str
    minutes: int


class KindMinutes(Output):
    subject_type: str
    label: str
    minutes: int


class StepMinutes(Output):
    """Of one step: what its template expects of its owner, and what was spent."""

    step_id: UUID
    kind: str
    label: str
    expected: int | None
    spent: int


class MeetingTime(Output):
    """A meeting held with people who have no time on it yet: people by role × its length, to be confirmed."""

    meeting_id: UUID
    held_on: date
    minutes: int
    roles: list[str]
    person_minutes: int


class PathwayCost(Output):
    """A path in person-minutes. Nobody is named: by role only."""

    pathway_id: UUID
    client_id: UUID
    spent: int = Field(examples=[185], description="Person-minutes recorded.")
    expected: int = Field(description="Of the steps that are not skipped, as far as their template says.")
    expected_so_far: int = Field(description="The same of the steps that are done.")
    by_role: list[RoleMinutes]
    by_kind: list[KindMinutes]
    by_step: list[StepMinutes]
    to_confirm: list[MeetingTime]
