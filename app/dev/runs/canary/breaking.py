"""The database made to fail under requests: with messages that quote whole rows, with locks, with connections cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace

from sqlalchemy import text

from app.dev.runs.canary.birds import TEXT, sung
from app.dev.runs.canary.provoking import Provoker
from app.dev.runs.life.operations import Operation, subject_of, tries
from app.dev.runs.life.place import Place

QUOTING = """
CREATE FUNCTION quoting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'no room for % {text}', to_jsonb(NEW) USING DETAIL = to_jsonb(NEW)::text, HINT = '{text}'; END $$
"""


@asynccontextmanager
async def quoting(place: Place, tables: Iterable[str]) -> AsyncIterator[None]:
    """Every write to these tables fails with a message, a detail and a hint that hold the whole row."""
    named = list(tables)
    await place.sql(QUOTING.format(text=TEXT))
    for table in named:
        await place.sql(
            f"CREATE TRIGGER quoting BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION quoting()"
        )
    try:
        yield
    finally:
        for table in named:
            await place.sql(f"DROP TRIGGER quoting ON {table}")
        await place.sql("DROP FUNCTION quoting()")


async def fails(provoker: Provoker, operations: Iterable[Operation], tables: Iterable[str]) -> None:
    """Each operation while the database refuses with the row in its words."""
    async with quoting(provoker.place, tables):
        for operation in operations:
            await once(provoker, operation, "database fails")


async def away(provoker: Provoker, operations: list[Operation], tables: Iterable[str]) -> None:
    """Operations that meet a lock for longer than they may wait, and those whose connection is cut meanwhile."""
    async with provoker.place.root.connect() as holding, holding.begin():
        await holding.execute(text(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE"))
        waiting = [once(provoker, operation, "database locked") for operation in operations]
        first, second = waiting[::2], waiting[1::2]
        await asyncio.gather(*first)
        cut = asyncio.gather(*second)
        await asyncio.sleep(0.2)
        await provoker.place.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'heinola'"
        )
        await cut


async def once(provoker: Provoker, operation: Operation, kind: str) -> None:
    request = tries(operation, provoker.case.ids)[0]
    sent = replace(request, body=sung(request.body))
    await provoker.send(kind, subject_of(operation.ask.by, provoker.case), sent)
