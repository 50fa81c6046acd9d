"""What happened, for whoever must be told: written in the transaction of the change, delivered later.

Ids and codes only. `disclosure_id` is the disclosure an event tells its recipient of: consent is asked of it once more
when the message leaves. `position` is given by the sealing job in commit order (below the oldest running transaction),
so a reader of the feed never misses a row that was committed late. `xid` and `seq` are that order; the database writes
them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class OutboxEvent(Base, kw_only=True, eq=False, repr=False):
    __tablename__ = "outbox_events"
    __table_args__ = (
        Index("ix_outbox_events_unsealed", "xid", "seq", postgresql_where=text("position IS NULL")),
        Index("ix_outbox_events_subject", "subject_id", "kind"),
    )
    # Who appends may not read: nothing is fetched back.
    __mapper_args__ = {"eager_defaults": False}

    at: Mapped[datetime]
    kind: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    client_id: Mapped[UUID | None] = mapped_column(index=True)
    team_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]]
    disclosure_id: Mapped[UUID | None] = mapped_column(ForeignKey("disclosures.id"), default=None)
    position: Mapped[int | None] = mapped_column(BigInteger, unique=True, init=False, default=None)
    xid: Mapped[int] = mapped_column(
        BigInteger, init=False, server_default=text("((pg_current_xact_id())::text)::bigint")
    )
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), init=False)
