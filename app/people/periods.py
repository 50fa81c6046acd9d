"""Periods of memberships, seats and absences: days included at both ends, and what has been is not rewritten."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Protocol

from app.kit.clock import civil_date
from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid


class EndsBeforeStart(Invalid):
    code = "ends_before_start"
    detail = Text(
        "Jakso päättyisi ennen kuin se alkaa.",
        "Perioden skulle sluta innan den börjar.",
        "The period would end before it starts.",
    )


class EndsInThePast(Invalid):
    """What was done while it was in force stays explainable."""

    code = "ends_in_the_past"
    detail = Text(
        "Päättymispäivä voi olla aikaisintaan eilinen: eilinen päättää heti.",
        "Sista dagen kan tidigast vara i går: i går avslutar genast.",
        "The last day can be yesterday at the earliest: yesterday ends it at once.",
    )


class StartsInThePast(Invalid):
    code = "starts_in_the_past"
    detail = Text(
        "Versio voi tulla voimaan aikaisintaan tänään.",
        "En version kan tidigast börja gälla i dag.",
        "A version can begin today at the earliest.",
    )


class AlreadyEnded(Conflict):
    code = "already_ended"
    detail = Text(
        "Jakso päättyy jo aiemmin. Tee myöhempää aikaa varten uusi.",
        "Perioden slutar redan tidigare. Gör en ny för en senare tid.",
        "It ends earlier already. Make a new one for a later time.",
    )


def at_field(problem: type[Invalid], field: str) -> Invalid:
    """The problem, pointing at one field of the body."""
    return problem(errors=[{"pointer": f"/body/{field}", "code": problem.code, "detail": problem.detail}])


def check_period(first: date, last: date | None, field: str = "validTo") -> None:
    """Raises `EndsBeforeStart`."""
    if last is not None and last < first:
        raise at_field(EndsBeforeStart, field)


def check_end(first: date, last: date | None, end: date, at: datetime) -> None:
    """Whether a period may end on this day. Raises `EndsBeforeStart`, `EndsInThePast`, `AlreadyEnded`."""
    today = civil_date(at)
    if last is not None and (last < today or last < end):
        raise AlreadyEnded()
    check_period(first, end)
    if end < today - timedelta(days=1):
        raise at_field(EndsInThePast, "validTo")


class Version(Protocol):
    """One of several that follow each other: at most one is without an end."""

    valid_from: date | None

    def end(self, last: date | None) -> None: ...


def first_day(given: date | None, at: datetime) -> date:
    """The day a version begins, by default today. Raises `StartsInThePast`."""
    first = given or civil_date(at)
    if first < civil_date(at):
        raise at_field(StartsInThePast, "validFrom")
    return first


def succeed(before: Version | None, ended: date | None, first: date, overlap: type[Conflict]) -> None:
    """A version begins on `first`: the one before it ends the day before. `ended` is the last day of those that have an
    end. Raises `overlap` when the one before begins that day or later, or an ended one still counts."""
    if before is not None:
        assert before.valid_from is not None
        if before.valid_from >= first:
            raise overlap()
        before.end(first - timedelta(days=1))
    if ended is not None and ended >= first:
        raise overlap()


def last_day(first: date, given: date | None, at: datetime) -> date:
    """The last day of a version without an end: by default yesterday, so that it ends at once; one that has not begun
    then never counts. Raises as `check_end`."""
    if given is not None:
        check_end(first, None, given, at)
        return given
    return max(first, civil_date(at)) - timedelta(days=1)
