"""Periods of memberships, seats and absences: days included at both ends, and what has been is not rewritten."""

from __future__ import annotations

from datetime import date, datetime, timedelta

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
