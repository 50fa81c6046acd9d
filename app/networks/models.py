"""Networks of peers: a convener, members on their supervisor's permission, meetings and who was there (S004, C-47).

No client stands in them, nor in what is written of a meeting.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept, Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission as P


class NetworkMemberState(StrEnum):
    AWAITING = "awaiting_permission"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


S = NetworkMemberState
MEMBER_FLOW = Flow(
    NetworkMemberState,
    {
        "approve": Verb(frozenset({S.AWAITING}), S.APPROVED, P.NETWORK_WRITE),
        "withdraw": Verb(frozenset({S.AWAITING, S.APPROVED}), S.WITHDRAWN, P.NETWORK_WRITE),
    },
)


class Network(Root, kw_only=True, eq=False, repr=False):
    __tablename__ = "networks"
    __table_args__ = (
        UniqueConstraint("id", "area_id", name="uq_networks_id"),
        Index("ix_networks_area", "area_id", "created_at", "id"),
    )

    area_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str]
    purpose: Mapped[str]
    convener_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))

    @property
    def holder_id(self) -> UUID:
        """Whose it is to keep up, as access asks it."""
        return self.convener_id


class NetworkMember(Kept, kw_only=True, eq=False, repr=False):
    """`supervisor` is who permitted it, in words; `approved_by_id` who recorded that, never the member."""

    __tablename__ = "network_members"
    __table_args__ = (
        ForeignKeyConstraint(["network_id", "area_id"], ["networks.id", "networks.area_id"],
                             name="fk_network_members_network"),
        UniqueConstraint("id", "network_id", "approved", name="uq_network_members_approved"),
        CheckConstraint(
            "(approved_at IS NULL) = (approved_by_id IS NULL) AND (approved_at IS NULL) = (supervisor IS NULL)",
            name="permission",
        ),
        CheckConstraint("approved_by_id <> person_id", name="another"),
        Index("uq_network_members_current", "network_id", "person_id", unique=True,
              postgresql_where=text("withdrawn_at IS NULL")),
    )  # fmt: skip

    network_id: Mapped[UUID]
    area_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[str]
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    supervisor: Mapped[str | None] = mapped_column(init=False, default=None)
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    approved_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    withdrawn_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    approved: Mapped[bool] = mapped_column(
        Computed("(approved_at IS NOT NULL)", persisted=True), init=False, deferred=True
    )

    @property
    def state(self) -> NetworkMemberState:
        if self.withdrawn_at is not None:
            return S.WITHDRAWN
        return S.AWAITING if self.approved_at is None else S.APPROVED

    def approve(self, supervisor: str, by: UUID, at: datetime) -> None:
        MEMBER_FLOW.check(self.state, "approve")
        self.supervisor, self.approved_by_id, self.approved_at = supervisor, by, at

    def withdraw(self, at: datetime) -> None:
        MEMBER_FLOW.check(self.state, "withdraw")
        self.withdrawn_at = at

    def was_permitted(self, on: datetime) -> bool:
        """Whether the permission stood when something began; it may have been recorded afterwards."""
        return self.approved_at is not None and (self.withdrawn_at is None or self.withdrawn_at > on)


class NetworkMeeting(Kept, kw_only=True, eq=False, repr=False):
    """`rooms` are the smaller rooms of it, each with its question. `recording` counts how often it was recorded."""

    __tablename__ = "network_meetings"
    __table_args__ = (
        ForeignKeyConstraint(["network_id", "area_id"], ["networks.id", "networks.area_id"],
                             name="fk_network_meetings_network"),
        UniqueConstraint("id", "network_id", "area_id", name="uq_network_meetings_id"),
        CheckConstraint("minutes BETWEEN 10 AND 720", name="minutes"),
        CheckConstraint("recording >= 0 AND (recording = 0) = (recorded_at IS NULL)", name="recording"),
        Index("ix_network_meetings_network", "network_id", "starts_at"),
    )  # fmt: skip

    network_id: Mapped[UUID]
    area_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    place: Mapped[str]
    themes: Mapped[list[str]] = mapped_column(JSONB)
    rooms: Mapped[list[str]] = mapped_column(JSONB)
    notes: Mapped[str | None] = mapped_column(init=False, default=None)
    recording: Mapped[int] = mapped_column(init=False, default=0)
    recorded_at: Mapped[datetime | None] = mapped_column(init=False, default=None)

    def record(self, notes: str | None, at: datetime) -> None:
        self.notes, self.recorded_at, self.recording = notes, at, self.recording + 1


class NetworkAttendance(Kept, kw_only=True, eq=False, repr=False):
    """A member was there, for an organisation. The newest recording counts; older ones stay."""

    __tablename__ = "network_attendances"
    __table_args__ = (
        ForeignKeyConstraint(
            ["meeting_id", "network_id", "area_id"],
            ["network_meetings.id", "network_meetings.network_id", "network_meetings.area_id"],
            name="fk_network_attendances_meeting",
        ),
        ForeignKeyConstraint(
            ["member_id", "network_id", "approved"],
            ["network_members.id", "network_members.network_id", "network_members.approved"],
            name="fk_network_attendances_member",
        ),
        UniqueConstraint("meeting_id", "recording", "member_id", name="uq_network_attendances_once"),
        CheckConstraint("approved", name="approved"),
    )

    meeting_id: Mapped[UUID]
    network_id: Mapped[UUID]
    area_id: Mapped[UUID]
    member_id: Mapped[UUID]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    room: Mapped[str | None]
    recording: Mapped[int]
    approved: Mapped[bool] = mapped_column(init=False, default=True)
