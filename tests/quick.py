"""What makes the tests quick and changes nothing of what they test: savepoints, prepared statements, tokens."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from asyncpg import PostgresError
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from app.config import Settings
from app.kit.db import create_engine
from app.security.development import DevelopmentIssuer

# A test process asks some thousand different statements; the driver keeps a hundred, and prepares the rest anew.
STATEMENTS = "prepared_statement_cache_size=2000"
# For each request httpx asks whether it runs on trio, and a module that is not there is looked for anew each time.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]
# Rubbish is looked for after each seven hundred new things: imports and told lives make hundreds of thousands.
gc.set_threshold(20_000, 10, 10)


def lasting() -> None:
    """What is there now stays to the end: the collector looks for rubbish only in what comes after it."""
    gc.collect()
    gc.freeze()


@lru_cache(maxsize=512)
def token(issuer: DevelopmentIssuer, persona: str, at: datetime) -> str:
    """The token of a persona of that instant: one is signed, and verified, once and not for each client."""
    return issuer.token(persona, at)


def engine(settings: Settings, dsn: str) -> AsyncEngine:
    """The engine of the API, with a longer memory for statements."""
    return create_engine(settings, f"{dsn}{'&' if '?' in dsn else '?'}{STATEMENTS}")


def plain_savepoints(engine: AsyncEngine) -> AsyncEngine:
    """Savepoints are said in one plain message each.

    Every request of a test is a savepoint with a name of its own: prepared, each costs a second message and pushes a
    statement that will be asked again out of the driver's memory. One that is rolled back is also given up, or the
    transaction of a long test would grow deeper with each refusal.
    """
    dialect: Any = engine.sync_engine.dialect

    def plainly(slow: Callable[[Connection, str], None], words: str) -> Callable[[Connection, str], None]:
        def say(connection: Connection, name: str) -> None:
            made: Any = connection.connection.dbapi_connection
            if not made.driver_connection.is_in_transaction():
                slow(connection, name)  # the first of all: SQLAlchemy begins the transaction before it
                return
            try:
                made.run_async(lambda driver: driver.execute(words.format(name=name)))
            except PostgresError:
                slow(connection, name)  # fails in the same way, as an error of SQLAlchemy

        return say

    back = "ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}"
    dialect.do_savepoint = plainly(dialect.do_savepoint, "SAVEPOINT {name}")
    dialect.do_rollback_to_savepoint = plainly(dialect.do_rollback_to_savepoint, back)
    dialect.do_release_savepoint = plainly(dialect.do_release_savepoint, "RELEASE SAVEPOINT {name}")
    return engine
