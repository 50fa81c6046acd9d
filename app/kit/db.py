"""The database: engine, one transaction per request, the row-security context, and what every table stands on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import DateTime, Enum, MetaData, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, declared_attr, mapped_column
from sqlalchemy.orm.attributes import flag_modified

from app.config import Settings
from app.kit import clock
from app.kit.ids import new_id
from app.kit.meter import METER
from app.kit.problems import Unavailable

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
APP_ROLE = "heinola_app"
REGISTERS = ("health", "social", "employment")
# State words are kept as text with a CHECK, so adding one is a line and not a type migration.
WORDS = Enum(StrEnum, native_enum=False, create_constraint=True, length=40, values_callable=list)


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, eq=False, repr=False):
    """Constructors are typed and keyword-only; repr shows the id and nothing personal."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        datetime: DateTime(timezone=True),
        StrEnum: WORDS,
        UUID: PG_UUID(as_uuid=True),
        list[str]: ARRAY(String),
        list[UUID]: ARRAY(PG_UUID(as_uuid=True)),
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
    }

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id, insert_default=new_id)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"


class Kept(Base, kw_only=True, eq=False, repr=False):
    """A row that knows when it was written. Set in Python: no RETURNING, so a writer needs no right to read."""

    __abstract__ = True

    created_at: Mapped[datetime] = mapped_column(init=False, insert_default=clock.utcnow)


class Root(Kept, kw_only=True, eq=False, repr=False):
    """An aggregate root: SQLAlchemy keeps its version, and the version is its ETag."""

    __abstract__ = True

    version: Mapped[int] = mapped_column(init=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:
        return {"version_id_col": cls.version}

    def touch(self) -> None:
        """A child changed: the root becomes a new version, so that an ETag tells of the whole."""
        flag_modified(self, "created_at")


def create_engine(
    settings: Settings,
    dsn: str,
    *,
    role: str = APP_ROLE,
    pool_size: int | None = None,
    statement_seconds: int | None = None,
) -> AsyncEngine:
    """An engine whose every connection works as the app role, which owns nothing and bypasses nothing.

    The job process says another `role`, and its own sizes.
    """
    seconds = statement_seconds or settings.statement_seconds
    return create_async_engine(
        dsn,
        pool_size=pool_size or settings.pool_size,
        max_overflow=0,
        pool_timeout=settings.gate_seconds,
        hide_parameters=True,
        connect_args={
            "timeout": 5,
            "server_settings": {
                "role": role,
                "application_name": "heinola" if role == APP_ROLE else role,
                "jit": "off",
                "timezone": "UTC",
                "statement_timeout": str(seconds * 1000),
                "lock_timeout": str(seconds * 500),
                "idle_in_transaction_session_timeout": "60000",
            },
        },
    )


async def transaction(request: Request) -> AsyncIterator[AsyncSession]:
    """One request, one transaction. Nothing else in the code base commits.

    The gate in front of the pool keeps a burst waiting in order instead of fighting for connections.
    Raises `Unavailable` when no connection is free within `gate_seconds`.
    """
    state = request.app.state
    METER.waiting += 1
    try:
        await asyncio.wait_for(state.gate.acquire(), state.settings.gate_seconds)
    except TimeoutError:
        raise Unavailable(retry_after=2) from None
    finally:
        METER.waiting -= 1
    try:
        async with state.sessions.begin() as session:
            session.info["request_id"] = request.scope.get("state", {}).get("request_id", "")
            session.info["vault"], session.info["settings"] = state.vault, state.settings
            session.info["clock"] = state.clock
            request.state.session = session
            yield session
    finally:
        state.gate.release()


# scope="function": the commit happens before the response leaves, so a failed
# commit is a failed request, never a 201 for a row that does not exist.
Session = Annotated[AsyncSession, Depends(transaction, scope="function")]


@dataclass(frozen=True, slots=True)
class RowContext:
    """Who the database lets see rows in this transaction. Empty means nobody, and nobody sees nothing.

    `teams` are those whose clients are seen; `organisations` those in whose name one sends; `areas` whose
    unassigned queue one answers for; `registers` the data
    (health, social, employment) one may read; `intake_area` is set only while a receiver matches a new referral;
    `auditor` the areas whose use log one reads. `workplaces` is every organisation one works in today; `kept_from` the
    clients whose record says that this person must not see them; `at` the instant that policies ask about.
    """

    login: UUID | None = None
    person: UUID | None = None
    client: UUID | None = None
    organisations: tuple[UUID, ...] = ()
    teams: tuple[UUID, ...] = ()
    areas: tuple[UUID, ...] = ()
    registers: tuple[str, ...] = ()
    intake_area: UUID | None = None
    auditor: tuple[UUID, ...] = ()
    workplaces: tuple[UUID, ...] = ()
    kept_from: tuple[UUID, ...] = ()
    at: datetime | None = None

    def settings(self) -> dict[str, str]:
        """The values of the `app.…` settings that the policies read."""
        return {
            "app.login": str(self.login or ""),
            "app.person": str(self.person or ""),
            "app.client": str(self.client or ""),
            "app.organisations": "{" + ",".join(map(str, self.organisations)) + "}",
            "app.teams": "{" + ",".join(map(str, self.teams)) + "}",
            "app.areas": "{" + ",".join(map(str, self.areas)) + "}",
            "app.registers": "{" + ",".join(self.registers) + "}",
            "app.intake_area": str(self.intake_area or ""),
            "app.auditor": "{" + ",".join(map(str, self.auditor)) + "}",
            "app.workplaces": "{" + ",".join(map(str, self.workplaces)) + "}",
            "app.kept_from": "{" + ",".join(map(str, self.kept_from)) + "}",
            "app.at": self.at.isoformat() if self.at else "",
        }


SET_CONTEXT = text(
    "SELECT "
    + ", ".join(f"set_config('{name}', :{name.removeprefix('app.')}, true)" for name in RowContext().settings())
)


async def set_context(session: AsyncSession, context: RowContext) -> None:
    """Give this transaction a row-security context; it ends with the transaction."""
    await session.execute(SET_CONTEXT, {n.removeprefix("app."): v for n, v in context.settings().items()})
    session.info["context"] = context


class Receiving:
    """The receiver's part of a transaction that a sender began: rows are seen and written as the receiving team.

    The sender's answer is made after it ends, so nothing the receiver found can reach the sender through a query. The
    receiver is kept from nobody: whoever must not see a client may still be the one who sends them.
    """

    def __init__(self, session: AsyncSession, *, team: UUID | None, area: UUID) -> None:
        self.session, self.team, self.area = session, team, area

    async def __aenter__(self) -> None:
        await self.session.flush()
        self.before: RowContext = self.session.info.get("context", RowContext())
        await set_context(self.session, self.widened())

    def widened(self) -> RowContext:
        return replace(
            self.before,
            teams=(*self.before.teams, self.team) if self.team else self.before.teams,
            areas=(*self.before.areas, self.area),
            registers=REGISTERS,
            intake_area=self.area,
            kept_from=(),
        )

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            await self.session.flush()
            await set_context(self.session, self.before)


class Counting(Receiving):
    """The part of a request that counts a team's work for somebody who manages the team, or works in it in another
    register: the whole of it is counted, whoever reads, and numbers alone leave it."""

    def widened(self) -> RowContext:
        return replace(self.before, teams=(self.team,) if self.team else (), registers=REGISTERS, kept_from=())
