"""Invitations of a seat to a partner's own meeting, on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.consents.schemas import ConsentTerms
from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Input, Instant, Line, Output, Page, Prose, Resource
from app.meetings.models import InvitationState
from app.referrals.content_schemas import PersonGiven
from app.referrals.schemas import PersonShown
from app.referrals.source_schemas import MeetingReferral

MeetingKind = Annotated[str, code_of("meeting_type")]


class InvitationCreate(Input):
    """A seat of a team is invited to a meeting that the partner organises. The client is named only with the client's
    permission, as the organiser states it."""

    id: UUID | None = None
    seat_id: UUID = Field(description="Of the directory.")
    sender_organisation_id: UUID | None = Field(None, description="Which of your organisations invites; the first.")
    kind: MeetingKind = Field("joint_meeting", examples=["activation_plan_meeting"])
    starts_at: Instant
    minutes: int = Field(60, ge=5, le=600)
    place: Line = Field(examples=["The workshop, meeting room"])
    topic: Line | None = Field(None, description="What it is about, naming nobody.")
    client: PersonGiven | None = Field(None, description="Whom it is about. With `permission`.")
    permission: ConsentTerms | None = Field(
        None, description="What the client permits, as stated to you: the area is a recipient. With `client`."
    )


class InvitationPropose(Input):
    starts_at: Instant = Field(description="A time at which you could come.")


class InvitationDecline(Input):
    """The reason is a code, and tells nothing of anybody."""

    reason: Annotated[str, code_of("invitation_decline_reason")] = Field(examples=["no_time"])


class InvitationWithdraw(Input):
    reason: Annotated[str, code_of("invitation_withdraw_reason")] = Field(examples=["meeting_cancelled"])


class InvitationFollow(Input):
    """Nothing came of it, or it was not held. What came of it otherwise is a referral."""

    followed: Literal["nothing", "not_held"]


class InvitationReferral(MeetingReferral):
    """A referral that was agreed on in the meeting. The person and the permission are those of the invitation where it
    names somebody, else they are given here."""

    client: PersonGiven | None = None
    hoped_for: Prose | None = None


class InvitationRead(Resource):
    """`client` is null where nobody is named, and to those of the team who do not hold the seat. `followed` and
    `referralId` are for the team alone: an organiser learns what came of it by feedback only."""

    sender_organisation_id: UUID
    sender_organisation: str
    sender_person_id: UUID
    sender_person: str
    seat_id: UUID
    team_id: UUID
    person_id: UUID | None
    kind: str
    starts_at: datetime
    minutes: int
    place: str
    topic: str | None
    client: PersonShown | None
    state: InvitationState
    proposed_starts_at: datetime | None
    reason: str | None
    answered_at: datetime | None
    followed: str | None
    referral_id: UUID | None
    allowed_actions: list[AllowedAction]


class InvitationSummary(Output):
    """Names nobody."""

    id: UUID
    sender_organisation: str
    seat_id: UUID
    team_id: UUID
    kind: str
    starts_at: datetime
    minutes: int
    place: str
    state: InvitationState


class InvitationPage(Page):
    items: list[InvitationSummary]


class FreeSlot(Output):
    """When, and nothing else."""

    starts_at: datetime
    ends_at: datetime


class FreeSlots(Output):
    items: list[FreeSlot]
