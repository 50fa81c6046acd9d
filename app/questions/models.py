"""Forums, the anonymous questions asked in them, their sessions, and the library of published answers.

No client stands in any of these tables, and no column says which client a question was about (C-31). A referral made
of a question keeps the link on its own side.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept, Root
from app.kit.flow import Flow, Verb
from app.questions.rules import Slot
from app.security.permissions import Permission as P


class Forum(Root, kw_only=True, eq=False, repr=False):
    """Where colleagues ask: KuumaLinja or a consultation hour. People of the area, and of `organisation_ids`, may ask
    in `asker_roles` and answer in `expert_roles`; the convener looks after it."""

    __tablename__ = "forums"
    __table_args__ = (
        CheckConstraint("kind IN ('kuumalinja_session', 'consultation_hour')", name="kind"),
        CheckConstraint("cardinality(asker_roles) > 0 AND cardinality(expert_roles) > 0", name="roles"),
        CheckConstraint("case_minutes BETWEEN 5 AND 120", name="case_minutes"),
        Index("ix_forums_area", "area_id", "id"),
    )

    area_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str]
    name: Mapped[str]
    about: Mapped[str | None]
    asker_roles: Mapped[list[str]]
    expert_roles: Mapped[list[str]]
    organisation_ids: Mapped[list[UUID]]
    convener_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    case_minutes: Mapped[int]
    open: Mapped[bool]


class ForumQuestionState(StrEnum):
    ASKED = "asked"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


Q = ForumQuestionState
STANDING = frozenset({Q.ASKED, Q.ANSWERED})
QUESTION_FLOW = Flow(
    ForumQuestionState,
    {
        "answer": Verb(STANDING, Q.ANSWERED, P.QUESTION_ANSWER, "expert"),
        "ask_further": Verb(STANDING, Q.ASKED, P.QUESTION_ASK, "asker"),
        "close": Verb(frozenset({Q.ANSWERED}), Q.CLOSED, P.QUESTION_ASK, "asker"),
        "withdraw": Verb(STANDING, Q.WITHDRAWN, P.QUESTION_ASK, "asker"),
        "arrange": Verb(frozenset({Q.ASKED}), None, P.QUESTION_CONVENE, "convener"),
        "refer": Verb(frozenset({*STANDING, Q.CLOSED}), None, P.REFERRAL_SEND, "asker"),
        "propose": Verb(frozenset({Q.ANSWERED, Q.CLOSED}), None, P.QUESTION_ANSWER, "expert"),
    },
)


class ForumQuestion(Root, kw_only=True, eq=False, repr=False):
    """Asked by a colleague about nobody by name. `way`: to be taken up in a session, or answered in the thread.

    Which session it waits for, and how often it was carried, is computed from `waiting_since` and the sessions of the
    forum, so that nothing has to move it on.
    """

    __tablename__ = "forum_questions"
    __table_args__ = (
        CheckConstraint("way IN ('session', 'thread')", name="way"),
        CheckConstraint("language IN ('fi', 'sv', 'en')", name="language"),
        CheckConstraint("cardinality(themes) BETWEEN 1 AND 5", name="themes"),
        CheckConstraint("case_minutes BETWEEN 5 AND 120", name="case_minutes"),
        CheckConstraint("place_in_queue BETWEEN 1 AND 200", name="place_in_queue"),
        CheckConstraint("(state IN ('closed', 'withdrawn')) = (ended_reason IS NOT NULL)", name="ended"),
        CheckConstraint("(state = 'asked') = (waiting_to IS NULL)", name="waiting"),
        Index("ix_forum_questions_forum", "forum_id", "asked_at", "id"),
    )

    forum_id: Mapped[UUID] = mapped_column(ForeignKey("forums.id"))
    asker_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    asker_role: Mapped[str]
    asker_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    is_case: Mapped[bool]
    themes: Mapped[list[str]]
    language: Mapped[str]
    body: Mapped[str]
    way: Mapped[str]
    asked_at: Mapped[datetime]
    waiting_since: Mapped[datetime]
    state: Mapped[ForumQuestionState] = mapped_column(init=False, default=Q.ASKED)
    waiting_to: Mapped[datetime | None] = mapped_column(init=False, default=None)
    place_in_queue: Mapped[int | None] = mapped_column(init=False, default=None)
    case_minutes: Mapped[int | None] = mapped_column(init=False, default=None)
    helpful_entry_id: Mapped[UUID | None] = mapped_column(init=False, default=None)
    ended_reason: Mapped[str | None] = mapped_column(init=False, default=None)

    def answered(self, at: datetime) -> None:
        """A first answer ends the waiting; a further one changes nothing."""
        self.state = QUESTION_FLOW.move(self.state, "answer")
        self.waiting_to = self.waiting_to or at

    def asked_further(self, at: datetime) -> None:
        """It waits again, from now. One that waits still goes on waiting from where it began."""
        if self.state is Q.ANSWERED:
            self.waiting_since, self.place_in_queue = at, None
        self.state = QUESTION_FLOW.move(self.state, "ask_further")
        self.waiting_to = None

    def close(self, reason: str, helpful: UUID | None) -> None:
        self.state = QUESTION_FLOW.move(self.state, "close")
        self.ended_reason, self.helpful_entry_id = reason, helpful

    def withdraw(self, reason: str, at: datetime) -> None:
        self.state = QUESTION_FLOW.move(self.state, "withdraw")
        self.ended_reason, self.waiting_to = reason, self.waiting_to or at


class ForumEntry(Kept, kw_only=True, eq=False, repr=False):
    """What was said of a question: an answer, an outcome of a session, or what the asker asked further. Only added."""

    __tablename__ = "forum_entries"
    __table_args__ = (
        CheckConstraint("kind IN ('answer', 'outcome', 'follow_up')", name="kind"),
        CheckConstraint("(kind = 'outcome') = (forum_session_id IS NOT NULL)", name="session"),
        Index("ix_forum_entries_question", "question_id", "said_at", "id"),
    )

    question_id: Mapped[UUID] = mapped_column(ForeignKey("forum_questions.id"))
    forum_session_id: Mapped[UUID | None] = mapped_column(ForeignKey("forum_sessions.id"), default=None)
    kind: Mapped[str]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    author_role: Mapped[str]
    author_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    body: Mapped[str]
    said_at: Mapped[datetime]


class ForumSessionState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


F = ForumSessionState
SESSION_FLOW = Flow(
    ForumSessionState,
    {
        "hold": Verb(frozenset({F.PLANNED}), F.HELD, P.QUESTION_CONVENE, "convener"),
        "cancel": Verb(frozenset({F.PLANNED}), F.CANCELLED, P.QUESTION_CONVENE, "convener"),
    },
)


class ForumSession(Root, kw_only=True, eq=False, repr=False):
    """One meeting of a forum. Its time is not moved: another session is planned instead."""

    __tablename__ = "forum_sessions"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 15 AND 480", name="minutes"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled"),
        CheckConstraint("(state = 'held') = (held_at IS NOT NULL)", name="held"),
        CheckConstraint("(state = 'cancelled') = (ended_reason IS NOT NULL)", name="ended_reason"),
        UniqueConstraint("forum_id", "starts_at"),
    )

    forum_id: Mapped[UUID] = mapped_column(ForeignKey("forums.id"))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    place: Mapped[str]
    convener_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    expert_ids: Mapped[list[UUID]]
    state: Mapped[ForumSessionState] = mapped_column(init=False, default=F.PLANNED)
    attendance: Mapped[list[dict[str, Any]]] = mapped_column(init=False, default_factory=list)
    held_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    cancelled_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    ended_reason: Mapped[str | None] = mapped_column(init=False, default=None)

    @property
    def slot(self) -> Slot:
        """As the rules look at it."""
        gone = [one for one in (self.held_at, self.cancelled_at) if one is not None]
        return Slot(self.id, self.starts_at, min([self.starts_at + timedelta(minutes=self.minutes), *gone]))

    def hold(self, attendance: list[dict[str, Any]], at: datetime) -> None:
        self.state = SESSION_FLOW.move(self.state, "hold")
        self.attendance, self.held_at = attendance, at

    def cancel(self, reason: str, at: datetime) -> None:
        self.state = SESSION_FLOW.move(self.state, "cancel")
        self.ended_reason, self.cancelled_at = reason, at


class LibraryEntryState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    OUTDATED = "outdated"


E = LibraryEntryState
LIBRARY_FLOW = Flow(
    LibraryEntryState,
    {
        "update": Verb(frozenset({E.DRAFT}), None, P.QUESTION_ANSWER, "expert"),
        "agree": Verb(frozenset({E.DRAFT}), None, P.QUESTION_ASK, "asker"),
        "publish": Verb(frozenset({E.DRAFT}), E.PUBLISHED, P.QUESTION_ANSWER, "expert"),
        "withdraw": Verb(frozenset({E.DRAFT, E.PUBLISHED}), E.WITHDRAWN, P.QUESTION_ANSWER, "expert"),
        "mark_outdated": Verb(frozenset({E.PUBLISHED}), E.OUTDATED, P.QUESTION_ANSWER, "expert"),
    },
)
WORDS = "(title || ' ' || question || ' ' || answer)"
# Words as they stand, and by their stems in the language they are written in.
SEARCHED = (
    f"to_tsvector('simple'::regconfig, {WORDS}) || CASE language"
    f" WHEN 'fi' THEN to_tsvector('finnish'::regconfig, {WORDS})"
    f" WHEN 'sv' THEN to_tsvector('swedish'::regconfig, {WORDS})"
    f" ELSE to_tsvector('english'::regconfig, {WORDS}) END"
)


class LibraryEntry(Root, kw_only=True, eq=False, repr=False):
    """An answered question, edited for others to read. Published when the asker agreed to just these words and another
    expert than the one who wrote them last checked them."""

    __tablename__ = "library_entries"
    __table_args__ = (
        CheckConstraint("language IN ('fi', 'sv', 'en')", name="language"),
        CheckConstraint("cardinality(themes) BETWEEN 1 AND 5", name="themes"),
        CheckConstraint("(state = 'draft' OR state = 'withdrawn') OR released_at IS NOT NULL", name="released"),
        CheckConstraint(
            "released_at IS NULL OR (agreed_at IS NOT NULL AND checked_by_id IS NOT NULL"
            " AND checked_by_id <> written_by_id)",
            name="two_persons",
        ),
        CheckConstraint("(state IN ('withdrawn', 'outdated')) = (ended_reason IS NOT NULL)", name="ended"),
        Index("ix_library_entries_forum", "forum_id", "id"),
        Index("ix_library_entries_search", "search", postgresql_using="gin"),
    )

    forum_id: Mapped[UUID] = mapped_column(ForeignKey("forums.id"))
    question_id: Mapped[UUID] = mapped_column(ForeignKey("forum_questions.id"), index=True)
    language: Mapped[str]
    themes: Mapped[list[str]]
    title: Mapped[str]
    question: Mapped[str]
    answer: Mapped[str]
    review_on: Mapped[date]
    written_by_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[LibraryEntryState] = mapped_column(init=False, default=E.DRAFT)
    agreed_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    checked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    released_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    ended_reason: Mapped[str | None] = mapped_column(init=False, default=None)
    search: Mapped[Any] = mapped_column(
        TSVECTOR, Computed(SEARCHED, persisted=True), init=False, deferred=True, nullable=True
    )

    def publish(self, checker: UUID, at: datetime) -> None:
        self.state = LIBRARY_FLOW.move(self.state, "publish")
        self.checked_by_id, self.released_at = checker, at

    def end(self, verb: str, reason: str) -> None:
        self.state = LIBRARY_FLOW.move(self.state, verb)
        self.ended_reason = reason


class LibraryRead(Kept, kw_only=True, eq=False, repr=False):
    """That somebody of a role and organisation read an entry in a month. `reader` is a keyed hash of the person and the
    month: it tells two readers apart, and neither who they are nor whether they came back in another month."""

    __tablename__ = "library_reads"
    __table_args__ = (UniqueConstraint("library_entry_id", "month", "reader"),)

    library_entry_id: Mapped[UUID] = mapped_column(ForeignKey("library_entries.id"))
    month: Mapped[date]
    reader: Mapped[str]
    role: Mapped[str]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
