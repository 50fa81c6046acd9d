"""Referrals on the wire. A sender is never asked for a diagnosis, a problem area, or whether it is demanding (C-58)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import MISSING, Field

from app.clients.schemas import IdentityCodeText
from app.consents.schemas import ConsentTerms
from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Input, Line, Output, Page, Prose, Resource
from app.referrals.content_schemas import (
    Barrier,
    CriteriaAnswers,
    Kind,
    MeetingHeld,
    MeetingHeldRead,
    PersonGiven,
    ReferralSaid,
    Source,
    Statute,
    Urgency,
)  # fmt: skip
from app.referrals.road_schemas import ClockRead, TeamLeft

ReferralStatus = Literal[
    "draft", "received", "waitlisted", "returned_for_info", "rejected", "in_progress", "ended", "closed", "withdrawn",
    "cancelled", "entered_in_error",
]  # fmt: skip


class ReferralCreate(ReferralSaid):
    """Sent at once, unless `draft`. `source` follows from the sender; a team may note another, e.g. `self`.

    The person is `client`, or `clientId` of a client of your team: nothing is typed twice (C-57).
    """

    id: UUID | None = None
    draft: bool = False
    client: PersonGiven | None = Field(None, description="The person as you know them. Not with `clientId`.")
    client_id: UUID | None = Field(None, description="A client of your team. Not with `client`.")
    source: Source | None = None
    sender_description: Line | None = Field(
        None, description="Who sends, in words, when it is no organisation: with source `other`, by a team only."
    )
    representative_id: UUID | None = Field(
        None,
        description="Who refers for the client, by a mandate to `refer`. With `clientId`; the source is `self`.",
    )
    sender_organisation_id: UUID | None = Field(
        None, description="Which of your organisations sends; absent: the first."
    )
    allow_duplicate: bool = Field(False, description="Send although you have an open referral of the same person.")


class ReferralUpdate(Input):
    """A draft, or one returned for information. What is sent replaces."""

    client: PersonGiven | MISSING = MISSING
    reason: Prose | MISSING = MISSING
    asked_for: Kind | MISSING = MISSING
    urgency: Urgency | MISSING = MISSING
    unemployment_days: Annotated[int, Field(ge=0, le=20000)] | MISSING | None = MISSING
    criteria: CriteriaAnswers | MISSING = MISSING
    barriers: Annotated[list[Barrier], Field(max_length=5)] | MISSING = MISSING
    permission: ConsentTerms | MISSING = MISSING
    statutory_basis: Statute | MISSING | None = MISSING
    hoped_for: Prose | MISSING | None = MISSING
    reach_when: Line | MISSING | None = MISSING
    meeting_held: MeetingHeld | MISSING | None = MISSING


class ReferralSearch(Input):
    """Among your own organisation's referrals, by the person's whole identity code."""

    identity_code: IdentityCodeText


class ReferralReturn(Input):
    reason: Annotated[str, code_of("return_reason")]
    advice: Prose | None = Field(None, description="What to add; the sender reads it.")


class ReferralReject(Input):
    reason: Annotated[str, code_of("rejection_reason")]
    advice: Prose | None = Field(None, description="Where to turn instead; the sender reads it.")


class ReferralEnd(Input):
    reason: Line | None = Field(None, description="A client's reason is read by the team only.")


class ReferralMarkError(Input):
    reason: Line


class Gap(Output):
    """Something missing. `required` stops the sending; the rest helps the receiver and is counted (C-22)."""

    pointer: str = Field(examples=["/body/permission"])
    code: str = Field(examples=["permission_missing"])
    required: bool
    remedy: str


class OwnDuplicate(Output):
    """An open referral of your own organisation for the same person."""

    referral_id: UUID
    status: str
    submitted_at: datetime | None


class Taker(Output):
    """Who would take it now. Says nothing about the person."""

    outcome: str = Field(examples=["assigned"])
    team_id: UUID | None
    team: str | None
    seat_role: str | None
    person: str | None
    earliest_on: date | None


class PreflightResult(Output):
    """Nothing was written. `complete` says whether it could be sent as it is."""

    complete: bool
    gaps: list[Gap]
    duplicates: list[OwnDuplicate]
    taker: Taker
    answer_by: date = Field(description="By when you would hear whether it is taken on.")


class PersonShown(Output):
    """The person as this sender gave them; the code masked."""

    given_name: str
    family_name: str
    identity_code_masked: str | None
    birth_date: date | None
    municipality: str | None
    phone: str | None
    email: str | None


class FeedbackDue(Output):
    """What is owed to the sender, computed from what has happened. `state`: coming, owed, given, waived;
    not_coming of a referral onward."""

    state: str = Field(examples=["coming"])
    due_on: date | None
    feedback_id: UUID | None
    level: str | None
    given_at: datetime | None
    acknowledged_at: datetime | None


class Owner(Output):
    """Who answers for it now: a person, or a queue with its alarm."""

    person_id: UUID | None
    name: str | None
    seat_role: str | None
    queue: str | None
    alarm: bool


class ReferralRead(Resource):
    """A referral as this reader may see it: `view` is sender, team or client.

    To a sender `status` is draft, received, waitlisted, returned_for_info, rejected, in_progress, ended, cancelled
    or entered_in_error, and reads the same whatever the reason for ending; the client's row is not theirs to know.
    """

    view: str = Field(examples=["sender"])
    status: str = Field(examples=["received"])
    client_id: UUID | None
    person: PersonShown
    source: str
    sender_organisation_id: UUID | None
    sender_person_id: UUID | None
    channel: str
    reason: str
    asked_for: str
    urgency: str
    unemployment_days: int | None
    late: bool | None = Field(description="Over 300 days of unemployment (C-20): an indicator, never a bar. Team only.")
    criteria_version: str
    criteria_answers: dict[str, str]
    barriers: list[str]
    permission: dict[str, Any] | None
    statutory_basis: str | None
    hoped_for: str | None
    reach_when: str | None
    sender_description: str | None
    meeting_held: MeetingHeldRead | None
    origin_meeting_id: UUID | None
    origin_question_id: UUID | None = Field(description="The anonymous question it came of, to its asker alone.")
    origin_pathway_id: UUID | None
    representative_id: UUID | None
    team_id: UUID | None
    submitted_at: datetime | None
    decided_at: datetime | None
    decision_reason: str | None
    decision_advice: str | None
    ended_reason: str | None = Field(description="Why it was cancelled, withdrawn or marked; as far as you may know.")
    next_on: date | None = Field(description="The next date that matters to this reader.")
    next_is: str | None = Field(examples=["answer_due"])
    feedback: FeedbackDue
    waiting_reason: str | None = Field(description="Why it waits: capacity, never the client. While it is waitlisted.")
    priority: str | None = Field(description="The receiver's own; not for a sender, like all that follows here.")
    waiting_since: datetime | None
    waiting_days: int | None
    recheck_on: date | None = Field(description="When the need is checked again (C-24).")
    recheck_overdue: bool | None
    moves: int | None = Field(description="How many times it was redirected from a team.")
    moved_from: TeamLeft | None = Field(description="The team that redirected it last.")
    been_here_before: bool | None = Field(description="Whether it came back to a team that had redirected it.")
    first_contact_at: datetime | None
    clocks: list[ClockRead]
    owner: Owner | None
    pathway_id: UUID | None
    sender_sees: list[str] = Field(description="To the client: what the sender sees and does not see, in plain words.")
    running_pathway_id: UUID | None = Field(description="The client's running path in the team (C-36). Team only.")
    allowed_actions: list[AllowedAction]


class ReferralSummary(Output):
    id: UUID
    status: str
    view: str
    person: PersonShown
    source: str
    sender_organisation_id: UUID | None
    urgency: str
    submitted_at: datetime | None
    next_on: date | None
    feedback: FeedbackDue
    priority: str | None
    waiting_days: int | None
    recheck_overdue: bool | None


class ReferralPage(Page):
    items: list[ReferralSummary]


class ReferralsFound(Output):
    items: list[ReferralSummary]


class FeedbackRead(Resource):
    """Feedback as it went out."""

    referral_id: UUID
    level: str | None
    interim: bool
    outcomes: list[str]
    body: str | None
    given_at: datetime
    given_by: str | None
    language: str | None = Field(description="Of the words; null for what was given before it was kept.")
    received_at: datetime | None = Field(description="When its recipient first read it.")
    acknowledged_at: datetime | None
    disclosure_id: UUID | None


class FeedbackList(Output):
    items: list[FeedbackRead]
