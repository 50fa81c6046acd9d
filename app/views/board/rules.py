"""Pure rules of the board: which seats are vacant, who stands in, how many places are free, what a number tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.kit.clock import HELSINKI
from app.kit.workdays import add_working_days, is_working_day
from app.routing.roster import Deputy, Holder, Seat
from app.teams.telling import TELLING_SEATS

ENDS_WITHIN = timedelta(days=30)
LOOKS_BACK = timedelta(days=366)  # how far a last touch is looked for
UNCONFIRMED_AFTER = 2  # working days
LOOKS_AHEAD = 14  # days within which an absence that leaves a seat empty begins
LEAVES_WITHIN = 2  # working days
# From 1 to 4 people behind a number it is hidden, as in figures (`reports.rules`).
SMALLEST = 5


class Lack(StrEnum):
    """Why nobody holds a seat."""

    MISSING = "missing"
    VACANT = "vacant"
    HANDED_OVER = "handed_over"
    UNCOVERED = "uncovered"


def holding(seat: Seat, on: date) -> list[Holder]:
    """Who holds the seat today and has not handed it over, present or not."""
    return [person for person in seat.holders if person.in_force(on) and not person.handed_over]


def lack_of(seat: Seat, on: date) -> Lack | None:
    if holding(seat, on):
        return None
    return Lack.HANDED_OVER if any(person.in_force(on) for person in seat.holders) else Lack.VACANT


def present(people: Iterable[Holder], on: date) -> list[Holder]:
    return [p for p in people if p.in_force(on) and not p.handed_over and p.absent_until(on) is None]


@dataclass(frozen=True)
class StandIn:
    """`until` is the last day on which everybody stood in for is away; None for a vacancy, or where it is not known."""

    deputy: Holder
    absent: tuple[Holder, ...]
    until: date | None


def standing_in(seat: Seat, on: date) -> list[StandIn]:
    """Deputies who get the seat's work today, and for whom: no holder who is there has room, and somebody is away, or
    nobody holds the seat. Never for overflow alone."""
    held = holding(seat, on)
    if any(room(person) != 0 for person in present(held, on)):
        return []
    found = []
    for deputy in present(seat.deputies, on):
        named = deputy.stands_in_for if isinstance(deputy, Deputy) else None
        absent = tuple(p for p in held if p.absent_until(on) is not None and named in (None, p.id))
        if absent or not held:
            ends = [until for person in absent if (until := person.absent_until(on))]
            until = min(ends, default=None)
            found.append(StandIn(deputy, absent, None if until == date.max else until))
    return found


@dataclass(frozen=True)
class Gap:
    """Days on which all who hold a seat are away and nobody stands in. `last` None: no end is known."""

    first: date
    last: date | None


def uncovered(seat: Seat, on: date) -> bool:
    """Somebody holds the seat, all of them are away, and no deputy who is there stands in for any."""
    held = holding(seat, on)
    deputies = present(seat.deputies, on)
    named = {deputy.stands_in_for if isinstance(deputy, Deputy) else None for deputy in deputies}
    return bool(held) and not present(held, on) and not named & {None, *(person.id for person in held)}


def gap_of(seat: Seat, on: date) -> Gap | None:
    """The first such days that have begun or begin within `LOOKS_AHEAD` on a working day."""
    days = (on + timedelta(days=ahead) for ahead in range(LOOKS_AHEAD + 1))
    first = next((day for day in days if (day == on or is_working_day(day)) and uncovered(seat, day)), None)
    if first is None:
        return None
    ends = min(person.absent_until(first) or first for person in holding(seat, first))
    last = first
    while last < min(ends, first + LOOKS_BACK) and uncovered(seat, last + timedelta(days=1)):
        last += timedelta(days=1)
    return Gap(first, None if ends == date.max and last == first + LOOKS_BACK else last)


def leaves_soon(person: Holder, on: date) -> bool:
    """Who goes away within two working days after today."""
    until = add_working_days(on, LEAVES_WITHIN)
    return any(away.start is not None and on < away.start <= until for away in person.absences)


def room(person: Holder) -> int | None:
    """How much more this person can be given now; None without a limit."""
    limits = [
        max(0, most - has)
        for most, has in ((person.max_open, person.open_now), (person.week_limit, person.recent))
        if most is not None
    ]
    return min(limits, default=None)


def free_places(seat: Seat, on: date) -> int | None:
    """Places of those who can be given the seat's work today, as routing chooses; None without a limit."""
    able = [*present(seat.holders, on), *(one.deputy for one in standing_in(seat, on))]
    rooms = [room(person) for person in able]
    return None if None in rooms else sum(one for one in rooms if one is not None)


def could_be_given(waiting: int, free: int | None) -> int:
    return waiting if free is None else min(waiting, free)


def shown(number: int, role: str, reads_health: bool) -> int | None:
    """A number about one person on a seat: hidden where it would say, beside the worklist, whose client is whose."""
    tells = role in TELLING_SEATS and not reads_health and 0 < number < SMALLEST
    return None if tells else number


def confirmed_by(on: date) -> datetime:
    """What was given before this instant should have been confirmed: two whole working days have passed."""
    first = add_working_days(on + timedelta(days=1), -(UNCONFIRMED_AFTER + 1))
    return datetime(first.year, first.month, first.day, tzinfo=HELSINKI)


def silent_since(began: datetime, touched: datetime | None, days: int, at: datetime) -> datetime | None:
    """Since when nothing was touched, if that is as long as the team's limit; None for who is not silent. `began`: the
    day on the seat, its work, or the return from an absence, whichever was last."""
    since = began if touched is None else max(began, touched)
    return since if since < at - timedelta(days=days) else None
