"""Receptions that come again, and one's own calendar, on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import MISSING, Field

from app.calendars.models import SeriesKind
from app.calendars.schemas import Clock
from app.kit.codesets import code_of
from app.kit.schemas import Day, Input, Instant, Output, Page, Resource
from app.teams.schemas import VisitingDays

Minutes = Annotated[int, Field(ge=5, le=480, description="Length of one slot.", examples=[45])]
Slots = Annotated[int, Field(ge=1, le=50, description="How many slots, one after the other.", examples=[4])]


class SeriesCreate(Input):
    """A reception that comes again (C-19, C-30)."""

    kind: SeriesKind
    rule: VisitingDays
    starts: Clock
    minutes: Minutes
    slots: Slots
    first_on: Day
    last_on: Day | None = None
    room_id: UUID | None = None
    beside: bool = Field(False, description="A second one of the kind for this seat, and meant so.")


class SeriesChange(Input):
    """How it goes on from a day; what is left out stays as it was."""

    valid_from: Day
    rule: VisitingDays | MISSING = MISSING
    starts: Clock | MISSING = MISSING
    minutes: Minutes | MISSING = MISSING
    slots: Slots | MISSING = MISSING
    room_id: UUID | MISSING | None = MISSING


class SeriesRead(Resource):
    """From the first to the last day, both included. `continuesId` is the one it took the place of."""

    seat_id: UUID
    kind: SeriesKind
    rule: str
    starts: Clock
    minutes: int
    slots: int
    first_on: date
    last_on: date | None
    room_id: UUID | None
    beside: bool
    continues_id: UUID | None


class SeriesPage(Page):
    items: list[SeriesRead]


class ReservationRead(Output):
    """Taken time: what for, never for whom. `because` is why the person is not there then, null if they are."""

    id: UUID
    kind: Annotated[str, code_of("reservation_kind")]
    subject_type: str = Field(examples=["appointments"])
    subject_id: UUID
    starts_at: datetime
    ends_at: datetime
    place: str | None
    room_id: UUID | None
    room_name: str | None
    because: Annotated[str, code_of("calendar_conflict")] | None


class SeriesEnded(SeriesRead):
    """`booked` are reservations in slots that are no more: they stay until somebody moves them."""

    booked: list[ReservationRead]


class SlotRead(Output):
    starts_at: datetime
    ends_at: datetime
    free: bool


class OccurrenceRead(Output):
    """One day of a series. A skipped one says why and when the next one is held."""

    on: date
    skipped: Annotated[str, code_of("series_skip")] | None
    next_on: date | None
    person_id: UUID | None
    slots: list[SlotRead]


class OccurrenceList(Output):
    items: list[OccurrenceRead]


class ReceptionRead(OccurrenceRead):
    series_id: UUID
    kind: SeriesKind


class DaysRead(Output):
    first_on: date
    last_on: date


class MyCalendar(Output):
    """One's own time: what is taken, receptions of one's seats, and when one is away."""

    reservations: list[ReservationRead]
    receptions: list[ReceptionRead]
    away: list[DaysRead]


class BlockCreate(Input):
    """Time that one keeps for oneself, 24 hours at most. Why is not asked."""

    starts_at: Instant = Field(examples=["2026-12-01T10:00:00Z"])
    ends_at: Instant = Field(examples=["2026-12-01T12:00:00Z"])


class BlockedTimeRead(Resource):
    starts_at: datetime
    ends_at: datetime
    released_at: datetime | None


class FeedRead(Resource):
    """The newest address of one's calendar; it is shown once, when it is made."""

    made_at: datetime
    ended_at: datetime | None


class FeedMade(FeedRead):
    """`path` is the secret address: whoever has it reads the calendar."""

    path: str = Field(examples=["/v1/calendar-feed?token=…"])
