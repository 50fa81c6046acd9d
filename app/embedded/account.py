"""Who PostgreSQL runs as: ourselves, or, when we are root (it refuses root), an unprivileged account that exists.

No account is ever created, and nobody else's folder gets another owner or mode.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from app.embedded.errors import NoAccount

# In the order of preference. All of them come with common distributions or images.
CANDIDATES = ("postgres", "nobody", "daemon", "www-data")


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the operating system. Supplementary groups are not used."""

    name: str
    uid: int
    gid: int

    def may(self, path: Path, bits: int) -> bool:
        """Whether the mode of `path` gives this account all of `bits` (1 enter or execute, 2 write, 4 read).

        Access lists are not read: where they widen the mode, we copy or refuse for nothing, and say so.
        """
        found = path.stat()
        shift = 6 if found.st_uid == self.uid else 3 if found.st_gid == self.gid else 0
        return (found.st_mode >> shift) & bits == bits

    def barrier(self, path: Path) -> Path | None:
        """The topmost folder on the way to `path`, itself included, that this account may not enter."""
        real = path.resolve()
        return next((folder for folder in (*reversed(real.parents), real) if not self.may(folder, 1)), None)


def is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def owner_of(path: Path) -> Account | None:
    """The account that owns an existing `path`, or None where it does not exist."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return Account(_name(found.st_uid), found.st_uid, found.st_gid)


def unprivileged() -> Account:
    """The account for the server when we are root. Raises `NoAccount`."""
    if sys.platform != "win32":
        import pwd

        for name in CANDIDATES:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            if entry.pw_uid != 0:
                return Account(name, entry.pw_uid, entry.pw_gid)
    raise NoAccount(
        f"PostgreSQL refuses to run as root and none of the accounts {', '.join(CANDIDATES)} exists: "
        "start us as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own"
    )


def _name(uid: int) -> str:
    if sys.platform == "win32":
        return str(uid)
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
