"""What happened, for whoever must be told: written in the transaction of the change, delivered later.

Ids and codes only. `position` is given by the sealing job in commit order (below the oldest running transaction), so a
reader of the feed never misses a row that was committed late.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class OutboxEvent(Base, kw_only=True, eq=False, repr=False):
    __tablename__ = "outbox_events"

    at: Mapped[datetime]
    kind: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    client_id: Mapped[UUID | None] = mapped_column(index=True)
    team_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]]
    position: Mapped[int | None] = mapped_column(BigInteger, unique=True, init=False, default=None)
