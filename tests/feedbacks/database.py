"""What the database itself refuses, inside the transaction of a test."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection


async def attempt(connection: AsyncConnection, role: str, *statements: str, **values: Any) -> None:
    async with connection.begin_nested():
        await connection.execute(text(f"SET LOCAL ROLE {role}"))
        for statement in statements:
            await connection.execute(text(statement), {n: v for n, v in values.items() if f":{n}" in statement})


async def refused(
    connection: AsyncConnection, statement: str, match: str, *before: str, role: str = "heinola_app", **values: Any
) -> None:
    """`NONE` is the superuser."""
    with pytest.raises(DBAPIError, match=match):
        await attempt(connection, role, *before, statement, **values)
