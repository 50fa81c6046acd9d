"""What of a simulation its reader may see case by case; the rest is in the numbers only.

A list of the cases that a vacancy or a rule changes tells what steered them, even without a word about it: leave the
physician of muscles and joints out, and whoever changes has something there. So a case is listed only for those who
may know what could have steered it (own design).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from uuid import UUID

from app.assessments.kinds import TELLING
from app.kit.codesets import called
from app.routing.facts import Facts
from app.routing.keeping import HEALTH_FACTS
from app.simulations import results
from app.simulations.results import Comparison, Pair, Shares
from app.simulations.schemas import (
    MOST_LISTED,
    CaseEnding,
    ChangedCase,
    PersonShares,
    SeatShares,
    SimulatedFigures,
    Unlisted,
)
from app.simulations.world import Asking, Work

Lists = Callable[[Pair], bool]
Hides = Callable[[str], bool]
SMALLEST = 5  # cases: from 1 to 4 behind a number it is hidden, as in figures (`reports.rules`)


def works_that_tell(askings: Iterable[Asking]) -> set[Work]:
    """Work whose kind tells of health, or of which something of health was ever said that a rule could look at; that
    it is not demanding, too."""
    return {asking.work for asking in askings if asking.work[1] in TELLING or says_health(asking.facts)}


def says_health(facts: Facts) -> bool:
    return any(getattr(facts, name) not in (None, frozenset()) for name in HEALTH_FACTS)


def nobodys(pair: Pair) -> bool:
    """For whom nothing is listed: clients of the team are not theirs to see."""
    return False


def small_shown(role: str) -> bool:
    """For the register's own command: every number of every seat is shown."""
    return False


def figures(made: results.Figures) -> SimulatedFigures:
    return SimulatedFigures.model_validate(made)


def seats(made: Comparison, hides: Hides) -> list[SeatShares]:
    return [
        SeatShares(seat_role=role, label=called("role", role), **numbers(share, role, hides))
        for role, share in made.seats.items()
    ]


def people(made: Comparison, names: dict[str, str], hides: Hides) -> list[PersonShares]:
    return [
        PersonShares(
            seat_role=role,
            label=called("role", role),
            person_id=UUID(person),
            person_name=names.get(person, ""),
            **numbers(share, role, hides),
        )
        for (role, person), share in made.people.items()
    ]


def numbers(share: Shares, role: str, hides: Hides) -> dict[str, float | None]:
    """Of one to four cases somebody outside the health register learns by the seat whose they are: nothing is said."""
    if hides(role) and any(0 < number < SMALLEST for number in (share.before, share.after)):
        return dict.fromkeys(("before", "before_percent", "after", "after_percent", "change"))
    return {
        "before": share.before,
        "before_percent": share.before_percent,
        "after": share.after,
        "after_percent": share.after_percent,
        "change": share.after - share.before,
    }


def listed(pairs: Iterable[Pair], lists: Lists) -> list[ChangedCase]:
    """The first of those that may be listed."""
    return [case_of(pair) for pair in list(filter(lists, pairs))[:MOST_LISTED]]


def unlisted(made: Comparison, lists: Lists) -> list[Unlisted]:
    """How many of each kind are left out."""
    changed = Counter(pair.kind for pair in made.changed if not lists(pair))
    nobody = Counter(pair.kind for pair in made.nobody if not lists(pair))
    return [
        Unlisted(kind=kind, changed=changed[kind], unassigned=nobody[kind])
        for kind in sorted(changed.keys() | nobody.keys())
    ]


def case_of(pair: Pair) -> ChangedCase:
    return ChangedCase(
        decision_id=UUID(pair.asking.id),
        subject_id=UUID(pair.asking.work[0]),
        kind=pair.kind,
        asked_at=pair.asking.at,
        before=ending(pair.before),
        after=ending(pair.after),
    )


def ending(made: results.Ending) -> CaseEnding:
    return CaseEnding(
        place=made.place,
        seat_role=made.seat,
        person_id=UUID(made.holder) if made.holder else None,
        because=list(made.because),
    )
