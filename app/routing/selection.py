"""Who in a seat gets the work, and why each of the others did not. Pure; the order of the roster never matters.

The holder of the day, not absent, without a conflict of interest, under capacity; then the client's earlier holder,
the least loaded, who has waited longest for an assignment, the order of the seat. Deputies stand in for a vacancy, an
absence or a conflict of interest, never for overflow. If nobody can, work waits for somebody who is full (C-23) or
back within days; a vacancy is never waited for (C-06). Own design where the sources are silent.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from app.routing.facts import Facts
from app.routing.roster import Deputy, Holder, Seat
from app.routing.rules import Settings

DAY = timedelta(days=1)
NEVER = datetime.min.replace(tzinfo=UTC)
TIE_BREAKS = {"more_loaded": "least_loaded", "assigned_later": "longest_since", "later_in_order": "seat_order"}
STOOD_IN_FOR = frozenset({"absent", "conflict_of_interest"})
OVERFLOW = frozenset({"at_capacity", "week_full"})


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why one person was not chosen, with the number or the date behind it.

    `not_in_force` and `absent`: `until` is the last day of the period or absence, None when open or in the future.
    `at_capacity`: `open` of `max_open`. `week_full`: `recent` of `max_week`. `more_loaded`: `open` and `recent`, and
    `chosen`, the load of the one who got it. `assigned_later`: `until` is the day of their last assignment.
    """

    reason: str
    until: date | None = None
    open: int | None = None
    max_open: int | None = None
    recent: int | None = None
    max_week: int | None = None
    chosen: int | None = None

    def as_dict(self) -> dict[str, object]:
        values = {
            "reason": self.reason,
            "until": self.until and self.until.isoformat(),
            "open": self.open,
            "maxOpen": self.max_open,
            "recent": self.recent,
            "maxWeek": self.max_week,
            "chosen": self.chosen,
        }
        return {name: value for name, value in values.items() if value is not None}


@dataclass(slots=True)
class Selection:
    """`holder` None: nobody now; `waits` tells whether somebody will be free, `earliest_on` when, if it is known."""

    holder: str | None = None
    on_behalf_of: str | None = None
    tie_break: str | None = None
    vacant: bool = False
    full: bool = False
    waits: bool = False
    earliest_on: date | None = None
    because: list[str] = field(default_factory=list)
    rejected: dict[str, Rejection] = field(default_factory=dict)
    loads: dict[str, int] = field(default_factory=dict)
    recents: dict[str, int] = field(default_factory=dict)


def in_order(person: Holder) -> tuple[int, str]:
    return person.order, person.id


def select(
    seat: Seat | None, facts: Facts, settings: Settings, on: date, is_working_day: Callable[[date], bool]
) -> Selection:
    """Choose in `seat` on that day; a seat that the team does not have is a vacant one."""
    made = Selection()
    if seat is None:
        made.vacant, made.because = True, ["C-06", "vacancy"]
        return made
    holders = sorted(seat.holders, key=in_order)
    in_force = [person for person in holders if person.in_force(on) and not person.handed_over]
    held = {person.id for person in in_force}
    deputies = sorted((d for d in seat.deputies if d.id not in held), key=in_order)
    made.vacant = not in_force
    able = [person for person in holders if _able(made, person, facts, on)]
    deputies_able = [person for person in deputies if _able(made, person, facts, on)]
    away = [] if able else [person for person in in_force if made.rejected[person.id].reason in STOOD_IN_FOR]
    standing_in = [d for d in deputies_able if not able and (made.vacant or any(_for(d, p) for p in away))]
    if able or standing_in:
        _choose(made, seat, able or standing_in, facts, settings, on)
    unneeded = Rejection("deputy_not_needed") if able else Rejection("deputy_not_for_overflow")
    made.rejected.update({deputy.id: unneeded for deputy in deputies_able if deputy not in standing_in})
    if standing_in:
        _stand_in(made, standing_in, away, facts)
    elif not able:
        standby = [d for d in deputies if made.vacant or any(_for(d, p) for p in away)]
        _wait(made, [*holders, *standby], facts, settings, on, is_working_day)
    return made


def _able(made: Selection, person: Holder, facts: Facts, on: date) -> bool:
    """Whether the person can take the work; else the reason is noted."""
    made.loads[person.id], made.recents[person.id] = person.open_now, person.recent
    made.rejected.pop(person.id, None)  # a former holder who is a deputy now is judged as a deputy
    reason = unable(person, facts, on)
    if reason is not None:
        made.rejected[person.id] = reason
    return reason is None


def unable(person: Holder, facts: Facts, on: date) -> Rejection | None:
    """Why this person cannot take this work on that day; None when they can."""
    if not person.in_force(on):
        past = [period.end for period in person.periods if period.end and period.end < on]
        return Rejection("not_in_force", until=max(past, default=None))
    if person.handed_over:
        return Rejection("handed_over")
    if until := person.absent_until(on):
        return Rejection("absent", until=None if until == date.max else until)
    if person.id in facts.conflict_with:
        return Rejection("conflict_of_interest")
    if person.id in facts.declined_by:
        return Rejection("declined")
    if person.full():
        return Rejection("at_capacity", open=person.open_now, max_open=person.max_open)
    if person.week_full():
        return Rejection("week_full", recent=person.recent, max_week=person.week_limit)
    return None


def _for(deputy: Holder, person: Holder) -> bool:
    """Whether the deputy stands in for this holder: a named one, or anybody of the seat."""
    named = deputy.stands_in_for if isinstance(deputy, Deputy) else None
    return named is None or named == person.id


def _choose(made: Selection, seat: Seat, able: Sequence[Holder], facts: Facts, settings: Settings, on: date) -> None:
    earlier = _continuity(seat, facts, settings, on)
    best = min(able, key=lambda p: (p.id != earlier, p.load, p.last_assigned_at or NEVER, *in_order(p)))
    others = [person for person in able if person is not best]
    made.holder, made.tie_break = best.id, "only_one_available"
    if best.id == earlier:
        made.because.append("continuity")
        made.tie_break = "continuity" if others else made.tie_break
        made.rejected.update({p.id: Rejection("not_earlier_holder", open=p.open_now) for p in others})
        return
    made.rejected.update({person.id: _behind(person, best) for person in others})
    if others:
        why = {made.rejected[person.id].reason for person in others}
        steps = [said for reason, said in TIE_BREAKS.items() if reason in why]
        made.tie_break = steps[-1]
        made.because += list(TIE_BREAKS.values())[: list(TIE_BREAKS.values()).index(made.tie_break) + 1]


def _behind(person: Holder, best: Holder) -> Rejection:
    if person.load > best.load:
        return Rejection("more_loaded", open=person.open_now, recent=person.recent, chosen=best.load)
    if person.last_assigned_at is not None and person.last_assigned_at > (best.last_assigned_at or NEVER):
        return Rejection("assigned_later", until=person.last_assigned_at.date())
    return Rejection("later_in_order")


def _continuity(seat: Seat, facts: Facts, settings: Settings, on: date) -> str | None:
    """The earlier holder of this very seat, if the work ended at most the given months ago (the day itself counts),
    unless the client declines."""
    earlier = facts.earlier_holder
    if earlier is None or earlier.seat != seat.role or facts.continuity_declined:
        return None
    recent = earlier.ended_on is None or on <= add_months(earlier.ended_on, settings.continuity_months)
    return earlier.holder if recent else None


def _stand_in(made: Selection, deputies: Sequence[Holder], away: Sequence[Holder], facts: Facts) -> None:
    """Whom the chosen deputy stands in for; with no holder in force, nobody: the vacancy stays visible."""
    chosen = next(deputy for deputy in deputies if deputy.id == made.holder)
    earlier = facts.earlier_holder.holder if facts.earlier_holder else None
    stood = sorted((p for p in away if _for(chosen, p)), key=lambda p: (p.id != earlier, *in_order(p)))
    made.on_behalf_of = stood[0].id if stood else None
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
    """Nobody can take it now: is there somebody worth waiting for? Who is full is, even if it is urgent (C-23); an
    absence is, when it is short and the work is not urgent. A deputy only where they would stand in."""
    reasons = {made.rejected[person.id].reason for person in people}
    never = facts.conflict_with | facts.declined_by
    returns = {
        person.id: back
        for person in people
        if made.rejected[person.id].reason == "absent"
        and person.id not in never
        and (back := back_on(person, on, settings, is_working_day))
    }
    made.full = not made.vacant and bool(reasons & OVERFLOW)
    if made.vacant:
        made.because += ["C-06", "vacancy"]
    if reasons & OVERFLOW:
        made.because += ["C-23", "all_full"]
    absent = {person.id for person in people if made.rejected[person.id].reason == "absent"}
    if returns:
        made.because.append("short_absence")
    elif absent - never:
        made.because.append("long_absence")
    if "conflict_of_interest" in reasons or absent & facts.conflict_with:
        made.because.append("conflict_of_interest")
    if "declined" in reasons or absent & facts.declined_by:
        made.because.append("declined")
    if facts.urgent:
        made.because.append("urgent")
    made.waits = made.full or (not facts.urgent and not made.vacant and bool(returns))
    able = [returns[person.id] for person in people if person.id in returns and not person.full()]
    made.earliest_on = min(able, default=None) if made.waits else None


def back_on(person: Holder, on: date, settings: Settings, is_working_day: Callable[[date], bool]) -> date | None:
    """The working day on which a person is back from a short absence and still in the seat.

    Short is counted in the working days from the day of asking, that day included: those are what the client waits.
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
