"""Where content is kept: a row of the database, or a file of a folder; sealed either way, whole.

Whole and not in chunks: what is read is checked against its hash before the first byte leaves, so it is in memory
anyway, and the request's own limit bounds it. A file is named by the attachment's id and nothing from outside.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from app.kit.crypto import CannotOpen, Vault

PLACE = {"table": "attachments", "column": "content"}
ENDING = ".sealed"
DRAFT = ".part"
GRACE = timedelta(hours=24)  # a file is older than any request that may still commit the row it belongs to


def seal(vault: Vault, id: UUID, content: bytes) -> bytes:
    return vault.seal(content, **PLACE, row=id)


def unseal(vault: Vault, id: UUID, sealed: bytes | None) -> bytes | None:
    """None when it is missing, changed, or of another row."""
    try:
        return None if sealed is None else vault.open(sealed, **PLACE, row=id)
    except CannotOpen:
        return None


def path_of(folder: Path, id: UUID) -> Path:
    """Spread over 256 folders by the end of the id, which is random."""
    return folder / id.hex[-2:] / f"{id}{ENDING}"


async def write(folder: Path, id: UUID, sealed: bytes) -> None:
    await asyncio.to_thread(_write, folder, id, sealed)


def _write(folder: Path, id: UUID, sealed: bytes) -> None:
    """Whole under another name, synced, then renamed, and the folder synced: after a crash it is whole or not there."""
    path = path_of(folder, id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(suffix=DRAFT, dir=path.parent)  # of mode 0600
    try:
        with open(descriptor, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    for synced in (path.parent, folder):
        entry = os.open(synced, os.O_RDONLY)
        try:
            os.fsync(entry)
        finally:
            os.close(entry)


async def read(folder: Path | None, id: UUID) -> bytes | None:
    """The sealed bytes; None when there is no such file, or none that can be read."""
    return None if folder is None else await asyncio.to_thread(_read, folder, id)


def _read(folder: Path, id: UUID) -> bytes | None:
    try:
        with open(os.open(path_of(folder, id), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
            return file.read()
    except OSError:
        return None


async def present(folder: Path | None, ids: Collection[UUID]) -> set[UUID]:
    """Which of these have a file."""
    if folder is None or not ids:
        return set()
    return await asyncio.to_thread(lambda: {id for id in ids if path_of(folder, id).is_file()})


def strays(folder: Path, at: datetime) -> list[tuple[UUID | None, Path]]:
    """Files older than `GRACE` with the id in their name; None for one half-written. Others' files are left alone."""
    found: list[tuple[UUID | None, Path]] = []
    for path in sorted(folder.glob(f"??/*{ENDING}")) + sorted(folder.glob(f"??/*{DRAFT}")):
        old = path.is_file() and path.stat().st_mtime < (at - GRACE).timestamp()
        if old and path.suffix == DRAFT:
            found.append((None, path))
        elif old and (id := _id(path.stem)) is not None and path == path_of(folder, id):
            found.append((id, path))
    return found


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
