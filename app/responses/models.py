"""An instrument as it was answered: asked, filled in, completed, and what followed; and the link to fill one."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.attributes import flag_modified

from app.kit.db import Root
from app.kit.flow import Flow, Verb
from app.representatives.link_models import LinkRow
from app.security.permissions import Permission as P


class ResponseState(StrEnum):
    REQUESTED = "requested"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered_in_error"


S = ResponseState
OPEN = frozenset({S.REQUESTED, S.IN_PROGRESS})
DONE = frozenset({S.COMPLETED})
FLOW = Flow(
    ResponseState,
    {
        "save": Verb(OPEN, S.IN_PROGRESS, P.RESPONSE_WRITE, "filler"),
        "submit": Verb(OPEN, S.COMPLETED, P.RESPONSE_WRITE, "filler"),
        "make_link": Verb(OPEN, None, P.RESPONSE_WRITE, "team"),
        "revoke_link": Verb(OPEN, None, P.RESPONSE_WRITE, "team"),
        "answer_guidance": Verb(DONE, None, P.RESPONSE_WRITE, "team"),
        "handle_safety": Verb(DONE, None, P.RESPONSE_WRITE, "team"),
        "correct": Verb(DONE, S.ENTERED_IN_ERROR, P.RESPONSE_WRITE, "team"),
        "cancel": Verb(OPEN, S.CANCELLED, P.RESPONSE_WRITE, "team"),
        "mark_entered_in_error": Verb(OPEN | DONE, S.ENTERED_IN_ERROR, P.RESPONSE_WRITE, "team"),
    },
)


class InstrumentResponse(Root, kw_only=True, eq=False, repr=False):
    """One filling of one version of one instrument, in one register.

    `author_id` is the professional who recorded it; null for what the client filled. Score, band and the table it
    stands in are those of the day. Once completed it stays as it is, the database says so; what follows is guidance
    (C-41), who saw to a safety sign, and being marked as wrong. A correction is a row of its own: `corrects_id`.
    """

    __tablename__ = "instrument_responses"
    __table_args__ = (
        CheckConstraint("register IN ('health', 'social', 'employment', 'operational')", name="register"),
        CheckConstraint("mode IN ('self', 'interview', 'professional')", name="mode"),
        CheckConstraint(
            "state <> 'completed' OR (completed_at IS NOT NULL AND answered_on IS NOT NULL AND mode IS NOT NULL"
            " AND guidance IS NOT NULL)",
            name="completed",
        ),
        CheckConstraint("guidance IN ('prompted', 'not_asked', 'guided', 'no_need')", name="guidance"),
        CheckConstraint("(guidance IN ('guided', 'no_need')) = (guidance_at IS NOT NULL)", name="guidance_said"),
        CheckConstraint("(guidance = 'guided') = (cardinality(guidance_targets) > 0)", name="guidance_targets"),
        CheckConstraint("NOT safety OR safety_person_id IS NOT NULL", name="safety_named"),
        CheckConstraint("safety OR safety_handled_at IS NULL", name="safety_handled"),
        CheckConstraint("(safety_handled_at IS NULL) = (safety_handled_by_id IS NULL)", name="safety_handled_by"),
        CheckConstraint(
            "instrument NOT IN ('audit', 'audit_c', 'phq9', 'bdi', 'mmse', 'other_psychiatric')"
            " OR register IN ('health', 'social')",
            name="instrument_register",
        ),
        Index("ix_instrument_responses_client", "client_id", "instrument", "answered_on"),
        Index("uq_instrument_responses_corrects", "corrects_id", unique=True),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    instrument: Mapped[str]
    instrument_version: Mapped[str]
    edition: Mapped[str | None]
    register: Mapped[str]
    language: Mapped[str | None]
    sex: Mapped[str | None]
    requested_at: Mapped[datetime | None] = mapped_column(default=None)
    requested_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), default=None)
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("instrument_responses.id"), default=None)
    state: Mapped[ResponseState] = mapped_column(init=False, default=S.REQUESTED)
    mode: Mapped[str | None] = mapped_column(init=False, default=None)
    saved_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    answered_on: Mapped[date | None] = mapped_column(init=False, default=None)
    answers: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True), init=False, default=None)
    score: Mapped[float | None] = mapped_column(init=False, default=None)
    score_because: Mapped[str | None] = mapped_column(init=False, default=None)
    rescaled: Mapped[float | None] = mapped_column(init=False, default=None)
    imputed: Mapped[list[str]] = mapped_column(init=False, default_factory=list)
    band: Mapped[str | None] = mapped_column(init=False, default=None)
    band_source: Mapped[str | None] = mapped_column(init=False, default=None)
    completed_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    representative_id: Mapped[UUID | None] = mapped_column(ForeignKey("representatives.id"), init=False, default=None)
    ended_reason: Mapped[str | None] = mapped_column(init=False, default=None)
    guidance: Mapped[str | None] = mapped_column(init=False, default=None)
    guidance_targets: Mapped[list[str]] = mapped_column(init=False, default_factory=list)
    guidance_note: Mapped[str | None] = mapped_column(init=False, default=None)
    guidance_agreed: Mapped[bool | None] = mapped_column(init=False, default=None)
    guidance_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    guidance_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    safety: Mapped[bool] = mapped_column(init=False, default=False)
    safety_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    safety_handled_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    safety_handled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    safety_note: Mapped[str | None] = mapped_column(init=False, default=None)

    @property
    def safety_open(self) -> bool:
        """Somebody has still to see to it."""
        return self.safety and self.state is S.COMPLETED and self.safety_handled_at is None

    def save(self, at: datetime) -> None:
        self.state = FLOW.move(self.state, "save")
        self.saved_at = at

    def complete(self, mode: str, on: date, by: UUID | None, at: datetime) -> None:
        self.state = FLOW.move(self.state, "submit")
        self.mode, self.answered_on, self.author_id = mode, on, by
        self.completed_at = self.saved_at = at

    def end(self, verb: str, reason: str) -> None:
        """`cancel`, `mark_entered_in_error` or `correct`; what was written stays."""
        self.state = FLOW.move(self.state, verb)
        self.ended_reason = reason

    def touch(self) -> None:
        """As of every root, by a column that may change."""
        flag_modified(self, "state")


class ResponseLink(LinkRow, kw_only=True, eq=False, repr=False):
    """A link by which the client answers one request without an account (`enter_response`)."""

    __tablename__ = "response_links"
    __table_args__ = (
        Index("uq_response_links_one", "response_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended"),
    )

    response_id: Mapped[UUID] = mapped_column(ForeignKey("instrument_responses.id"), index=True)
