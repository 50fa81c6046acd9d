"""The run of disclosures against withdrawals in short: every promise of the long one, and that it finds a late one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch
from uuid import UUID

import httpx
from rich.console import Console
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import queries
from app.consents.models import Consent
from app.dev.runs import races
from app.dev.stage import Stage
from app.dev.town import Town
from tests.contract.conftest import Settle


@asynccontextmanager
async def ring(settle: Settle, town: Town) -> AsyncIterator[races.Ring]:
    async with settle(pool_size=12, gate_seconds=60) as place:
        transport = httpx.ASGITransport(app=place.api)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=60) as http:
            stage = Stage(http, lambda _: None)
            for persona in races.PERSONAS:
                await stage.sign_in(persona)
            yield races.Ring(stage, town, place.root)


async def test_nothing_is_told_after_the_end_was_committed(settle: Settle, template: Town) -> None:
    async with ring(settle, template) as at:
        told = await races.hold(at, 36, 6, Console(quiet=True))
    assert told.broken == {}
    assert told.came("told first") + told.came("ended first") == 36


async def unlocked(session: AsyncSession, client_id: UUID, *, to_change: bool) -> Any:
    return await queries.area_of(session, client_id)


async def read_and_dawdled(session: AsyncSession, client_id: UUID, at: datetime, *, lock: bool = True) -> list[Consent]:
    """What stands, read without a lock, and long ago by the time it is relied on."""
    rows = list(await session.scalars(select(Consent).where(Consent.client_id == client_id, queries.in_force(at))))
    if lock:
        await asyncio.sleep(0.4)
    return rows


async def test_without_the_locks_the_run_finds_what_is_late(settle: Settle, template: Town) -> None:
    with patch.object(queries, "lock_client", unlocked), patch.object(queries, "standing", read_and_dawdled):
        async with ring(settle, template) as at:
            told = await races.hold(at, 16, 4, Console(quiet=True))
    assert told.broken["told on a permission whose end was committed before"] > 0
