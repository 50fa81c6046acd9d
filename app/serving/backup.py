"""`backup`: the database at one instant in pg_dump's custom format, and a manifest that proves it beside it.

The keys are not in it, and must not be kept with it: without them identity codes can neither be read nor found.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import secrets
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from app.kit.crypto import Vault
from app.migrate import head
from app.serving import database, manifest, queries
from app.serving.faults import Fault
from app.serving.manifest import FORMAT, Feed, Manifest
from app.serving.pgtools import Tools, tools
from app.serving.words import Say

BLOCK = 1 << 20
TELL_EVERY = 256 * BLOCK


async def backup(dsn: str, file: Path, vault: Vault, at: datetime, say: Say) -> Manifest:
    """Write `file` and its manifest; both are new, and whole or not there. Raises `Fault`."""
    for path in (file, manifest.beside(file)):
        if path.exists() or path.is_symlink():
            raise Fault(f"{path} is there already and is left as it is: choose another name")
    if not file.parent.is_dir():
        raise Fault(f"there is no folder {file.parent}: make it, or choose another")
    seen = await database.look(dsn, database.BACKUP)
    database.check_version(seen)
    if seen.revision != head():
        raise Fault(f"the database is at {seen.revision or 'nothing'} and this program knows {head()}: use its program")
    used = tools(dsn, seen.major)
    engine = create_async_engine(dsn, hide_parameters=True, isolation_level="REPEATABLE READ")
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        async with engine.connect() as connection:
            if not await queries.sees_everything(connection):
                raise Fault(
                    "this login is under row security, so rows would be missing: set HEINOLA_BACKUP_URL to one that "
                    "reads everything\nCREATE ROLE heinola_backup LOGIN BYPASSRLS PASSWORD '…'; "
                    "GRANT pg_read_all_data TO heinola_backup"
                )
            say("counting rows")
            made = await described(connection, vault, at, seen)
            snapshot = await queries.export_snapshot(connection)
            say(f"dumping {sum(made.counts.values())} rows of {len(made.counts)} tables")
            written, size = await asyncio.to_thread(dump, used, snapshot, draft, say)
        made = made.model_copy(update={"sha256": written, "bytes": size})
        keep(manifest.beside(draft), json.dumps(made.model_dump(mode="json"), indent=1).encode() + b"\n")
        os.replace(draft, file)
        os.replace(manifest.beside(draft), manifest.beside(file))
        return made
    except DBAPIError as error:
        raise database.unreachable(error, database.BACKUP) from None
    except OSError as error:
        raise Fault(f"{file} cannot be written: {error.strerror}") from None
    finally:
        for left in (draft, manifest.beside(draft)):
            left.unlink(missing_ok=True)
        await engine.dispose()


async def described(connection: AsyncConnection, vault: Vault, at: datetime, seen: database.Seen) -> Manifest:
    """What is in the database at the instant of this transaction; size and digest come later."""
    keys = manifest.mark(vault, await queries.key_ids(connection))
    manifest.check_keys(vault, keys)
    manifest.check_sample(vault, await queries.sample(connection, manifest.SAMPLED))
    return Manifest(
        format=FORMAT,
        made_at=at,
        revision=str(seen.revision),
        server_major=seen.major,
        bytes=0,
        sha256="",
        counts=await queries.counts(connection),
        feed=Feed(**await queries.feed(connection)),
        guards=await queries.guards(connection),
        keys=keys,
    )


def dump(used: Tools, snapshot: str, draft: Path, say: Say) -> tuple[str, int]:
    """Run pg_dump on a snapshot into a new file for its owner only; SHA-256 and size."""
    running, size = hashlib.sha256(), 0
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with (
        open(descriptor, "wb") as file,
        used.run("pg_dump", "--format=custom", "--no-password", f"--snapshot={snapshot}") as stream,
    ):
        while block := stream.read(BLOCK):
            running.update(block)
            file.write(block)
            if (size + len(block)) // TELL_EVERY > size // TELL_EVERY:
                say(f"dumping: {(size + len(block)) // BLOCK} MB")
            size += len(block)
        file.flush()
        os.fsync(file.fileno())
    return running.hexdigest(), size


def keep(path: Path, content: bytes) -> None:
    """A new file for its owner only, on the disk before we go on."""
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
