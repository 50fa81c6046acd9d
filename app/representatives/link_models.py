"""What every link without an account is made of."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept


class LinkRow(Kept, kw_only=True, eq=False, repr=False):
    """A link to fill one thing without an account. Only the keyed hash of its token is kept; one link at a time.

    Whether it still opens anything is asked of the database, never stored.
    """

    __abstract__ = True

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    representative_id: Mapped[UUID | None] = mapped_column(ForeignKey("representatives.id"))
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    ended_because: Mapped[str | None] = mapped_column(init=False, default=None)

    def end(self, because: str, at: datetime) -> None:
        """`replaced` or `revoked`."""
        self.ended_at, self.ended_because = at, because
