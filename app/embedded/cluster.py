"""Making a cluster and bringing its server up, also after either side was killed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from app.embedded import folders, processes
from app.embedded.address import Address
from app.embedded.errors import StartFailed, from_words
from app.embedded.programs import Programs

Say = Callable[[str], None]

SETTINGS = {
    "shared_buffers": "128MB",
    "max_connections": "60",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Nothing personal in the log. A statement or its values never get there, nor does an ERROR: its text may quote
    # what a client sent (`invalid input syntax for type date: "…"`), and the API sees it anyway. LOG stands above
    # ERROR in this list, so starts, stops, crashes and FATAL stay.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_line_prefix": "%m [%p] ",
}
# A crash may lose everything: for tests.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

LOG = "postgres.log"
LOG_BYTES = 5_000_000
REAPING_SECONDS = 10.0
RECOVERY_SECONDS = 300.0


def make(folder: Path, programs: Programs, address: Address, *, fast: bool, say: Say) -> None:
    """Create the cluster under a temporary name and give it its own when it is whole."""
    if folders.discard_half_made(folder, programs.major):
        say("an earlier creation of the database cluster was interrupted: doing it again")
    say(f"creating the database cluster in {folder} (once)")
    temporary = Path(tempfile.mkdtemp(prefix=f"{programs.major}.new-", dir=folder))  # mode 0700
    if runs_as := programs.account:
        os.chown(temporary, runs_as.uid, runs_as.gid)
    arguments = ["--username=postgres", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if address.password:
        arguments += ["--auth=scram-sha-256", f"--pwfile={folder / 'password'}"]
    else:
        arguments += ["--auth-local=trust", "--auth-host=reject"]
    if fast:
        arguments.append("--no-sync")
    made = programs.run("initdb", *arguments, "--no-instructions", "-D", temporary)
    if made.returncode:
        folders.discard_half_made(folder, programs.major)
        raise from_words(made.stderr.strip() or made.stdout[-500:], folder, "creating the database cluster")
    temporary.rename(folder / str(programs.major))
    if not fast and os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def recover(cluster: Path, programs: Programs, say: Say) -> None:
    """Stop the server that a killed run of ours left behind. Call with the lock held: nobody else may use it."""
    pid = processes.written_pid(cluster)
    if pid is None:
        return
    if sys.platform == "win32":
        if programs.run("pg_ctl", "status", "-D", cluster).returncode == 0:
            say(f"stopping the server an earlier run left (process {pid})")
            programs.run("pg_ctl", "stop", "-D", cluster, "-m", "fast", "-w")
    elif processes.is_ours(pid, cluster):
        say(f"stopping the server an earlier run left (process {pid})")
        if not processes.end_orphan(pid, cluster):
            raise StartFailed(f"process {pid}, left by an earlier run, does not end: end it with kill -9 {pid}")
    else:
        say("the last run did not stop properly: recovering")
        processes.end_children(cluster)


def boot(
    folder: Path, cluster: Path, programs: Programs, address: Address, *, fast: bool, say: Say
) -> tuple[subprocess.Popen[bytes], subprocess.Popen[bytes] | None]:
    """Start the server and its watcher, and wait until it takes connections."""
    settings = SETTINGS | address.settings() | (FAST if fast else {})
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    until = time.monotonic() + REAPING_SECONDS
    while True:
        # A dead postmaster that nobody reaped, or another process with its old pid, must not keep us out: PostgreSQL
        # takes this variable (pg_ctl sets it) as a pid that is no rival, and still looks for living children itself.
        stale = processes.written_pid(cluster)
        rival = {"PG_GRANDPARENT_PID": str(stale)} if stale and not processes.is_ours(stale, cluster) else {}
        with _open_log(folder) as log:
            begin = log.tell()
            process = programs.spawn("postgres", "-D", cluster, *options, env=rival, output=log)
        watcher = processes.watch(programs, process.pid, cluster)
        try:
            if _came_up(cluster, process, say):
                return process, watcher
        except BaseException:
            process.terminate()
            process.wait()
            processes.stand_down(watcher)
            raise
        processes.stand_down(watcher)
        words = _words(folder, begin)
        if ("still in use" not in words and "lock file" not in words) or time.monotonic() > until:
            raise from_words(words, folder, "starting")
        processes.end_children(cluster, seconds=1)
        time.sleep(0.05)


def _came_up(cluster: Path, process: subprocess.Popen[bytes], say: Say) -> bool:
    """True when ready, False when the process ended. Recovery after a crash may take minutes."""
    begun = time.monotonic()
    said = False
    while process.poll() is None:
        if processes.is_ready(cluster, process.pid):
            return True
        waited = time.monotonic() - begun
        if waited > RECOVERY_SECONDS:
            raise StartFailed(f"PostgreSQL did not come up in {RECOVERY_SECONDS:.0f} s: read its log, {LOG}")
        if waited > 3 and not said:
            say("still starting: PostgreSQL is recovering what was written last")
            said = True
        time.sleep(0.005)
    return False


def _open_log(folder: Path):  # type: ignore[no-untyped-def]
    path = folder / LOG
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    log = os.fdopen(os.open(path, flags, 0o600), "ab")
    if log.tell() > LOG_BYTES:
        log.truncate(0)
    log.seek(0, os.SEEK_END)
    return log


def _words(folder: Path, begin: int) -> str:
    with (folder / LOG).open("rb") as log:
        log.seek(begin)
        return log.read(4000).decode(errors="replace").strip()
