"""A named consultation, what was written in it, and pair work."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.attributes import flag_modified

from app.kit.db import Kept, Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission as P


class ConsultationState(StrEnum):
    AWAITING_PERMISSION = "awaiting_permission"
    ASKED = "asked"
    ANSWERED = "answered"
    DECLINED = "declined"
    PERMISSION_ENDED = "permission_ended"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


S = ConsultationState
# Not there for the seat.
UNSEEN = frozenset({S.AWAITING_PERMISSION, S.PERMISSION_ENDED, S.WITHDRAWN})
FLOW = Flow(
    ConsultationState,
    {
        "answer": Verb(frozenset({S.ASKED}), S.ANSWERED, P.CONSULTATION_ANSWER, "consulted"),
        "decline": Verb(frozenset({S.ASKED}), S.DECLINED, P.CONSULTATION_ANSWER, "consulted"),
        "reply": Verb(frozenset({S.ASKED, S.ANSWERED}), None, P.CONSULTATION_ANSWER, "consulted"),
        "follow_up": Verb(frozenset({S.ASKED, S.ANSWERED}), None, P.CONSULTATION_ASK, "asker"),
        "ask_again": Verb(frozenset({S.AWAITING_PERMISSION, S.PERMISSION_ENDED}), S.ASKED, P.CONSULTATION_ASK, "asker"),
        "withdraw": Verb(frozenset({S.AWAITING_PERMISSION, S.ASKED}), S.WITHDRAWN, P.CONSULTATION_ASK, "asker"),
        "close": Verb(frozenset({S.ANSWERED, S.DECLINED, S.PERMISSION_ENDED}), S.CLOSED, P.CONSULTATION_ASK, "asker"),
    },
)


class Consultation(Root, kw_only=True, eq=False, repr=False):
    """A question about one client to a seat (C-55). Whoever sits there today sees it, and of the client nothing else.

    `register` is of the question. `gated`: the seat is of another organisation or register, so it was asked on the
    client's permission, and is seen there while that stands. `asked_at` is when the seat was asked.
    """

    __tablename__ = "consultations"
    __table_args__ = (
        CheckConstraint("register IN ('operational', 'health', 'social')", name="register"),
        CheckConstraint("urgency IN ('routine', 'urgent')", name="urgency"),
        CheckConstraint("cardinality(data_classes) BETWEEN 1 AND 9", name="data_classes"),
        CheckConstraint("(state = 'awaiting_permission') = (asked_at IS NULL) OR state = 'withdrawn'", name="told"),
        CheckConstraint("NOT gated OR asked_at IS NULL OR disclosure_id IS NOT NULL", name="disclosed"),
        CheckConstraint(
            "num_nulls(answered_at, answered_by_id, answered_by_role) IN (0, 3)"
            " AND (state <> 'answered' OR answered_at IS NOT NULL)",
            name="answered",
        ),
        CheckConstraint("state <> 'declined' OR decline_reason IS NOT NULL", name="declined"),
        CheckConstraint("answered_at IS NULL OR decline_reason IS NULL", name="one_ending"),
        CheckConstraint("suggested_seat_id IS NULL OR decline_reason IS NOT NULL", name="suggested"),
        CheckConstraint("(state = 'withdrawn') = (withdraw_reason IS NOT NULL)", name="withdrawn"),
        CheckConstraint("(state IN ('closed', 'withdrawn')) = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("answer_minutes IS NULL OR answer_minutes BETWEEN 1 AND 1440", name="answer_minutes"),
        Index("ix_consultations_seat", "seat_id", "created_at", "id"),
        Index("ix_consultations_team", "team_id", "created_at", "id"),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    asked_by_role: Mapped[str]
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seats.id"))
    seat_team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    seat_role: Mapped[str]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    register: Mapped[str]
    theme: Mapped[str]
    urgency: Mapped[str]
    data_classes: Mapped[list[str]]
    gated: Mapped[bool]
    agreed_on: Mapped[date]
    agreed_how: Mapped[str]
    state: Mapped[ConsultationState] = mapped_column(init=False, default=S.AWAITING_PERMISSION)
    disclosure_id: Mapped[UUID | None] = mapped_column(ForeignKey("disclosures.id"), init=False, default=None)
    asked_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    answered_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    answered_by_role: Mapped[str | None] = mapped_column(init=False, default=None)
    answer_minutes: Mapped[int | None] = mapped_column(init=False, default=None)
    decline_reason: Mapped[str | None] = mapped_column(init=False, default=None)
    suggested_seat_id: Mapped[UUID | None] = mapped_column(ForeignKey("seats.id"), init=False, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    withdraw_reason: Mapped[str | None] = mapped_column(init=False, default=None)

    def ask(self, disclosure_id: UUID | None, at: datetime) -> None:
        self.state = FLOW.move(self.state, "ask_again")
        self.disclosure_id, self.asked_at = disclosure_id, at

    def answer(self, by: UUID, role: str, minutes: int | None, at: datetime) -> None:
        self.state = FLOW.move(self.state, "answer")
        self.answered_at, self.answered_by_id, self.answered_by_role, self.answer_minutes = at, by, role, minutes

    def decline(self, reason: str, instead: UUID | None) -> None:
        self.state = FLOW.move(self.state, "decline")
        self.decline_reason, self.suggested_seat_id = reason, instead

    def close(self, by: UUID, at: datetime) -> None:
        self.state = FLOW.move(self.state, "close")
        self.ended_at, self.ended_by_id = at, by

    def withdraw(self, by: UUID, reason: str, at: datetime) -> None:
        self.state = FLOW.move(self.state, "withdraw")
        self.ended_at, self.ended_by_id, self.withdraw_reason = at, by, reason

    def lose(self) -> None:
        """The permission ended before there was an answer."""
        self.state = S.PERMISSION_ENDED

    def touch(self) -> None:
        """Something was written: a new version."""
        flag_modified(self, "state")


class TextKind(StrEnum):
    QUESTION = "question"
    ANSWER = "answer"
    ASKER_MESSAGE = "asker_message"
    CONSULTED_MESSAGE = "consulted_message"


class ConsultationText(Kept, kw_only=True, eq=False, repr=False):
    """What was written, as it was written: read by its register, by the consulted and by the client."""

    __tablename__ = "consultation_texts"
    __table_args__ = (
        CheckConstraint("register IN ('operational', 'health', 'social', 'employment')", name="register"),
        Index("ix_consultation_texts_consultation", "consultation_id", "created_at", "id"),
        Index(
            "uq_consultation_texts_first",
            "consultation_id",
            "kind",
            unique=True,
            postgresql_where=text("kind IN ('question', 'answer')"),
        ),
    )

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    kind: Mapped[TextKind]
    register: Mapped[str]
    body: Mapped[str]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))


class PairWorkState(StrEnum):
    RECORDED = "recorded"
    ENTERED_IN_ERROR = "entered_in_error"


PAIR_FLOW = Flow(
    PairWorkState,
    {
        "mark_entered_in_error": Verb(
            frozenset({PairWorkState.RECORDED}), PairWorkState.ENTERED_IN_ERROR, P.CONSULTATION_ASK, "author"
        )
    },
)


class PairWork(Root, kw_only=True, eq=False, repr=False):
    """Done together with somebody of another role or organisation (C-28), about a client of a path, or about none.
    With `meeting_id` it is that meeting, and counted once."""

    __tablename__ = "pair_work"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
        CheckConstraint("(client_id IS NULL) = (pathway_id IS NULL)", name="of_path"),
        CheckConstraint("meeting_id IS NULL OR pathway_id IS NOT NULL", name="of_meeting"),
        CheckConstraint("(state = 'entered_in_error') = (error_reason IS NOT NULL)", name="in_error"),
        Index("ix_pair_work_team", "team_id", "done_on", "id"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[str]
    counterpart_role: Mapped[str]
    counterpart_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    done_on: Mapped[date]
    minutes: Mapped[int]
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("clients.id"), index=True, default=None)
    pathway_id: Mapped[UUID | None] = mapped_column(ForeignKey("pathways.id"), default=None)
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("meetings.id"), default=None)
    disclosure_id: Mapped[UUID | None] = mapped_column(ForeignKey("disclosures.id"), init=False, default=None)
    state: Mapped[PairWorkState] = mapped_column(init=False, default=PairWorkState.RECORDED)
    error_reason: Mapped[str | None] = mapped_column(init=False, default=None)

    def mark_entered_in_error(self, reason: str) -> None:
        self.state = PAIR_FLOW.move(self.state, "mark_entered_in_error")
        self.error_reason = reason
