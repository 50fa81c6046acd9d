"""Pure rules of the board: which seats are vacant, who stands in, how many places are free, what a number tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.assessments.rules import PHYSICIANS
from app.kit.clock import HELSINKI
from app.kit.workdays import add_working_days
from app.routing.roster import Deputy, Holder, Seat

ENDS_WITHIN = timedelta(days=30)
LOOKS_BACK = timedelta(days=366)  # how far a last touch is looked for
UNCONFIRMED_AFTER = 2  # working days
# From 1 to 4 people behind a number it is hidden, as in figures (`reports.rules`).
SMALLEST = 5
# Who sits here tells by the seat alone what a client is treated for; see `assessments.rules.TELLING`.
TELLING_SEATS = PHYSICIANS | {"psychiatric_nurse", "substance_worker", "memory_nurse"}


class Lack(StrEnum):
    """Why nobody holds a seat."""

    MISSING = "missing"
    VACANT = "vacant"
    HANDED_OVER = "handed_over"


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
