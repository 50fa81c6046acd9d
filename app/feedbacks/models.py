"""Drafts of feedback, and what a sender asks about the feedback it got."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Root
from app.kit.flow import Flow, Verb
from app.referrals.models import FeedbackLevel
from app.security.permissions import Permission as P


class DraftState(StrEnum):
    """`given`: it became a feedback; `discarded`: laid aside."""

    OPEN = "open"
    GIVEN = "given"
    DISCARDED = "discarded"


S = DraftState
DRAFT_FLOW = Flow(
    DraftState,
    {
        "update": Verb(frozenset({S.OPEN}), None, P.FEEDBACK_GIVE, "team"),
        "discard": Verb(frozenset({S.OPEN}), S.DISCARDED, P.FEEDBACK_GIVE, "team"),
        "give_feedback": Verb(frozenset({S.OPEN}), S.GIVEN, P.FEEDBACK_GIVE, "team"),
    },
)


class FeedbackDraft(Root, kw_only=True, eq=False, repr=False):
    """Feedback that is being written. It never leaves: what leaves is the feedback made of it. Nobody but those of the
    team who read conclusions, and its author, see it; the client reads what was given.

    `data_classes`: of what it was composed; writing in it takes none away. `outcome_ids`: the outcomes that stood when
    somebody last composed or wrote it."""

    __tablename__ = "feedback_drafts"
    __table_args__ = (
        CheckConstraint("(level = 'closure_notice') = (body IS NULL)", name="words"),
        CheckConstraint("NOT (interim AND level = 'closure_notice')", name="final"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(state = 'given') = (feedback_id IS NOT NULL)", name="given"),
        Index(
            "uq_feedback_drafts_open", "referral_id", "interim", unique=True, postgresql_where=text("state = 'open'")
        ),
    )

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    interim: Mapped[bool]
    level: Mapped[FeedbackLevel]
    language: Mapped[str]
    body: Mapped[str | None]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    data_classes: Mapped[list[str]]
    outcome_ids: Mapped[list[UUID]]
    composed_at: Mapped[datetime]
    state: Mapped[DraftState] = mapped_column(init=False, default=DraftState.OPEN)
    ended_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    feedback_id: Mapped[UUID | None] = mapped_column(ForeignKey("feedbacks.id"), init=False, default=None)

    def end(self, verb: str, at: datetime, feedback_id: UUID | None = None) -> None:
        """`discard` or `give_feedback`. Raises `IllegalMove`."""
        self.state = DRAFT_FLOW.move(self.state, verb)
        self.ended_at, self.feedback_id = at, feedback_id


class QuestionState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"


QUESTION_FLOW = Flow(
    QuestionState,
    {
        "answer": Verb(frozenset({QuestionState.OPEN}), QuestionState.ANSWERED, P.FEEDBACK_GIVE, "team"),
    },
)
MOST_QUESTIONS = 5  # of one feedback (own design): it is no correspondence
QUESTION, TO_READ = "feedback_question", "feedback_to_read"  # kinds of work
IN_WORDS, UNANSWERED = "answered", "not_answered"


class FeedbackQuestion(Root, kw_only=True, eq=False, repr=False):
    """What a sender, or a client who came of their own accord, asks about feedback that was given; once answered it
    stays. `answer_code` is of `feedback_answer`: only `answered` has words, and `not_answered` a sender never sees."""

    __tablename__ = "feedback_questions"
    __table_args__ = (
        CheckConstraint("number BETWEEN 1 AND 5", name="number"),
        CheckConstraint("(answered_at IS NULL) = (answer_code IS NULL)", name="answered"),
        CheckConstraint("(answer IS NOT NULL) = COALESCE(answer_code = 'answered', false)", name="words"),
        CheckConstraint("answer IS NULL OR disclosure_id IS NOT NULL", name="disclosed"),
        UniqueConstraint("feedback_id", "number"),
        Index("uq_feedback_questions_open", "feedback_id", unique=True, postgresql_where=text("answered_at IS NULL")),
    )

    feedback_id: Mapped[UUID] = mapped_column(ForeignKey("feedbacks.id"))
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), index=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    number: Mapped[int]
    question: Mapped[str]
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("logins.id"))
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(init=False, default=None)
    answer_code: Mapped[str | None] = mapped_column(init=False, default=None)
    answered_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    disclosure_id: Mapped[UUID | None] = mapped_column(ForeignKey("disclosures.id"), init=False, default=None)

    @property
    def state(self) -> QuestionState:
        return QuestionState.OPEN if self.answered_at is None else QuestionState.ANSWERED
