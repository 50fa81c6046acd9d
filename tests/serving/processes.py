"""The program as an operator starts it: a process of its own, its words read as they come."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import IO

import httpx

ROOT = Path(__file__).parent.parent.parent
READY = re.compile(r"Heinola listens at (http://\S+)")
PATIENCE = 40.0  # seconds; a loaded machine is slow, a hang is for ever


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """Ours without any setting of whoever runs the tests."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("HEINOLA_", "DATABASE_URL", "PG"))}
    return {**kept, "HEINOLA_DATA_DIR": str(data_dir), "HEINOLA_PORT": "0", "PYTHONPATH": str(ROOT), **more}


def run(*arguments: str, data_dir: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        env=environment(data_dir, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


class Serving:
    """`python -m app serve`, in a session of its own so that no signal of ours reaches anybody else."""

    def __init__(self, data_dir: Path, **more: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve"],
            env=environment(data_dir, **more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.said: list[str] = []
        self.complained: list[str] = []
        pairs = ((self.process.stdout, self.said), (self.process.stderr, self.complained))
        self.readers = [threading.Thread(target=self._read, args=pair, daemon=True) for pair in pairs]
        for reader in self.readers:
            reader.start()

    def _read(self, stream: IO[str], lines: list[str]) -> None:
        with stream:
            for line in stream:
                lines.append(line.rstrip("\n"))

    def url(self) -> str:
        """Where it is, once it says that it is ready. Fails with its words when it ends before."""
        until = monotonic() + PATIENCE
        while monotonic() < until:
            for line in list(self.said):
                if found := READY.match(line):
                    return found[1]
            if self.process.poll() is not None:
                break
            sleep(0.02)
        raise AssertionError("\n".join(["it did not come up", *self.said, *self.complained]))

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Its exit code; everything it said is read."""
        self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        for reader in self.readers:
            reader.join(PATIENCE)
        return code


@contextmanager
def serving(data_dir: Path, **more: str) -> Iterator[Serving]:
    """A server that is gone afterwards, whatever the test did."""
    server = Serving(data_dir, **more)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


def postgres_of(data_dir: Path) -> list[int]:
    """Processes working in the cluster of this folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and data_dir in Path(os.readlink(entry / "cwd")).parents:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def get(url: str, path: str, token: str = "") -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.get(url + path, headers=headers, timeout=10)
