"""Answered instruments on the wire: what a professional sends and reads."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.instruments.item_schemas import ItemAnswer, ScoreBand
from app.instruments.schemas import Mode
from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Day, Input, Output, Page, Prose, Resource, WordsRead
from app.responses.models import ResponseState

Instrument = Annotated[str, code_of("instrument")]
Version = Annotated[str, Field(pattern=r"^[0-9]{1,6}$", examples=["2"])]
Edition = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$", examples=["bdi_ii"])]
Sex = Literal["female", "male"]
Answers = Annotated[list[ItemAnswer], Field(max_length=100)]
Guidance = Literal["prompted", "not_asked", "guided", "no_need"]


class GuidanceAnswer(Input):
    """What the prompt led to (C-41): guided, with where to; or no need."""

    decision: Literal["guided", "no_need"]
    targets: list[Annotated[str, code_of("guidance_target")]] = Field(
        default_factory=list, max_length=6, examples=[["own_care_team"]]
    )
    note: Prose | None = None
    agreed_with_client: bool | None = None


class SafetyHandle(Input):
    """That somebody saw to a safety sign, and how in a few words."""

    note: Prose | None = Field(None, examples=["Talked at once; a physician's time today."])


class ResponseContent(Input):
    """The answers of an instrument whose items are asked here, in any order; of others the score. `version`: the newest
    where it is left out. `sex` chooses among bands that differ by sex, where the client told it. `score` beside answers
    is checked against them."""

    version: Version | None = None
    edition: Edition | None = None
    mode: Mode
    answered_on: Day
    language: Annotated[str, code_of("language")] | None = None
    sex: Sex | None = None
    answers: Answers = Field(default_factory=list)
    score: float | None = Field(None, ge=-1000, le=100_000, examples=[12])


class ResponseWhole(ResponseContent):
    """With what followed, where it may be said at once."""

    guidance: GuidanceAnswer | None = None
    safety_handled: SafetyHandle | None = None


class ResponseRecord(ResponseWhole):
    """A whole response as a professional has it before them, in one call; guidance and safety may be said at once."""

    id: UUID | None = None
    instrument: Instrument


class ResponseCorrect(ResponseWhole):
    """The response as it should have been, whole; the one before is kept, marked, with the reason. `safetyHandled`:
    that somebody saw to the sign of danger in the one before, or in this one."""

    reason: Prose


class ResponseRequest(Input):
    """Ask the client to answer it. `language`: the client's own where it is left out; its items must be there in it."""

    id: UUID | None = None
    instrument: Instrument
    language: Literal["fi", "sv", "en"] | None = None
    sex: Sex | None = None


class ResponseSave(Input):
    """Answers so far; those of the same items are replaced. All or none."""

    answers: Answers = Field(min_length=1)


class ResponseSubmit(Input):
    """What is still to be added, and that it is complete. A professional who asks it in a meeting says `interview`."""

    answers: Answers = Field(default_factory=list)
    mode: Mode | None = None


class ResponseEnd(Input):
    reason: Prose


class ResponseLinkCreate(Input):
    """Who holds the link: the client, or a representative whose mandate covers forms."""

    days: int | None = Field(None, ge=1, le=90)
    representative_id: UUID | None = None


class ResponseLinkMade(Output):
    """The token is shown this once."""

    version: int = Field(ge=1)
    token: str
    url: str | None
    expires_at: datetime


class ResponseLinkRead(Output):
    id: UUID
    representative_id: UUID | None
    issued_at: datetime
    issued_by_id: UUID | None
    expires_at: datetime


class ResponseAnswer(Output):
    item: str = Field(examples=["phq9_1"])
    value: int


class GuidanceRead(Output):
    """`prompted`: nobody has said yet whether guidance is needed; it blocks nothing. `not_asked`: a client's own
    self-assessment. `choices` are the targets to choose from while it is prompted."""

    decision: Guidance
    targets: list[str]
    note: str | None
    agreed_with_client: bool | None
    decided_at: datetime | None
    decided_by_id: UUID | None
    choices: list[str]


class SafetyRead(Output):
    """A sign of danger in the answers, whatever the sum. `personId` is who was told; `handledAt` null: nobody has seen
    to it yet. `text`: what to do now."""

    code: str = Field(examples=["safety_check_now"])
    text: WordsRead
    person_id: UUID
    handled_at: datetime | None
    handled_by_id: UUID | None
    note: str | None


class HelpRead(Output):
    """To the client, at once: where there is help. `crisisLine` only where this service has set one."""

    text: WordsRead
    emergency: str = Field(examples=["112"])
    service: str
    phone: str | None
    email: str | None
    crisis_line: str | None


class Suggested(Output):
    """What to use next. A text, nothing more."""

    instrument: str = Field(examples=["audit"])
    text: WordsRead


class ResponseSummary(Output):
    """`score` null too for who may not read it. `safetyOpen`: somebody has still to see to a sign of danger."""

    id: UUID
    client_id: UUID
    pathway_id: UUID
    instrument: str
    instrument_version: str
    edition: str | None
    data_register: str
    state: ResponseState
    requested_at: datetime | None
    answered_on: date | None
    score: float | None
    guidance: Guidance | None
    safety_open: bool


class ResponsePage(Page):
    items: list[ResponseSummary]


class ResponseRead(Resource):
    """One response. Content is null for who may not read it. Score, band and their table are those of the day it was
    answered. A client sees no band, which is a screening text for professionals, and of guidance what was decided."""

    client_id: UUID
    pathway_id: UUID
    instrument: str = Field(examples=["phq9"])
    instrument_version: str
    edition: str | None
    data_register: str
    state: ResponseState
    mode: Mode | None
    language: str | None
    sex: Sex | None
    requested_at: datetime | None
    requested_by_id: UUID | None
    saved_at: datetime | None
    answered_on: date | None
    completed_at: datetime | None
    author_id: UUID | None = Field(description="Who recorded it; null of what the client filled.")
    representative_id: UUID | None
    corrects_id: UUID | None
    ended_reason: str | None
    answers: list[ResponseAnswer] | None
    unanswered: list[str]
    score: float | None
    score_because: str | None = Field(description="Why there is no score.")
    rescaled: float | None
    imputed: list[str]
    band: ScoreBand | None
    caution: WordsRead | None
    suggests: Suggested | None
    guidance: GuidanceRead | None
    safety: SafetyRead | None
    help: HelpRead | None
    link: ResponseLinkRead | None
    allowed_actions: list[AllowedAction]
