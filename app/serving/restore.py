"""`restore`: a backup into an empty database, and the proof that it came back whole."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from app.kit.crypto import Vault
from app.migrate import head, knows
from app.serving import database, manifest, queries
from app.serving.faults import Fault
from app.serving.manifest import Manifest
from app.serving.pgtools import Tools, tools
from app.serving.words import Say
from migrations.roles import ensure_roles

NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def elsewhere(dsn: str, name: str) -> str:
    """The address of another database of the same server. Raises `Fault`."""
    if not NAME.fullmatch(name):
        raise Fault(f"{name!r} is not a database name: use lower-case letters, digits and _")
    return make_url(dsn).set(database=name).render_as_string(hide_password=False)


async def restore(dsn: str, file: Path, vault: Vault, say: Say, *, into: str | None = None) -> Manifest:
    """Restore into the database of `dsn`, or into `into` on its server, which is made. Raises `Fault`.

    File, keys and the target are checked before anything is written, counts, feed, rights and codes after it.
    """
    known = manifest.read(file)
    say("checking the file")
    if manifest.digest(file) != (known.sha256, known.bytes):
        raise Fault(f"{file} is not what was backed up: its SHA-256 is another; use another copy")
    manifest.check_keys(vault, known.keys)
    if not knows(known.revision):
        raise Fault(
            f"the backup is at {known.revision}, which this program does not know (it has {head()}): use a newer one"
        )
    target = elsewhere(dsn, into) if into else dsn
    if into:
        await made(dsn, into, say)
    seen = await database.look(target)
    database.check_version(seen)
    used = tools(target, max(seen.major, known.server_major))
    engine = create_async_engine(target, hide_parameters=True)
    try:
        async with engine.begin() as connection:
            if not await queries.is_empty(connection):
                raise Fault("the database is not empty, and is left as it is: restore --into NAME makes a new one")
            await connection.run_sync(ensure_roles)
        say(f"restoring {sum(known.counts.values())} rows of {len(known.counts)} tables")
        await asyncio.to_thread(fill, used, file)
        async with engine.begin() as connection:
            await queries.work_as_job(connection)
            await queries.rebase(connection)
        say("comparing it with its manifest")
        async with engine.connect() as connection:
            await compared(connection, known, vault)
        async with engine.begin() as connection:
            await queries.analyse(connection)
    except DBAPIError as error:
        raise database.unreachable(error) from None
    finally:
        await engine.dispose()
    return known


async def made(dsn: str, name: str, say: Say) -> None:
    """Make the database unless it is there."""
    engine = create_async_engine(dsn, hide_parameters=True, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            if not await queries.exists(connection, name):
                say(f"creating the database {name}")
                await queries.create_database(connection, name)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == "42501":
            raise Fault(
                f"this login may not create databases: create {name} by hand, empty, and run this again"
            ) from None
        raise database.unreachable(error) from None
    finally:
        await engine.dispose()


def fill(used: Tools, file: Path) -> None:
    """All of it or nothing."""
    arguments = ("--single-transaction", "--exit-on-error", "--no-password")
    database_name = used.environment["PGDATABASE"]
    with (
        file.open("rb") as stream,
        used.run("pg_restore", *arguments, f"--dbname={database_name}", stdin=stream) as out,
    ):
        out.read()


async def compared(connection: AsyncConnection, known: Manifest, vault: Vault) -> None:
    """Raises `Fault` naming the first thing that is not as it was."""
    guarded = await queries.guards(connection)
    await queries.work_as_job(connection)
    counted = await queries.counts(connection)
    if wrong := [name for name in sorted({*counted, *known.counts}) if counted.get(name) != known.counts.get(name)]:
        raise Fault(f"rows are missing or too many after the restore, in: {', '.join(wrong)}; drop this database")
    feed = await queries.feed(connection)
    if feed != known.feed.model_dump() or feed["position"] != feed["sealed"]:
        raise Fault(f"the positions of the feed are not as they were ({feed['position']}); drop this database")
    if await queries.sequences_behind(connection):
        raise Fault("the order of events would begin again; drop this database")
    if guarded != known.guards:
        raise Fault("row security, rights or triggers are not as they were; drop this database")
    manifest.check_sample(vault, await queries.sample(connection, manifest.SAMPLED))
