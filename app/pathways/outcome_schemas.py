"""Achievements and scores on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.kit.codesets import code_of
from app.kit.schemas import Day, Input, Output, Prose, example

Reason = Annotated[str, code_of("record_error_reason")]
Achievement = Annotated[str, code_of("goal_achievement")]


class AchievementGiven(Input):
    """How far an agreed goal has come."""

    goal_id: UUID
    achievement: Achievement
    agreed_with_client: bool = Field(description="Whether the client sees it so too.")
    assessed_on: Day | None = Field(None, description="Absent: today.")
    words: Prose | None = Field(None, description="For the whole team and the client: no health data.")


class AchievementRecord(Input):
    """The same of one goal, whose address says which."""

    achievement: Achievement
    agreed_with_client: bool = Field(description="Whether the client sees it so too.")
    assessed_on: Day | None = Field(None, description="Absent: today.")
    words: Prose | None = Field(None, description="For the whole team and the client: no health data.")


class ErrorMark(Input):
    reason: Reason


class ScoreRecord(Input):
    """The client's own estimate, 0 to 10 against their best; or why there is none at the start or at the end."""

    model_config = example(
        {"moment": "start", "score": 4, "askedHow": "in_person"},
        {"moment": "start", "missingBecause": "one_off_consultation"},
    )

    moment: Literal["start", "during", "end"] = Field(examples=["start"])
    score: int | None = Field(None, ge=0, le=10, examples=[4])
    asked_how: Annotated[str, code_of("score_asked_how")] | None = None
    asked_on: Day | None = Field(None, description="Absent: today.")
    missing_because: Annotated[str, code_of("score_missing_reason")] | None = None


class AchievementRead(Output):
    id: UUID
    goal_id: UUID
    achievement: str
    label: str
    agreed_with_client: bool
    assessed_on: date
    words: str | None
    author_id: UUID | None


class ScoreRead(Output):
    id: UUID
    pathway_id: UUID
    client_id: UUID
    moment: str
    score: int | None
    missing_because: str | None
    asked_how: str | None
    asked_on: date
    recorded_by_id: UUID | None
    created_at: datetime
    entered_in_error_reason: str | None


class ScoresShort(Output):
    """`asked`: this path asks the score at its start and end. `change` is end less start."""

    asked: bool
    start: int | None = Field(examples=[4])
    start_missing_because: str | None
    end: int | None = Field(examples=[6])
    end_missing_because: str | None
    change: int | None = Field(examples=[2])


class ScoreList(Output):
    """All scores of a path, the newest first, those in error too."""

    pathway_id: UUID
    client_id: UUID
    short: ScoresShort
    items: list[ScoreRead]
