"""Appointments (FHIR Appointment): offered, booked, kept, cancelled or missed; and which reminders were sent."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept, Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission as P

HEALTH_CHECK = "health_check"
SUBJECT = "appointment"  # what time is reserved for


class AppointmentStatus(StrEnum):
    """Words of FHIR. `proposed`: offered to the client, who chooses the time."""

    PROPOSED = "proposed"
    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NOSHOW = "noshow"


S = AppointmentStatus
TEAM, CLIENT = {"team"}, {"client"}  # whose verb it is
COMING = frozenset({S.BOOKED, S.ARRIVED})
FLOW = Flow(
    AppointmentStatus,
    {
        "choose_time": Verb(frozenset({S.PROPOSED}), S.BOOKED, P.APPOINTMENT_BOOK),
        "cancel_own": Verb(frozenset({S.PROPOSED, S.BOOKED}), S.CANCELLED, P.APPOINTMENT_BOOK, "client"),
        "move": Verb(frozenset({S.BOOKED}), None, P.MEETING_WRITE, "team"),
        "cancel": Verb(frozenset({S.PROPOSED, S.BOOKED}), S.CANCELLED, P.MEETING_WRITE, "team"),
        "arrive": Verb(frozenset({S.BOOKED}), S.ARRIVED, P.MEETING_WRITE, "team"),
        "fulfil": Verb(frozenset({S.BOOKED, S.ARRIVED}), S.FULFILLED, P.MEETING_WRITE, "team"),
        "mark_no_show": Verb(frozenset({S.BOOKED}), S.NOSHOW, P.MEETING_WRITE, "team"),
        "reopen": Verb(frozenset({S.ARRIVED, S.FULFILLED, S.NOSHOW}), S.BOOKED, P.MEETING_WRITE, "team"),
    },
)


class Appointment(Root, kw_only=True, eq=False, repr=False):
    """One visit of a client to one or two professionals. Their time and the room's stands in `reservations`.

    `organisation_id` is set for a partner's person, who is told of it on the disclosure. `ends_at` is when the client
    leaves; the recording of a health check has time of its own. `address` is of the client's own environment.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 5 AND 600", name="minutes"),
        CheckConstraint(
            "kind <> 'health_check' OR minutes BETWEEN 90 AND 120 OR minutes_because IS NOT NULL", name="health_check"
        ),
        CheckConstraint("(kind = 'health_check') = (recording_minutes IS NOT NULL)", name="recording"),
        CheckConstraint("recording_minutes BETWEEN 5 AND 240", name="recording_minutes"),
        CheckConstraint("(starts_at IS NULL) = (ends_at IS NULL) AND ends_at > starts_at", name="period"),
        CheckConstraint("status IN ('proposed', 'cancelled') OR starts_at IS NOT NULL", name="timed"),
        CheckConstraint("status <> 'proposed' OR (starts_at IS NULL AND bookable_until IS NOT NULL)", name="proposed"),
        CheckConstraint("(status = 'cancelled') = (cancel_reason IS NOT NULL)", name="cancel_reason"),
        CheckConstraint("(cancel_reason IS NULL) = (cancelled_by IS NULL)", name="cancelled"),
        CheckConstraint("cancelled_by IN ('client', 'team')", name="cancelled_by"),
        CheckConstraint("booked_by IN ('client', 'team')", name="booked_by"),
        CheckConstraint("(status = 'noshow') = (no_show_reason IS NOT NULL)", name="no_show"),
        CheckConstraint("(organisation_id IS NULL) = (disclosure_id IS NULL)", name="partner"),
        CheckConstraint("person_id <> second_person_id", name="two_persons"),
        CheckConstraint("place IN ('premises', 'own_environment', 'remote', 'phone')", name="place"),
        CheckConstraint("address IS NULL OR place = 'own_environment'", name="address"),
        CheckConstraint("interpreter_needed OR interpreter_language IS NULL", name="interpreter"),
        Index("ix_appointments_client", "client_id", "starts_at"),
        Index("ix_appointments_pathway", "pathway_id", "id"),
        Index("ix_appointments_person", "person_id", "starts_at"),
        Index("ix_appointments_team", "team_id", "starts_at"),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"))
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    kind: Mapped[str]
    assessment_id: Mapped[UUID | None] = mapped_column(ForeignKey("assessments.id"))
    step_id: Mapped[UUID | None] = mapped_column(ForeignKey("pathway_steps.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    second_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("rooms.id"))
    minutes: Mapped[int]
    minutes_because: Mapped[str | None]
    recording_minutes: Mapped[int | None]
    place: Mapped[str]
    address: Mapped[str | None]
    interpreter_needed: Mapped[bool]
    interpreter_language: Mapped[str | None]
    remind: Mapped[bool]
    bookable_until: Mapped[date | None]
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointments.id"), default=None)
    disclosure_id: Mapped[UUID | None] = mapped_column(ForeignKey("disclosures.id"), init=False, default=None)
    starts_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    ends_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    recording_starts_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    booked_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    booked_by: Mapped[str | None] = mapped_column(init=False, default=None)
    booked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    status: Mapped[AppointmentStatus] = mapped_column(init=False, default=S.PROPOSED)
    moves: Mapped[int] = mapped_column(init=False, default=0)
    moved_from: Mapped[datetime | None] = mapped_column(init=False, default=None)
    moved_because: Mapped[str | None] = mapped_column(init=False, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    cancelled_by: Mapped[str | None] = mapped_column(init=False, default=None)
    cancel_reason: Mapped[str | None] = mapped_column(init=False, default=None)
    no_show_reason: Mapped[str | None] = mapped_column(init=False, default=None)
    reopened_because: Mapped[str | None] = mapped_column(init=False, default=None)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"), init=False, default=None)

    def time(self, starts_at: datetime, recording_starts_at: datetime | None) -> None:
        """When it is. The recording follows at once unless another time was reserved for it."""
        self.starts_at, self.ends_at = starts_at, starts_at + timedelta(minutes=self.minutes)
        self.recording_starts_at = (recording_starts_at or self.ends_at) if self.recording_minutes else None

    def book(self, by: str, by_id: UUID | None, at: datetime) -> None:
        self.status = S.BOOKED
        self.booked_by, self.booked_by_id, self.booked_at = by, by_id, at

    def move(self, because: str, starts_at: datetime, recording_starts_at: datetime | None, at: datetime) -> None:
        FLOW.check(self.status, "move")
        self.moved_from, self.moved_because, self.moves = self.starts_at, because, self.moves + 1
        self.booked_at = at
        self.time(starts_at, recording_starts_at)

    def cancel(self, verb: str, by: str, reason: str, at: datetime) -> None:
        self.status = FLOW.move(self.status, verb)
        self.cancelled_by, self.cancel_reason, self.ended_at = by, reason, at

    def arrive(self) -> None:
        self.status = FLOW.move(self.status, "arrive")

    def fulfil(self, contact_id: UUID, at: datetime) -> None:
        self.status = FLOW.move(self.status, "fulfil")
        self.contact_id, self.ended_at = contact_id, at

    def miss(self, reason: str, contact_id: UUID, at: datetime) -> None:
        self.status = FLOW.move(self.status, "mark_no_show")
        self.no_show_reason, self.contact_id, self.ended_at = reason, contact_id, at

    def reopen(self, because: str) -> None:
        """What was noted of it was wrong: it is as if only booked."""
        self.status = FLOW.move(self.status, "reopen")
        self.reopened_because = because
        self.no_show_reason = self.contact_id = self.ended_at = None


class AppointmentReminder(Kept, kw_only=True, eq=False, repr=False):
    """A reminder of one time of one appointment: claimed before the mail is handed over, so that none goes twice."""

    __tablename__ = "appointment_reminders"
    __table_args__ = (
        UniqueConstraint("appointment_id", "starts_at"),
        CheckConstraint("outcome IN ('sending', 'sent', 'failed', 'not_sent')", name="outcome"),
        CheckConstraint("(outcome = 'not_sent') = (because IS NOT NULL)", name="because"),
    )

    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointments.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    starts_at: Mapped[datetime]
    at: Mapped[datetime]
    outcome: Mapped[str]
    because: Mapped[str | None] = mapped_column(default=None)
