"""What happens next on a path, and on which day: agreed anew whenever something is done (C-35)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pydantic import Field

from app.kit.clock import civil_date
from app.kit.i18n import Text
from app.kit.problems import Invalid
from app.kit.schemas import Input, Line
from app.pathways.models import Pathway
from app.people.periods import at_field
from app.referrals.content import refuse_codes

# How far ahead what comes next may be agreed, in days: later it would be nobody's next action. Own design.
FURTHEST = timedelta(days=366)


class NextActionDay(Invalid):
    """Today at the earliest, and at most 366 days ahead."""

    code = "next_action_day"
    detail = Text(
        "Seuraavan toimen päivä on aikaisintaan tänään ja enintään 366 päivän päässä.",
        "Dagen för nästa åtgärd är tidigast i dag och högst 366 dagar framåt.",
        "The day of the next action is today at the earliest, and at most 366 days ahead.",
    )


class NextGiven(Input):
    """What comes next, said along with what was done; left out, it stays as it was."""

    next_action: Line | None = Field(None, examples=["Book the physician's visit"])
    next_action_on: date | None = Field(None, description="Today or later, at most 366 days ahead.")


def check_day(on: date | None, at: datetime) -> None:
    """Raises `NextActionDay`."""
    today = civil_date(at)
    if on is not None and not today <= on <= today + FURTHEST:
        raise at_field(NextActionDay, "nextActionOn")


def agree(pathway: Pathway, given: NextGiven, at: datetime) -> None:
    """Raises `NextActionDay`, `CodeInText`."""
    refuse_codes(nextAction=given.next_action)
    check_day(given.next_action_on, at)
    pathway.next_action = given.next_action or pathway.next_action
    pathway.next_action_on = given.next_action_on or pathway.next_action_on
