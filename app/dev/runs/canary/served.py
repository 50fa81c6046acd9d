"""The program as an operator starts it, in processes of its own whose every word is kept."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from app.dev.stage import StoryBroken

READY = re.compile(rb"Heinola listens at (http://\S+)")
PATIENCE = 60.0
ROOT = Path(__file__).parent.parent.parent.parent.parent
# Small limits, so that every one of them is met.
LIMITS = {
    "HEINOLA_PORT": "0", "HEINOLA_BODY_SECONDS": "1", "HEINOLA_MAX_BODY_BYTES": "65536",
    "HEINOLA_MAX_HEADER_BYTES": "8192", "HEINOLA_STATEMENT_SECONDS": "1", "HEINOLA_REQUESTS_PER_MINUTE": "0",
    "HEINOLA_REQUESTS_AT_ONCE": "6",
    "HEINOLA_ORGANISATION_REQUESTS_PER_MINUTE": "0", "HEINOLA_LINK_REQUESTS_PER_MINUTE": "0",
}  # fmt: skip


def environment(dsn: str, home: Path, logs: str) -> dict[str, str]:
    """Ours without any setting of whoever started the run."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("HEINOLA_", "DATABASE_URL", "PG"))}
    return {
        **kept, **LIMITS, "DATABASE_URL": dsn, "HEINOLA_DATA_DIR": str(home), "HEINOLA_LOGS": logs,
        "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1",
    }  # fmt: skip


@dataclass(frozen=True)
class Process:
    """A process of ours, where it is, and the file of everything it said."""

    name: str
    process: subprocess.Popen[bytes]
    said: Path
    url: str = ""


def begun(name: str, arguments: list[str], said: Path, environ: dict[str, str]) -> Process:
    with said.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", *arguments],
            env=environ, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    return Process(name, process, said)


async def listening(one: Process) -> Process:
    """The same with its address. Raises `StoryBroken` when it does not come up."""
    until = monotonic() + PATIENCE
    while monotonic() < until and one.process.poll() is None:
        if found := READY.search(one.said.read_bytes()):
            return Process(one.name, one.process, one.said, found[1].decode())
        await asyncio.sleep(0.05)
    raise StoryBroken(f"{one.name} did not come up: {one.said.read_text()}")


@asynccontextmanager
async def serving(dsn: str, home: Path, folder: Path) -> AsyncIterator[list[Process]]:
    """Two servers on one database: the logs of one are words, of the other JSON."""
    started = [
        begun(f"serve, logs {form}", ["serve"], folder / f"{form}.log", environment(dsn, home, form))
        for form in ("plain", "json")
    ]
    try:
        yield [await listening(one) for one in started]
    finally:
        for one in started:
            if one.process.poll() is None:
                one.process.send_signal(signal.SIGINT)
        for one in started:
            try:
                one.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                one.process.kill()
                one.process.wait()


async def worked(dsn: str, home: Path, folder: Path) -> Process:
    """The job process, each job once, to its end."""
    one = begun("work, logs json", ["work", "--once"], folder / "work.log", environment(dsn, home, "json"))
    await asyncio.to_thread(one.process.wait, PATIENCE)
    return one
