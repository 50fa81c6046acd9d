"""A piece of open work as it stands, and what would become of it. Plain values, without database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from app.assessments.kinds import register_of
from app.feedbacks.models import QUESTION, TO_READ
from app.gaps.models import GAP
from app.participations.models import AFTER_CONTACT
from app.routing.decide import Decision, Outcome
from app.routing.facts import EarlierHolder, Facts
from app.routing.roster import Period
from app.routing.selection import OVERFLOW
from app.work.models import CONSULTATION, CONSULTATION_ASKED, TRIAGE, WorkItem

PATH, FEEDBACK = "pathway", "feedback"
# What stands on no seat: feedback owed, asked about or come back, a permission to ask the client for, to ask how it
# goes after a service, and a consultation.
SEATLESS = frozenset({FEEDBACK, GAP, QUESTION, TO_READ, AFTER_CONTACT, CONSULTATION, CONSULTATION_ASKED})
NO_RULES = frozenset({PATH, *SEATLESS})
# A path is no assignment of the week, and what stands on no seat is no load at all.
LET_PASS = {PATH: frozenset({"week_full"}), **dict.fromkeys(SEATLESS, OVERFLOW)}
NOBODY_MISSES = frozenset({"deputy_not_needed", "deputy_not_for_overflow"})


class Fate(StrEnum):
    """What would become of a piece of work. `STAYS`: with whom or where it is. `WAITS`: for room, or for somebody who
    is back soon. `MANUAL`: a human has to decide first; `NOBODY`: there is nobody, and an alarm goes."""

    ASSIGNED = "assigned"
    STAYS = "stays"
    WAITS = "waits"
    QUEUED = "queued"
    MANUAL = "manual"
    NOBODY = "nobody"


FATES = {
    Outcome.ASSIGNED: Fate.ASSIGNED,
    Outcome.WAITLISTED: Fate.WAITS,
    Outcome.QUEUED: Fate.QUEUED,
    Outcome.MANUAL: Fate.MANUAL,
    Outcome.UNASSIGNED: Fate.NOBODY,
}


def register_of_notes(kind: str) -> str:
    """The register of words about such work to its next holder: that of its findings. Who answers for a path, owes a
    feedback or receives a referral may have no other register than the team's."""
    return "operational" if kind in NO_RULES or kind == TRIAGE else register_of(kind)


def subject_of(item: WorkItem) -> UUID:
    """What decisions about it name: a feedback shares the referral with another piece of work, and names itself."""
    return item.id if item.kind == FEEDBACK else item.subject_id


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One piece of open work as it stands. `role` is its seat; of work without rules, the seat to look on.

    `seated`: it counts on that seat. `recent`: given within the last seven days. `earlier`: who last did closed work
    of this client, by seat. `follows` is the piece that a feedback goes with, `responsible` the worker of a path that
    stays.
    """

    id: str
    kind: str
    facts: Facts
    opened_at: datetime
    role: str | None = None
    holder: str | None = None
    queue: str | None = None
    seated: bool = False
    recent: bool = False
    earlier: Mapping[str, EarlierHolder] = field(default_factory=dict)
    follows: str | None = None
    responsible: str | None = None

    @property
    def by_rules(self) -> bool:
        return self.kind not in NO_RULES


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """`otherwise`: who would take it if it is not left to wait for somebody who is away for days only."""

    fate: Fate
    role: str | None = None
    holder: str | None = None
    queue: str | None = None
    earliest_on: date | None = None
    because: tuple[str, ...] = ()
    decision: Decision | None = None
    otherwise: Proposal | None = None


@dataclass(frozen=True, kw_only=True)
class Going:
    """Who goes: `away` for a period, or for good from these seats (`leaves`)."""

    person: str
    away: Period | None = None
    leaves: frozenset[str] = frozenset()
