"""Referrals (toimeksianto): what a sender asked, what became of it, and the feedback owed for it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.clock import civil_date
from app.kit.db import Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission as P


class ReferralState(StrEnum):
    """The stored state (domain 2, end). Outcome, feedback and expiry are facts; later words are computed from them."""

    DRAFT = "draft"
    RECEIVED = "received"
    WAITLISTED = "waitlisted"
    RETURNED_FOR_INFO = "returned_for_info"
    REJECTED = "rejected"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered_in_error"


S = ReferralState
UNDECIDED = frozenset({S.RECEIVED, S.WAITLISTED})
OPEN = frozenset({*UNDECIDED, S.RETURNED_FOR_INFO, S.IN_PROGRESS})
# A sender may take back what the client has withdrawn: the sender does not know, and must not learn by trying.
WITHDRAWABLE = frozenset({S.DRAFT, *UNDECIDED, S.RETURNED_FOR_INFO, S.WITHDRAWN})
FLOW = Flow(
    ReferralState,
    {
        "submit": Verb(frozenset({S.DRAFT, S.RETURNED_FOR_INFO}), S.RECEIVED, P.REFERRAL_SEND, "sender"),
        "cancel": Verb(WITHDRAWABLE, S.CANCELLED, P.REFERRAL_SEND, "sender"),
        "acknowledge_feedback": Verb(
            frozenset({S.IN_PROGRESS, S.CLOSED, S.REJECTED, S.WITHDRAWN}), None, P.FEEDBACK_ACKNOWLEDGE, "sender"
        ),
        # From the waiting list only when there is room (C-23): `waiting.NoCapacityYet`.
        "accept": Verb(UNDECIDED, S.IN_PROGRESS, P.REFERRAL_DECIDE, "receiver"),
        "waitlist": Verb(frozenset({S.RECEIVED}), S.WAITLISTED, P.REFERRAL_DECIDE, "receiver"),
        "recheck": Verb(frozenset({S.WAITLISTED}), None, P.REFERRAL_DECIDE, "receiver"),
        "prioritise": Verb(frozenset({*UNDECIDED, S.RETURNED_FOR_INFO}), None, P.REFERRAL_DECIDE, "receiver"),
        "redirect": Verb(UNDECIDED, S.RECEIVED, P.REFERRAL_DECIDE, "receiver"),
        "return_for_info": Verb(UNDECIDED, S.RETURNED_FOR_INFO, P.REFERRAL_DECIDE, "receiver"),
        "reject": Verb(frozenset({*UNDECIDED, S.RETURNED_FOR_INFO}), S.REJECTED, P.REFERRAL_DECIDE, "receiver"),
        "give_feedback": Verb(frozenset({*OPEN, S.WITHDRAWN}), None, P.FEEDBACK_GIVE, "receiver"),
        # Before a path only where no organisation waits for it (`refusals.no_waiver`).
        "waive_feedback": Verb(frozenset({*OPEN, S.WITHDRAWN}), None, P.FEEDBACK_GIVE, "receiver"),
        "withdraw": Verb(OPEN, S.WITHDRAWN, P.REFERRAL_WITHDRAW, "client"),
        "mark_entered_in_error": Verb(WITHDRAWABLE, S.ENTERED_IN_ERROR, P.REFERRAL_SEND, "sender"),
    },
)


class Referral(Root, kw_only=True, eq=False, repr=False):
    """What was sent stays as it was sent: content is written while a draft (or returned), never after.

    `waiting_…` is of the present wait and is kept when the client withdraws from the waiting list, because the sender
    goes on seeing it; `teams_left` is the chain of teams it was redirected from, the first one first.

    `presented` is the person as the sender gave them, encrypted; `client_id` is found inside the receiver, after
    submission, and never shown to a partner. A referral without `sender_organisation_id` is the client's own, or of
    somebody known by `sender_description` only (C-08). `person_known`: the person was taken from the client's row
    (C-57). `statutory_basis` is the statute it was sent on, where there is no permission. `meeting_held` describes a
    meeting that was not ours; `origin_…` are ours (C-09, C-25, C-31).
    """

    __tablename__ = "referrals"
    __table_args__ = (
        Index(
            "ix_referrals_team_open",
            "team_id",
            "submitted_at",
            "id",
            postgresql_where=text("state IN ('received', 'waitlisted', 'returned_for_info', 'in_progress')"),
        ),
        Index("ix_referrals_client", "client_id", "id"),
        Index("ix_referrals_sender", "sender_organisation_id", "id"),
        Index("ix_referrals_sender_subject", "sender_organisation_id", "presented_index"),
        Index("ix_referrals_pathway", "pathway_id"),
        CheckConstraint("unemployment_days IS NULL OR unemployment_days BETWEEN 0 AND 20000", name="days"),
        CheckConstraint("state = 'draft' OR client_id IS NOT NULL OR submitted_at IS NULL", name="client_known"),
        CheckConstraint("urgency IN ('routine', 'urgent')", name="urgency"),
        CheckConstraint("priority IN ('routine', 'urgent')", name="priority"),
        CheckConstraint("state <> 'waitlisted' OR waiting_since IS NOT NULL", name="waiting"),
        CheckConstraint("origin_question_id IS NULL OR permission <> '{}'::jsonb", name="question_permission"),
    )

    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}

    area_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    source: Mapped[str]
    sender_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    sender_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    channel: Mapped[str]
    presented: Mapped[bytes] = mapped_column(LargeBinary)
    presented_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    municipality: Mapped[str | None]
    reason: Mapped[str]
    asked_for: Mapped[str]
    urgency: Mapped[str]
    unemployment_days: Mapped[int | None]
    criteria_version: Mapped[str]
    criteria_answers: Mapped[dict[str, Any]]
    barriers: Mapped[list[str]]
    permission: Mapped[dict[str, Any]]
    statutory_basis: Mapped[str | None] = mapped_column(default=None)
    hoped_for: Mapped[str | None] = mapped_column(default=None)
    reach_when: Mapped[str | None] = mapped_column(default=None)
    sender_description: Mapped[str | None] = mapped_column(default=None)
    meeting_held: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    origin_meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("meetings.id"), default=None)
    origin_pathway_id: Mapped[UUID | None] = mapped_column(ForeignKey("pathways.id"), default=None)
    origin_step_id: Mapped[UUID | None] = mapped_column(ForeignKey("pathway_steps.id"), default=None)
    origin_question_id: Mapped[UUID | None] = mapped_column(ForeignKey("forum_questions.id"), default=None)
    representative_id: Mapped[UUID | None] = mapped_column(ForeignKey("representatives.id"), default=None)
    person_known: Mapped[bool] = mapped_column(default=False)
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"), init=False, default=None)
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("clients.id"), init=False, default=None)
    consent_id: Mapped[UUID | None] = mapped_column(ForeignKey("consents.id"), init=False, default=None)
    pathway_id: Mapped[UUID | None] = mapped_column(ForeignKey("pathways.id"), init=False, default=None)
    state: Mapped[ReferralState] = mapped_column(init=False, default=ReferralState.DRAFT)
    submitted_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    decided_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    decision_reason: Mapped[str | None] = mapped_column(init=False, default=None)
    decision_advice: Mapped[str | None] = mapped_column(init=False, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    ended_reason: Mapped[str | None] = mapped_column(init=False, default=None)
    # How complete it was when first sent, and how often it was returned: counted in reports, shown to nobody.
    first_submitted_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    requirement_set_id: Mapped[UUID | None] = mapped_column(ForeignKey("requirement_sets.id"), init=False, default=None)
    requirement_asked: Mapped[list[str] | None] = mapped_column(init=False, default=None)
    requirement_met: Mapped[list[str] | None] = mapped_column(init=False, default=None)
    returned_count: Mapped[int] = mapped_column(init=False, default=0)
    priority: Mapped[str | None] = mapped_column(init=False, default=None)
    prioritised_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    waiting_since: Mapped[datetime | None] = mapped_column(init=False, default=None)
    waiting_reason: Mapped[str | None] = mapped_column(init=False, default=None)
    rechecked_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    recheck_planned_on: Mapped[date | None] = mapped_column(init=False, default=None)
    teams_left: Mapped[list[UUID]] = mapped_column(init=False, default_factory=list)
    first_contact_at: Mapped[datetime | None] = mapped_column(init=False, default=None)

    @property
    def urgent(self) -> bool:
        """By the receiver's own priority; as the sender asked until the receiver has set one."""
        return (self.priority or self.urgency) == "urgent"

    @property
    def sender_unknown(self) -> bool:
        """Nobody can be told what came of it: the sender is known by a description only."""
        return self.sender_organisation_id is None and self.source != "self"

    def noticed(self) -> None:
        """The sender may notice this change: a new version."""
        self.version += 1

    def submit(self, at: datetime) -> None:
        """A withdrawn one that was returned is sent in vain: the sender cannot tell, and it goes no further."""
        if self.state is not S.WITHDRAWN:
            self.state = FLOW.move(self.state, "submit")
        self.submitted_at = at
        self.decision_reason = self.decision_advice = self.decided_by_id = self.decided_at = None
        self.no_longer_waits()
        self.noticed()

    def begin_to_wait(self, reason: str, at: datetime) -> None:
        """Routing found everybody full. A withdrawn one sent again in vain waits in the eyes of the sender only."""
        if self.state is not S.WITHDRAWN:
            self.state = FLOW.move(self.state, "waitlist")
        self.waiting_since, self.waiting_reason = at, reason

    def waitlist(self, reason: str, recheck_on: date | None, at: datetime) -> None:
        self.begin_to_wait(reason, at)
        self.recheck_planned_on = recheck_on
        self.noticed()

    def no_longer_waits(self) -> None:
        self.waiting_since = self.waiting_reason = self.rechecked_at = self.recheck_planned_on = None

    def recheck(self, counts: bool, next_on: date | None, at: datetime) -> None:
        """No new version: it is not the sender's to notice. One that does not count leaves the date as it is."""
        self.state = FLOW.move(self.state, "recheck")
        if counts:
            self.rechecked_at, self.recheck_planned_on = at, next_on

    def prioritise(self, priority: str, at: datetime) -> None:
        """No new version either: the sender goes on seeing the urgency it asked for."""
        if priority != (self.priority or self.urgency):
            self.prioritised_at = at
        self.priority = priority

    def contacted(self, at: datetime) -> None:
        """The client was reached for the first time since it came: the earliest of what is told, in any order. What
        was before the day that it came is no contact about it."""
        came = self.first_submitted_at
        if came is not None and civil_date(at) < civil_date(came):
            return
        if self.first_contact_at is None or at < self.first_contact_at:
            self.first_contact_at = at

    def redirect(self, team_id: UUID) -> None:
        self.state = FLOW.move(self.state, "redirect")
        if self.team_id is not None:
            self.teams_left = [*self.teams_left, self.team_id]
        self.team_id = team_id
        self.no_longer_waits()
        self.noticed()

    def accept(self, pathway_id: UUID, by: UUID | None, at: datetime) -> None:
        self.state = FLOW.move(self.state, "accept")
        self.pathway_id, self.decided_by_id, self.decided_at = pathway_id, by, at
        self.no_longer_waits()
        self.noticed()

    def return_for_info(self, reason: str, advice: str | None, by: UUID | None, at: datetime) -> None:
        self.returned_count += 1
        self.decide("return_for_info", reason, advice, by, at)

    def reject(self, reason: str, advice: str | None, by: UUID | None, at: datetime) -> None:
        self.decide("reject", reason, advice, by, at)
        self.ended_at = at

    def decide(self, verb: str, reason: str, advice: str | None, by: UUID | None, at: datetime) -> None:
        self.state = FLOW.move(self.state, verb)
        self.decision_reason, self.decision_advice, self.decided_by_id, self.decided_at = reason, advice, by, at
        self.no_longer_waits()
        self.noticed()

    def end(self, verb: str, reason: str | None, at: datetime) -> None:
        """`cancel`, `withdraw` or `mark_entered_in_error`."""
        self.state = FLOW.move(self.state, verb)
        self.ended_at, self.ended_reason = at, reason
        if verb != "withdraw":
            self.no_longer_waits()
            self.noticed()

    def close(self, at: datetime) -> bool:
        """With its path, or before any path with a notice; feedback is given or waived. A withdrawn one stays so.

        Whether it was closed by this."""
        if self.state not in OPEN:
            return False
        self.state, self.ended_at = S.CLOSED, at
        return True


class FeedbackLevel(StrEnum):
    """How much the feedback tells: by consent (C-13)."""

    CLOSURE_NOTICE = "closure_notice"
    CONCLUSION = "conclusion"
    SUMMARY = "summary"


class Feedback(Root, kw_only=True, eq=False, repr=False):
    """Feedback to the referrer, as it went out; never changed afterwards. `interim` does not discharge the duty.

    A waiver is a row too: `waived_because` coded, nothing sent. `copy_text` is the whole of what went out, as a person
    reads it, in `language`, with its hash: of what was given before copies were kept there is none.
    """

    __tablename__ = "feedbacks"
    __table_args__ = (
        CheckConstraint("(waived_because IS NULL) = (level IS NOT NULL)", name="sent_or_waived"),
        CheckConstraint("level <> 'closure_notice' OR (body IS NULL AND outcomes = '{}')", name="content_free"),
        CheckConstraint("(copy_text IS NULL) = (copy_sha256 IS NULL)", name="sealed"),
        CheckConstraint("copy_sha256 = encode(sha256(convert_to(copy_text, 'UTF8')), 'hex')", name="copy_hash"),
        Index("uq_feedbacks_final", "referral_id", unique=True, postgresql_where=text("NOT interim")),
    )

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), index=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    sender_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    level: Mapped[FeedbackLevel | None]
    interim: Mapped[bool]
    outcomes: Mapped[list[str]]
    body: Mapped[str | None]
    waived_because: Mapped[str | None] = mapped_column(default=None)
    disclosure_id: Mapped[UUID | None] = mapped_column(ForeignKey("disclosures.id"), default=None)
    given_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    given_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    acknowledged_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("logins.id"), init=False, default=None)
    language: Mapped[str | None] = mapped_column(default=None)
    copy_text: Mapped[str | None] = mapped_column(init=False, default=None)
    copy_sha256: Mapped[str | None] = mapped_column(init=False, default=None)
    received_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
