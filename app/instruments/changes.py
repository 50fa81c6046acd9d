"""How a score changed from the first to the last time: said, not judged (domain 4). Pure.

Only what was taken with the same version and edition is compared. No claim is made that a difference means something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Direction = Literal["better", "worse", "same"]


@dataclass(frozen=True, slots=True)
class Point:
    """One scored use of an instrument."""

    at: date
    score: float
    band: str | None
    version: str
    edition: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """From the first to the last point of the newest series; `because` says why nothing is compared: `one_point`, or
    `versions_differ` when earlier points are of another version or edition. `series` are the points that may be joined.
    Which way is better, only the instrument knows: `directed`."""

    first: Point | None
    last: Point | None
    difference: float | None
    because: Literal["one_point", "versions_differ"] | None
    series: tuple[tuple[Point, ...], ...]


def series(points: Sequence[Point]) -> tuple[tuple[Point, ...], ...]:
    """Points that may be compared with each other, each by day; the series whose last point is the newest is last."""
    found: dict[tuple[str, str | None], list[Point]] = {}
    for point in sorted(points, key=lambda point: point.at):
        found.setdefault((point.version, point.edition), []).append(point)
    ordered = sorted(found.values(), key=lambda one: (one[-1].at, int(one[-1].version), one[-1].edition or ""))
    return tuple(map(tuple, ordered))


def change(points: Sequence[Point]) -> Change:
    """Start and end of the newest series, paired."""
    every = series(points)
    newest = every[-1] if every else ()
    if len(newest) < 2:
        why: Literal["one_point", "versions_differ"] = "versions_differ" if len(every) > 1 else "one_point"
        return Change(newest[0] if newest else None, None, None, why, every)
    first, last = newest[0], newest[-1]
    return Change(first, last, round(last.score - first.score, 2), None, every)


def directed(found: Change, direction: str) -> Direction | None:
    """Better, worse or the same, by the instrument's direction; None where nothing is compared or neither end of the
    scale is the better one. Any difference counts, and says nothing of its weight."""
    if found.difference is None or direction == "none":
        return None
    if found.difference == 0:
        return "same"
    return "better" if (found.difference > 0) is (direction == "higher_better") else "worse"
