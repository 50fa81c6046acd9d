"""Forums and their sessions on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import MISSING, Field

from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Input, Instant, Line, Name, Output, Page, Prose, Resource
from app.questions.models import ForumSessionState
from app.questions.schemas import ForumQuestionRead, Minutes

Roles = Annotated[
    list[Annotated[str, code_of("role")]], Field(min_length=1, max_length=45, examples=[["unemployed_health_nurse"]])
]
Organisations = Annotated[list[UUID], Field(max_length=50)]


class ForumMake(Input):
    id: UUID | None = None
    kind: Literal["kuumalinja_session", "consultation_hour"]
    name: Name = Field(examples=["KuumaLinja"])
    about: Prose | None = None
    asker_roles: Roles
    expert_roles: Roles
    organisation_ids: Organisations = Field(
        default_factory=list, description="Partners whose people take part too; the area's own always do."
    )
    convener_id: UUID
    case_minutes: Minutes = 15


class ForumUpdate(Input):
    name: Name | MISSING = MISSING
    about: Prose | MISSING | None = MISSING
    asker_roles: Roles | MISSING = MISSING
    expert_roles: Roles | MISSING = MISSING
    organisation_ids: Organisations | MISSING = MISSING
    convener_id: UUID | MISSING = MISSING
    case_minutes: Minutes | MISSING = MISSING
    open: bool | MISSING = Field(MISSING, description="False: no new questions or sessions; what is open goes on.")


class ForumRead(Resource):
    area_id: UUID
    kind: str
    name: str
    about: str | None
    asker_roles: list[str]
    expert_roles: list[str]
    organisation_ids: list[UUID]
    convener_id: UUID
    case_minutes: int
    open: bool


class ForumDetail(ForumRead):
    """`nextSession…` are of the coming one; `carriedTooOften` has what was carried on twice or more, for the convener:
    null to others."""

    may_ask: bool
    may_answer: bool
    next_session_id: UUID | None
    next_session_at: datetime | None
    carried_too_often: list[ForumQuestionRead] | None


class ForumPage(Page):
    items: list[ForumRead]


class ForumSessionPlan(Input):
    """Takes the time of the convener and the experts. A monthly series is planned one session at a time."""

    id: UUID | None = None
    starts_at: Instant
    minutes: int = Field(60, ge=15, le=480)
    place: Line = Field(examples=["Teams"])
    convener_id: UUID | None = Field(None, description="Needed: a session has one named convener.")
    expert_ids: list[UUID] = Field(default_factory=list, max_length=20)


class Attendance(Input):
    role: Annotated[str, code_of("role")]
    organisation_id: UUID
    number: int = Field(ge=1, le=500)


class CaseOutcome(Input):
    """What was thought of it, for the asker to take back to the client. No word of who the client is."""

    question_id: UUID
    note: Prose


class ForumSessionHold(Input):
    """Who took part, by role and organisation; what came of each question. Those without an outcome are carried on."""

    attendance: list[Attendance] = Field(default_factory=list, max_length=100)
    outcomes: list[CaseOutcome] = Field(default_factory=list, max_length=100)


class ForumSessionCancel(Input):
    reason: Line


class SessionAttendanceRead(Output):
    role: str
    organisation_id: UUID
    number: int


class ForumSessionRead(Resource):
    forum_id: UUID
    starts_at: datetime
    minutes: int
    place: str
    convener_id: UUID
    expert_ids: list[UUID]
    state: ForumSessionState
    attendance: list[SessionAttendanceRead]
    ended_reason: str | None


class ForumSessionDetail(ForumSessionRead):
    """`queue`: what the session takes up, in order. `queueMinutes` is how long the queue takes."""

    queue: list[ForumQuestionRead]
    queue_minutes: int
    answered: int = Field(description="Questions that got their outcome here.")
    allowed_actions: list[AllowedAction]


class ForumSessionPage(Page):
    items: list[ForumSessionRead]


class ThemeReach(Output):
    """Numbers of 1 to 4 people are null, and with them what they could be computed from."""

    theme: str
    questions: int | None
    askers: int | None
    readers: int | None
    asker_roles: int | None
    asker_organisations: int | None


class ActorReach(Output):
    """Consultation is followed by actor (C-28)."""

    role: str
    organisation_id: UUID
    asked: int | None
    answered: int | None
    attended: int | None


class Reach(Output):
    forum_id: UUID
    month: date
    smallest: int = Field(description="Where fewer people than this but not none are behind a number, it is hidden.")
    themes: list[ThemeReach]
    actors: list[ActorReach]
