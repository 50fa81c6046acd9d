"""Network meetings: who was invited on which permission, whether the client was there, what was decided."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.attributes import flag_modified

from app.kit.db import Kept, Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission as P


class MeetingState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


M = MeetingState
FLOW = Flow(
    MeetingState,
    {
        "hold": Verb(frozenset({M.PLANNED}), M.HELD, P.MEETING_WRITE, "team"),
        "cancel": Verb(frozenset({M.PLANNED}), M.CANCELLED, P.MEETING_WRITE, "team"),
        "invite": Verb(frozenset({M.PLANNED}), None, P.MEETING_WRITE, "team"),
        "move": Verb(frozenset({M.PLANNED}), None, P.MEETING_WRITE, "team"),
        "change_convener": Verb(frozenset({M.PLANNED}), None, P.MEETING_WRITE, "team"),
        "open_parts": Verb(frozenset({M.PLANNED, M.HELD}), None, P.MEETING_WRITE, "team"),
        "assign_decision": Verb(frozenset({M.HELD}), None, P.MEETING_WRITE, "team"),
    },
)


class InvitationState(StrEnum):
    INVITED = "invited"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


N = InvitationState
UNANSWERED = frozenset({N.INVITED, N.PROPOSED})
INVITATION_FLOW = Flow(
    InvitationState,
    {
        "accept": Verb(UNANSWERED, N.ACCEPTED, P.MEETING_WRITE, "team"),
        "propose": Verb(UNANSWERED, N.PROPOSED, P.MEETING_WRITE, "team"),
        "decline": Verb(UNANSWERED, N.DECLINED, P.MEETING_WRITE, "team"),
        "agree": Verb(frozenset({N.PROPOSED}), N.ACCEPTED, P.MEETING_INVITE, "sender"),
        "withdraw": Verb(UNANSWERED | {N.ACCEPTED}, N.WITHDRAWN, P.MEETING_INVITE, "sender"),
        "follow": Verb(frozenset({N.ACCEPTED}), None, P.MEETING_WRITE, "team"),
        "refer": Verb(frozenset({N.ACCEPTED}), None, P.MEETING_WRITE, "team"),
    },
)


class Meeting(Root, kw_only=True, eq=False, repr=False):
    """A meeting about one client has a named convener, and says how the client took part (C-32).

    `reserves`: the time of its convener, of the area's own people invited and of the room is taken while it is planned.
    """

    __tablename__ = "meetings"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 5 AND 600", name="minutes"),
        CheckConstraint("(state = 'held') = (client_participation IS NOT NULL)", name="client_participation"),
        CheckConstraint(
            "client_participation IN ('present', 'remote', 'declined_in_writing')", name="participation_code"
        ),
        CheckConstraint(
            "(client_participation IS NOT DISTINCT FROM 'declined_in_writing') = (declined_on IS NOT NULL)"
            " AND (declined_on IS NULL) = (declined_evidence IS NULL)",
            name="declined",
        ),
        Index("ix_meetings_pathway", "pathway_id", "starts_at"),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"))
    kind: Mapped[str]
    convener_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    place: Mapped[str]
    agenda: Mapped[str | None]
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("rooms.id"), default=None)
    reserves: Mapped[bool] = mapped_column(default=False)
    state: Mapped[MeetingState] = mapped_column(init=False, default=M.PLANNED)
    client_participation: Mapped[str | None] = mapped_column(init=False, default=None)
    declined_on: Mapped[date | None] = mapped_column(init=False, default=None)
    declined_evidence: Mapped[str | None] = mapped_column(init=False, default=None)
    notes: Mapped[str | None] = mapped_column(init=False, default=None)
    decisions: Mapped[list[str]] = mapped_column(init=False, default_factory=list)
    ended_reason: Mapped[str | None] = mapped_column(init=False, default=None)

    def hold(self, client_participation: str, notes: str | None, decisions: list[str]) -> None:
        self.state = FLOW.move(self.state, "hold")
        self.client_participation, self.notes, self.decisions = client_participation, notes, decisions

    def cancel(self, reason: str) -> None:
        self.state = FLOW.move(self.state, "cancel")
        self.ended_reason = reason

    def declined(self, on: date, evidence: str) -> None:
        """The client stayed away, and said so in writing (C-32)."""
        self.declined_on, self.declined_evidence = on, evidence

    def move(self, starts_at: datetime, minutes: int, place: str) -> None:
        self.state = FLOW.move(self.state, "move")
        self.starts_at, self.minutes, self.place = starts_at, minutes, place

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    def touch(self) -> None:
        """Others are invited: a new version. When it was made is not the API's to write."""
        flag_modified(self, "place")


class MeetingParticipant(Kept, kw_only=True, eq=False, repr=False):
    """An invited person. Somebody of another organisation is invited on a consent, and the disclosure says which.

    `awaiting_since`: to be invited when the client permits it. `closed_at`: the permission ended; `offered_at`: it is
    there again, and the convener may invite again.
    """

    __tablename__ = "meeting_participants"
    __table_args__ = (
        UniqueConstraint("meeting_id", "person_id"),
        CheckConstraint("awaiting_since IS NULL OR (closed_at IS NULL AND disclosure_id IS NULL)", name="awaiting"),
        CheckConstraint("offered_at IS NULL OR closed_at IS NOT NULL", name="offered"),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"), index=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    disclosure_id: Mapped[UUID | None] = mapped_column(ForeignKey("disclosures.id"), default=None)
    awaiting_since: Mapped[datetime | None] = mapped_column(init=False, default=None)
    closed_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    offered_at: Mapped[datetime | None] = mapped_column(init=False, default=None)

    @property
    def open(self) -> bool:
        """Whether they are invited now: nobody else sees the meeting by this row."""
        return self.closed_at is None and self.awaiting_since is None

    @property
    def standing(self) -> str:
        if self.awaiting_since is not None:
            return "awaiting_permission"
        if self.closed_at is None:
            return "invited"
        return "closed" if self.offered_at is None else "may_be_invited"

    def invite(self, disclosure_id: UUID | None) -> None:
        self.awaiting_since = self.closed_at = self.offered_at = None
        self.disclosure_id = disclosure_id

    def wait(self, at: datetime) -> None:
        self.closed_at = self.offered_at = self.disclosure_id = None
        self.awaiting_since = at

    def close(self, at: datetime) -> None:
        """It ends, or what was offered is offered no more."""
        self.closed_at, self.offered_at = self.closed_at or at, None

    def offer(self, at: datetime) -> None:
        self.offered_at = at


class MeetingNotePart(Kept, kw_only=True, eq=False, repr=False):
    """What of the notes is of one register: read by its professionals and the client (domain 5.3), and by a partner
    that took part, while the client permits its `data_class` (`part_models.MeetingOpening`)."""

    __tablename__ = "meeting_note_parts"
    __table_args__ = (
        CheckConstraint("register IN ('operational', 'health', 'social', 'employment')", name="register"),
        UniqueConstraint("meeting_id", "register"),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    register: Mapped[str]
    body: Mapped[str]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    data_class: Mapped[str]
    for_organisation_ids: Mapped[list[UUID] | None]
