"""Notices to cease: to an organisation that received something on a permission that is no longer there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission


class CeaseState(StrEnum):
    """It is told in its hour, and not at all when the client permits the same again before that."""

    PENDING = "pending"
    RELEASED = "released"
    ACKNOWLEDGED = "acknowledged"
    CANCELLED = "cancelled"


S = CeaseState
FLOW = Flow(
    CeaseState,
    {"acknowledge": Verb(frozenset({S.RELEASED}), S.ACKNOWLEDGED, Permission.CEASE_NOTICE_ACKNOWLEDGE, "recipient")},
)


class CeaseNotice(Root, kw_only=True, eq=False, repr=False):
    """One per recipient and end. It has the same shape whatever ended the permission, and names what was told by the
    ids of its disclosures only.

    Its id says nothing of when the permission ended, as a time-ordered one would.
    """

    __tablename__ = "cease_notices"
    __table_args__ = (
        CheckConstraint("cardinality(disclosure_ids) > 0", name="disclosures"),
        CheckConstraint("(state IN ('released', 'acknowledged')) = (released_at IS NOT NULL)", name="released"),
        CheckConstraint("released_at >= due_at", name="in_its_hour"),
        CheckConstraint("(state = 'acknowledged') = (acknowledged_at IS NOT NULL)", name="acknowledged"),
        Index("ix_cease_notices_recipient", "recipient_organisation_id", "due_at", "id"),
        Index("ix_cease_notices_pending", "due_at", postgresql_where=text("state = 'pending'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4, insert_default=uuid4)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    recipient_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    disclosure_ids: Mapped[list[UUID]]
    due_at: Mapped[datetime]
    state: Mapped[CeaseState] = mapped_column(init=False, default=CeaseState.PENDING)
    released_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    acknowledged_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    acknowledged_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("logins.id"), init=False, default=None)

    def release(self, disclosure_ids: list[UUID], at: datetime) -> None:
        """Its hour has come: told of what the client has not permitted again; of nothing, it is not told."""
        if disclosure_ids:
            self.state, self.released_at, self.disclosure_ids = S.RELEASED, at, disclosure_ids
        else:
            self.state = S.CANCELLED

    def acknowledge(self, by: UUID, at: datetime) -> None:
        self.state = FLOW.move(self.state, "acknowledge")
        self.acknowledged_at, self.acknowledged_by_id = at, by
