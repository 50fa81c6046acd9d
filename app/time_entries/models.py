"""One row per person and piece of work. Rows are only added; a wrong one is reversed by another."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept


class TimeEntry(Kept, kw_only=True, eq=False, repr=False):
    """Minutes that a person spent in a role (C-34). `subject_id` is the step, meeting, assessment or contact.

    With `reverses_id` it takes another entry back, for a coded `reason`: neither of the two counts.
    """

    __tablename__ = "time_entries"
    __table_args__ = (
        CheckConstraint(
            "subject_type IN ('step', 'meeting', 'assessment', 'contact', 'consultation', 'other')",
            name="subject_type",
        ),
        CheckConstraint(
            "subject_type NOT IN ('step', 'meeting', 'assessment', 'contact') OR subject_id IS NOT NULL",
            name="subject",
        ),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
        CheckConstraint("(reverses_id IS NULL) = (reason IS NULL)", name="reversed"),
        UniqueConstraint("reverses_id"),
        Index("ix_time_entries_pathway", "pathway_id", "spent_on", "id"),
    )

    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    subject_type: Mapped[str]
    subject_id: Mapped[UUID | None]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    role: Mapped[str]
    minutes: Mapped[int]
    spent_on: Mapped[date]
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("time_entries.id"), default=None)
    reason: Mapped[str | None] = mapped_column(default=None)
