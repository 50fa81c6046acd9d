"""Old records asked of other places (paperitilaukset, C-53), followed until they arrive."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission as P


class RecordRequestState(StrEnum):
    REQUESTED = "requested"
    REMINDED = "reminded"
    ARRIVED = "arrived"
    NOT_AVAILABLE = "not_available"
    CANCELLED = "cancelled"


R = RecordRequestState
OPEN = frozenset({R.REQUESTED, R.REMINDED})
FLOW = Flow(
    RecordRequestState,
    {
        "remind": Verb(OPEN, R.REMINDED, P.ASSESSMENT_WRITE, "team"),
        "record_arrival": Verb(OPEN, R.ARRIVED, P.ASSESSMENT_WRITE, "team"),
        "mark_not_available": Verb(OPEN, R.NOT_AVAILABLE, P.ASSESSMENT_WRITE, "team"),
        "cancel": Verb(OPEN, R.CANCELLED, P.ASSESSMENT_WRITE, "team"),
    },
)


class RecordRequest(Root, kw_only=True, eq=False, repr=False):
    """What was asked, of whom and how. `holder_organisation_id` is an organisation known here, `holder_name` words.

    Whether it is overdue is computed from `due_on` when it is read.
    """

    __tablename__ = "record_requests"
    __table_args__ = (
        CheckConstraint("(holder_organisation_id IS NULL) <> (holder_name IS NULL)", name="one_holder"),
        CheckConstraint("register IN ('health', 'social', 'employment', 'operational')", name="register"),
        CheckConstraint("(state IN ('requested', 'reminded')) = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(state = 'not_available') = (not_available_because IS NOT NULL)", name="because"),
        Index("ix_record_requests_due", "team_id", "due_on", "id"),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    what: Mapped[str]
    register: Mapped[str]
    holder_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    holder_name: Mapped[str | None]
    channel: Mapped[str]
    basis: Mapped[str]
    note: Mapped[str | None]
    requested_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    requested_at: Mapped[datetime]
    due_on: Mapped[date]
    disclosure_id: Mapped[UUID | None] = mapped_column(ForeignKey("disclosures.id"), init=False, default=None)
    state: Mapped[RecordRequestState] = mapped_column(init=False, default=R.REQUESTED)
    reminders: Mapped[int] = mapped_column(init=False, default=0)
    reminded_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    arrived_on: Mapped[date | None] = mapped_column(init=False, default=None)
    attachment_ids: Mapped[list[UUID]] = mapped_column(init=False, default_factory=list)
    not_available_because: Mapped[str | None] = mapped_column(init=False, default=None)
    ended_reason: Mapped[str | None] = mapped_column(init=False, default=None)

    def remind(self, due_on: date, at: datetime) -> None:
        self.state = FLOW.move(self.state, "remind")
        self.reminders += 1
        self.reminded_at, self.due_on = at, due_on

    def end(self, verb: str, by: UUID | None, at: datetime) -> None:
        """`record_arrival`, `mark_not_available` or `cancel`."""
        self.state = FLOW.move(self.state, verb)
        self.ended_at, self.ended_by_id = at, by
