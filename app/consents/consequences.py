"""What a consent's end touches, and what a new one mends. Rooms above add themselves here when they are imported.

A consent ends when the client withdraws it or it was entered in error; when its time runs out the same is done by a
job. Each consequence works in the transaction of that end, and says what it touched: the preview says the same, and
changes nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents.models import Consent


@dataclass(frozen=True)
class Touched:
    """One thing that ends or is stopped: `kind` is a code (`meeting_invitation`, `queued_message`, `share`, …)."""

    kind: str
    subject_type: str
    subject_id: UUID
    recipient_id: UUID | None = None
    at: datetime | None = None


Look = Callable[[AsyncSession, Consent, datetime], Awaitable[list[Touched]]]


@dataclass(frozen=True)
class Consequence:
    """`preview` tells what `effect` would touch; both of one name."""

    name: str
    preview: Look
    effect: Look


WHEN_ENDED: dict[str, Consequence] = {}
WHEN_GIVEN: dict[str, Callable[[AsyncSession, Consent, datetime], Awaitable[None]]] = {}


def when_ended(consequence: Consequence) -> Consequence:
    """Add what follows from an end. Raises `ValueError` when the name is taken."""
    if WHEN_ENDED.setdefault(consequence.name, consequence) is not consequence:
        raise ValueError(consequence.name)
    return consequence
