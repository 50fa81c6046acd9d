"""Pure rules of questions: which session one waits for, how often it was carried on, and what a text seems to hold.

Nothing of it is stored: a question without an answer is bound to the next session by the passing of time (C-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

# Carried on as often as this, a question is shown to the convener by itself. Own design.
CARRIED_TOO_OFTEN = 2


@dataclass(frozen=True, slots=True)
class Slot:
    """A session: from when it takes up questions, and when it was over (held, called off, or its time had passed)."""

    id: UUID
    starts_at: datetime
    over_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """`session_id` is the coming (or running) session that takes the question up; None: it is answered in the thread.
    `carried`: over how many sessions it was carried on."""

    session_id: UUID | None
    carried: int


def follow(way: str, since: datetime, until: datetime, slots: Iterable[Slot]) -> Waiting:
    """Where a question stands at `until`, having waited `since`. It goes to the first session that begins after it was
    asked; when that one is over, to the next. Where none is planned it is open in the thread, until one is."""
    carried, left = 0, list(slots)
    while way == "session":
        left = [one for one in left if one.starts_at > since and one.over_at >= since]
        if not left:
            break
        first = min(left, key=lambda one: (one.starts_at, one.id))
        if first.over_at > until:
            return Waiting(first.id, carried)
        carried, since = carried + 1, first.over_at
        left.remove(first)
    return Waiting(None, carried)


WARNINGS = (
    ("phone_number", re.compile(r"(?<![\w+])(?:\+\d{1,3}|0)[\s-]?\(?\d{1,3}\)?(?:[\s-]?\d{2,4}){2,4}(?!\w)")),
    ("email_address", re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}\.[^\s@.]{2,}")),
)


def warnings_of(*texts: str) -> list[str]:
    """Codes of what may tell who somebody is, though it is no identity code: it warns, and refuses nothing."""
    return [code for code, pattern in WARNINGS if any(pattern.search(text) for text in texts)]


SMALLEST = 5


def shown(number: int) -> int | None:
    """1 to 4 colleagues behind a number hide it, as reports do (own design)."""
    return None if 0 < number < SMALLEST else number
