"""Which worklist, and what of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

LISTS: dict[str, str] = {
    "inbox": "referrals to be taken in, held by me or by nobody in my teams",
    "mine": "what I hold",
    "team": "everything open in my teams",
    "unassigned": "what stands in a queue",
    "waiting": "what waits for capacity, with its age",
    "overdue": "what is past its date",
    "feedback": "feedback owed to a referrer",
    "silent": "paths and referrals of clients who are not reached",
    "referred": "what I referred, and what became of it",
}
Which = Literal["inbox", "mine", "team", "unassigned", "waiting", "overdue", "feedback", "silent", "referred"]
# The kinds of `routing.facts.AssessmentKind`, and those that nobody routes.
WorkKind = Literal[
    "referral_triage", "health_check", "physician_assessment", "functional_test", "functional_test_physical",
    "functional_test_daily", "coordination", "social_assessment", "psychiatric_assessment",
    "mental_health_substance_assessment", "kela_consultation", "employment_assessment", "pathway", "feedback",
    "consent_gap", "feedback_question", "feedback_to_read", "after_contact", "consultation",
    "consultation_asked",
]  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """Filters of a worklist; None lets everything through. `silent` are the clients who are not reached."""

    which: Which
    kinds: tuple[str, ...] = ()
    urgency: str | None = None
    source: str | None = None
    team_id: UUID | None = None
    holder_id: UUID | None = None
    client_id: UUID | None = None
    overdue: bool | None = None
    silent: frozenset[UUID] = frozenset()

    def unavailable(self) -> list[str]:
        """Filters that mean nothing on what one has referred."""
        given = {"kind": self.kinds, "teamId": self.team_id, "holderId": self.holder_id, "clientId": self.client_id}
        more = {"overdue": self.overdue, "source": self.source}
        return [name for name, value in (given | more).items() if value not in (None, ())]
