"""Where a canary could have gone: logs, the database's own log, tables that hold no words, metrics, what rows say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.dev.runs.canary.birds import Flock
from app.dev.runs.canary.provoking import Heard
from app.dev.runs.canary.served import Process
from app.dev.runs.life.place import Place
from app.embedded.cluster import LOG
from app.kit.db import Base

# Written beside somebody's data, and read by others than those who may see it: not a word of the client's.
WORDLESS = (
    "outbox_events",
    "job_runs",
    "idempotency_keys",
    "use_log",
    "routing_decisions",
    "work_items",
    "disclosures",
)
ROWS = 500
TABLES = """
SELECT c.relname FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1
"""


async def everywhere(
    place: Place, flock: Flock, heard: Heard, processes: Sequence[Process], servers: Sequence[httpx.AsyncClient]
) -> None:
    """Search it all."""
    for one in processes:
        heard.look(flock, f"log: {one.name}", one.said.read_bytes(), str(one.said.name))
    heard.look(flock, "log: PostgreSQL", (Path(place.server.data_dir) / LOG).read_bytes(), LOG)
    for server in servers:
        heard.look(flock, "/metrics", (await server.get("/metrics")).content, "metrics")
    for (table,) in await place.sql(TABLES):
        for (row,) in await place.sql(f"SELECT to_jsonb(t)::text FROM {table} t"):
            if table in WORDLESS:
                heard.look(flock, f"table {table}", row, table)
            else:  # names and texts belong there; identity codes and tokens never, in any
                heard.look(flock, "the other tables: identity codes and tokens", row, table, words=False)
    async with AsyncSession(place.root) as session:
        for mapper in Base.registry.mappers:
            for row in await session.scalars(select(mapper.class_).limit(ROWS)):
                heard.look(flock, "repr of rows", f"{row!r} {row!s}", mapper.class_.__name__)
