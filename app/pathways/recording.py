"""What everything that is recorded about a path has in common: its day, and the mark of what was recorded wrongly."""

from __future__ import annotations

from datetime import date, datetime

from app.kit.clock import civil_date
from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid
from app.people.periods import at_field


class AssessedInTheFuture(Invalid):
    code = "assessed_in_the_future"
    detail = Text(
        "Päivä on tulevaisuudessa. Kirjaa se, kun asia on arvioitu.",
        "Dagen ligger i framtiden. Anteckna det när saken har bedömts.",
        "The day is in the future. Record it when it has been assessed.",
    )


class InErrorAlready(Conflict):
    """Marked once; a mark is not taken back. Record it anew if it was right."""

    code = "in_error_already"
    detail = Text(
        "Kirjaus on jo merkitty virheelliseksi.",
        "Anteckningen har redan markerats som felaktig.",
        "It is marked as entered in error already.",
    )


def assessed(day: date | None, at: datetime, field: str) -> date:
    """The day given, or today. Raises `AssessedInTheFuture`."""
    today = civil_date(at)
    if day is not None and day > today:
        raise at_field(AssessedInTheFuture, field)
    return day or today
