"""The folder of an installation: the embedded database in one place, our own keys in another.

<home>/database/    for `app.embedded`; as root it belongs in part to the unprivileged account of PostgreSQL
       keys/        identity keys and the key of the development issuer; ours alone
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from app.config import Settings
from app.embedded import EmbeddedError, folders
from app.embedded.lock import NAME as MARK
from app.serving.faults import Fault


@dataclass(frozen=True)
class Home:
    """Where this installation keeps what is its own. Nothing is made until it is asked for."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "database"

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    def prepare(self) -> None:
        """Make the home, or see that it is ours, and make the folder of the keys. Raises `Fault`."""
        as_root = hasattr(os, "geteuid") and os.geteuid() == 0
        mode = 0o711 if as_root else 0o700  # as root, the account of PostgreSQL passes through it
        try:
            self.path.mkdir(mode=mode, parents=True, exist_ok=True)
            content = {entry.name for entry in self.path.iterdir()} - {"lost+found"}
            ours = (self.database / MARK).exists() or content <= {"database", "keys"}
            if not ours:
                raise Fault(
                    f"{self.path} is not empty and was not made by us; it is left as it is: "
                    "set HEINOLA_DATA_DIR to an empty or new folder"
                )
            if not content and os.name == "posix" and self.path.stat().st_uid == os.geteuid():
                self.path.chmod(mode)
            self.keys.mkdir(mode=0o700, exist_ok=True)
            found = self.keys.lstat()
        except OSError as error:
            raise Fault(
                f"{self.path} cannot be used ({error.strerror}): give us access, or set HEINOLA_DATA_DIR to "
                "another folder"
            ) from None
        if self.keys.is_symlink() or (os.name == "posix" and (found.st_uid != os.geteuid() or found.st_mode & 0o077)):
            raise Fault(
                f"{self.keys} holds keys and must be yours and closed to others: "
                f"start us as its owner, after chmod 700 {self.keys}"
            )


def of(settings: Settings) -> Home:
    """The home of these settings: `HEINOLA_DATA_DIR`, or one per user. Raises `app.embedded.EmbeddedError`."""
    return Home(folders.choose(settings.data_dir)[0])


def keys_of(settings: Settings) -> Path | None:
    """The folder of the keys, made; None in production, where keys come from the settings. Raises `Fault`."""
    if settings.mode == "production":
        return None
    try:
        ours = of(settings)
    except EmbeddedError as error:
        raise Fault(str(error)) from None
    ours.prepare()
    return ours.keys
