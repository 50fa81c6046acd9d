"""Folders the server's account can reach (pytest's own are closed to it when we are root), and other processes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.embedded import account, processes, start

ROOT = Path(__file__).parents[2]
PRELUDE = """
import json, os, signal, subprocess, sys, time
from pathlib import Path
from app.embedded import EmbeddedError, EmbeddedInUse, account, create_database, programs, start
folder = Path(sys.argv[1])
def tell(*words):
    print(*words, flush=True)
def ask(server, statement):
    return server.client("psql", "-XAtq", "-d", "heinola", "-c", statement).stdout.strip()
"""
# An ordinary user: of root's process, one that gave root up; what root alone can read is loaded before.
AS_USER = """
import sqlalchemy, asyncpg
if account.is_root():
    user = account.unprivileged()
    found = programs.find(user, lambda _: None)
    programs.find = lambda *_: programs.Programs(found.bin, found.version)
    os.chdir("/")
    os.setgroups([]); os.setgid(user.gid); os.setuid(user.uid)
"""


def _memory() -> str | None:
    """A folder in memory with room for some clusters, where there is one: half the time of a disk."""
    shm = Path("/dev/shm")
    if not shm.is_dir() or os.statvfs(shm).f_flag & os.ST_NOEXEC or shutil.disk_usage(shm).free < 2_000_000_000:
        return None
    return str(shm)


MEMORY = _memory()
Spawn = Callable[..., "subprocess.Popen[str]"]
as_root = pytest.mark.skipif(not account.is_root(), reason="only root has these troubles")
as_posix = pytest.mark.skipif(sys.platform == "win32", reason="modes")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everybody may enter."""
    with tempfile.TemporaryDirectory(prefix="heinola-test-", dir=MEMORY) as name:
        path = Path(name).resolve()
        path.chmod(0o755)
        yield path


@pytest.fixture
def folder(place: Path) -> Iterator[Path]:
    """A data folder still to be made. Whatever runs in it afterwards is ended, and is a failure."""
    path = place / "data"
    yield path
    left = [pid for cluster in path.glob("[0-9]*") for pid in processes.of_cluster(cluster)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left, "a server was left running"


@pytest.fixture
def settled(folder: Path, lived_in: Path) -> Path:
    """A data folder of its own that has been used before: a copy, cheaper than a new one."""
    subprocess.run(["/bin/cp", "-a", lived_in, folder], check=True)
    return folder


@pytest.fixture(scope="session")
def lived_in() -> Iterator[Path]:
    """A data folder shared by tests that begin and end with its server stopped."""
    path = Path(tempfile.mkdtemp(prefix="heinola-test-", dir=MEMORY)).resolve()
    start(path, fast=True).stop()
    yield path
    shutil.rmtree(path)


@pytest.fixture
def spawn() -> Iterator[Spawn]:
    """Run Python code in another process; its lines are read from stdout. Ended with the test."""
    started: list[subprocess.Popen[str]] = []

    def run(code: str, *args: object, as_user: bool = False) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", PRELUDE + (AS_USER if as_user else "") + code, *map(str, args)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def eventually(holds: Callable[[], object], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come true in time"
        time.sleep(0.01)


def modes(*paths: Path) -> list[tuple[int, int]]:
    return [(path.stat().st_mode, path.stat().st_uid) for path in paths]
