"""Once, however often it is sent: the first answer is kept in the transaction of the work and given again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy import LargeBinary, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.clock import Now
from app.kit.db import Kept, Root, Session
from app.kit.etags import Expected, etag
from app.kit.i18n import Text
from app.kit.ids import new_id
from app.kit.problems import NotFound, Problem

R = TypeVar("R", bound=BaseModel)
T = TypeVar("T", bound=Root)
KEPT_FOR = timedelta(hours=72)
KEY = r"^[\x21-\x7e]{8,128}$"


class KeyReused(Problem):
    status, code = 422, "idempotency_key_reuse"
    title = Text("Avain on jo käytetty", "Nyckeln är redan använd", "The key is used already")
    detail = Text(
        "Samalla Idempotency-Key-avaimella lähetettiin toinen pyyntö. Käytä uutta avainta.",
        "En annan begäran har skickats med samma Idempotency-Key. Använd en ny nyckel.",
        "Another request was sent with the same Idempotency-Key. Use a new key.",
    )


class Answer(Kept, kw_only=True, eq=False, repr=False):
    """A kept answer. The body is encrypted; the row is only its caller's."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("caller_id", "key"),)

    caller_id: Mapped[UUID]
    key: Mapped[str]
    digest: Mapped[str]
    status: Mapped[int | None] = mapped_column(init=False, default=None)
    headers: Mapped[str | None] = mapped_column(init=False, default=None)
    body: Mapped[bytes | None] = mapped_column(LargeBinary, init=False, default=None)


class Once:
    """`await once.run(XRead, work)` in a route: `work` is done once per key, and its answer kept 72 hours."""

    def __init__(
        self, request: Request, response: Response, session: AsyncSession, at: datetime, key: str | None
    ) -> None:
        self.request, self.response, self.session, self.at, self.key = request, response, session, at, key

    async def run(
        self, read: type[R], work: Callable[[], Awaitable[R]], again: Callable[[], Awaitable[object]] | None = None
    ) -> R:
        """Raises `KeyReused` for the same key with another request. Whatever `work` raises leaves the key free.

        A kept answer is not for whom its client is kept from since; `again` asks, before it is given once more, what
        else may have ended.
        """
        if self.key is None:
            return self.stamp(await work())
        digest = await self.digest()
        answer = await self.claim(digest)
        if answer.created_at < self.at - KEPT_FOR:
            answer.created_at, answer.digest, answer.body = self.at, digest, None
        if answer.digest != digest:
            raise KeyReused()
        vault = self.session.info["vault"]
        where = {"table": "idempotency_keys", "column": "body", "row": answer.id}
        if answer.body is not None:
            kept_body = vault.open(answer.body, **where)
            client = json.loads(kept_body).get("clientId")
            if client in map(str, getattr(self.session.info.get("actor"), "kept_from", ())):
                raise NotFound()
            if again is not None:
                await again()
            for name, value in json.loads(answer.headers or "{}").items():
                self.response.headers[name] = value
            self.response.headers["Idempotency-Replayed"] = "true"
            return read.model_validate_json(kept_body)
        done = self.stamp(await work())
        kept = {name: self.response.headers[name] for name in ("etag", "location") if name in self.response.headers}
        answer.status, answer.headers = self.request.scope["route"].status_code or 200, json.dumps(kept)
        answer.body = vault.seal(done.model_dump_json(by_alias=True), **where)
        await self.session.flush()
        return done

    async def change(
        self,
        read: type[R],
        find: Callable[[], Awaitable[T]],
        expected: Expected,
        show: Callable[[T], Awaitable[R]],
        do: Callable[[T], Awaitable[object]],
        *,
        ask_again: bool = False,
    ) -> R:
        """The one order of a change: find and lock the row, the version the caller knew, do it, show it; once.

        `ask_again`: the kept answer is given once more only while the row is still found."""

        async def work() -> R:
            row = await find()
            await expected.check(row, lambda: show(row))
            await do(row)
            return await show(row)

        return await self.run(read, work, find if ask_again else None)

    def stamp(self, done: R) -> R:
        version = getattr(done, "version", None)
        if version is not None:
            self.response.headers["ETag"] = etag(version)
        return done

    async def digest(self) -> str:
        """Keyed: a body may hold an identity code, of which there are few enough to try them all."""
        body = await self.request.body()
        head = f"{self.request.method} {self.request.url.path}?{self.request.url.query}\n"
        plain = hashlib.sha256(head.encode() + body).hexdigest()
        keyed: bytes = self.session.info["vault"].index(f"request|{plain}")
        return keyed.hex()

    async def claim(self, digest: str) -> Answer:
        # A second request with the same key waits here until the first one commits.
        mine = {"caller_id": self.session.info["caller_id"], "key": self.key}
        row = {"id": new_id(), "created_at": self.at, "digest": digest, **mine}
        await self.session.execute(insert(Answer).values(row).on_conflict_do_nothing())
        return (await self.session.scalars(select(Answer).filter_by(**mine).with_for_update())).one()


async def once(
    request: Request,
    response: Response,
    session: Session,
    at: Now,
    idempotency_key: Annotated[
        str | None,
        Header(pattern=KEY, description="Your own key: the same key and body get the first answer again (72 h)."),
    ] = None,
) -> Once:
    return Once(request, response, session, at, idempotency_key)


OnceOnly = Annotated[Once, Depends(once)]
