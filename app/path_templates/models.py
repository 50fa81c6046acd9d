"""An area's own path templates: drafted, published, retired. No client stands in them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission as P


class TemplateState(StrEnum):
    """A path starts only from what is `in_force`. `retired` without a first day was laid aside as a draft."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    RETIRED = "retired"


S = TemplateState
TEMPLATE_FLOW = Flow(
    TemplateState,
    {
        "update": Verb(frozenset({S.DRAFT}), None, P.TEAM_MANAGE, "manager"),
        "publish": Verb(frozenset({S.DRAFT}), S.IN_FORCE, P.TEAM_MANAGE, "manager"),
        "retire": Verb(frozenset({S.DRAFT, S.IN_FORCE}), S.RETIRED, P.TEAM_MANAGE, "manager"),
    },
)


class OwnTemplate(Root, kw_only=True, eq=False, repr=False):
    """One version of the area's. `number` counts the versions of a code, which is never a shipped one's.

    `content` is the document without its head. It never changes once it is published (the database holds that): paths
    name the version that they started from. At most one version of a code is in force.
    """

    __tablename__ = "path_templates"
    __table_args__ = (
        CheckConstraint("(state = 'in_force') <= (valid_from IS NOT NULL AND valid_to IS NULL)", name="in_force"),
        CheckConstraint("(state = 'draft') <= (valid_from IS NULL AND valid_to IS NULL)", name="draft"),
        CheckConstraint("(state = 'retired') = (retired_at IS NOT NULL)", name="retired"),
        CheckConstraint("(valid_from IS NULL) = (published_at IS NULL)", name="published"),
        UniqueConstraint("area_id", "code", "number"),
        Index(
            "uq_path_templates_in_force", "area_id", "code", unique=True, postgresql_where=text("state = 'in_force'")
        ),
    )

    area_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    code: Mapped[str]
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[TemplateState] = mapped_column(init=False, default=TemplateState.DRAFT)
    valid_from: Mapped[date | None] = mapped_column(init=False, default=None)
    valid_to: Mapped[date | None] = mapped_column(init=False, default=None)
    published_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    published_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    retired_at: Mapped[datetime | None] = mapped_column(init=False, default=None)

    def write(self, content: dict[str, Any], by: UUID | None) -> None:
        self.state = TEMPLATE_FLOW.move(self.state, "update")
        self.content, self.author_id = content, by

    def publish(self, by: UUID | None, on: date, at: datetime) -> None:
        self.state = TEMPLATE_FLOW.move(self.state, "publish")
        self.valid_from, self.published_by_id, self.published_at = on, by, at

    def retire(self, on: date, at: datetime) -> None:
        self.state = TEMPLATE_FLOW.move(self.state, "retire")
        self.valid_to, self.retired_at = on if self.valid_from else None, at
