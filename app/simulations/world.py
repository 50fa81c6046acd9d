"""What a simulation walks through: the work that was asked for, who sat where, and the load at the beginning.

Plain values, no database. Clients are opaque numbers, there for continuity only; nothing here has a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from app.routing.facts import Facts
from app.routing.roster import Period
from app.routing.rules import Rule, RuleSet

Work = tuple[str, str]
"""A piece of work: the id of its subject, and its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One time that a place was asked for a piece of work. `closed_at` is when the work was really closed, or left the
    team; None: it is still open. `rules` are those that decided then."""

    id: str
    work: Work
    client: int
    at: datetime
    facts: Facts
    rules: RuleSet
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Work that somebody has without an asking in the window: load from `taken_at` to `closed_at`. With `given` it
    counts as an assignment; being responsible for a path does not."""

    work: Work
    client: int
    seat: str
    person: str
    taken_at: datetime
    closed_at: datetime | None = None
    given: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A period on the seat with the limits that hold in it; None is no limit."""

    start: date
    end: date | None = None
    max_open: int | None = None
    client_days: float | None = None
    handed_over_at: datetime | None = None

    def covers(self, on: date) -> bool:
        return self.start <= on and (self.end is None or on <= self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitter:
    """Somebody who was ever named to a seat in one standing. `order` is the place in the seat's order."""

    id: str
    spans: tuple[Span, ...]
    absences: tuple[Period, ...] = ()
    order: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chair:
    """A seat and everybody who was named to it."""

    role: str
    holders: tuple[Sitter, ...] = ()
    deputies: tuple[Sitter, ...] = ()
    clients_per_day: int | None = None
    visiting_days: str | None = None

    @property
    def people(self) -> frozenset[str]:
        return frozenset(sitter.id for sitter in (*self.holders, *self.deputies))


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything from `first_at` to `last_at`. `earlier` says who closed a client's work on a seat last before that,
    `last_given` when somebody on a seat was last given work. With `rules` these decide everything."""

    team: str
    first_at: datetime
    last_at: datetime
    chairs: Mapping[str, Chair]
    askings: tuple[Asking, ...]
    held: tuple[Held, ...] = ()
    earlier: Mapping[tuple[int, str], tuple[str, date]] = field(default_factory=dict)
    last_given: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    rules: RuleSet | None = None

    def with_chairs(self, changed: Mapping[str, Chair]) -> World:
        return replace(self, chairs={**self.chairs, **changed})


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembering(RuleSet):
    """A rule set that answers the same question once: thousands of cases look alike to its conditions."""

    known: dict[tuple[object, ...], tuple[Rule | None, dict[str, tuple[str, ...]]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def first_match(self, seen: Mapping[str, object]) -> tuple[Rule | None, dict[str, tuple[str, ...]]]:
        key = tuple(seen.values())
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = RuleSet.first_match(self, seen)
        return found


def remembering(rules: RuleSet) -> Remembering:
    return Remembering(**{name: getattr(rules, name) for name in RuleSet.__dataclass_fields__})
