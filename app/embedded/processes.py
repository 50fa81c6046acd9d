"""Postmasters and their children: telling ours from others, ending them, and a watcher that ends them after us."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from app.embedded.programs import Programs

# Ends the postmaster when we are gone: its input closes then, however we went; a line on it means "stand down".
# (PR_SET_PDEATHSIG follows the *thread* that started the child, and pool threads come and go.)
# The file may not be there yet; when it is there, it must name the same server.
WATCH = 'read -r word && exit 0; pid=$1; read -r pid < "$2/postmaster.pid"; [ "$pid" = "$1" ] && kill -INT "$1"'
SHELL = Path("/bin/sh")


def written_pid(cluster: Path) -> int | None:
    """The pid in `postmaster.pid`, whether or not that process lives."""
    try:
        return abs(int((cluster / "postmaster.pid").read_text().split()[0]))
    except (FileNotFoundError, IndexError, ValueError):
        return None


def is_ready(cluster: Path, pid: int) -> bool:
    """Whether the server of this pid takes connections (the eighth line of its file)."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def is_ours(pid: int, cluster: Path) -> bool:
    """Whether a living (not dead and unreaped) process is a PostgreSQL process of this cluster.

    Pids are used again, so the number alone proves nothing: PostgreSQL works in its data folder, and Linux tells
    the folder. Elsewhere the name must do.
    """
    if sys.platform == "linux":
        try:
            name = Path(f"/proc/{pid}/comm").read_text().strip()
            return name == "postgres" and Path(os.readlink(f"/proc/{pid}/cwd")) == cluster
        except OSError:
            return False
    told = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    return len(told) > 1 and not told[0].startswith("Z") and told[1].endswith("postgres")


def of_cluster(cluster: Path) -> list[int]:
    """Every living process of this cluster. Only Linux can tell; elsewhere none is found."""
    if sys.platform != "linux":
        return []
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in pids if is_ours(pid, cluster)]


def interrupt(pid: int, how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, how)


def end_orphan(pid: int, cluster: Path, seconds: float = 5) -> bool:
    """Stop a postmaster that an earlier run of ours left: fast, then immediate (the next start recovers)."""
    for how, patience in ((signal.SIGINT, seconds), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        interrupt(pid, how)
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if not is_ours(pid, cluster):
                return True
            time.sleep(0.01)
    return False


def end_children(cluster: Path, seconds: float = 10) -> None:
    """End children that outlive a killed postmaster. They go by themselves, except in the midst of a long query."""
    until = time.monotonic() + seconds
    while (left := of_cluster(cluster)) and time.monotonic() < until:
        for pid in left:
            interrupt(pid, signal.SIGQUIT)
        time.sleep(0.02)


def watch(programs: Programs, pid: int, cluster: Path) -> subprocess.Popen[bytes] | None:
    """Start the watcher of a postmaster. None where there is no shell: the next start cleans up then."""
    if sys.platform == "win32" or not SHELL.exists():
        return None
    command = [str(SHELL), "-c", WATCH, "heinola-watch", str(pid), str(cluster)]
    return programs.spawn_any(command, subprocess.PIPE, subprocess.DEVNULL)


def stand_down(watcher: subprocess.Popen[bytes] | None) -> None:
    if watcher is None or watcher.stdin is None:
        return
    with contextlib.suppress(BrokenPipeError):
        watcher.stdin.write(b"stop\n")
        watcher.stdin.close()
    watcher.wait()
