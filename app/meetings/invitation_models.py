"""Meetings of others to which a seat of a team is invited."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Root
from app.meetings.models import INVITATION_FLOW, InvitationState


class MeetingInvitation(Root, kw_only=True, eq=False, repr=False):
    """A partner's own meeting, and the seat it invites. It is of no client here: `presented` is the person as the
    organiser gave them, sealed, with the client's `permission` as the organiser states it; without permission nobody is
    named. `person_id` is who comes; `followed` what came of it, which the organiser is not told."""

    __tablename__ = "meeting_invitations"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 5 AND 600", name="minutes"),
        CheckConstraint("presented IS NULL OR permission <> '{}'::jsonb", name="named"),
        CheckConstraint("state <> 'proposed' OR proposed_starts_at IS NOT NULL", name="proposed"),
        CheckConstraint("state <> 'accepted' OR person_id IS NOT NULL", name="accepted"),
        CheckConstraint("state NOT IN ('declined', 'withdrawn') OR reason IS NOT NULL", name="declined"),
        CheckConstraint(
            "followed IS NULL OR (state = 'accepted' AND followed IN ('referral', 'nothing', 'not_held'))",
            name="followed",
        ),
        CheckConstraint("(followed IS NOT DISTINCT FROM 'referral') = (referral_id IS NOT NULL)", name="referral"),
        Index("ix_meeting_invitations_sender", "sender_organisation_id", "starts_at"),
        Index("ix_meeting_invitations_team", "team_id", "starts_at"),
    )

    area_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    sender_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    sender_person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seats.id"))
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    kind: Mapped[str]
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    place: Mapped[str]
    topic: Mapped[str | None]
    presented: Mapped[bytes | None] = mapped_column(LargeBinary)
    permission: Mapped[dict[str, Any]]
    state: Mapped[InvitationState] = mapped_column(init=False, default=InvitationState.INVITED)
    proposed_starts_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    reason: Mapped[str | None] = mapped_column(init=False, default=None)
    answered_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    followed: Mapped[str | None] = mapped_column(init=False, default=None)
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referrals.id"), init=False, default=None)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    def answer(self, verb: str, person_id: UUID | None, at: datetime) -> None:
        self.state = INVITATION_FLOW.move(self.state, verb)
        self.answered_at, self.answered_by_id = at, person_id

    def accept(self, person_id: UUID, at: datetime) -> None:
        self.answer("accept", person_id, at)
        self.person_id, self.proposed_starts_at = person_id, None

    def propose(self, person_id: UUID, starts_at: datetime, at: datetime) -> None:
        self.answer("propose", person_id, at)
        self.person_id, self.proposed_starts_at = person_id, starts_at

    def agree(self) -> None:
        """The organiser takes the time that was proposed."""
        self.state = INVITATION_FLOW.move(self.state, "agree")
        assert self.proposed_starts_at is not None
        self.starts_at, self.proposed_starts_at = self.proposed_starts_at, None

    def decline(self, person_id: UUID | None, reason: str, at: datetime) -> None:
        self.answer("decline", person_id, at)
        self.reason = reason

    def withdraw(self, reason: str) -> None:
        self.state = INVITATION_FLOW.move(self.state, "withdraw")
        self.reason = reason

    def follow(self, what: str, referral_id: UUID | None = None) -> None:
        self.followed, self.referral_id = what, referral_id
