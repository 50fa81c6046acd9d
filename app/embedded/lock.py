"""One owner per data folder: a lock that the operating system drops when its holder dies, however it dies."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from app.embedded.errors import EmbeddedInUse

# The file is also the mark that the folder is ours, so it stays when the lock is given back.
NAME = "heinola.lock"


class Lock:
    """Held from `Lock(folder)` to `release()`. Raises `EmbeddedInUse` with the owner's pid."""

    def __init__(self, folder: Path) -> None:
        # O_NOFOLLOW: root opens this in a folder that an account may be able to write in.
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        self._file = os.open(folder / NAME, flags, 0o644)
        try:
            if not _try_lock(self._file):
                raise EmbeddedInUse(folder, _owner(self._file))
            os.ftruncate(self._file, 0)
            os.lseek(self._file, 0, os.SEEK_SET)
            os.write(self._file, f"{os.getpid()}\n".encode())
        except BaseException:
            os.close(self._file)
            raise

    def release(self) -> None:
        os.close(self._file)


def _owner(file: int) -> int | None:
    """The pid written by the holder. It writes right after locking, so a dead pid means: read again."""
    for _ in range(20):
        os.lseek(file, 0, os.SEEK_SET)
        words = os.read(file, 20).split()
        if words and _lives(int(words[0])):
            return int(words[0])
        time.sleep(0.01)
    return None


if sys.platform == "win32":
    import msvcrt

    # Windows locks bytes against reading too, so the lock lies past the pid.
    _BYTE = 64

    def _try_lock(file: int) -> bool:
        os.lseek(file, _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _lives(pid: int) -> bool:
        return True  # os.kill(pid, 0) would end the process there

else:
    import fcntl

    def _try_lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _lives(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
