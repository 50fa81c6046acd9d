"""Lives of cases, made up by Hypothesis: people of the town try what they may and what they may not, move by move, and
after every move the database is asked what must hold. `python -m app.dev runs lifecycle` prints the figures; exit code
1 and the shortest sequence found when something broke.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from app.dev.runs.life.place import Place, place
from app.dev.runs.life.town import days
from app.dev.runs.lifecycle.move import Move
from app.dev.runs.lifecycle.moves import MOVES

if TYPE_CHECKING:
    from app.dev.runs.lifecycle.machine import Figures


def names(here: Place) -> dict[str, str]:
    """Ids and days by the names that bodies use."""
    town = here.town
    found = {"other_team": str(town.other_team), "team_id": str(town.team)}
    found |= {f"org_{name}": str(id) for name, id in town.organisations.items()}
    found |= {f"person_{name}": str(id) for name, id in town.persons.items()}
    return found | {"aino": "010100A905M", "veikko": "150591-9018"} | days(here.now())


def run(sequences: int, steps: int, seed: int, tick: Callable[[], None], moves: tuple[Move, ...] = MOVES) -> Figures:
    """So many sequences of so many moves. Hypothesis comes with the development extra, and is asked for only here."""
    from hypothesis import HealthCheck, Phase, settings
    from hypothesis import seed as seeded
    from hypothesis.stateful import run_state_machine_as_test

    from app.dev.runs.lifecycle.machine import Broken, Ground, loop, machine

    with loop() as runner:
        held = AsyncExitStack()
        here = runner.run(held.enter_async_context(place()))
        try:
            ground = Ground(here, names(here), runner.run, tick=tick)
            asked = settings(
                max_examples=sequences, stateful_step_count=steps, deadline=None, database=None,
                suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
                report_multiple_bugs=False,
            )  # fmt: skip
            try:
                run_state_machine_as_test(seeded(seed)(machine(ground, moves)), settings=asked)
            except Broken:
                assert ground.figures.failure is not None
        finally:
            runner.run(held.aclose())
        return ground.figures


def show(found: Figures, seconds: float, console: Console) -> None:
    table = Table("move", "tried", "done", "refused")
    for name, tried in sorted(found.tried.items()):
        table.add_row(name, str(tried), str(found.done[name]), str(tried - found.done[name]))
    console.print(table)
    console.print("refused by code: " + ", ".join(f"{code} {many}" for code, many in found.refused.most_common()))
    tried, done = found.tried.total(), found.done.total()
    console.print(
        f"{found.sequences} sequences, {tried} moves tried, {done} done, {tried - done} refused; {found.listed} answers"
        f" compared with allowedActions; {found.checked} invariants checked"
    )
    for line in found.story:
        console.print(f"  {line}", highlight=False, markup=False)
    if found.failure:
        console.print(f"[red]{found.failure}", highlight=False)
    console.print(f"{seconds:.0f} s: {'1 BROKEN' if found.failure else '0 broken'}")


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.dev runs lifecycle", description=__doc__)
    parser.add_argument("--sequences", type=int, default=1000, help="how many lives (default 1000)")
    parser.add_argument("--steps", type=int, default=30, help="moves in each (default 30)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same lives (default 1)")
    given = parser.parse_args(argv)
    if not (1 <= given.sequences <= 100_000 and 1 <= given.steps <= 200):
        parser.error("--sequences is from 1 to 100000, --steps from 1 to 200")
    console, began = Console(), time.perf_counter()
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("moves", total=given.sequences * given.steps)
        found = run(given.sequences, given.steps, given.seed, lambda: bar.advance(task))
    show(found, time.perf_counter() - began, console)
    return 1 if found.failure else 0
