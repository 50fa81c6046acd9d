"""What the client permits: to whom, for what, until when (lupa, domain 5.4). A refusal is a record too."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission


class ConsentKind(StrEnum):
    """A prohibition beats a permission; a refusal never blocks the statutory health check (C-33)."""

    PERMISSION = "permission"
    REFUSAL = "refusal"
    PROHIBITION = "prohibition"
    PILOT = "pilot"


class ConsentState(StrEnum):
    """What is stored; whether a permission is in force at an instant is computed from its dates."""

    RECORDED = "recorded"
    WITHDRAWN = "withdrawn"
    ENTERED_IN_ERROR = "entered_in_error"


C = ConsentState
FLOW = Flow(
    ConsentState,
    {
        "withdraw": Verb(frozenset({C.RECORDED}), C.WITHDRAWN, Permission.CONSENT_WRITE),
        "mark_entered_in_error": Verb(
            frozenset({C.RECORDED, C.WITHDRAWN}), C.ENTERED_IN_ERROR, Permission.CONSENT_WRITE, "team"
        ),
    },
)


class Consent(Root, kw_only=True, eq=False, repr=False):
    """One expression of will. Empty `recipient_ids` in a prohibition means every recipient."""

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="period"),
        CheckConstraint("kind <> 'permission' OR cardinality(recipient_ids) > 0", name="recipients"),
        CheckConstraint("(state = 'withdrawn') <= (withdrawn_at IS NOT NULL)", name="withdrawn"),
        Index("ix_consents_valid_until", "valid_until", postgresql_where=text("valid_until IS NOT NULL")),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    kind: Mapped[ConsentKind]
    recipient_ids: Mapped[list[UUID]]
    data_classes: Mapped[list[str]]
    purposes: Mapped[list[str]]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    how_given: Mapped[str]
    information_given_at: Mapped[datetime | None] = mapped_column(default=None)
    evidence_note: Mapped[str | None] = mapped_column(default=None)
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    recorded_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    given_by_representative_id: Mapped[UUID | None] = mapped_column(ForeignKey("representatives.id"), default=None)
    state: Mapped[ConsentState] = mapped_column(init=False, default=ConsentState.RECORDED)
    withdrawn_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    withdrawn_by_representative_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("representatives.id"), init=False, default=None
    )
    error_reason: Mapped[str | None] = mapped_column(init=False, default=None)

    def withdraw(self, at: datetime, representative_id: UUID | None = None) -> None:
        self.state = FLOW.move(self.state, "withdraw")
        self.withdrawn_at, self.withdrawn_by_representative_id = at, representative_id

    def mark_entered_in_error(self, reason: str) -> None:
        self.state = FLOW.move(self.state, "mark_entered_in_error")
        self.error_reason = reason

    def in_force(self, at: datetime) -> bool:
        """Whether it counts at this instant. `queries.in_force` says the same in SQL; a test holds them together."""
        if self.state is ConsentState.ENTERED_IN_ERROR:
            return False
        ends = [end for end in (self.valid_until, self.withdrawn_at) if end is not None]
        return self.valid_from <= at and all(at < end for end in ends)
