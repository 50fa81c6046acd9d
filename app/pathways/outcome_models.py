"""How an agreed goal went, and the work ability score asked at the start and at the end. Rows are only added."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept


class GoalAchievement(Kept, kw_only=True, eq=False, repr=False):
    """How far a goal has come (FHIR goal-achievement). The newest counts; earlier ones stay."""

    __tablename__ = "goal_achievements"
    __table_args__ = (Index("ix_goal_achievements_pathway", "pathway_id", "goal_id", "id"),)

    goal_id: Mapped[UUID] = mapped_column(ForeignKey("goals.id"))
    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    achievement: Mapped[str]
    agreed_with_client: Mapped[bool]
    assessed_on: Mapped[date]
    words: Mapped[str | None]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))


class PathwayScore(Kept, kw_only=True, eq=False, repr=False):
    """What the client says of their work ability, 0 to 10, against their best (C-27); or why it was not asked.

    `moment` is start, during or end. The newest of a moment counts, without those entered in error.
    """

    __tablename__ = "pathway_scores"
    __table_args__ = (
        CheckConstraint("moment IN ('start', 'during', 'end')", name="moment"),
        CheckConstraint("score BETWEEN 0 AND 10", name="score"),
        CheckConstraint("(score IS NULL) = (missing_because IS NOT NULL)", name="asked_or_why_not"),
        CheckConstraint("(score IS NULL) = (asked_how IS NULL)", name="asked_how"),
        CheckConstraint("(entered_in_error_at IS NULL) = (entered_in_error_reason IS NULL)", name="in_error"),
        Index("ix_pathway_scores_pathway", "pathway_id", "moment", "id"),
    )

    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    moment: Mapped[str]
    score: Mapped[int | None]
    missing_because: Mapped[str | None]
    asked_how: Mapped[str | None]
    asked_on: Mapped[date]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    entered_in_error_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    entered_in_error_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    entered_in_error_reason: Mapped[str | None] = mapped_column(init=False, default=None)

    def mark_in_error(self, reason: str, by: UUID | None, at: datetime) -> None:
        self.entered_in_error_reason, self.entered_in_error_by_id, self.entered_in_error_at = reason, by, at
