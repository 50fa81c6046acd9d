"""Service paths on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import MISSING, Field

from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Day, Input, Line, Output, Page, Prose, Resource, example
from app.path_templates.schemas import Code
from app.pathways.models import PathwayState, StepState
from app.pathways.next_action import NextGiven
from app.pathways.outcome_schemas import AchievementGiven, AchievementRead, ScoresShort


class ReferralAccept(Input):
    """Take the client on: start a path, or join the running one."""

    template: Code | None = Field(
        None, examples=["heinola"], description="A code of /v1/path-templates. Absent: the one that fits the team."
    )
    responsible_person_id: UUID | None = Field(None, description="Of your team. Absent: yourself.")
    next_action: Line | None = Field(
        None, examples=["Book the health check"], description="Absent: about the template's first step."
    )
    next_action_on: Day | None = Field(None, description="Absent: the due date of the first step.")
    join_pathway_id: UUID | None = Field(None, description="The client's running path that this referral joins.")


class PathwayUpdate(Input):
    responsible_person_id: UUID | MISSING = MISSING
    next_action: Line | MISSING = MISSING
    next_action_on: Day | MISSING = MISSING


class GoalGiven(Input):
    description: Prose = Field(examples=["Two hours of meaningful activity three days a week."])
    agreed_with_client: bool


class PlanAgree(Input):
    """The shared plan (C-52): goals in the client's words, strengths, and the commitment as a field of its own."""

    goals: list[GoalGiven] = Field(min_length=1, max_length=20)
    strengths: Prose | None = None
    commitment: Prose | None = Field(None, description="What the client commits to; never implied by a permission.")


class StepPlan(NextGiven):
    planned_on: Day | None = Field(
        description="A date agreed with the client, at most three years ahead; null goes back to the rule."
    )


class StepSkip(NextGiven):
    reason: Annotated[str, code_of("skip_reason")] = Field(examples=["not_needed"])
    with_dependents: bool = Field(False, description="Skip the steps that require it too.")


class StepComplete(NextGiven):
    """The step is done. `reason` only for one that usually comes later (C-10)."""

    reason: Annotated[str, code_of("out_of_order_reason")] | None = Field(None, examples=["appointment_sooner"])
    minutes: int | None = Field(None, ge=1, le=1440, description="Your own minutes spent on it.")


class OutcomeRecord(NextGiven):
    """What the path led to; `subtype` is of `rehabilitation` alone."""

    model_config = example(
        {"code": "work_trial", "startsOn": "2026-12-01", "workAbility": "Half days, no heavy lifting."},
        {"code": "rehabilitation", "subtype": "vocational"},
    )

    id: UUID | None = None
    code: Annotated[str, code_of("outcome")] = Field(examples=["work_trial"])
    work_ability: Prose | None = Field(None, description="Remaining work ability in plain words, no diagnoses.")
    note: Prose | None = None
    subtype: Annotated[str, code_of("rehabilitation_type")] | None = Field(None, description="Of `rehabilitation`.")
    starts_on: Day | None = Field(None, description="When it begins, also a day to come.")
    agreed_with_client: bool | None = Field(None, description="Whether the client agreed to it; null: not said.")
    goals: list[AchievementGiven] = Field([], max_length=20, description="How far each agreed goal came.")


class PathwayClose(Input):
    reason: Annotated[str, code_of("closing_reason")]
    onward_feedback_to: Annotated[str, code_of("onward_feedback")] | None = Field(
        None, description="Who reads what referrals onward still answer. Needed while one is open."
    )


class StepOwner(Output):
    """On which seat of the path's team a planned step stands today, and who sits there. Computed when read."""

    standing: str = Field(examples=["holder"], description="Of the code set `step_owner`; `vacant` needs somebody.")
    seat_id: UUID | None
    person_id: UUID | None
    person: str | None


class StepRead(Resource):
    """`standing`, `owner`, `dueOn` and `overdue` are computed when read. A path that was held is due as many working
    days later, and no step of it is overdue while it is."""

    key: str = Field(examples=["health_check"])
    kind: str
    label: str
    purpose: str | None
    position: int
    owner_role: str
    optional: bool
    client_visible: bool
    state: StepState
    standing: str = Field(examples=["now"], description="done, skipped, now or next.")
    owner: StepOwner | None = Field(description="Of a planned step of a running path.")
    bring: str | None = Field(description="What the client brings along.")
    after: list[str] = Field(description="Keys of the steps that usually come first.")
    requires: list[str] = Field(description="Keys of the steps that must be done first.")
    expected_minutes: int | None
    branch: str | None
    added: bool = Field(description="By hand: no template has it.")
    repeats_id: UUID | None
    due_on: date
    due_rule: str = Field(examples=["15 working days from the start"])
    overdue: bool
    planned_on: date | None
    done_at: datetime | None
    skipped_because: str | None
    out_of_order_because: str | None
    allowed_actions: list[AllowedAction]


class HoldRead(Output):
    """A pause of the path; `running` today."""

    id: UUID
    from_on: date
    until_on: date = Field(description="The last day held, unless it was ended earlier.")
    reason: str = Field(examples=["client_wishes"])
    reason_label: str
    running: bool
    ended_on: date | None = Field(description="From when it ran again, where somebody ended it.")


class GoalRead(Output):
    id: UUID
    description: str
    agreed_with_client: bool
    agreed_on: date
    author_id: UUID | None
    state: str = Field(examples=["open"], description="open, reached, changed or dropped.")
    marked_on: date | None
    marked_words: str | None
    replaced_by_id: UUID | None = Field(description="The goal that took the place of a changed one.")
    achievement: AchievementRead | None = Field(description="How far it has come, by the newest assessment.")


class OutcomeRead(Output):
    id: UUID
    code: str
    label: str
    work_ability: str | None = Field(description="For the health register, the coordinator and the client.")
    note: str | None = Field(description="For the health register and the client.")
    recorded_at: datetime
    recorded_by_id: UUID | None
    subtype: str | None
    starts_on: date | None
    agreed_with_client: bool | None
    entered_in_error_reason: str | None = Field(description="Recorded wrongly: it does not count.")


class PathwayReferral(Output):
    """A referral that this path answers, and where its feedback stands."""

    referral_id: UUID
    source: str
    feedback: str = Field(examples=["owed"])
    origin_pathway_id: UUID | None = Field(description="The path it was sent onward from.")


class OnwardRead(Output):
    """A referral sent onward from this path, as its sender sees it. `teamId` and `team` are null where the client's
    protection hides where they live."""

    referral_id: UUID
    team_id: UUID | None
    team: str | None
    status: str = Field(examples=["in_progress"])
    sent_at: datetime
    sent_by: str | None
    step_id: UUID | None
    feedback: str = Field(examples=["coming"], description="coming, given, or not_coming: none will come.")
    due_on: date | None
    acknowledged_at: datetime | None


class PathwayRead(Resource):
    client_id: UUID
    team_id: UUID
    template: str
    template_version: int
    state: PathwayState
    started_at: datetime
    closed_at: datetime | None
    closing_reason: str | None
    responsible_person_id: UUID
    responsible_person: str | None
    next_action: str
    next_action_on: date
    next_action_overdue: bool
    commitment: str | None
    strengths: str | None
    plan_agreed_at: datetime | None
    held_until: date | None = Field(description="While it is held: the last day.")
    holds: list[HoldRead]
    steps: list[StepRead]
    goals: list[GoalRead]
    outcomes: list[OutcomeRead]
    scores: ScoresShort | None = Field(description="Null where none are asked, or not for this reader.")
    referrals: list[PathwayReferral]
    onward: list[OnwardRead]
    onward_feedback_to: str | None = Field(description="Said when the path was closed before they were answered.")
    sender_sees: list[str] = Field(description="To the client: what a sender sees and does not see, in plain words.")
    allowed_actions: list[AllowedAction]


class PathwaySummary(Output):
    id: UUID
    client_id: UUID
    state: PathwayState
    template: str
    responsible_person_id: UUID
    next_action: str
    next_action_on: date
    next_action_overdue: bool


class PathwayPage(Page):
    items: list[PathwaySummary]
