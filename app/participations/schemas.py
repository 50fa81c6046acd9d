"""Participations on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import MISSING, Field

from app.kit.codesets import code_of
from app.kit.schemas import (
    AllowedAction,
    Day,
    Input,
    Line,
    Name,
    Output,
    Page,
    Prose,
    Resource,
    WordsRead,
    example,
)
from app.participations.models import Mode, ParticipationState, ReviewSide, Timeliness
from app.participations.rules import Answer

Kind = Annotated[str, code_of("service_kind")]
EndReason = Annotated[str, code_of("participation_end_reason")]
PauseReason = Annotated[str, code_of("pause_reason")]
Ground = Annotated[str, code_of("timeliness_ground")]
Despite = Annotated[str, code_of("unclear_start_reason")]
Hours = Annotated[int, Field(ge=1, le=40)]
Months = Annotated[int, Field(ge=1, le=36, examples=[3])]
Said = Annotated[Prose, Field(description="The whole team and the client read it: no health data.")]


ONE = "0190f3a2-7c1e-7a55-8b42-3f6d2a9c1e01"  # an organisation of an example


class ParticipationCreate(Input):
    """A part in one service. Each of the three organisations that is not the area may be told that the client takes
    part, on the client's permission (`participation`, `service_coordination`): the team tells it, and the disclosure
    log has it."""

    model_config = example(
        {
            "kind": "job_coaching", "organiserId": ONE, "payerId": ONE, "providerId": ONE,
            "startsOn": "2026-12-01", "endsOn": "2027-02-26",
        },
        {
            "kind": "work_trial", "organiserId": ONE, "payerId": ONE, "providerId": ONE,
            "startsOn": "2026-12-01", "endsOn": "2027-02-26", "employer": "Kahvila Torppa", "weeklyHours": 20,
        },
    )  # fmt: skip

    id: UUID | None = None
    kind: Kind
    organiser_id: UUID
    payer_id: UUID = Field(description="Who pays; may be the organiser.")
    provider_id: UUID = Field(description="Who carries it out; may be the organiser.")
    contact_name: Name | None = Field(None, description="Whom to ask there.")
    starts_on: Day
    ends_on: Day = Field(description="The last day. How far it may be, each kind says.")
    goal_id: UUID | None = Field(None, description="The goal of the path that it serves.")
    step_id: UUID | None = Field(
        None,
        description="The step of the path that it is; done once the service starts. Absent: the path's planned step of "
        "the same kind, where there is exactly one.",
    )
    group_id: UUID | None = Field(None, description="With `mode`: a member of that group.")
    mode: Mode | None = None
    employer: Name | None = Field(None, description="Of a work trial, and only of one.")
    place: Line | None = None
    weekly_hours: Hours | None = None
    observe: Said | None = Field(None, description="What to look at during a work trial: no health data.")


class ParticipationUpdate(Input):
    contact_name: Name | MISSING | None = MISSING
    starts_on: Day | MISSING = MISSING
    ends_on: Day | MISSING = MISSING
    goal_id: UUID | MISSING | None = MISSING
    step_id: UUID | MISSING | None = MISSING
    mode: Mode | MISSING = MISSING
    place: Line | MISSING | None = MISSING
    weekly_hours: Hours | MISSING | None = MISSING
    observe: Said | MISSING | None = MISSING


class TimelinessRecord(Input):
    """Whether it is the right time for the service, before it starts. A later record counts instead."""

    finding: Timeliness
    grounds: list[Ground] = Field(min_length=1, max_length=10)
    words: Said | None = None
    checked_on: Day | None = Field(None, description="Absent: today.")


class ParticipationStart(Input):
    started_on: Day | None = Field(None, description="Absent: today.")
    despite_unclear: Despite | None = Field(None, description="Why it starts though its timeliness is unclear.")


class ParticipationPause(Input):
    reason: PauseReason
    until: Day = Field(description="The last day of the hold: a hold always has one.")


class ParticipationResume(Input):
    pass


class ParticipationEnd(Input):
    """How it ended, coded. No referrer is told of it."""

    reason: EndReason
    ended_on: Day | None = Field(None, description="Absent: today.")
    words: Said | None = None
    after_contact_months: Months | None = Field(None, description="Ask how it goes so many months later (C-46).")
    after_contact_by_id: UUID | None = Field(None, description="Who asks; absent: the path's responsible worker.")


class CriterionAnswerGiven(Input):
    criterion: str = Field(max_length=60, pattern="^[a-z_]+$", examples=["own_goal"])
    answer: Answer
    words: Line | None = None


class QualityReviewCreate(Input):
    id: UUID | None = None
    side: ReviewSide
    criteria_version: str | None = Field(None, max_length=20, description="Absent: the version in force.")
    answers: list[CriterionAnswerGiven] = Field(min_length=1, max_length=40)
    reviewed_on: Day | None = Field(None, description="Absent: today.")


class TimelinessRead(Output):
    finding: Timeliness
    grounds: list[str]
    words: str | None
    checked_on: date
    author_id: UUID | None


class ParticipationRead(Resource):
    """`state` is that of today: a hold is over once its last day has passed. `overdue`: not ended, though its last day
    has passed. `said` is the same in a plain sentence."""

    pathway_id: UUID
    client_id: UUID
    team_id: UUID
    kind: str
    kind_label: str
    organiser_id: UUID
    organiser: str | None
    payer_id: UUID
    payer: str | None
    provider_id: UUID
    provider: str | None
    contact_name: str | None
    starts_on: date
    ends_on: date
    goal_id: UUID | None
    step_id: UUID | None
    group_id: UUID | None
    mode: Mode | None
    employer: str | None
    place: str | None
    weekly_hours: int | None
    observe: str | None
    state: ParticipationState
    started_on: date | None
    despite_unclear: str | None
    on_hold_until: date | None
    pause_reason: str | None
    ended_on: date | None
    end_reason: str | None
    end_words: str | None
    overdue: bool
    timeliness_asked: bool = Field(description="Whether it starts only after a check of its timeliness.")
    timeliness: TimelinessRead | None = Field(description="The newest check.")
    said: str
    allowed_actions: list[AllowedAction]


class ParticipationPage(Page):
    items: list[ParticipationRead]


class CriterionRead(Output):
    code: str
    text: WordsRead


class CriteriaRead(Output):
    version: str
    valid_from: date
    own_design: bool
    source: str
    criteria: list[CriterionRead]


class CriteriaList(Output):
    items: list[CriteriaRead] = Field(description="The newest first.")


class CriterionAnswerRead(Output):
    criterion: str
    label: str
    answer: Answer
    words: str | None


class QualitySummary(Output):
    """How many criteria got each answer, and how many none."""

    met: int
    partly: int
    not_met: int
    not_applicable: int
    unanswered: int


class QualityReviewRead(Output):
    id: UUID
    participation_id: UUID
    client_id: UUID
    side: ReviewSide
    criteria_version: str
    reviewed_on: date
    author_id: UUID | None
    answers: list[CriterionAnswerRead]
    summary: QualitySummary


class QualityReviewPage(Page):
    items: list[QualityReviewRead]
