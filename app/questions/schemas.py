"""Questions on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import MISSING, Field

from app.clients.schemas import Language
from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Input, Output, Page, Prose, Resource
from app.questions.models import ForumQuestionState
from app.referrals.schemas import ReferralCreate

Theme = Annotated[str, code_of("question_theme")]
Themes = Annotated[list[Theme], Field(min_length=1, max_length=5, examples=[["kela_benefits"]])]
Way = Literal["session", "thread"]
Minutes = Annotated[int, Field(ge=5, le=120)]
ASKED = "Which benefit fits somebody whose sick days ran out before rehabilitation begins?"


class ForumQuestionAsk(Input):
    """Of nobody by name: no client can be given, and a text with an identity code is refused (C-31)."""

    id: UUID | None = None
    body: Prose = Field(examples=[ASKED])
    themes: Themes
    language: Language = "fi"
    way: Way = Field("session", description="To be taken up in the next session, or answered in the thread.")
    is_case: bool = Field(False, description="A case for the queue of the hour, and not a general question.")


class ThreadSaid(Input):
    body: Prose = Field(examples=["Rehabilitation allowance, if the rehabilitation was granted by Kela."])


class ForumQuestionArrange(Input):
    """By the convener: where and in which order it is taken up."""

    way: Way | MISSING = MISSING
    place_in_queue: Annotated[int, Field(ge=1, le=200)] | MISSING | None = MISSING
    case_minutes: Minutes | MISSING | None = Field(MISSING, description="Null: as long as the forum's cases are.")


class ForumQuestionClose(Input):
    """By the asker. What to do with the ideas, the client decides."""

    reason: Annotated[str, code_of("question_closing")]
    helpful_entry_id: UUID | None = Field(None, description="The answer that helped.")


class ForumQuestionWithdraw(Input):
    reason: Annotated[str, code_of("question_withdrawal")]


class ForumQuestionReferral(ReferralCreate):
    """A referral as any other, of the client whom only the asker knows. `permission` is needed."""


class ThreadEntry(Output):
    """`author` is null on what the asker asked further, unless the reader is an expert or the asker."""

    id: UUID
    kind: str = Field(examples=["answer"])
    body: str
    said_at: datetime
    forum_session_id: UUID | None
    author: str | None
    author_role: str | None
    helpful: bool


class ForumQuestionRead(Resource):
    """`asker` is null to who is neither an expert nor the asker; `body` of a withdrawn question to all but the asker.
    `forumSessionId` is the coming session that takes it up: null while it is open in the thread."""

    forum_id: UUID
    state: ForumQuestionState
    body: str | None
    themes: list[str]
    language: str
    way: str
    is_case: bool
    asked_at: datetime
    mine: bool
    asker: str | None
    asker_role: str | None
    asker_organisation: str | None
    forum_session_id: UUID | None
    carried_times: int = Field(description="Over how many sessions it was carried on without an answer (C-30).")
    place_in_queue: int | None
    case_minutes: int
    ended_reason: str | None
    warnings: list[str] = Field(description="Codes of `question_warning`: what the text seems to hold.")


class ForumQuestionDetail(ForumQuestionRead):
    entries: list[ThreadEntry]
    awaits_agreement: list[UUID] = Field(
        description="Entries for the library that wait for the asker to `agree` to them; empty to everybody else."
    )
    allowed_actions: list[AllowedAction]


class ForumQuestionPage(Page):
    items: list[ForumQuestionRead]
