"""UUIDv7 (RFC 9562, 5.7): ids that sort by the time they were made, and the check of those that clients send."""

from __future__ import annotations

import secrets
import time
from datetime import datetime, timedelta
from uuid import UUID


def new_id(milliseconds: int | None = None) -> UUID:
    """A new id; `milliseconds` since 1970 may be given to make one of another time."""
    at = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    value = (at & (1 << 48) - 1) << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    return UUID(int=value)


def made_at_ms(id: UUID) -> int:
    """Milliseconds since 1970 written in a UUIDv7."""
    return id.int >> 80


def acceptable(id: UUID, at: datetime) -> bool:
    """Whether a client may have made this id: version 7, RFC variant, and not over 24 h ahead of our clock."""
    latest = int((at + timedelta(hours=24)).timestamp() * 1000)
    return id.version == 7 and made_at_ms(id) <= latest
