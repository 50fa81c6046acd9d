"""The database asked by somebody, without the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.clock import civil_date, utcnow
from app.security.development import DEVELOPMENT_ISSUER

NOWHERE = {"use_log", "outbox_events"}
TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND (a.attname = 'client_id' OR (c.relname = 'clients' AND a.attname = 'id')) ORDER BY 1"""


async def as_owner(connection: AsyncConnection, statement: str, **values: Any) -> list[Any]:
    await connection.execute(text("SET LOCAL ROLE NONE"))
    result = await connection.execute(text(statement), values)
    rows = list(result) if result.returns_rows else []
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    return rows


async def seen_of(
    connection: AsyncConnection, persona: str, client_id: str, at: datetime | None = None
) -> dict[str, int]:
    """How many rows of a client the database shows to a persona, by table; without those that have none."""
    tables = [row[0] for row in await as_owner(connection, TABLES)]
    entered = text("SELECT enter_request(:issuer, :subject, :on, :at)")
    values = {"issuer": DEVELOPMENT_ISSUER, "subject": persona, "on": civil_date(utcnow()), "at": at or utcnow()}
    assert (await connection.execute(entered, values)).scalar_one()
    found = {}
    for table in tables:
        column = "id" if table == "clients" else "client_id"
        rows = await connection.execute(text(f"SELECT count(*) FROM {table} WHERE {column} = :id"), {"id": client_id})
        if number := rows.scalar_one():
            found[table] = number
    return found
