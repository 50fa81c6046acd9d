"""What a consent's end touches, and what a new one mends. Rooms above add themselves here when they are imported.

A consent ends when the client withdraws it or it was entered in error, when a later no overrides it, and, by a job,
when its time runs out. Each consequence works in the transaction of that end, and says what it touched: the preview
says the same, and changes nothing. What is touched is found by asking the rule again with what remains
(`remaining.Change`), so that of two permissions that cover something the end of one touches nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import queries
from app.consents.models import Consent, ConsentKind, ConsentState
from app.kit.db import Receiving, RowContext


@dataclass(frozen=True)
class Touched:
    """One thing that ends, is stopped or is told of: `kind` is a code of the set `consent_consequence`.

    `register` is whose data its mention tells of: it is shown to those who read that register, and to the client.
    """

    kind: str
    subject_type: str
    subject_id: UUID
    recipient_id: UUID | None = None
    at: datetime | None = None
    data_classes: tuple[str, ...] = ()
    register: str = "operational"


@dataclass(frozen=True)
class Lacking:
    """What the client would have to permit, and for whose work: a gap that can be asked about."""

    client_id: UUID
    recipient_ids: tuple[UUID, ...]
    data_classes: frozenset[str]
    purpose: str
    team_id: UUID | None = None
    pathway_id: UUID | None = None
    holder_id: UUID | None = None


Look = Callable[[AsyncSession, Consent, datetime], Awaitable[list[Touched]]]


@dataclass(frozen=True)
class Consequence:
    """`preview` tells what `effect` would touch; both of one name."""

    name: str
    preview: Look
    effect: Look


WHEN_ENDED: dict[str, Consequence] = {}
WHEN_GIVEN: dict[str, Callable[[AsyncSession, Consent, datetime], Awaitable[None]]] = {}
NOES = (ConsentKind.REFUSAL, ConsentKind.PROHIBITION)


def when_ended(consequence: Consequence) -> Consequence:
    """Add what follows from an end. Raises `ValueError` when the name is taken."""
    if WHEN_ENDED.setdefault(consequence.name, consequence) is not consequence:
        raise ValueError(consequence.name)
    return consequence


def when_given(name: str, mend: Callable[[AsyncSession, Consent, datetime], Awaitable[None]]) -> None:
    """Add what follows when something is permitted again. Raises `ValueError` when the name is taken."""
    if WHEN_GIVEN.setdefault(name, mend) is not mend:
        raise ValueError(name)


CHANGE = "consent_change"  # what was permitted before and after, asked once for all that follows


async def preview(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    """What the end of this consent would touch, of every kind. Nothing is written."""
    touched: list[Touched] = []
    session.info.pop(CHANGE, None)
    if consent.kind is ConsentKind.PERMISSION and consent.valid_from <= at:
        async with Receiving(session, team=None, area=await queries.area_of(session, consent.client_id)):
            for consequence in WHEN_ENDED.values():
                touched += await consequence.preview(session, consent, at)
    return touched


async def follow(session: AsyncSession, consent: Consent, at: datetime, area_id: UUID | None = None) -> list[Touched]:
    """What follows from what has just happened to a consent, in the transaction of it; the client's row is the
    caller's alone. A permission ended or a no said stops things; a permission given or a no taken back mends them.

    The caller may be the client's own login or a sender: rows of the teams are written as the area's receiver.
    `area_id` is the client's, where it is known.
    """
    touched: list[Touched] = []
    session.info.pop(CHANGE, None)
    stands = consent.state is ConsentState.RECORDED and not (consent.valid_until and consent.valid_until <= at)
    if consent.kind is ConsentKind.PILOT or consent.valid_from > at:
        return touched
    area = area_id or await queries.area_of(session, consent.client_id)
    context: RowContext = session.info.get("context", RowContext())
    as_receiver = nullcontext() if context.intake_area == area else Receiving(session, team=None, area=area)
    async with as_receiver:
        if (consent.kind in NOES) is stands:
            for consequence in WHEN_ENDED.values():
                touched += await consequence.effect(session, consent, at)
        else:
            for mend in WHEN_GIVEN.values():
                await mend(session, consent, at)
    return touched
