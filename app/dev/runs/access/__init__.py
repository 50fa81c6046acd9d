"""Every operation x every role x every relation over HTTP: nobody learns of a case that is not theirs.

`python -m app.dev runs access` prints the table; exit code 1 on any leak, and when a cell was not really tried.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from app.dev.runs.access.cast import Relation
from app.dev.runs.access.census import Found, census
from app.dev.runs.life.place import place

SHOWN = 60


async def run(step: int, console: Console) -> Found:
    with Progress(console=console) as bar:
        task = bar.add_task("setting the stage", total=None)

        def advance(done: int, planned: int) -> None:
            bar.update(task, description=f"{planned} cells", completed=done, total=planned)

        async with place() as at:
            return await census(at, step, advance)


def faults(found: Found) -> list[str]:
    """Everything for which the run fails."""
    missing = found.planned - len(found.answers)
    return [
        *([f"{missing} cells were planned and not tried"] if missing or not found.planned else []),
        *(f"no request succeeds, so refusals prove nothing: {one}" for one in found.unproven),
        *found.wrong,
    ]


def show(found: Found, seconds: float, console: Console) -> None:
    by = found.by_relation()
    statuses = sorted({status for counted in by.values() for status in counted})
    table = Table("relation", "cells", *map(str, statuses), title="operation x role x relation: how it was answered")
    for relation in Relation:
        counted = by[relation]
        table.add_row(relation, str(counted.total()), *(str(counted[status] or "-") for status in statuses))
    console.print(table)
    figures = Table("what", "figure")
    operations, roles = {c.operation for c in found.answers}, {c.role for c in found.answers}
    for name, figure in (
        ("operations x roles x relations", f"{len(operations)} x {len(roles)} x {len(Relation)}"),
        ("cells tried, of planned", f"{len(found.answers)} of {found.planned}"),
        ("requests", f"{found.requests} in {seconds:.0f} s"),
        ("operations no request of which succeeds", str(len(found.unproven))),
        ("answers compared with those for an absent row", str(found.compared)),
        ("answers compared with the committed table", str(len(found.about))),
        ("bytes of answers to the excluded searched", str(found.searched)),
        ("leaks and differences", str(len(found.wrong))),
    ):
        figures.add_row(name, figure)
    console.print(figures)
    broken = faults(found)
    for one in broken[:SHOWN]:
        console.print(f"[red]BROKEN[/red] {one}", markup=True, soft_wrap=True)
    if len(broken) > SHOWN:
        console.print(f"... and {len(broken) - SHOWN} more")


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.dev runs access", description=__doc__)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every N-th cell (default: all)")
    parser.add_argument("--table", type=Path, metavar="FILE", help="also write every cell, with its status, as CSV")
    given = parser.parse_args(argv)
    console, begun = Console(), time.perf_counter()
    found = asyncio.run(run(max(1, given.every), console))
    show(found, time.perf_counter() - begun, console)
    if given.table:
        with given.table.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(("operation", "role", "relation", "status"))
            out.writerows((c.operation, c.role, c.relation.value, status) for c, status in found.answers.items())
    return 1 if faults(found) else 0
