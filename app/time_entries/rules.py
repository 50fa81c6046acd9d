"""Pure rules of time: sums in person-minutes, and what was expected against what was spent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

# Kinds of work that name a row.
NAMED = frozenset({"step", "meeting", "assessment", "contact"})


@dataclass(frozen=True)
class Spent:
    """One entry that counts."""

    subject_type: str
    subject_id: UUID | None
    role: str
    minutes: int


@dataclass(frozen=True)
class Cost:
    """Person-minutes: together, and the same sum cut in three ways."""

    minutes: int
    by_role: dict[str, int]
    by_kind: dict[str, int]
    by_step: dict[UUID, int]


def cost(entries: Iterable[Spent]) -> Cost:
    roles: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    steps: Counter[UUID] = Counter()
    for one in entries:
        roles[one.role] += one.minutes
        kinds[one.subject_type] += one.minutes
        if one.subject_type == "step" and one.subject_id is not None:
            steps[one.subject_id] += one.minutes
    return Cost(roles.total(), dict(sorted(roles.items())), dict(sorted(kinds.items())), dict(steps))
