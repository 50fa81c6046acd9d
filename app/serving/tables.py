"""A simulation as tables for a terminal. Seats stand by their codes, which are what a rule set and the options say."""

from __future__ import annotations

from collections.abc import Mapping

from rich.box import SIMPLE_HEAD
from rich.table import Table

from app.simulations.results import Comparison, Figures

ROWS = {
    "cases": "cases",
    "assigned": "assigned",
    "queued": "in another unit's queue",
    "waiting": "waiting (never got a place)",
    "manual": "left to a person",
    "unassigned": "nobody gets",
    "alarms": "alarms",
    "waited": "had to wait",
    "waited_median_days": "  median days",
    "waited_longest_days": "  longest days",
    "over_recheck": "  longer than the re-check age",
}


def figures_table(made: Comparison, title: str) -> Table:
    """The numbers side by side."""
    table = Table("", title=title, box=SIMPLE_HEAD, pad_edge=False)
    for head in ("as it was", "simulated", "change"):
        table.add_column(head, justify="right")
    for name, words in ROWS.items():
        before, after = value(made.before, name), value(made.after, name)
        change = None if before is None or after is None else after - before
        table.add_row(words, shown(before), shown(after), signed(change))
    return table


def people_table(made: Comparison, names: Mapping[str, str]) -> Table:
    """What each person on each seat was given, and which part of all that is."""
    table = Table(title="Given to whom", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("seat", no_wrap=True)  # a code broken in the middle cannot be copied
    table.add_column("person", overflow="fold")
    for head in ("as it was", "simulated", "change"):
        table.add_column(head, justify="right", no_wrap=True)
    for (seat, person), share in made.people.items():
        before = f"{share.before} ({share.before_percent:.0f} %)"
        after = f"{share.after} ({share.after_percent:.0f} %)"
        table.add_row(seat, names.get(person, person), before, after, signed(share.after - share.before))
    return table


def value(figures: Figures, name: str) -> float | None:
    found: float | None = getattr(figures, name)
    return found


def shown(number: float | None) -> str:
    return "–" if number is None else f"{number:g}"


def signed(change: float | None) -> str:
    return f"{change:+g}" if change else ""
