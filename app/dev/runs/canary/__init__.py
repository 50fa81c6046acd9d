"""Canaries through every operation and every kind of failure of a really served process: none is heard anywhere.

`python -m app.dev runs canary` prints what was provoked and where was searched; exit code 1 on a single hit, and when a
kind of failure was not met.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from app.dev.runs.access.oracles import CLIENT_TABLES
from app.dev.runs.canary import breaking, searching
from app.dev.runs.canary.birds import BIRD, CODE, TEXT, Flock
from app.dev.runs.canary.provoking import Heard, Provoker, clients_of, every_nth
from app.dev.runs.canary.served import serving, worked
from app.dev.runs.life.case import lived
from app.dev.runs.life.operations import operations
from app.dev.runs.life.place import place
from app.dev.runs.life.town import furnished

# Each must have been answered at least once.
MET = (400, 401, 403, 404, 405, 408, 409, 412, 413, 415, 422, 428, 429, 431, 500, 503)
SHOWN = 40


@dataclass(frozen=True)
class Found:
    """What was sent, met and heard."""

    operations: int
    heard: Heard
    job_failed: str | None

    def faults(self) -> list[str]:
        heard = self.heard
        return [
            *(f"no answer {status} was met" for status in MET if not heard.answers[status]),
            *([] if self.job_failed else ["no job failed"]),
            *([] if len(heard.succeeded) * 3 > len(heard.tried) * 2 else ["too few operations succeeded"]),
            *(f"nothing was searched in {where}" for where, n in heard.bytes_of.items() if not n),
            *heard.hits,
        ]


async def run(step: int, console: Console) -> Found:
    """Live a life full of canaries, serve it, send them everywhere, and search."""
    flock = Flock()
    flock.learn(words=[*BIRD.words(), CODE, TEXT])
    with Progress(console=console) as bar:
        task = bar.add_task("setting the stage", total=None)
        async with AsyncExitStack() as held:
            at = await held.enter_async_context(place(now=lambda: datetime.now(UTC)))
            folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
            case = await lived(at, await furnished(at), BIRD, [])
            every = {one.id: one for one in operations(at.api)}
            chosen, tables = every_nth(every, step), [row[0] for row in await at.sql(CLIENT_TABLES)]
            processes = await held.enter_async_context(serving(at.server.dsn(), at.home, folder))
            servers = await clients_of(processes)
            for server in servers:
                held.push_async_callback(server.aclose)
            provoker = Provoker(at, case, flock, every, servers)
            bar.update(task, description=f"{len(chosen)} operations", total=len(chosen))
            for operation in chosen:
                await provoker.operation(operation)
                bar.advance(task)
            bar.update(task, description="the database fails")
            await provoker.slow_and_long()
            await provoker.many_at_once()
            flock.learn(
                tokens=[
                    case.ids["form_token"],
                    case.ids["share_token"],
                    *(t.rpartition(".")[2] for t in at.tokens.values() if t),
                ]
            )
            await breaking.fails(provoker, chosen, tables)
            await breaking.away(provoker, chosen[:12], tables)
            async with breaking.quoting(at, ["outbox_events"]):
                job = await worked(at.server.dsn(), at.home, folder)
            failed = await at.sql("SELECT failure FROM job_runs WHERE failure IS NOT NULL")
            bar.update(task, description="searching")
            await searching.everywhere(at, flock, provoker.heard, [*processes, job], servers)
            return Found(len(chosen), provoker.heard, failed[0][0] if failed else None)


def show(found: Found, seconds: float, console: Console) -> None:
    heard = found.heard
    table = Table("what", "figure", title="canaries through every operation and failure")
    answers = ", ".join(f"{status}: {n}" for status, n in sorted(heard.answers.items()))
    for name, figure in (
        ("operations tried, of which succeeded", f"{len(heard.tried)}, {len(heard.succeeded)}"),
        ("requests", f"{heard.answers.total()} in {seconds:.0f} s"),
        ("answers by status", answers),
        ("a job failed with", str(found.job_failed)),
        ("canaries heard", str(len(heard.hits))),
    ):
        table.add_row(name, figure)
    console.print(table)
    kinds = Table("what was provoked", "requests")
    for kind, n in sorted(heard.kinds.items()):
        kinds.add_row(kind, str(n))
    console.print(kinds)
    places = Table("place searched", "bytes")
    for where, n in sorted(heard.bytes_of.items()):
        places.add_row(where, str(n))
    console.print(places)
    faults = found.faults()
    for one in faults[:SHOWN]:
        console.print(f"[red]BROKEN[/red] {one}", soft_wrap=True)
    if len(faults) > SHOWN:
        console.print(f"... and {len(faults) - SHOWN} more")


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.dev runs canary", description=__doc__)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every N-th operation (default: all)")
    given = parser.parse_args(argv)
    console, begun = Console(), time.perf_counter()
    found = asyncio.run(run(max(1, given.every), console))
    show(found, time.perf_counter() - begun, console)
    return 1 if found.faults() else 0
