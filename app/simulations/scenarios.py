"""What is changed in a simulation, and where a planned absence falls in months that have passed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.kit.clock import civil_date
from app.routing.roster import Period
from app.routing.rules import RuleSet
from app.simulations.world import Chair, Sitter, Span, World

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """Somebody is away, both days included."""

    person: str
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Another limit for everybody on a seat, or for one person there. A field that is not in `changes` stays."""

    seat: str
    person: str | None = None
    max_open: int | None = None
    client_days: float | None = None
    changes: frozenset[str] = frozenset({"max_open"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """`rules` decide from the first day of the window. A vacant seat has no holder in it; its deputies stand in."""

    rules: RuleSet | None = None
    vacancies: frozenset[str] = frozenset()
    absences: tuple[Away, ...] = ()
    rooms: tuple[Room, ...] = ()


def placed(absences: Sequence[Away], last: date) -> tuple[Away, ...]:
    """Where these absences fall in a window that ends on `last`.

    What lies ahead is moved back by whole weeks, everything by the same number of them and by as few as possible, so
    that the latest ends in the window: weekdays and overlaps stay, public holidays do not (own design).
    """
    ahead = [one.last for one in absences if one.last > last]
    if not ahead:
        return tuple(absences)
    back = WEEK * -(-(max(ahead) - last) // WEEK)
    return tuple(moved(one, back.days) if one.last > last else one for one in absences)


def moved(away: Away, days: int) -> Away:
    """So many days earlier; a first day of all stays it."""
    return replace(
        away,
        first=date.fromordinal(max(away.first.toordinal() - days, 1)),
        last=date.fromordinal(away.last.toordinal() - days),
    )


def applied(world: World, scenario: Scenario) -> World:
    """The world with the scenario's changes in it. Unknown seats and people change nothing: who asks checks them."""
    chairs = dict(world.chairs)
    for role in scenario.vacancies & chairs.keys():
        chairs[role] = replace(chairs[role], holders=())
    for away in placed(scenario.absences, civil_date(world.last_at)):
        period = Period(away.first, away.last)
        for role, chair in chairs.items():
            chairs[role] = each(chair, away.person, lambda s: replace(s, absences=(*s.absences, period)))  # noqa: B023
    for room in scenario.rooms:
        if room.seat in chairs:
            chairs[room.seat] = each(chairs[room.seat], room.person, lambda s: roomier(s, room))  # noqa: B023
    return replace(world, chairs=chairs, rules=scenario.rules or world.rules)


def each(chair: Chair, person: str | None, change: Callable[[Sitter], Sitter]) -> Chair:
    """The chair with one person on it changed, or everybody."""

    def changed(sitters: tuple[Sitter, ...]) -> tuple[Sitter, ...]:
        return tuple(change(s) if person in (None, s.id) else s for s in sitters)

    return replace(chair, holders=changed(chair.holders), deputies=changed(chair.deputies))


def roomier(sitter: Sitter, room: Room) -> Sitter:
    def limited(span: Span) -> Span:
        return replace(
            span,
            max_open=room.max_open if "max_open" in room.changes else span.max_open,
            client_days=room.client_days if "client_days" in room.changes else span.client_days,
        )

    return replace(sitter, spans=tuple(map(limited, sitter.spans)))
