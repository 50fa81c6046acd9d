"""What can go wrong with the embedded PostgreSQL. The first line says what is wrong and what to do about it."""

from __future__ import annotations

import errno
from pathlib import Path

ELSEWHERE = "set HEINOLA_DATA_DIR to another folder, or DATABASE_URL to a PostgreSQL of your own"
FULL = (errno.ENOSPC, errno.EDQUOT)
REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR)


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot be used. Lines after the first are the words of the program that failed."""


class ProgramsMissing(EmbeddedError):
    """The PostgreSQL programs are not installed, not made for this platform, or not to be trusted."""


class NoAccount(EmbeddedError):
    """We are root, and there is no unprivileged account to run the server as."""


class EmbeddedInUse(EmbeddedError):
    """Another process owns the data folder. `pid` is that process, or None when it could not be told."""

    def __init__(self, folder: Path, pid: int | None) -> None:
        owner = f"process {pid}" if pid else "another process"
        super().__init__(f"{folder} is already in use by {owner}: stop it first, or {ELSEWHERE}")
        self.pid = pid


class ForeignFolder(EmbeddedError):
    """The data folder holds something that we did not make. Nothing in it was touched."""


class OtherVersion(EmbeddedError):
    """The data folder belongs to another major version of PostgreSQL."""


class FolderUnusable(EmbeddedError):
    """The data folder cannot be made, read or written."""


class DiskFull(EmbeddedError):
    """There is no room left on the disk of the data folder."""


class StartFailed(EmbeddedError):
    """PostgreSQL was started and did not come up."""


def from_os(error: OSError, folder: Path) -> EmbeddedError:
    """The error of ours for a failed system call in the data folder."""
    if error.errno in FULL:
        return DiskFull(f"the disk of {folder} is full: make room, or {ELSEWHERE}\n{error}")
    if error.errno in REFUSED:
        return FolderUnusable(f"{folder} cannot be used ({error.strerror}): give us access, or {ELSEWHERE}\n{error}")
    return EmbeddedError(f"the embedded PostgreSQL failed in {folder}: {error}")


def from_words(words: str, folder: Path, doing: str) -> EmbeddedError:
    """The error of ours for what a PostgreSQL program wrote before it gave up."""
    if any(sign in words for sign in ("No space left on device", "Disk quota exceeded", "Check free disk space")):
        return DiskFull(f"the disk of {folder} is full: make room, or {ELSEWHERE}\n{words}")
    if "Permission denied" in words or "Read-only file system" in words:
        return FolderUnusable(f"{folder} cannot be used by PostgreSQL: give it write access, or {ELSEWHERE}\n{words}")
    return StartFailed(f"PostgreSQL failed while {doing}: read the lines below and {folder / 'postgres.log'}\n{words}")
