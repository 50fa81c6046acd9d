"""Every select on clients and their identifiers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.audit.models import UseLogEntry
from app.clients.models import Client, ClientIdentifier
from app.people.actor import Actor
from app.people.models import Organisation


def visible_clients(actor: Actor) -> Select[Client]:
    """The caller themself, or clients with whom the caller's team has a care relationship."""
    return seen(actor, "client", Client)


def named(rows: Select[Client], family_name: str | None, birth_date: date | None) -> Select[Client]:
    if family_name is not None:
        escaped = family_name.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        rows = rows.where(func.lower(Client.family_name).like(escaped + "%"))
    if birth_date is not None:
        rows = rows.where(Client.birth_date == birth_date)
    return rows


def coded(rows: Select[Client], blind_index: bytes) -> Select[Client]:
    ids = select(ClientIdentifier.client_id).where(ClientIdentifier.blind_index == blind_index)
    return rows.where(Client.id.in_(ids))


async def lock_code(session: AsyncSession, blind_index: bytes) -> None:
    """One at a time for a code, until the transaction ends: two senders of the same new person make one client."""
    key = int.from_bytes(blind_index[:8], signed=True)
    await session.execute(select(func.pg_advisory_xact_lock(key)))


async def by_code(session: AsyncSession, area_id: UUID, blind_index: bytes) -> Client | None:
    """The area's client with this code, whoever's. Only inside a receiver (`kit.db.Receiving`)."""
    rows = (
        select(Client)
        .join(ClientIdentifier, ClientIdentifier.client_id == Client.id)
        .where(
            ClientIdentifier.area_id == area_id,
            ClientIdentifier.blind_index == blind_index,
            ClientIdentifier.use != "old",
        )
    )
    client: Client | None = await session.scalar(rows)
    return client


async def all_identifiers(session: AsyncSession, client_id: UUID) -> list[ClientIdentifier]:
    return list(await session.scalars(select(ClientIdentifier).where(ClientIdentifier.client_id == client_id)))


async def identifiers(session: AsyncSession, client_ids: Iterable[UUID]) -> dict[UUID, ClientIdentifier]:
    """The code in use of each client, in one statement: the official before a temporary one."""
    rows = (
        select(ClientIdentifier)
        .where(ClientIdentifier.client_id.in_(list(client_ids)), ClientIdentifier.use != "old")
        .order_by(ClientIdentifier.use.desc(), ClientIdentifier.id)
    )
    return {row.client_id: row for row in await session.scalars(rows)}


async def audits(session: AsyncSession, client_id: UUID) -> bool:
    """Whether the caller is the data protection officer of the client's area."""
    return bool(await session.scalar(select(func.ctx_audits(client_id, None, type_=Boolean))))


def use_log(client_id: UUID, since: datetime) -> Select[UseLogEntry]:
    """Who used the client's data since an instant; what the caller may see of it the row policies decide."""
    return select(UseLogEntry).where(UseLogEntry.client_id == client_id, UseLogEntry.at >= since)


async def protected(session: AsyncSession, ids: Iterable[UUID]) -> set[UUID]:
    """Which of these clients have a protected identity (turvakielto)."""
    return set(await session.scalars(select(Client.id).where(Client.id.in_(list(ids)), Client.protected)))


async def organisation_names(session: AsyncSession, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    wanted = [id for id in ids if id is not None]
    rows = await session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted)))
    return {row[0]: row[1] for row in rows.all()}
