"""The plan of a path on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import MISSING, Field

from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Input, Line, Output, Page, Prose, Resource
from app.pathways.models import GoalEnd, PathwayState
from app.pathways.schemas import GoalRead
from app.plan_references.schemas import PlanReferenceLine
from app.plans.models import BarrierStanding, FollowUpState

Barrier = Annotated[str, code_of("barrier")]
Party = Annotated[str, code_of("follow_up_party")]
StepKind = Annotated[str, code_of("step_kind")]
Channel = Annotated[str, code_of("contact_channel")]
Reason = Annotated[str, code_of("follow_up_reason")]
Weeks = Annotated[int, Field(ge=1, le=52)]
What = Annotated[Prose, Field(description="The whole team and the client read it: no health data.")]
Result = Annotated[
    Prose, Field(description="In the register of the party: a nurse's for the health register and the client.")
]


class BarrierRecordCreate(Input):
    """How one of the five barriers is now. Earlier records stay."""

    id: UUID | None = None
    barrier: Barrier
    standing: BarrierStanding = BarrierStanding.PRESENT
    agreed_with_client: bool
    recorded_on: date | None = Field(None, description="Absent: today.")
    words: Prose | None = Field(
        None, description="Of a barrier of health or social care: for that register and the client."
    )


class SmallStepCreate(Input):
    id: UUID | None = None
    words: Prose = Field(examples=["Went to the swimming hall twice."])
    taken_on: date | None = Field(None, description="Absent: today.")
    goal_id: UUID | None = Field(None, description="The goal it leads to.")


class GoalMarkCreate(Input):
    """How a goal ended. `changed` needs the new goal; it is agreed with the client or not, as any."""

    ending: GoalEnd
    marked_on: date | None = Field(None, description="Absent: today.")
    words: Prose | None = None
    new_description: Prose | None = Field(None, description="The goal that takes its place; only with `changed`.")
    agreed_with_client: bool = True


class FollowUpCreate(Input):
    """Who looks how it goes, how and when: agreed case by case (C-18)."""

    id: UUID | None = None
    party: Party
    person_id: UUID | None = Field(None, description="Of the area or its partners. Being named shows them nothing.")
    organisation_id: UUID | None = None
    step_kind: StepKind | None = Field(None, description="The step of the path it belongs to; absent: none.")
    what: What = Field(examples=["Calls and asks how the work trial goes."])
    channel: Channel | None = None
    place: Line | None = None
    due_on: date
    every_weeks: Weeks | None = Field(None, description="Comes again, until `untilOn`; the two go together.")
    until_on: date | None = None
    agreed_with_client: bool
    agreed_on: date | None = Field(None, description="Absent: today.")


class FollowUpUpdate(Input):
    person_id: UUID | MISSING | None = MISSING
    organisation_id: UUID | MISSING | None = MISSING
    what: What | MISSING = MISSING
    channel: Channel | MISSING | None = MISSING
    place: Line | MISSING | None = MISSING
    due_on: date | MISSING = MISSING
    every_weeks: Weeks | MISSING | None = MISSING
    until_on: date | MISSING | None = MISSING
    agreed_with_client: bool | MISSING = MISSING


class FollowUpComplete(Input):
    ended_on: date | None = Field(None, description="Absent: today.")
    result: Result | None = None


class FollowUpEnd(Input):
    reason: Reason
    result: Result | None = None


class BarrierRecordRead(Output):
    id: UUID
    barrier: str
    standing: BarrierStanding
    agreed_with_client: bool
    recorded_on: date
    author_id: UUID | None
    author: str | None
    words: str | None = Field(description="Null where there are none, and where they are of a register not yours.")


class BarrierSuggested(Output):
    """What a sender noted as the client saw it. Never copied into the plan by itself."""

    referral_id: UUID
    source: str
    submitted_at: datetime | None


class BarrierRead(Output):
    """One of the five: how it is now, how it was, and who suggested it."""

    barrier: str
    label: str
    now: BarrierRecordRead | None
    history: list[BarrierRecordRead] = Field(description="The newest first, `now` included.")
    suggested_by: list[BarrierSuggested]


class SmallStepRead(Output):
    id: UUID
    taken_on: date
    words: str
    goal_id: UUID | None
    by_client: bool
    author_id: UUID | None
    author: str | None


class FollowUpRead(Resource):
    """`overdue` is computed when read. `nextId` is the occurrence after this one, where there is one."""

    pathway_id: UUID
    client_id: UUID
    team_id: UUID
    party: str
    party_label: str
    person_id: UUID | None
    person: str | None
    organisation_id: UUID | None
    step_kind: str | None
    what: str
    channel: str | None
    place: str | None
    due_on: date
    every_weeks: int | None
    until_on: date | None
    agreed_with_client: bool
    agreed_on: date
    author_id: UUID | None
    previous_id: UUID | None
    next_id: UUID | None
    state: FollowUpState
    overdue: bool
    ended_on: date | None
    reason: str | None
    result: str | None = Field(description="Null where there is none, and where it is of a register not yours.")
    allowed_actions: list[AllowedAction]


class FollowUpPage(Page):
    items: list[FollowUpRead]


class PlanRead(Output):
    """The whole plan of a path for one screen; the client reads the same."""

    pathway_id: UUID
    pathway_version: int = Field(description="The If-Match of verbs on goals.")
    client_id: UUID
    team_id: UUID
    state: PathwayState
    responsible_person_id: UUID
    responsible_person: str | None
    next_action: str
    next_action_on: date
    strengths: str | None
    commitment: str | None
    plan_agreed_at: datetime | None
    goals: list[GoalRead]
    plan_references: list[PlanReferenceLine] = Field(
        description="Plans that are kept elsewhere, of what the reader sees; the latest first, at most 50."
    )
    barriers: list[BarrierRead] = Field(description="Always the five of them.")
    small_steps: list[SmallStepRead] = Field(description="The newest first, at most 200.")
    follow_ups: list[FollowUpRead] = Field(description="By date, the latest 200.")
    allowed_actions: list[AllowedAction]


class PlanText(Output):
    """The plan in plain words, in the language asked for: to print, or to copy into another record (C-57)."""

    language: str = Field(examples=["fi"])
    text: str
