"""A running embedded PostgreSQL, and how it ends."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from app.embedded import processes
from app.embedded.address import Address
from app.embedded.lock import Lock
from app.embedded.programs import Programs

DATABASE = "heinola"
STOP_SECONDS = 30.0


@dataclass(slots=True)
class Run:
    """What has to be given back, whatever came up of it. `stop()` may be called at any time, also at exit."""

    lock: Lock
    programs: Programs
    cluster: Path
    address: Address | None = None
    process: subprocess.Popen[bytes] | None = None
    watcher: subprocess.Popen[bytes] | None = None
    _owner: int = field(default_factory=os.getpid)
    # Reentrant: a signal handler may call stop() while stop() runs.
    _guard: threading.RLock = field(default_factory=threading.RLock)
    _stopped: bool = False

    def stop(self) -> None:
        if os.getpid() != self._owner:
            return  # a forked child at its exit: the server is its parent's
        with self._guard:
            if self._stopped:
                return
            self._stopped = True
            atexit.unregister(self.stop)
            try:
                if self.process is not None:
                    self._end(self.process)
                processes.stand_down(self.watcher)
                if self.address is not None:
                    self.address.clear()
            finally:
                self.lock.release()

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None and sys.platform == "win32":
            self.programs.run("pg_ctl", "stop", "-D", self.cluster, "-m", "fast", "-w", "-t", str(int(STOP_SECONDS)))
        elif process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            # Immediate: no data is lost, the next start recovers.
            process.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGQUIT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()
        if process.returncode:  # it was killed, or crashed: its children may live a little longer
            processes.end_children(self.cluster)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, owned by this process until `stop()` or the end of the process.

    `data_dir` is the folder given to `start`; `socket_dir` is None where there are no sockets (Windows).
    """

    data_dir: Path
    pid: int
    address: Address = field(repr=False)
    programs: Programs = field(repr=False)
    _run: Run = field(repr=False, compare=False)

    @property
    def socket_dir(self) -> Path | None:
        return self.address.socket_dir

    def dsn(self, database: str = DATABASE) -> str:
        """The address for SQLAlchemy with asyncpg, as the superuser `postgres`."""
        return self.address.dsn(database)

    def client(self, name: str, *args: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a client program (psql, pg_dump, …) against this server, as the account of the server."""
        return self.programs.run(name, *args, env=self.address.environment())

    def alive(self) -> bool:
        """Whether the server process runs; once False, a new `start` on the folder recovers."""
        process = self._run.process
        return process is not None and process.poll() is None

    def stop(self) -> None:
        """Fast shutdown, waited for: open transactions are rolled back. Calling it again is harmless."""
        self._run.stop()
