"""When a recipient is told, and of what. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from uuid import UUID

from app.kit.clock import HELSINKI, civil_date
from app.kit.workdays import next_working_day

HOUR = time(8, 0)  # own design: the same hour for everybody tells nothing of when it ended


@dataclass(frozen=True)
class Received:
    """One disclosure that was made on the client's permission."""

    id: UUID
    recipient_id: UUID
    data_classes: frozenset[str]
    purpose: str
    at: datetime


def due(at: datetime) -> datetime:
    """The next working day at eight in Finland."""
    return datetime.combine(next_working_day(civil_date(at)), HOUR, tzinfo=HELSINKI).astimezone(UTC)


def by_recipient(
    received: Iterable[Received], stops: Callable[[UUID, frozenset[str], str], bool]
) -> dict[UUID, list[Received]]:
    """What each recipient is told to cease using: what the rule no longer permits them."""
    found: dict[UUID, list[Received]] = {}
    for one in received:
        if stops(one.recipient_id, one.data_classes, one.purpose):
            found.setdefault(one.recipient_id, []).append(one)
    return found
