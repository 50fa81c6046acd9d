"""Appointments on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.appointments.models import AppointmentStatus
from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Day, Input, Instant, Line, Output, Page, Resource, example

Kind = Annotated[str, code_of("appointment_kind")]
Place = Annotated[str, code_of("appointment_place")]
LengthReason = Annotated[str, code_of("duration_reason")]
OUTSIDE = "Agreed with the professional, though it is not within their working hours."
ONE = "0190f3a2-7c1e-7a55-8b42-3f6d2a9c1e01"  # somebody of an example
NEXT = "When to try to reach the client next: today or later."


class AppointmentTerms(Input):
    """What is agreed, whenever it is. A health check takes 90 to 120 minutes and time to record it (C-14)."""

    id: UUID | None = None
    kind: Kind = Field(examples=["health_check"])
    person_id: UUID = Field(description="Who receives the client: on a seat of the path's team on that day.")
    second_person_id: UUID | None = Field(None, description="Pair work: another of the area's own people in the team.")
    room_id: UUID | None = Field(None, description="Reserved together with the persons; with `place` premises.")
    minutes: int | None = Field(None, ge=5, le=600, description="Absent: what the code set says of the kind.")
    minutes_because: LengthReason | None = Field(None, description="Why a health check takes another time.")
    recording_minutes: int | None = Field(
        None, ge=5, le=240, description="Of a health check; absent: `appointment_rule`."
    )
    place: Place = "premises"
    address: Line | None = Field(None, description="With `place` own_environment.")
    interpreter_needed: bool | None = Field(None, description="Absent: as the client's record says (C-50).")
    interpreter_language: Annotated[str, code_of("language")] | None = None
    remind: bool = Field(False, description="The client has asked to be reminded by e-mail; the mail says only when.")
    beside: bool = Field(False, description="A second coming health check of the path, and meant so.")
    assessment_id: UUID | None = Field(
        None, description="The assessment that is done at it. Absent for a health check: the path's own."
    )
    step_id: UUID | None = Field(
        None,
        description="The step of the path, which is planned for that day. Absent for a health check: the path's.",
    )


class AppointmentBook(AppointmentTerms):
    """A time for the client, booked by the team."""

    model_config = example({"kind": "nurse", "personId": ONE, "startsAt": "2026-12-01T08:00:00Z"})

    starts_at: Instant
    recording_starts_at: Instant | None = Field(
        None, description="Recording elsewhere on the same day; absent: directly after."
    )
    outside_hours: bool = Field(False, description=OUTSIDE)


class AppointmentOffer(AppointmentTerms):
    """Terms within which the client chooses a free time."""

    model_config = example({"kind": "nurse", "personId": ONE, "bookableUntil": "2026-12-18"})

    bookable_until: Day = Field(description="The last day to choose from; at most half a year ahead.")


class TimeChoose(Input):
    """One of the offered times."""

    starts_at: Instant
    remind: bool | None = Field(None, description="Whether to be reminded by e-mail; absent: as it was offered.")


class AppointmentMove(Input):
    """To another time; the length and who receives stay."""

    starts_at: Instant
    recording_starts_at: Instant | None = None
    outside_hours: bool = Field(False, description=OUTSIDE)
    reason: Annotated[str, code_of("appointment_move_reason")]


class AppointmentCancel(Input):
    """Whose wish it was follows from the reason. `offerAgainUntil`: the client may choose another time until then."""

    reason: Annotated[str, code_of("appointment_cancel_reason")]
    offer_again_until: Day | None = None


class OwnCancel(Input):
    """The client says whether another time is wanted: what was chosen out of an offer that still stands is then offered
    again (`nextOfferId`). What the team booked is not: the team reads that it was cancelled, and calls."""

    another_time: bool = True


class AppointmentArrive(Input):
    """The client is here."""


class AppointmentFulfil(Input):
    """It took place: the contact log gets it, and nothing is typed twice."""

    minutes: int | None = Field(None, ge=0, le=600, description="How long it took; absent: as booked.")
    interpreter_used: bool = False


class NoShowMark(Input):
    """The client did not come: counted here and in the contact log, and told to nobody outside the team."""

    reason: Annotated[str, code_of("no_show_reason")] = "unknown"
    next_attempt_on: Day | None = Field(None, description=NEXT)


class AppointmentReopen(Input):
    """What was noted was wrong."""

    reason: Line


class OfferedTime(Output):
    starts_at: datetime
    ends_at: datetime


class OfferedTimes(Output):
    """What is read is one offer, not rows of anybody."""

    items: list[OfferedTime]


class ReminderRead(Output):
    """`because` is a code of `reminder_not_sent`."""

    starts_at: datetime
    at: datetime
    outcome: Literal["sending", "sent", "failed", "not_sent"]
    because: str | None


class AppointmentRead(Resource):
    """To a partner's person: when, where and with whom, and nothing else. Of a kind that is `telling` in
    the code set, the professional, the room, who booked it and what leads to them are shown to the health register, the
    client and who receives; to others its `kind` is `health_care`."""

    client_id: UUID | None
    client_name: str | None = Field(description="For whoever sees the client, and the partner's person who receives.")
    pathway_id: UUID | None
    assessment_id: UUID | None
    step_id: UUID | None
    kind: str
    status: AppointmentStatus
    person_id: UUID | None
    person: str | None
    second_person_id: UUID | None
    second_person: str | None
    room_id: UUID | None
    room: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    minutes: int
    minutes_because: str | None
    recording_starts_at: datetime | None
    recording_minutes: int | None
    place: str
    address: str | None
    interpreter_needed: bool | None
    interpreter_language: str | None
    remind: bool | None
    reminders: list[ReminderRead]
    bookable_until: date | None
    booked_at: datetime | None
    booked_by: str | None = Field(examples=["client"])
    booked_by_id: UUID | None
    cancel_until: datetime | None = Field(description="Until when the client cancels without calling.")
    moves: int | None
    moved_from: datetime | None
    moved_because: str | None
    cancelled_by: str | None
    cancel_reason: str | None
    no_show_reason: str | None
    reopened_because: str | None
    contact_id: UUID | None
    replaces_id: UUID | None
    next_offer_id: UUID | None = Field(
        description="Offered instead of this one, which was cancelled; null: nothing is."
    )
    allowed_actions: list[AllowedAction]


class AppointmentSummary(Output):
    """A row of the list: what is hidden of the whole is null here too."""

    id: UUID
    client_id: UUID | None
    client_name: str | None
    kind: str
    status: AppointmentStatus
    person_id: UUID | None
    person_name: str | None
    room_id: UUID | None
    room_name: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    minutes: int
    place: str
    bookable_until: date | None


class AppointmentPage(Page):
    items: list[AppointmentSummary]


class AttendanceRead(Output):
    """What came of the client's appointments, of those the reader sees."""

    client_id: UUID
    coming: int
    fulfilled: int
    no_shows: int
    cancelled_by_client: int
    cancelled_by_team: int
    last_no_show_at: datetime | None
