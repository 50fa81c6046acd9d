"""Why steps went another way than their template, and the times a path rests."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept, Root


class StepChangeKind(StrEnum):
    """How the steps of a path went another way than planned. The last three concern the path, not one step."""

    OUT_OF_ORDER = "out_of_order"
    SKIPPED = "skipped"
    REOPENED = "reopened"
    ADDED = "added"
    REPEATED = "repeated"
    REORDERED = "reordered"
    BRANCH_CHOSEN = "branch_chosen"
    UPGRADED = "upgraded"


class StepChange(Kept, kw_only=True, eq=False, repr=False):
    """Why a path went another way (C-10): a row of its own that stays, whatever becomes of the step. `client_visible`
    as the step was then; `from_version` and `to_version` are of the template a path was moved between."""

    __tablename__ = "step_changes"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint(
            "(change = 'upgraded') = (from_version IS NOT NULL) AND (from_version IS NULL) = (to_version IS NULL)",
            name="versions",
        ),
        CheckConstraint("(change IN ('reordered', 'branch_chosen', 'upgraded')) = (step_id IS NULL)", name="of_path"),
        Index("ix_step_changes_pathway", "pathway_id", "id"),
    )

    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    step_id: Mapped[UUID | None] = mapped_column(ForeignKey("pathway_steps.id"))
    change: Mapped[StepChangeKind]
    reason: Mapped[str]
    client_visible: Mapped[bool]
    from_version: Mapped[int | None]
    to_version: Mapped[int | None]
    changed_at: Mapped[datetime]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))


class PathwayHold(Root, kw_only=True, eq=False, repr=False):
    """A pause with its last day: it always ends. Held are the days from `from_on` to `until_on`; `ended_on` is the day
    from which the path ran again, when somebody ended it earlier or another hold began."""

    __tablename__ = "pathway_holds"
    __table_args__ = (
        CheckConstraint("until_on BETWEEN from_on AND from_on + 90", name="period"),
        CheckConstraint("ended_on IS NULL OR ended_on BETWEEN from_on AND until_on + 1", name="ended"),
        Index("uq_pathway_holds_one_running", "pathway_id", unique=True, postgresql_where=text("ended_on IS NULL")),
    )

    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"), index=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    reason: Mapped[str]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    ended_on: Mapped[date | None] = mapped_column(init=False, default=None)
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)

    @property
    def runs_from(self) -> date:
        """The first day on which the path runs again."""
        return self.ended_on or self.until_on + timedelta(days=1)

    def holds(self, on: date) -> bool:
        return self.from_on <= on < self.runs_from

    def end(self, on: date, by: UUID | None) -> None:
        self.ended_on, self.ended_by_id = on, by
