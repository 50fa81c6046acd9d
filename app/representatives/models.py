"""Who acts for a client, on which mandate."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.codesets import codeset
from app.kit.db import Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission as P


class MandateState(StrEnum):
    """What is stored; whether a mandate is in force on a day is computed from its dates too."""

    RECORDED = "recorded"
    ENDED = "ended"
    ENTERED_IN_ERROR = "entered_in_error"


M = MandateState
FLOW = Flow(
    MandateState,
    {
        "update": Verb(frozenset({M.RECORDED}), None, P.CLIENT_WRITE, "team"),
        "end": Verb(frozenset({M.RECORDED}), M.ENDED, P.CONSENT_WRITE),
        "mark_entered_in_error": Verb(frozenset({M.RECORDED, M.ENDED}), M.ENTERED_IN_ERROR, P.CLIENT_WRITE, "team"),
    },
)


class Representative(Root, kw_only=True, eq=False, repr=False):
    """Somebody with a mandate of one client. Another mandate is another row: what it covers does not change.

    `evidence` says what of it was seen or heard, by `evidence_seen_by_id`. The days are inclusive.
    """

    __tablename__ = "representatives"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        CheckConstraint("cardinality(scopes) > 0", name="scopes"),
        CheckConstraint("(state = 'ended') <= (ended_at IS NOT NULL AND ended_reason IS NOT NULL)", name="ended"),
        CheckConstraint("(state = 'entered_in_error') = (error_reason IS NOT NULL)", name="error_reason"),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    name: Mapped[str]
    relation: Mapped[str]
    mandate: Mapped[str]
    scopes: Mapped[list[str]]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    language: Mapped[str]
    evidence: Mapped[str]
    evidence_seen_at: Mapped[datetime]
    evidence_seen_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[MandateState] = mapped_column(init=False, default=M.RECORDED)
    ended_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    ended_reason: Mapped[str | None] = mapped_column(init=False, default=None)
    error_reason: Mapped[str | None] = mapped_column(init=False, default=None)

    def end(self, reason: str, at: datetime) -> None:
        self.state = FLOW.move(self.state, "end")
        self.ended_at, self.ended_reason = at, reason

    def mark_entered_in_error(self, reason: str) -> None:
        self.state = FLOW.move(self.state, "mark_entered_in_error")
        self.error_reason = reason

    def in_force(self, on: date) -> bool:
        """Whether it counts on a day; `queries.in_force` says the same in SQL."""
        return self.state is M.RECORDED and self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def covers(self) -> frozenset[str]:
        """The scopes, without consent where this kind of mandate does not suffice for it."""
        consents = codeset("mandate_kind")[self.mandate].facts["givesConsent"]
        return frozenset(self.scopes) - (frozenset() if consents else {"give_consent"})

    @property
    def by_client(self) -> bool:
        """Whether the client gave it themself, and may take it back."""
        return bool(codeset("mandate_kind")[self.mandate].facts["clientEnds"])
