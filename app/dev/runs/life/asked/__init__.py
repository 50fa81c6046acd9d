"""One request that succeeds for every operation: whose, where, with what body, and what has to be done before it.

`{name}` in a body is the id of that name in the life; `at` says which row a parameter of the path means where it is
not the one of the parameter's own name. Operations without an entry need none: nothing but the ids of their path.
"""

from __future__ import annotations

from app.dev.runs.life.asked import (
    calendars,
    cases,
    consulting,
    managing,
    meetings,
    networks,
    paths,
    questions,
    referrals,
    services,
    sharing,
    visits,
)
from app.dev.runs.life.asked.ask import Ask

ASKED: dict[str, Ask] = {
    **calendars.ASKED, **cases.ASKED, **managing.ASKED, **paths.ASKED, **referrals.ASKED, **services.ASKED,
    **sharing.ASKED, **visits.ASKED,
    **consulting.ASKED,
    **questions.ASKED,
    **cases.ASKED, **managing.ASKED, **meetings.ASKED, **paths.ASKED, **referrals.ASKED, **services.ASKED,
    **sharing.ASKED,
    **networks.ASKED,
}  # fmt: skip

__all__ = ["ASKED", "Ask"]
