"""The one way to fetch a row for somebody: what they may not see is not there."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.problems import NotFound

T = TypeVar("T")


async def one(session: AsyncSession, rows: Select[T], id: UUID, *, lock: bool = False) -> T:
    """The visible row with this id, locked for a state change if asked; rows that only refer to it do not wait.

    Raises `NotFound`.
    """
    entity: Any = rows.column_descriptions[0]["entity"]
    found = rows.where(entity.id == id)
    if lock:
        found = found.with_for_update(of=entity, key_share=True).execution_options(populate_existing=True)
    row = await session.scalar(found)
    if row is None:
        raise NotFound()
    return row
