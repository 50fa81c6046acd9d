"""Bringing a database to the schema of this program, with words an operator can use."""

from __future__ import annotations

import asyncio

from sqlalchemy.exc import DBAPIError

from app.migrate import head, migrate
from app.serving import database
from app.serving.database import Login, Seen
from app.serving.faults import Fault
from app.serving.words import Say

EMPTY = "an empty database"
COMMAND = "python -m app migrate"
NOT_READY = "/health/ready says 503: "


async def bring(dsn: str, say: Say, *, to: str = "head", down: bool = False) -> tuple[Seen, Seen]:
    """Migrate; what was there before and after. Raises `Fault`."""
    before = await database.look(dsn)
    database.check_version(before)
    goal = head() if to == "head" else to
    if before.revision == goal:
        return before, before
    from alembic.util import CommandError  # only now: see app.migrate

    say(f"migrating from {before.revision or EMPTY} to {goal}")
    try:
        # In a thread: Alembic is synchronous, and /health/live must answer meanwhile.
        await asyncio.to_thread(lambda: asyncio.run(migrate(dsn, to=to, down=down)))
    except CommandError as error:
        raise Fault(f"cannot migrate from {before.revision or EMPTY} to {goal}: {error}") from None
    except (DBAPIError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise Fault(
            f"migrating from {before.revision or EMPTY} to {goal} failed, and nothing changed\n{cause}"
        ) from None
    return before, await database.look(dsn)


async def advise(dsn: str, login: Login = database.SERVICE) -> str | None:
    """What an operator should know of an external database; None when all is well."""
    try:
        seen = await database.look(dsn, login)
        database.check_version(seen)
    except Fault as fault:
        return f"{NOT_READY}{fault}"
    if seen.revision != head():
        return f"{NOT_READY}the database is at {seen.revision or EMPTY}, {head()} is needed: {COMMAND}"
    return None
