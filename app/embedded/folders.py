"""Where the data lies, and whether the place is fit: ours, reachable, of our version.

The layout:

    <data folder>/heinola.lock     who owns it now; also the mark that the folder is ours
                  postgres.log
                  socket/          for the owner (and root) only
                  18/              the cluster, named by the major version; owned by the account when we are root
                  18.new-…/        a cluster being made, renamed when whole
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

import platformdirs

from app.embedded import account, lock
from app.embedded.account import Account
from app.embedded.errors import ELSEWHERE, EmbeddedError, FolderUnusable, ForeignFolder, OtherVersion, from_os

# For root, whose own folders are closed to other accounts.
SYSTEM = Path("/var/lib/heinola")


def choose(given: Path | None) -> tuple[Path, Account | None]:
    """The data folder, and whom the server runs as there (None: ourselves)."""
    try:
        if not account.is_root():
            return (given or _of_user()).expanduser().resolve(), None
        if given:
            folder = given.expanduser().resolve()
            return folder, _settled(folder) or account.unprivileged()
        runs_as = _settled(SYSTEM) or account.unprivileged()
        own = _of_user().resolve()
        closed = SYSTEM.exists() or runs_as.barrier(next(path for path in (own, *own.parents) if path.exists()))
        return (SYSTEM, runs_as) if closed else (own, _settled(own) or runs_as)
    except OSError as error:
        raise from_os(error, given or _of_user()) from error


def prepare(folder: Path, runs_as: Account | None) -> None:
    """Make the folder, or see that it is ours. Raises before anything in it changes."""
    try:
        folder.mkdir(mode=0o711 if runs_as else 0o700, parents=True, exist_ok=True)
        content = {path.name for path in folder.iterdir()} - {"lost+found"}  # of a fresh volume
        if content and lock.NAME not in content:
            raise ForeignFolder(
                f"{folder} is not empty and was not made by us; it is left as it is: "
                "set HEINOLA_DATA_DIR to an empty or new folder"
            )
        if sys.platform != "win32" and not content and folder.stat().st_uid == os.geteuid():
            # Given to us, and empty: what lies in it is closed by its own modes.
            folder.chmod(0o711 if runs_as else 0o700)
    except OSError as error:
        raise from_os(error, folder) from error
    if runs_as and (barrier := runs_as.barrier(folder)):
        raise FolderUnusable(
            f"as root we run PostgreSQL as {runs_as.name}, which may not enter {barrier}: "
            "set HEINOLA_DATA_DIR to a folder it can reach, start us as an ordinary user, or set DATABASE_URL"
        )


def check_version(folder: Path, major: int) -> None:
    """See that the data, if any, are of this major version. Raises `OtherVersion`, `ForeignFolder`."""
    cluster = folder / str(major)
    held = {int(path.name) for path in folder.iterdir() if path.name.isdigit()}
    try:
        said = (cluster / "PG_VERSION").read_text().strip() if major in held else str(max(held, default=major))
    except FileNotFoundError:
        raise ForeignFolder(
            f"{cluster} is no PostgreSQL data folder and is left as it is: move it away, or {ELSEWHERE}"
        ) from None
    except PermissionError:
        who = account.owner_of(cluster)
        raise FolderUnusable(
            f"{cluster} belongs to {who.name if who else 'another account'}: start us as that account or as root, "
            f"or {ELSEWHERE}"
        ) from None
    if said != str(major):
        raise OtherVersion(
            f"{folder} holds data of PostgreSQL {said} and the programs are PostgreSQL {major}: dump it with "
            f"pg_dump {said} and restore it, or set HEINOLA_DATA_DIR to another folder"
        )


def private(path: Path, runs_as: Account | None) -> Path:
    """A folder for the server's account only. Raises `FolderUnusable` when something else stands there."""
    uid = runs_as.uid if runs_as else os.geteuid()
    try:
        path.mkdir(mode=0o700)
        if runs_as:
            os.chown(path, runs_as.uid, runs_as.gid)
    except FileExistsError:
        found = path.lstat()
        if not path.is_dir() or path.is_symlink() or found.st_uid != uid or found.st_mode & 0o077:
            raise FolderUnusable(f"{path} is not a private folder of ours: remove it, or {ELSEWHERE}") from None
    return path


def discard_half_made(folder: Path, major: int) -> int:
    """Remove clusters whose making was interrupted. Call with the lock held; returns how many there were."""
    half_made = list(folder.glob(f"{major}.new-*"))
    for path in half_made:
        for _ in range(10):  # the interrupted initdb may still be writing, until it finds its files gone
            shutil.rmtree(path, ignore_errors=True)
            if not path.exists():
                break
            time.sleep(0.2)
    return len(half_made)


def _settled(folder: Path) -> Account | None:
    """The owner of a cluster that was made earlier. Raises when it is root, whom PostgreSQL refuses."""
    clusters = sorted(path for path in folder.glob("[0-9]*") if path.name.isdigit()) if folder.is_dir() else []
    owner = account.owner_of(clusters[-1]) if clusters else None
    if owner and owner.uid == 0:
        raise EmbeddedError(
            f"{clusters[-1]} belongs to root, and PostgreSQL refuses to run as root: "
            f"chown -R it to an unprivileged account, or {ELSEWHERE}"
        )
    return owner


def _of_user() -> Path:
    return Path(platformdirs.user_data_dir("heinola", appauthor=False))
