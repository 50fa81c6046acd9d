"""Every select on consents; `in_force` in SQL beside the one in Python."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.models import Client
from app.consents.models import Consent, ConsentKind, ConsentState
from app.outbox.models import OutboxEvent
from app.people.actor import Actor
from app.people.models import Organisation
from app.work.queries import concerns

LONGEST_WAIT = timedelta(minutes=2)  # longer than any request lives


def visible_consents(actor: Actor) -> Select[Consent]:
    """The client's own, and those of clients of the caller's teams. A partner reads its permission on its referral."""
    return select(Consent).where(concerns(actor, Consent.client_id))


def in_force(at: datetime) -> ColumnElement[bool]:
    """The same as `Consent.in_force` at an instant."""
    ends = (Consent.valid_until, Consent.withdrawn_at)
    return and_(
        Consent.state != ConsentState.ENTERED_IN_ERROR,
        Consent.valid_from <= at,
        *[or_(end.is_(None), end > at) for end in ends],
    )


async def lock_client(session: AsyncSession, client_id: UUID, *, to_change: bool) -> None:
    """Whoever discloses shares the client's row; whoever changes what is permitted takes it alone.

    Locks are taken in one order: client, consent, referral, path, seat.
    """
    row = select(Client.id).where(Client.id == client_id)
    await session.execute(row.with_for_update() if to_change else row.with_for_update(read=True))


async def standing(session: AsyncSession, client_id: UUID, at: datetime, *, lock: bool = True) -> list[Consent]:
    """The client's consents in force, share-locked until the transaction ends, the newest first. Without `lock` they
    are read only: by whoever has the client's row alone, or to show something.

    A request that waited for the client's row is older than the withdrawal or prohibition it waited for: what is
    withdrawn has ended whatever `at` says, and a prohibition or refusal begun since, within `LONGEST_WAIT`, counts.
    """
    begun_since = and_(
        Consent.kind.in_((ConsentKind.PROHIBITION, ConsentKind.REFUSAL)),
        Consent.state == ConsentState.RECORDED,
        Consent.valid_from.between(at, at + LONGEST_WAIT),
    )
    rows = (
        select(Consent)
        .where(Consent.client_id == client_id, Consent.withdrawn_at.is_(None), or_(in_force(at), begun_since))
        .order_by(Consent.id.desc())
    )
    if lock:
        rows = rows.with_for_update(read=True).execution_options(populate_existing=True)
    return list(await session.scalars(rows))


async def standing_of(session: AsyncSession, client_ids: Collection[UUID], at: datetime) -> list[Consent]:
    """What is in force of several clients, read without a lock: to show something, never to tell it."""
    return list(await session.scalars(select(Consent).where(Consent.client_id.in_(client_ids), in_force(at))))


async def recorded(session: AsyncSession, consent_id: UUID) -> Consent:
    """A consent by its id, whatever became of it. Only inside a receiver."""
    return await session.get_one(Consent, consent_id, populate_existing=True)


async def last_refusal(session: AsyncSession, client_id: UUID, withdrawn_at: datetime | None) -> datetime | None:
    """When the client last said no: the withdrawal given, or the newest refusal or prohibition recorded."""
    rows = select(func.max(Consent.valid_from)).where(
        Consent.client_id == client_id,
        Consent.kind.in_((ConsentKind.REFUSAL, ConsentKind.PROHIBITION)),
        Consent.state == ConsentState.RECORDED,
    )
    said = [at for at in (withdrawn_at, await session.scalar(rows)) if at is not None]
    return max(said, default=None)


async def unknown_organisations(session: AsyncSession, area_id: UUID, ids: list[UUID]) -> set[UUID]:
    """Which of these are no organisations that work with the area."""
    known = select(Organisation.id).where(Organisation.id.in_(ids), Organisation.area_id == area_id)
    return set(ids) - set(await session.scalars(known))


async def area_of(session: AsyncSession, client_id: UUID) -> UUID:
    """The wellbeing area that the client is a client of."""
    return (await session.scalars(select(Client.area_id).where(Client.id == client_id))).one()


async def organisation_names(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    """What these organisations are called; nothing is asked for none."""
    if not ids:
        return {}
    rows = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    return {row[0]: row[1] for row in await session.execute(rows)}


FOLLOWED = "consent.followed"
LOOKS_BACK = timedelta(days=366)  # what is older was followed long ago, or nothing of it is left to stop


async def begun_or_run_out(session: AsyncSession, at: datetime, most: int) -> list[Consent]:
    """Consents whose validity has run out, and refusals and prohibitions whose day has come, that nothing has followed
    yet: told by an event since that instant, of the job, or of what was recorded and followed at once."""
    no = Consent.kind.in_((ConsentKind.PROHIBITION, ConsentKind.REFUSAL))
    turn = case((no, Consent.valid_from), else_=Consent.valid_until)
    followed = select(OutboxEvent.id).where(
        OutboxEvent.subject_id == Consent.id,
        OutboxEvent.kind.in_((FOLLOWED, "consent.recorded")),
        OutboxEvent.at >= turn,
    )
    rows = (
        select(Consent)
        .where(
            Consent.state == ConsentState.RECORDED,
            Consent.kind != ConsentKind.PILOT,
            turn.between(at - LOOKS_BACK, at),
            ~followed.exists(),
        )
        .order_by(turn, Consent.id)
        .limit(most)
    )
    return list(await session.scalars(rows))
