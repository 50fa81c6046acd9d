"""An area's own versions of rule sets: drafted, signed off by a second person, in force from a day, retired."""

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


class RuleSetState(StrEnum):
    """`in_force` is put in force, from a day that may be to come. `retired` has its last day set and decides until that
    day is over; without a first day it was laid aside and never decided."""

    DRAFT = "draft"
    SIGNED_OFF = "signed_off"
    IN_FORCE = "in_force"
    RETIRED = "retired"


S = RuleSetState
RULE_SET_FLOW = Flow(
    RuleSetState,
    {
        "update": Verb(frozenset({S.DRAFT}), None, P.TEAM_MANAGE, "manager"),
        "sign_off": Verb(frozenset({S.DRAFT}), S.SIGNED_OFF, P.TEAM_MANAGE, "manager"),
        "reopen": Verb(frozenset({S.SIGNED_OFF}), S.DRAFT, P.TEAM_MANAGE, "manager"),
        "put_in_force": Verb(frozenset({S.SIGNED_OFF}), S.IN_FORCE, P.TEAM_MANAGE, "manager"),
        "retire": Verb(frozenset({S.IN_FORCE}), S.RETIRED, P.TEAM_MANAGE, "manager"),
        "discard": Verb(frozenset({S.DRAFT, S.SIGNED_OFF}), S.RETIRED, P.TEAM_MANAGE, "manager"),
    },
)


class OwnRuleSet(Root, kw_only=True, eq=False, repr=False):
    """One version of the area's. `number` counts the versions of a code; shipped ones are 1, and are not here.

    `content` is the document without its head, and never changes once it is signed off (the database holds that).
    `author_id` is who last wrote it, `writer_ids` everybody who did: none of them signs it off. At most one of a code
    is in force without an end.
    """

    __tablename__ = "rule_sets"
    __table_args__ = (
        CheckConstraint("(state = 'in_force') <= (valid_from IS NOT NULL AND valid_to IS NULL)", name="in_force"),
        CheckConstraint("(state IN ('signed_off', 'in_force')) <= (signed_off_at IS NOT NULL)", name="signed_off"),
        CheckConstraint("signed_off_by_id <> ALL (writer_ids)", name="second_person"),
        CheckConstraint("author_id = ANY (writer_ids)", name="author_wrote"),
        UniqueConstraint("area_id", "code", "number"),
        Index("uq_rule_sets_in_force", "area_id", "code", unique=True, postgresql_where=text("state = 'in_force'")),
    )

    area_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    code: Mapped[str]
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    writer_ids: Mapped[list[UUID]]
    state: Mapped[RuleSetState] = mapped_column(init=False, default=RuleSetState.DRAFT)
    valid_from: Mapped[date | None] = mapped_column(init=False, default=None)
    valid_to: Mapped[date | None] = mapped_column(init=False, default=None)
    signed_off_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    signed_off_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    in_force_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    in_force_at: Mapped[datetime | None] = mapped_column(init=False, default=None)

    def write(self, content: dict[str, Any], by: UUID | None) -> None:
        self.state = RULE_SET_FLOW.move(self.state, "update")
        self.content, self.author_id = content, by
        if by is not None and by not in self.writer_ids:
            self.writer_ids = [*self.writer_ids, by]

    def sign_off(self, by: UUID | None, at: datetime) -> None:
        self.state = RULE_SET_FLOW.move(self.state, "sign_off")
        self.signed_off_by_id, self.signed_off_at = by, at

    def reopen(self) -> None:
        self.state = RULE_SET_FLOW.move(self.state, "reopen")
        self.signed_off_by_id = self.signed_off_at = None

    def put_in_force(self, first: date, by: UUID | None, at: datetime) -> None:
        self.state = RULE_SET_FLOW.move(self.state, "put_in_force")
        self.valid_from, self.in_force_by_id, self.in_force_at = first, by, at

    def end(self, last: date | None) -> None:
        self.state = RULE_SET_FLOW.move(self.state, "retire")
        self.valid_to = last

    def discard(self) -> None:
        self.state = RULE_SET_FLOW.move(self.state, "discard")

    def decides(self, on: date) -> bool:
        """`queries.deciding` says the same in SQL."""
        began = self.valid_from is not None and self.valid_from <= on
        return began and (self.valid_to is None or on <= self.valid_to)
