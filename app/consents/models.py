"""What the client permits: to whom, for what, until when (lupa, domain 5.4). A refusal is a record too."""

from __future__ import annotations

from datetime import date, datetime
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
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    ENTERED_IN_ERROR = "entered_in_error"


class Verification(StrEnum):
    """Whose word it is: a partner states it, a professional of the area heard it from the client (or saw the paper),
    or the client gave it by their own login. `rules.Terms.unverified_for` says what the first may be relied on for."""

    STATED = "stated"
    VERIFIED = "verified"
    CLIENT_GIVEN = "client_given"


C = ConsentState
FLOW = Flow(
    ConsentState,
    {
        "verify": Verb(frozenset({C.RECORDED}), None, Permission.CONSENT_WRITE),
        "replace": Verb(frozenset({C.RECORDED}), C.REPLACED, Permission.CONSENT_WRITE),
        "withdraw": Verb(frozenset({C.RECORDED}), C.WITHDRAWN, Permission.CONSENT_WRITE),
        "mark_entered_in_error": Verb(
            frozenset({C.RECORDED, C.REPLACED, C.WITHDRAWN}), C.ENTERED_IN_ERROR, Permission.CONSENT_WRITE, "team"
        ),
    },
)


class Consent(Root, kw_only=True, eq=False, repr=False):
    """One expression of will. Empty `recipient_ids` in a prohibition means every recipient.

    `evidence_…`: the document it was given in, and its SHA-256. `information_…`: what the client was told first
    (informointi, domain 5.4), and when. New terms are another row that `replaces` this one, which ends at that instant
    and keeps its content.
    """

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="period"),
        CheckConstraint("kind <> 'permission' OR cardinality(recipient_ids) > 0", name="recipients"),
        CheckConstraint("(state = 'withdrawn') <= (withdrawn_at IS NOT NULL)", name="withdrawn"),
        CheckConstraint("(verification = 'stated') = (verified_at IS NULL)", name="verified"),
        CheckConstraint("(kind = 'pilot') = (pilot_name IS NOT NULL)", name="pilot"),
        CheckConstraint("evidence_sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint("evidence_attachment_id IS NULL OR evidence_sha256 IS NOT NULL", name="document"),
        CheckConstraint("(information_text IS NULL) = (information_version IS NULL)", name="information"),
        CheckConstraint("information_text IS NULL OR information_given_at IS NOT NULL", name="told"),
        CheckConstraint("(replaced_at IS NULL) = (replaced_by_id IS NULL)", name="replaced"),
        CheckConstraint("(state = 'replaced') <= (replaced_at IS NOT NULL)", name="replacement"),
        Index(
            "ix_consents_ending", "valid_until", postgresql_where=text("state = 'recorded' AND valid_until IS NOT NULL")
        ),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    kind: Mapped[ConsentKind]
    recipient_ids: Mapped[list[UUID]]
    data_classes: Mapped[list[str]]
    purposes: Mapped[list[str]]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    how_given: Mapped[str]
    verification: Mapped[Verification] = mapped_column(default=Verification.STATED)
    pilot_name: Mapped[str | None] = mapped_column(default=None)
    given_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), default=None)
    information_given_at: Mapped[datetime | None] = mapped_column(default=None)
    information_text: Mapped[str | None] = mapped_column(default=None)
    information_version: Mapped[date | None] = mapped_column(default=None)
    evidence_note: Mapped[str | None] = mapped_column(default=None)
    evidence_attachment_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("attachments.id", use_alter=True), default=None
    )
    evidence_sha256: Mapped[str | None] = mapped_column(default=None)
    verified_at: Mapped[datetime | None] = mapped_column(default=None)
    verified_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), default=None)
    verified_how: Mapped[str | None] = mapped_column(default=None)
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("consents.id"), unique=True, default=None)
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    recorded_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    given_by_representative_id: Mapped[UUID | None] = mapped_column(ForeignKey("representatives.id"), default=None)
    state: Mapped[ConsentState] = mapped_column(init=False, default=ConsentState.RECORDED)
    withdrawn_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    withdrawn_by_representative_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("representatives.id"), init=False, default=None
    )
    error_reason: Mapped[str | None] = mapped_column(init=False, default=None)
    replaced_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("consents.id"), init=False, default=None)
    replaced_at: Mapped[datetime | None] = mapped_column(init=False, default=None)

    def verify(self, verification: Verification, how: str | None, by: UUID | None, at: datetime) -> None:
        self.state = FLOW.move(self.state, "verify")
        self.verification, self.verified_how, self.verified_by_id, self.verified_at = verification, how, by, at

    def replace(self, by_id: UUID, at: datetime) -> None:
        self.state = FLOW.move(self.state, "replace")
        self.replaced_by_id, self.replaced_at = by_id, at

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
        end = self.ends_at
        return self.valid_from <= at and (end is None or at < end)

    @property
    def ends_at(self) -> datetime | None:
        """The first of its ends that is known; what was entered in error never was."""
        ends = (self.valid_until, self.withdrawn_at, self.replaced_at)
        return min((end for end in ends if end is not None), default=None)
