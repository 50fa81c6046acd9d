"""Who in a seat gets the work, and why each of the others did not. Pure; the order of the roster never matters.

Own design where the sources are silent: an earlier holder of the last months comes first, then the least open work,
then the fewest recent assignments, then the id. Deputies are asked when no holder can take it. If nobody can, work
waits for somebody who is full (C-23) or back within days, unless it is urgent; a vacancy is never waited for (C-06).
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.routing.facts import Facts
from app.routing.roster import Deputy, Holder, Seat
from app.routing.rules import Settings

DAY = timedelta(days=1)
TIE_BREAKS = ("least_loaded", "fewest_recent", "id_order")


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why one person was not chosen, with the number or the date behind it.

    `not_in_force` and `absent`: `until` is the last day of the period or absence, None when open or in the future.
    `at_capacity`, `more_loaded`: `open` and `max_open`. `more_recent`: `recent`. Others need no number.
    """

    reason: str
    until: date | None = None
    open: int | None = None
    max_open: int | None = None
    recent: int | None = None

    def as_dict(self) -> dict[str, object]:
        until = self.until and self.until.isoformat()
        values = {"reason": self.reason, "until": until, "open": self.open, "maxOpen": self.max_open}
        return {name: value for name, value in {**values, "recent": self.recent}.items() if value is not None}


@dataclass(slots=True)
class Selection:
    """`holder` None: nobody now; `waits` tells whether somebody will be free, `earliest_on` when, if it is known."""

    holder: str | None = None
    on_behalf_of: str | None = None
    tie_break: str | None = None
    vacant: bool = False
    waits: bool = False
    earliest_on: date | None = None
    because: list[str] = field(default_factory=list)
    rejected: dict[str, Rejection] = field(default_factory=dict)
    loads: dict[str, int] = field(default_factory=dict)


def select(
    seat: Seat | None, facts: Facts, settings: Settings, on: date, is_working_day: Callable[[date], bool]
) -> Selection:
    """Choose in `seat` on that day; a seat that the team does not have is a vacant one."""
    made = Selection()
    if seat is None:
        made.vacant, made.because = True, ["C-06", "vacancy"]
        return made
    holders = sorted(seat.holders, key=lambda person: person.id)
    in_force = {person.id for person in holders if person.in_force(on)}
    deputies = sorted((d for d in seat.deputies if d.id not in in_force), key=lambda person: person.id)
    made.vacant = not in_force
    free = [_note(made, person, facts, on) for person in holders]
    standing_in = [_note(made, person, facts, on) for person in deputies]
    able, deputies_able = [p for p in free if p], [p for p in standing_in if p]
    if able or deputies_able:
        _choose(made, seat, able or deputies_able, facts, settings, on)
        if able:
            made.rejected.update({deputy.id: Rejection("deputy_not_needed") for deputy in deputies_able})
        else:
            _stand_in(made, deputies_able, in_force, facts)
    else:
        _wait(made, [*holders, *deputies], facts, settings, on, is_working_day)
    return made


def _note(made: Selection, person: Holder, facts: Facts, on: date) -> Holder | None:
    """The person if able to take the work; else the reason is noted."""
    made.loads[person.id] = person.open_now
    made.rejected.pop(person.id, None)  # a former holder who is a deputy now is judged as a deputy
    if not person.in_force(on):
        past = [period.end for period in person.periods if period.end and period.end < on]
        made.rejected[person.id] = Rejection("not_in_force", until=max(past, default=None))
    elif person.id in facts.conflict_with:
        made.rejected[person.id] = Rejection("conflict_of_interest")
    elif until := person.absent_until(on):
        made.rejected[person.id] = Rejection("absent", until=None if until == date.max else until)
    elif person.full():
        made.rejected[person.id] = Rejection("at_capacity", open=person.open_now, max_open=person.max_open)
    else:
        return person
    return None


def _choose(made: Selection, seat: Seat, able: Sequence[Holder], facts: Facts, settings: Settings, on: date) -> None:
    earlier = _continuity(seat, facts, settings, on)
    best = min(able, key=lambda p: (p.id != earlier, p.open_now, p.recent, p.id))
    others = [person for person in able if person is not best]
    made.holder, made.tie_break = best.id, "only_one_available"
    if best.id == earlier:
        made.because.append("continuity")
        made.tie_break = "continuity" if others else made.tie_break
        made.rejected.update({p.id: Rejection("not_earlier_holder", open=p.open_now) for p in others})
        return
    for person in others:
        if person.open_now > best.open_now:
            rejection = Rejection("more_loaded", open=person.open_now, max_open=person.max_open)
        elif person.recent > best.recent:
            rejection = Rejection("more_recent", recent=person.recent)
        else:
            rejection = Rejection("later_in_order")
        made.rejected[person.id] = rejection
    if others:
        why = {made.rejected[person.id].reason for person in others}
        steps = 3 if "later_in_order" in why else 2 if "more_recent" in why else 1
        made.because += TIE_BREAKS[:steps]
        made.tie_break = TIE_BREAKS[steps - 1]


def _continuity(seat: Seat, facts: Facts, settings: Settings, on: date) -> str | None:
    """The earlier holder of this very seat, if the work ended at most the given months ago (the day itself counts)."""
    earlier = facts.earlier_holder
    if earlier is None or earlier.seat != seat.role:
        return None
    recent = earlier.ended_on is None or on <= add_months(earlier.ended_on, settings.continuity_months)
    return earlier.holder if recent else None


def _stand_in(made: Selection, deputies: Sequence[Holder], in_force: set[str], facts: Facts) -> None:
    """Whom the chosen deputy stands in for; with no holder in force, nobody: the vacancy stays visible."""
    chosen = next(deputy for deputy in deputies if deputy.id == made.holder)
    named = chosen.stands_in_for if isinstance(chosen, Deputy) else None
    earlier = facts.earlier_holder and facts.earlier_holder.holder
    made.on_behalf_of = next((person for person in (named, earlier) if person in in_force), min(in_force, default=None))
    made.because.append("deputy")
    if made.vacant:
        made.because += ["C-06", "vacancy"]


def _wait(
    made: Selection,
    people: Sequence[Holder],
    facts: Facts,
    settings: Settings,
    on: date,
    is_working_day: Callable[[date], bool],
) -> None:
    """Nobody can take it now: is there somebody worth waiting for?"""
    reasons = {made.rejected[person.id].reason for person in people}
    returns = {
        person.id: back
        for person in people
        if made.rejected[person.id].reason == "absent" and (back := _back_on(person, on, settings, is_working_day))
    }
    if made.vacant:
        made.because += ["C-06", "vacancy"]
    if "at_capacity" in reasons:
        made.because += ["C-23", "all_full"]
    if returns:
        made.because.append("short_absence")
    elif "absent" in reasons:
        made.because.append("long_absence")
    if "conflict_of_interest" in reasons:
        made.because.append("conflict_of_interest")
    if facts.urgent:
        made.because.append("urgent")
    made.waits = not facts.urgent and not made.vacant and bool(returns or "at_capacity" in reasons)
    able = [returns[person.id] for person in people if person.id in returns and not person.full()]
    made.earliest_on = min(able, default=None) if made.waits else None


def _back_on(person: Holder, on: date, settings: Settings, is_working_day: Callable[[date], bool]) -> date | None:
    """The working day on which a person is back from a short absence and still in the seat.

    Short is counted in the working days that are left, today included, because those are what the client waits.
    """
    day, away = on, 0
    while not is_working_day(day) or person.absent_until(day):
        away += is_working_day(day)
        if away > settings.short_absence_working_days or day == date.max:
            return None
        day += DAY
    return day if person.in_force(day) else None


def add_months(on: date, months: int) -> date:
    """The same day of a later month, or its last day when it is shorter."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))
