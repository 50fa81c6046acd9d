"""What happened to a referral, line by line."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept


class ReferralEvent(Kept, kw_only=True, eq=False, repr=False):
    """One line of a referral's history, added by every verb and never changed; for the receiving side and the client.

    `side` is whose verb it was, or `rules` when routing put it on the waiting list. `reason` is a code of the set that
    belongs to the kind, `how` of `recheck_how`; `next_on` is the date that was agreed for the next re-check.
    """

    __tablename__ = "referral_events"
    __table_args__ = (
        CheckConstraint("side IN ('sender', 'receiver', 'client', 'rules')", name="side"),
        Index("ix_referral_events_referral", "referral_id", "at", "id"),
    )

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    side: Mapped[str]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    from_team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"), default=None)
    to_team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"), default=None)
    reason: Mapped[str | None] = mapped_column(default=None)
    how: Mapped[str | None] = mapped_column(default=None)
    words: Mapped[str | None] = mapped_column(default=None)
    priority: Mapped[str | None] = mapped_column(default=None)
    next_on: Mapped[date | None] = mapped_column(default=None)
