"""What two walks through the same months have in common, and what not. Pure; ids only, no names and no facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import TypeVar

from app.simulations.cases import Case, Place
from app.simulations.walking import Walk
from app.simulations.world import Asking, Work

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How a walk ended. Each case is in exactly one of `assigned`, `queued`, `waiting`, `manual` and `unassigned`.

    `waited` counts every case that waited for room or for somebody's return, also when it got a place after all; the
    days are whole ones. `over_recheck` waited longer than the rules let pass before the need is looked at again (C-24).
    """

    cases: int
    assigned: int
    queued: int
    waiting: int
    manual: int
    unassigned: int
    alarms: int
    waited: int
    waited_median_days: float | None
    waited_longest_days: int | None
    over_recheck: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What one seat or one person was given: number, and part of all assigned work in percent."""

    before: int
    before_percent: float
    after: int
    after_percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Where a case is at the end."""

    place: Place
    seat: str | None
    holder: str | None
    because: tuple[str, ...]

    def same(self, other: Ending) -> bool:
        return (self.place, self.seat, self.holder) == (other.place, other.seat, other.holder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One case in both walks. `asking` is the last time that it was asked for."""

    asking: Asking
    before: Ending
    after: Ending

    @property
    def kind(self) -> str:
        return self.asking.work[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    before: Figures
    after: Figures
    seats: Mapping[str, Shares]
    people: Mapping[tuple[str, str], Shares]
    changed: tuple[Pair, ...]
    nobody: tuple[Pair, ...]  # cases that nobody gets in the second walk


def compare(before: Walk, after: Walk) -> Comparison:
    """Two finished walks through the same askings."""
    first, second = asked_for(before), asked_for(after)
    pairs = [
        Pair(asking=case.asking, before=ending(case), after=ending(second[work]))
        for work, case in first.items()
        if case.asking is not None
    ]
    pairs.sort(key=lambda pair: (pair.asking.at, pair.asking.id))
    return Comparison(
        before=figures(first.values()),
        after=figures(second.values()),
        seats=shares([str(c.seat) for c in given(first)], [str(c.seat) for c in given(second)]),
        people=shares([who(c) for c in given(first)], [who(c) for c in given(second)]),
        changed=tuple(pair for pair in pairs if not pair.before.same(pair.after)),
        nobody=tuple(pair for pair in pairs if pair.after.place is Place.UNASSIGNED),
    )


def asked_for(walk: Walk) -> dict[Work, Case]:
    return {work: case for work, case in walk.cases.items() if case.asking is not None}


def given(cases: Mapping[Work, Case]) -> list[Case]:
    return [case for case in cases.values() if case.place is Place.ASSIGNED]


def who(case: Case) -> tuple[str, str]:
    return str(case.seat), str(case.holder)


def ending(case: Case) -> Ending:
    assert case.place is not None
    return Ending(place=case.place, seat=case.seat, holder=case.holder, because=case.because)


def figures(cases: Iterable[Case]) -> Figures:
    found = list(cases)
    at = Counter(case.place for case in found)
    waits = [(case, case.waited) for case in found if case.waited is not None]
    late = [case for case, waited in waits if case.rules and waited > recheck(case)]
    return Figures(
        cases=len(found),
        assigned=at[Place.ASSIGNED],
        queued=at[Place.QUEUED],
        waiting=at[Place.WAITING],
        manual=at[Place.MANUAL],
        unassigned=at[Place.UNASSIGNED],
        alarms=sum(case.alarm for case in found),
        waited=len(waits),
        waited_median_days=float(median(waited.days for _, waited in waits)) if waits else None,
        waited_longest_days=max((waited.days for _, waited in waits), default=None),
        over_recheck=len(late),
    )


def recheck(case: Case) -> timedelta:
    assert case.rules is not None
    return timedelta(days=case.rules.settings.recheck_after_days)


def shares(before: list[K], after: list[K]) -> dict[K, Shares]:
    """By whom, those who were given most first."""
    one, two = Counter(before), Counter(after)
    by_size = sorted(one.keys() | two.keys(), key=lambda key: (-one[key], -two[key], str(key)))
    return {
        key: Shares(
            before=one[key],
            before_percent=percent(one[key], len(before)),
            after=two[key],
            after_percent=percent(two[key], len(after)),
        )
        for key in by_size
    }


def percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0
