"""Who sits where, on which dates and with how much work: the roster a decision is made against.

A seat is a named role of a team, not a person; holders and deputies fill it for a period. Plain values without
database: whoever reads the tables builds them, a simulation builds them differently. Dates are inclusive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.kit.workdays import is_working_day
from app.teams.visits import check_rule


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to `end`, both included; None is open."""

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start and self.end and self.end < self.start:
            raise ValueError("a period ends before it starts")

    def covers(self, on: date) -> bool:
        return (self.start is None or self.start <= on) and (self.end is None or on <= self.end)


ALWAYS = (Period(),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """One person in a seat. `open_now` is all of this person's open work that counts against `max_open`.

    `max_open` None is no limit, 0 takes nothing new. `recent` is how many assignments the person got in the last seven
    days, and `week_limit` how many they have room for in seven days. `last_assigned_at` None: never yet. `order` is the
    person's place in the order of the seat, the smallest first. From `handed_over` on nothing new comes (C-43).
    """

    id: str
    periods: tuple[Period, ...] = ALWAYS
    absences: tuple[Period, ...] = ()
    max_open: int | None = None
    open_now: int = 0
    recent: int = 0
    week_limit: int | None = None
    last_assigned_at: datetime | None = None
    order: int = 0
    handed_over: bool = False

    def __post_init__(self) -> None:
        if min(self.open_now, self.recent, self.max_open or 0, self.week_limit or 0) < 0:
            raise ValueError("open work, recent assignments and limits are not negative")

    @property
    def load(self) -> int:
        """What the least loaded is found by: open now, and given in the last seven days."""
        return self.open_now + self.recent

    def in_force(self, on: date) -> bool:
        return any(period.covers(on) for period in self.periods)

    def full(self) -> bool:
        return self.max_open is not None and self.open_now >= self.max_open

    def week_full(self) -> bool:
        return self.week_limit is not None and self.recent >= self.week_limit

    def absent_until(self, on: date) -> date | None:
        """The last day of the absence that covers `on`, periods that meet or overlap taken as one.

        None when present, `date.max` when no end is known.
        """
        until: date | None = None
        day = on
        while found := [absence for absence in self.absences if absence.covers(day)]:
            until = max(absence.end or date.max for absence in found)
            if until == date.max:
                break
            day = until + timedelta(days=1)
        return until


@dataclass(frozen=True, slots=True, kw_only=True)
class Deputy(Holder):
    """Takes over when no holder can. `stands_in_for` None: for any holder of the seat."""

    stands_in_for: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A named role of a team. `visiting_days` (RFC 5545 RRULE) marks a partner who comes on those days only."""

    role: str
    holders: tuple[Holder, ...] = ()
    deputies: tuple[Deputy, ...] = ()
    visiting_days: str | None = None

    def __post_init__(self) -> None:
        for people in (self.holders, self.deputies):
            if len({person.id for person in people}) < len(people):
                raise ValueError(f"seat {self.role}: the same person twice; give one entry several periods")
        if self.visiting_days is not None:
            check_rule(self.visiting_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    id: str
    municipalities: frozenset[str | None]
    seats: tuple[Seat, ...] = ()

    def __post_init__(self) -> None:
        if len({seat.role for seat in self.seats}) < len(self.seats):
            raise ValueError(f"team {self.id}: the same seat twice")

    def seat(self, role: str) -> Seat | None:
        return next((seat for seat in self.seats if seat.role == role), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """All teams a decision may choose from; `area` names the queue of work that no team covers."""

    teams: tuple[Team, ...]
    area: str = "area"
    is_working_day: Callable[[date], bool] = is_working_day

    def __post_init__(self) -> None:
        if len({team.id for team in self.teams}) < len(self.teams):
            raise ValueError("the same team twice")

    def with_people(self, change: Callable[[Team, Seat, Holder], Holder]) -> Roster:
        """The same roster with every person as `change` makes them."""

        def seat_of(team: Team, seat: Seat) -> Seat:
            holders = tuple(change(team, seat, person) for person in seat.holders)
            deputies = tuple(change(team, seat, person) for person in seat.deputies)
            return replace(seat, holders=holders, deputies=deputies)  # type: ignore[arg-type]

        teams = tuple(replace(team, seats=tuple(seat_of(team, seat) for seat in team.seats)) for team in self.teams)
        return replace(self, teams=teams)

    def team_for(self, municipality: str | None) -> Team | None:
        """The team that covers the municipality; of several, the first by id (own design)."""
        covering = [team for team in self.teams if municipality in team.municipalities]
        return min(covering, key=lambda team: team.id, default=None)
