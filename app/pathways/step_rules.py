"""Pure rules of the steps of a path: what is done, now and next, what waits for what, and which days were held.

A repeat has the key of what it repeats and a number, `name~2`: they are one family, and one of it done is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from app.kit.workdays import add_working_days, working_days_between

DAY = timedelta(days=1)
# How long a path may be held at once, in days; the database says the same.
LONGEST_HOLD = 90
# Kinds of steps that are done by what is recorded, and by nothing else.
BY_RECORDING = frozenset({"outcome", "feedback"})
# For how many days of any 365 a path may be held in all. Own design.
MOST_HELD, WITHIN = 180, 365
# The last day of a step, in working days from the start of its path and in days from today; the database says the
# first too, so that no reading of a path has to walk further.
MOST_DUE_DAYS, FURTHEST_DUE = 1000, timedelta(days=3 * 365)
# More than the longest template has several times over; what reads a path stays quick.
MOST_STEPS = 200


class Step(Protocol):
    """What the rules read of a step."""

    @property
    def key(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def after(self) -> Sequence[str]: ...
    @property
    def requires(self) -> Sequence[str]: ...


S = TypeVar("S", bound=Step)


class Ahead(Step, Protocol):
    """What is read to say where a step stands."""

    @property
    def optional(self) -> bool: ...
    @property
    def planned_on(self) -> date | None: ...


class Period(Protocol):
    """What the rules read of a hold."""

    @property
    def from_on(self) -> date: ...
    @property
    def until_on(self) -> date: ...
    @property
    def runs_from(self) -> date: ...


class Standing(StrEnum):
    """Where a step stands: done, skipped, to be done now, or after what is now."""

    DONE = "done"
    SKIPPED = "skipped"
    NOW = "now"
    NEXT = "next"


def family(key: str) -> str:
    """The key without the number of a repeat."""
    return key.split("~", 1)[0]


def repeat_key(key: str, taken: Iterable[str]) -> str:
    """The key of the next repeat: `name~2`, `name~3`."""
    return numbered(family(key), "~", set(taken))


def added_key(kind: str, taken: Iterable[str]) -> str:
    """The key of a step added by hand: `added_kind`, `added_kind_2`. Never a template's key."""
    first, known = f"added_{kind}", set(taken)
    return numbered(first, "_", known) if first in known else first


def numbered(name: str, mark: str, taken: set[str]) -> str:
    n = 2
    while f"{name}{mark}{n}" in taken:
        n += 1
    return f"{name}{mark}{n}"


def by_family(steps: Iterable[S]) -> dict[str, list[S]]:
    found: dict[str, list[S]] = {}
    for step in steps:
        found.setdefault(family(step.key), []).append(step)
    return found


def lacking(step: Step, steps: Iterable[S]) -> list[S]:
    """What must be done first and is not (the hard rules). Keys that no step of the path has ask for nothing."""
    known = by_family(steps) if step.requires else {}
    wanted = (known.get(family(key), []) for key in step.requires)
    return [same[0] for same in wanted if same and all(one.state != Standing.DONE for one in same)]


def passed_over(step: Step, steps: Iterable[S]) -> list[S]:
    """What usually comes first and is neither done nor skipped."""
    known = by_family(steps) if step.after else {}
    wanted = (known.get(family(key), []) for key in step.after)
    return [same[0] for same in wanted if same and all(one.state == "planned" for one in same)]


def standings(steps: Sequence[Ahead], *, running: bool = True) -> list[Standing]:
    """Where each step stands. One that may be begun waits for nothing: what it comes after and what it requires is done
    or skipped; where no step says its order, they come one by one. Now are those of them that are sure to be done, not
    optional or with a day agreed; where there is none, the first that may be begun. A path that has ended has no now.
    """
    known = by_family(steps)
    open_ones = {name for name, same in known.items() if all(one.state == "planned" for one in same)}
    planned = [step for step in steps if step.state == "planned"] if running else []
    ordered = any(step.after or step.requires for step in steps)

    def waits(step: Ahead) -> bool:
        return any(family(key) in open_ones for key in (*step.after, *step.requires))

    free = [step for step in planned if not waits(step)]
    sure = [step for step in free if step.planned_on is not None or (ordered and not step.optional)]
    # By identity: rows of two paths, or of a test, may be equal.
    now = {id(step) for step in (sure if ordered and sure else [*free[:1], *sure])}

    def of(step: Ahead) -> Standing:
        if step.state != "planned":
            return Standing(str(step.state))
        return Standing.NOW if id(step) in now else Standing.NEXT

    return [of(step) for step in steps]


def depending(gone: Sequence[Step], steps: Sequence[S]) -> list[S]:
    """Planned steps that could never be done once `gone` are skipped, and those that then could not either."""
    lost = {family(one.key) for one in gone}
    if not any(family(key) in lost for step in steps for key in step.requires):
        return []
    left = [step for step in steps if all(step is not one for one in gone)]
    found: list[S] = []
    while True:
        alive = {family(step.key) for step in left if step.state != Standing.SKIPPED}
        lost -= alive
        more = [step for step in left if step.state == "planned" and lost & {family(key) for key in step.requires}]
        if not more:
            return found
        found += more
        lost |= {family(step.key) for step in more}
        left = [step for step in left if all(step is not one for one in more)]


def before_required(order: Sequence[S]) -> list[tuple[S, S]]:
    """Pairs of a planned step and one that it requires and that would stand after it."""
    place = {family(step.key): (n, step) for n, step in reversed(list(enumerate(order)))}
    return [
        (step, place[family(key)][1])
        for n, step in enumerate(order)
        for key in step.requires
        if family(key) in place and place[family(key)][0] > n
    ]


def still_after(step: Step, earlier: Iterable[Step], order: Iterable[Step]) -> list[str]:
    """What a step still comes after once the steps of `order` stand as they do: those that were put behind it no
    longer."""
    before, planned = {family(one.key) for one in earlier}, {family(one.key) for one in order}
    return [key for key in step.after if family(key) in before or family(key) not in planned]


def days_of(hold: Period) -> int:
    """The working days of a hold."""
    return working_days_between(hold.from_on - DAY, hold.runs_from - DAY)


def held_days(counted_from: date, due_days: int, holds: Iterable[Period]) -> int:
    """By how many working days holds move what is due `due_days` working days after `counted_from`. A day that had
    passed when a hold began does not move. Holds of one path never overlap; the first comes first."""
    moved = 0
    for hold in holds:
        if add_working_days(counted_from, due_days + moved) < hold.from_on:
            break
        moved += days_of(hold)
    return moved


@dataclass(frozen=True)
class Past:
    """A hold as it stood on a day: begun, with the last day it had then."""

    from_on: date
    until_on: date
    runs_from: date


def as_of(holds: Iterable[Period], on: date) -> list[Past]:
    """The holds as they were on a day: what was done then stays due when it was due."""
    return [
        Past(h.from_on, h.until_on, h.runs_from if h.runs_from <= on else h.until_on + DAY)
        for h in holds
        if h.from_on <= on
    ]


def days_left(holds: Iterable[Period], today: date) -> int:
    """For how many days from today a path may be held: at most 90, and 180 within any 365.

    The days held within the 365 that end with the last day of a hold are never fewer than within those that end in the
    midst of it, so only those are counted."""
    before = [(hold.from_on, hold.runs_from) for hold in holds]

    def fits(days: int) -> bool:
        first = today + (days - WITHIN) * DAY
        held = sum(max(0, (ends - max(begins, first)).days) for begins, ends in before)
        return held + days <= MOST_HELD

    return max((n for n in range(1, LONGEST_HOLD + 2) if fits(n)), default=0)
