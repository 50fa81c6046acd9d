"""Keyset pages: an opaque cursor, bound to the caller, the list and its filters."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from sqlalchemy import Row, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.kit.i18n import Text
from app.kit.problems import Problem

T = TypeVar("T")
COUNTED = 1000
READERS: dict[str, Callable[[str], Any]] = {
    "uuid": UUID,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "str": str,
    "int": int,
}


class BadCursor(Problem):
    status, code = 422, "bad_cursor"
    title = Text("Sivun osoitin ei kelpaa", "Sidmarkören duger inte", "The cursor does not fit")
    detail = Text(
        "Osoitin kuuluu toiseen luetteloon, hakuun tai käyttäjään. Aloita ensimmäiseltä sivulta.",
        "Markören hör till en annan lista, sökning eller användare. Börja från första sidan.",
        "The cursor belongs to another list, filter or caller. Start from the first page.",
    )


class Paging:
    """How much of which list the caller asked for."""

    def __init__(self, request: Request, response: Response, limit: int, cursor: str | None, count: bool) -> None:
        self.request, self.response = request, response
        self.limit, self.cursor, self.count = limit, cursor, count

    def seal(self, payload: str, caller: UUID) -> bytes:
        url, vault = self.request.url, self.request.app.state.vault
        filters = sorted(
            (k, v) for k, v in self.request.query_params.multi_items() if k not in ("cursor", "limit", "count")
        )
        bound = json.dumps([url.path, filters, str(caller), payload])
        return hmac.digest(vault.index("cursor"), bound.encode(), hashlib.sha256)[:12]

    def pack(self, values: Sequence[Any], caller: UUID) -> str:
        kinds = [next(k for k, t in KINDS if isinstance(value, t)) for value in values]
        payload = json.dumps([kinds, [v.isoformat() if isinstance(v, (date, datetime)) else str(v) for v in values]])
        return base64.urlsafe_b64encode(self.seal(payload, caller) + payload.encode()).rstrip(b"=").decode()

    def unpack(self, caller: UUID) -> list[Any]:
        """Raises `BadCursor` for anything we did not give this caller for this list."""
        try:
            raw = base64.urlsafe_b64decode(str(self.cursor) + "=" * (-len(str(self.cursor)) % 4))
            payload = raw[12:].decode()
            if not hmac.compare_digest(raw[:12], self.seal(payload, caller)):
                raise BadCursor()
            kinds, values = json.loads(payload)
            return [READERS[kind](value) for kind, value in zip(kinds, values, strict=True)]
        except (ValueError, KeyError, TypeError):
            raise BadCursor() from None

    async def run(
        self,
        session: AsyncSession,
        rows: Select[T],
        *keys: InstrumentedAttribute[Any],
        caller: UUID,
        descending: bool = True,
    ) -> tuple[list[T], str | None, int | None]:
        """One page of `rows` ordered by `keys` (not null, the last one unique): rows, next cursor, count if asked."""
        cut, total = await self.cut(session, rows, keys, caller, descending)
        found = list((await session.scalars(cut)).unique())
        return *self.turn(found, [key.key for key in keys], caller), total

    async def lines(
        self,
        session: AsyncSession,
        rows: Select[Any],
        keys: Mapping[str, Any],
        caller: UUID,
        descending: bool = False,
    ) -> tuple[list[Row[Any]], str | None, int | None]:
        """The same for a statement of several columns: `keys` are among its labels, by name."""
        cut, total = await self.cut(session, rows, list(keys.values()), caller, descending)
        found = list((await session.execute(cut)).all())
        return *self.turn(found, list(keys), caller), total

    async def cut(
        self,
        session: AsyncSession,
        rows: Select[Any],
        keys: Sequence[Any],
        caller: UUID,
        descending: bool,
    ) -> tuple[Select[Any], int | None]:
        """The statement of this page, which takes one row more; and the count, if asked."""
        total: int | None = None
        if self.count:
            total = await session.scalar(select(func.count()).select_from(rows.limit(COUNTED).subquery()))
        if self.cursor is not None:
            after = tuple_(*self.unpack(caller))
            rows = rows.where(tuple_(*keys) < after if descending else tuple_(*keys) > after)
        order = [key.desc() if descending else key.asc() for key in keys]
        return rows.order_by(*order).limit(self.limit + 1), total

    def turn(self, found: list[Any], names: Sequence[str], caller: UUID) -> tuple[list[Any], str | None]:
        """The rows of this page, and the cursor and link of the next one."""
        if len(found) <= self.limit:
            return found, None
        found = found[: self.limit]
        cursor = self.pack([getattr(found[-1], name) for name in names], caller)
        link = self.request.url.include_query_params(cursor=cursor)
        self.response.headers["Link"] = f'<{link.path}?{link.query}>; rel="next"'
        return found, cursor


KINDS = [("uuid", UUID), ("datetime", datetime), ("date", date), ("int", int), ("str", str)]


async def paging(
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=200, description="Rows per page.")] = 50,
    cursor: Annotated[str | None, Query(max_length=600, description="`nextCursor` of the page before.")] = None,
    count: Annotated[bool, Query(description=f"Count the rows, up to {COUNTED}.")] = False,
) -> Paging:
    return Paging(request, response, limit, cursor, count)


Paged = Annotated[Paging, Depends(paging)]
