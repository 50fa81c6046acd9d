"""What a team needs to know in a referral: versions with their days, published for those who send (C-22)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission as P


class RequirementState(StrEnum):
    """`ended` has its last day set; it counts until that day is over. A draft that is ended never counted."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ENDED = "ended"


S = RequirementState
REQUIREMENT_FLOW = Flow(
    RequirementState,
    {
        "update": Verb(frozenset({S.DRAFT}), None, P.TEAM_MANAGE, "manager"),
        "publish": Verb(frozenset({S.DRAFT}), S.PUBLISHED, P.TEAM_MANAGE, "manager"),
        "end": Verb(frozenset({S.DRAFT, S.PUBLISHED}), S.ENDED, P.TEAM_MANAGE, "manager"),
    },
)


class RequirementSet(Root, kw_only=True, eq=False, repr=False):
    """One version. `source` and `asked_for` null mean all; `number` counts the versions of one such key.

    At most one per key is published without an end; publishing the next ends it the day before.
    """

    __tablename__ = "requirement_sets"
    __table_args__ = (
        CheckConstraint("(state = 'published') <= (valid_from IS NOT NULL AND valid_to IS NULL)", name="published"),
        Index("ix_requirement_sets_team", "team_id", "id"),
        Index(
            "uq_requirement_sets_published",
            "team_id",
            "source",
            "asked_for",
            unique=True,
            postgresql_where=text("state = 'published'"),
            postgresql_nulls_not_distinct=True,
        ),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    source: Mapped[str | None]
    asked_for: Mapped[str | None]
    items: Mapped[list[dict[str, Any]]]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[RequirementState] = mapped_column(init=False, default=RequirementState.DRAFT)
    number: Mapped[int | None] = mapped_column(init=False, default=None)
    valid_from: Mapped[date | None] = mapped_column(init=False, default=None)
    valid_to: Mapped[date | None] = mapped_column(init=False, default=None)
    published_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    published_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)

    def publish(self, number: int, first: date, by: UUID | None, at: datetime) -> None:
        self.state = REQUIREMENT_FLOW.move(self.state, "publish")
        self.number, self.valid_from, self.published_by_id, self.published_at = number, first, by, at

    def end(self, last: date | None) -> None:
        self.state = REQUIREMENT_FLOW.move(self.state, "end")
        self.valid_to = last

    def in_force(self, on: date) -> bool:
        """`queries.in_force` says the same in SQL."""
        began = self.valid_from is not None and self.valid_from <= on
        return began and (self.valid_to is None or on <= self.valid_to)
