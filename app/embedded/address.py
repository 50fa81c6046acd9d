"""How to reach the server: a socket only its owner can open; on Windows, where few have them, loopback and a password.

The socket needs no password (`trust`): it lies in a folder of mode 0700 and has mode 0700 itself, so whoever can open
it (the owner, and root) could read the data files too. `peer` would ask the same question again, and fails for the
numeric accounts of containers.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from app.embedded import folders
from app.embedded.account import Account

PORT = 5432  # in the socket's name only
LONGEST = 103  # bytes of a socket's path, without the closing NUL: macOS 103, Linux 107


@dataclass(frozen=True, slots=True)
class Address:
    """`host` is the socket's folder, or an address when there is a password."""

    host: str
    port: int
    password: str | None = field(default=None, repr=False)

    @property
    def socket_dir(self) -> Path | None:
        return None if self.password else Path(self.host)

    def dsn(self, database: str) -> str:
        # The port is named, because asyncpg would take PGPORT of the environment.
        if self.password:
            return f"postgresql+asyncpg://postgres:{self.password}@{self.host}:{self.port}/{quote(database)}"
        return f"postgresql+asyncpg://postgres@/{quote(database)}?host={quote(self.host)}&port={self.port}"

    def settings(self) -> dict[str, str]:
        if self.password:
            return {"listen_addresses": self.host, "port": str(self.port), "unix_socket_directories": ""}
        return {
            "listen_addresses": "",
            "port": str(self.port),
            "unix_socket_directories": self.host,
            "unix_socket_permissions": "0700",
        }

    def environment(self) -> dict[str, str]:
        """For the client programs (psql, pg_dump, …)."""
        said = {"PGHOST": self.host, "PGPORT": str(self.port), "PGUSER": "postgres"}
        return {**said, "PGPASSWORD": self.password} if self.password else said

    def clear(self) -> None:
        """Remove what a killed server left. Call when no server runs."""
        if folder := self.socket_dir:
            for name in (_name(), f"{_name()}.lock"):
                (folder / name).unlink(missing_ok=True)
            folder.rmdir()


def choose(folder: Path, runs_as: Account | None) -> Address:
    """The address for the server of this data folder; the socket's folder is made."""
    if sys.platform == "win32":
        return loopback(folder)
    own = folder / "socket"
    if len(os.fsencode(own / _name())) <= LONGEST and _can_hold_a_socket(folders.private(own, runs_as)):
        return Address(str(own), PORT)
    # The path is too long, or the disk (a share, a mounted Windows folder) knows no sockets.
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    places = [runtime] if runtime and not runs_as and os.access(runtime, os.W_OK) else []
    name = f"heinola-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"
    places.append("/tmp")  # noqa: S108 - private() checks what stands there
    place = next(path for path in places if len(os.fsencode(path)) < LONGEST - 50)
    return Address(str(folders.private(Path(place) / name, runs_as)), PORT)


def loopback(folder: Path) -> Address:
    """A free port and the password that was drawn when the folder was new."""
    kept = folder / "password"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(32))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Address("127.0.0.1", probe.getsockname()[1], kept.read_text())


def _name() -> str:
    return f".s.PGSQL.{PORT}"


def _can_hold_a_socket(folder: Path) -> bool:
    """Whether the file system of `folder` knows sockets."""
    path = folder / ".probe"
    path.unlink(missing_ok=True)
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.bind(str(path))
    except OSError:
        return False
    path.unlink()
    return True
