"""Rooms, hours and free times on the wire. Nothing here is about a client."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import MISSING, Field, StringConstraints

from app.kit.codesets import code_of
from app.kit.schemas import Day, Input, Line, Municipality, Name, Output, Page, Resource

Clock = Annotated[
    str,
    StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"),
    Field(description="Finnish local time, HH:MM.", examples=["09:00"]),
]


class RoomCreate(Input):
    """A room that is booked together with a person (C-60)."""

    name: Name = Field(examples=["Terveysasema, huone 2"])
    unit_id: UUID | None = Field(None, description="A unit of the area's own organisation.")
    address: Line | None = Field(None, examples=["Torikatu 13, Heinola"])
    municipality: Municipality | None = Field(None, examples=["111"])
    accessible: bool | None = Field(None, description="With a wheelchair; null is not known.")
    in_use_from: Day


class RoomUpdate(Input):
    name: Name | MISSING = MISSING
    unit_id: UUID | MISSING | None = MISSING
    address: Line | MISSING | None = MISSING
    municipality: Municipality | MISSING | None = MISSING
    accessible: bool | MISSING | None = MISSING


class RoomRead(Resource):
    """In use from the first to the last day, both included."""

    area_id: UUID
    unit_id: UUID | None
    name: str
    address: str | None
    municipality: str | None
    accessible: bool | None
    in_use_from: date
    in_use_to: date | None


class RoomPage(Page):
    items: list[RoomRead]


class RoomUse(Output):
    """Hours of one room. `hoursOpen` are office hours on working days on which it is in use."""

    room_id: UUID
    name: str
    hours_open: float = Field(examples=[152.0])
    hours_booked: float = Field(examples=[31.5])


class RoomUseList(Output):
    items: list[RoomUse]


class Stretch(Input):
    """A stretch of one day of the week."""

    weekday: Annotated[int, Field(ge=1, le=7, description="Monday is 1.", examples=[1])]
    opens: Clock
    closes: Clock


class StretchRead(Output):
    weekday: int
    opens: str
    closes: str


class WorkingHoursCreate(Input):
    """From a day on, instead of what was said before. No hours at all: not there until something else is said."""

    person_id: UUID
    valid_from: Day
    hours: Annotated[list[Stretch], Field(max_length=28)]


class HoursEnd(Input):
    valid_to: Day | None = Field(None, description="Null: at once; what has not begun then never counts.")


class WorkingHoursRead(Resource):
    """Both days are included."""

    seat_id: UUID
    person_id: UUID
    valid_from: date
    valid_to: date | None
    hours: list[StretchRead]


class WorkingHoursPage(Page):
    items: list[WorkingHoursRead]


class FreeTimeRead(Output):
    """A time that can be taken, and which of those asked for are free then."""

    starts_at: datetime
    ends_at: datetime
    person_ids: list[UUID]


class FreeTimeList(Output):
    """In order. `more`: there are later ones, which `limit` left out."""

    items: list[FreeTimeRead]
    more: bool


class ConflictRead(Output):
    """A reservation on a day when the person is not there. `because` is a code, `remedy` what helps."""

    reservation_id: UUID
    person_id: UUID
    kind: Annotated[str, code_of("reservation_kind")]
    subject_type: str
    subject_id: UUID
    starts_at: datetime
    ends_at: datetime
    because: Annotated[str, code_of("calendar_conflict")]
    remedy: str


class ConflictList(Output):
    items: list[ConflictRead]
