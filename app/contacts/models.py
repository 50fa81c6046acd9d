"""The contact log and notes: what happened stays as it was written; what was written wrongly says so."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission as P


class EntryState(StrEnum):
    RECORDED = "recorded"
    ENTERED_IN_ERROR = "entered_in_error"


E = EntryState
FLOW = Flow(
    EntryState,
    {"mark_entered_in_error": Verb(frozenset({E.RECORDED}), E.ENTERED_IN_ERROR, P.CONTACT_WRITE, "team")},
)


class Contact(Root, kw_only=True, eq=False, repr=False):
    """One attempt or contact (C-54). `met` is who was sought or spoke: the client, a representative in the scope of
    their mandate, or somebody of an organisation, to whom `told` was disclosed.

    What it counts as (attempt, reached, no-show) are facts of the `contact_result` code. A note to it is a `Note`.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        CheckConstraint("direction IN ('outgoing', 'incoming')", name="direction"),
        CheckConstraint("met IN ('client', 'representative', 'party')", name="met"),
        CheckConstraint("(met = 'representative') = (representative_id IS NOT NULL)", name="representative"),
        CheckConstraint("(representative_id IS NULL) = (scope IS NULL)", name="scope"),
        CheckConstraint("(met = 'party') = (organisation_id IS NOT NULL)", name="party"),
        CheckConstraint("(cardinality(told) > 0) = (disclosure_id IS NOT NULL)", name="told"),
        CheckConstraint("minutes BETWEEN 0 AND 600", name="minutes"),
        CheckConstraint("(state = 'entered_in_error') = (error_reason IS NOT NULL)", name="error_reason"),
        Index("ix_contacts_client", "client_id", "at", "id"),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    direction: Mapped[str]
    channel: Mapped[str]
    result: Mapped[str]
    at: Mapped[datetime]
    met: Mapped[str]
    representative_id: Mapped[UUID | None] = mapped_column(ForeignKey("representatives.id"))
    scope: Mapped[str | None]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    told: Mapped[list[str]]
    disclosure_id: Mapped[UUID | None] = mapped_column(ForeignKey("disclosures.id"), init=False, default=None)
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referrals.id"))
    pathway_id: Mapped[UUID | None] = mapped_column(ForeignKey("pathways.id"))
    place: Mapped[str | None]
    interpreter_used: Mapped[bool]
    minutes: Mapped[int | None]
    next_attempt_on: Mapped[date | None]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[EntryState] = mapped_column(init=False, default=E.RECORDED)
    error_reason: Mapped[str | None] = mapped_column(init=False, default=None)

    def mark_entered_in_error(self, reason: str) -> None:
        self.state = FLOW.move(self.state, "mark_entered_in_error")
        self.error_reason = reason


class Note(Root, kw_only=True, eq=False, repr=False):
    """A note on a path or to a contact, in one register (domain 5.3); never changed. What is to be added is another
    note, of the same register, that names the one it adds to."""

    __tablename__ = "notes"
    __table_args__ = (
        CheckConstraint("register IN ('health', 'social', 'employment', 'operational')", name="register"),
        CheckConstraint("(pathway_id IS NULL) <> (contact_id IS NULL)", name="one_subject"),
        CheckConstraint("(state = 'entered_in_error') = (error_reason IS NOT NULL)", name="error_reason"),
        Index("ix_notes_pathway", "pathway_id", "id"),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    pathway_id: Mapped[UUID | None] = mapped_column(ForeignKey("pathways.id"), default=None)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"), index=True, default=None)
    addendum_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("notes.id"), default=None)
    register: Mapped[str]
    body: Mapped[str]
    client_visible: Mapped[bool]
    written_at: Mapped[datetime]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[EntryState] = mapped_column(init=False, default=E.RECORDED)
    error_reason: Mapped[str | None] = mapped_column(init=False, default=None)

    def mark_entered_in_error(self, reason: str) -> None:
        self.state = FLOW.move(self.state, "mark_entered_in_error")
        self.error_reason = reason
