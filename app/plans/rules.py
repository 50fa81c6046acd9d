"""Pure rules of the plan: when a follow-up comes again, when it is late, and whose register words belong to."""

from __future__ import annotations

from datetime import date, timedelta

# Own design on domain 5.3: the words follow what they are about. Codes, dates and states are the team's to read.
BARRIER_REGISTER = {"barrier_health": "health", "barrier_social": "social"}
OPERATIONAL = "operational"


def register_of_barrier(barrier: str) -> str:
    return BARRIER_REGISTER.get(barrier, OPERATIONAL)


def next_due(due_on: date, every_weeks: int | None, until_on: date | None, today: date) -> date | None:
    """The next occurrence of a repeated follow-up, whole periods after the last one and not in the past (those let
    pass are not made up for); None when it does not repeat or the next would come after `until_on`."""
    if every_weeks is None or until_on is None:
        return None
    period = timedelta(weeks=every_weeks)
    late = max(0, (today - due_on).days)
    following = due_on + period * max(1, -(-late // period.days))
    return following if following <= until_on else None


def overdue(state: str, due_on: date, today: date) -> bool:
    return state == "planned" and due_on < today
