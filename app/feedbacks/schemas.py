"""Feedback on the wire: what is owed, drafts, what was given, questions about it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import MISSING, Field

from app.kit.codesets import code_of
from app.kit.i18n import Language
from app.kit.schemas import AllowedAction, Input, Output, Prose, Resource, example
from app.referrals.models import FeedbackLevel


class FeedbackGive(Input):
    """What the referrer hears: a draft, or a level and its words. More than a closure notice needs the client's
    permission; a notice has no words."""

    level: FeedbackLevel | None = Field(None, description="Needed without `draftId`.")
    interim: bool = False
    body: Prose | None = Field(None, description="In plain words. Not with a closure notice.")
    language: Language | None = Field(None, description="Of the words. Absent: that of `Accept-Language`.")
    draft_id: UUID | None = Field(None, description="An open draft of this referral; then nothing else is said.")


class FeedbackWaive(Input):
    reason: Annotated[str, code_of("waiver_reason")]


class FeedbackAcknowledge(Input):
    """Nothing to say; it was received."""


class DraftCompose(Input):
    """What is recorded, put into words. Absent: the most that the client permits now."""

    level: FeedbackLevel | None = Field(None, description="No more than the client permits.")
    interim: bool = False
    language: Language | None = Field(None, description="Absent: that of `Accept-Language`.")


class DraftUpdate(Input):
    """With `body` the words; a `level` alone, the same one too, is composed anew, so that nothing else stays in it."""

    level: FeedbackLevel | MISSING = MISSING
    body: Prose | MISSING = MISSING


class DraftDiscard(Input):
    """Nothing to say; it is laid aside."""


class LeftOut(Output):
    """An outcome that the draft does not name."""

    code: str = Field(examples=["pension"])
    label: str
    because: str = Field(
        examples=["classes_not_covered"], description="classes_not_covered, never_told or notice_tells_nothing."
    )


class DraftRead(Resource):
    """A draft, for the team only. `beyond`: since it was composed, less is permitted than what it was made of; words
    that are written in it change nothing of that, composing it anew does. `outdated`: other outcomes stand now."""

    referral_id: UUID
    client_id: UUID
    interim: bool
    level: FeedbackLevel
    language: str
    body: str | None
    state: str = Field(examples=["open"], description="open, given or discarded.")
    composed_at: datetime
    author_id: UUID
    author: str | None
    feedback_id: UUID | None
    allowed_level: str | None = Field(description="The most that the client permits now; null: not even a notice.")
    beyond: bool
    outdated: bool
    data_classes: list[str] = Field(
        examples=[["work_ability_conclusion"]], description="What it was composed of, asked again when it is given."
    )
    left_out: list[LeftOut] = Field(description="Outcomes of the path that it does not name, and why.")
    allowed_actions: list[AllowedAction]


class LevelRead(Output):
    level: FeedbackLevel
    label: str
    allowed: bool
    because: str | None = Field(examples=["classes_not_covered"])
    remedy: str | None = Field(examples=["Ask the client for permission to tell …"])


class WarningRead(Output):
    """One step of the ladder: on which day it is told, and to whom."""

    step: str = Field(examples=["coordinator"], description="owner, coordinator or lead.")
    on: date
    reached: bool


class InterimRead(Output):
    """Interim feedback is only suggested, and never discharges the duty."""

    every_weeks: int
    last_given_at: datetime | None
    suggested_on: date | None
    suggested: bool


class FeedbackDuty(Output):
    """What is owed to whoever referred, computed when it is read."""

    referral_id: UUID
    state: str = Field(examples=["coming"], description="none, coming, owed, given or waived.")
    since: datetime | None
    due_on: date | None
    due_rule: str | None
    overdue: bool
    due_soon: bool
    levels: list[LevelRead]
    allowed_level: str | None = Field(description="The most that may be told now; null: not even a notice.")
    warnings: list[WarningRead]
    interim: InterimRead
    draft_ids: list[UUID] = Field(description="Open drafts that you read.")
    allowed_actions: list[AllowedAction]


class QuestionAsk(Input):
    id: UUID | None = None
    question: Prose = Field(examples=["Does this hold for evening work too?"])


class QuestionAnswer(Input):
    """Words within the level of the feedback, while the client permits it; or a coded answer, which tells nothing."""

    model_config = example({"code": "ask_client"}, {"code": "answered", "answer": "Half days from January."})

    answer: Prose | None = Field(None, description="With `answered` only. Never about a closure notice.")
    code: Annotated[str, code_of("feedback_answer")] = Field("answered", examples=["ask_client"])


class QuestionRead(Resource):
    """A question about feedback that was given. A sender reads one that got no answer as open."""

    feedback_id: UUID
    referral_id: UUID
    number: int
    question: str | None
    asked_at: datetime
    state: str = Field(examples=["open"], description="open or answered.")
    answer: str | None
    answer_code: str | None
    answer_label: str | None
    answered_at: datetime | None
    allowed_actions: list[AllowedAction]


class QuestionList(Output):
    items: list[QuestionRead]


class FeedbackCopy(Output):
    """The whole of what went out, as it went out. `text` is null to who does not read conclusions; details of a
    protected client are blotted out of it for who may not read them, and then it is not what `sha256` is of."""

    feedback_id: UUID
    referral_id: UUID
    language: str
    text: str | None
    sha256: str
    intact: bool = Field(description="The text that is kept has this hash.")
    given_at: datetime
    received_at: datetime | None
    disclosure_id: UUID | None
    consent_id: UUID | None = Field(description="The permission that it went on. Null to the sender.")
    consent_version: int | None
