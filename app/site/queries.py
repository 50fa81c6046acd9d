"""What the service asks of its database about itself: no client's row is read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

REVISION = text("SELECT version_num FROM alembic_version")
HEARTBEAT = text("SELECT extract(epoch FROM clock_timestamp() - done_at) FROM job_runs WHERE name = 'heartbeat'")
FIGURES = text("SELECT operating_figures()")


async def revision(connection: AsyncConnection) -> str | None:
    """The newest migration of the database."""
    found: str | None = await connection.scalar(REVISION)
    return found


async def heartbeat(connection: AsyncConnection) -> float | None:
    """Seconds since the job process last said that it works; None when it never did."""
    age = await connection.scalar(HEARTBEAT)
    return None if age is None else float(age)


async def figures(connection: AsyncConnection) -> dict[str, Any]:
    """Numbers and ages from `operating_figures()`, which sees more than the API may and tells no more than these."""
    found: dict[str, Any] = await connection.scalar(FIGURES)
    return found
