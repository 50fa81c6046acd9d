"""What is on the agenda of a meeting, what of it was opened to whom, what was decided, and how the meeting changed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept


class MeetingAgendaPart(Kept, kw_only=True, eq=False, repr=False):
    """One part of the agenda. The area's people read it by its register; a partner by the permission for its
    `data_class`. `for_organisation_ids`: to these partners only; none named: to every one that is permitted."""

    __tablename__ = "meeting_agenda_parts"
    __table_args__ = (
        UniqueConstraint("meeting_id", "position"),
        CheckConstraint("register IN ('operational', 'health', 'social', 'employment')", name="register"),
        CheckConstraint("minutes BETWEEN 1 AND 600", name="minutes"),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    position: Mapped[int]
    title: Mapped[str]
    register: Mapped[str]
    data_class: Mapped[str]
    presenter_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    minutes: Mapped[int | None]
    for_organisation_ids: Mapped[list[UUID] | None]


class MeetingOpening(Kept, kw_only=True, eq=False, repr=False):
    """A part (of the agenda or of the notes) opened to one partner, by the disclosure that says so. There is one row
    for both, so nothing is told twice; `closed_at` and `offered_at` as of an invitation."""

    __tablename__ = "meeting_openings"
    __table_args__ = (
        UniqueConstraint("part_id", "organisation_id"),
        CheckConstraint("offered_at IS NULL OR closed_at IS NOT NULL", name="offered"),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"), index=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    part_id: Mapped[UUID]
    data_classes: Mapped[list[str]]
    disclosure_id: Mapped[UUID] = mapped_column(ForeignKey("disclosures.id"))
    closed_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    offered_at: Mapped[datetime | None] = mapped_column(init=False, default=None)

    def open_again(self, disclosure_id: UUID) -> None:
        self.disclosure_id = disclosure_id
        self.closed_at = self.offered_at = None

    def close(self, at: datetime) -> None:
        self.closed_at, self.offered_at = self.closed_at or at, None

    def offer(self, at: datetime) -> None:
        self.offered_at = at


class MeetingDecision(Kept, kw_only=True, eq=False, repr=False):
    """What was decided. Its owner is a role, a seat, a person or an organisation, or nobody yet; `step_id` is the step
    of the path that came of it."""

    __tablename__ = "meeting_decisions"
    __table_args__ = (
        UniqueConstraint("meeting_id", "position"),
        CheckConstraint(
            "num_nonnulls(owner_role, owner_seat_id, owner_person_id, owner_organisation_id) <= 1", name="owner"
        ),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    position: Mapped[int]
    words: Mapped[str]
    owner_role: Mapped[str | None] = mapped_column(init=False, default=None)
    owner_seat_id: Mapped[UUID | None] = mapped_column(ForeignKey("seats.id"), init=False, default=None)
    owner_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    owner_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"), init=False, default=None)
    due_on: Mapped[date | None] = mapped_column(default=None)
    step_id: Mapped[UUID | None] = mapped_column(ForeignKey("pathway_steps.id"), init=False, default=None, index=True)

    @property
    def owned(self) -> bool:
        return any((self.owner_role, self.owner_seat_id, self.owner_person_id, self.owner_organisation_id))


class MeetingChange(Kept, kw_only=True, eq=False, repr=False):
    """Moved, or taken over by another convener, and why. Stays as it was written."""

    __tablename__ = "meeting_changes"
    __table_args__ = (
        CheckConstraint(
            "(change = 'moved' AND from_at IS NOT NULL AND to_at IS NOT NULL)"
            " OR (change = 'convener' AND from_person_id IS NOT NULL AND to_person_id IS NOT NULL)",
            name="change",
        ),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"), index=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    change: Mapped[str]
    reason: Mapped[str]
    from_at: Mapped[datetime | None] = mapped_column(default=None)
    to_at: Mapped[datetime | None] = mapped_column(default=None)
    from_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), default=None)
    to_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), default=None)
    changed_at: Mapped[datetime]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
