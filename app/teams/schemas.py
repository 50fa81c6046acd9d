"""Teams, seats, holders, absences and the directory on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import MISSING, Field, StringConstraints

from app.kit.codesets import code_of
from app.kit.schemas import Email, Input, Municipality, Name, Output, Page, Phone, Resource
from app.teams.models import Standing

Role = Annotated[str, code_of("role")]
Template = Annotated[str, code_of("team_template")]
TeamCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$"), Field(examples=["heinola"])]
Municipalities = Annotated[list[Municipality], Field(max_length=50, examples=[["111", "781"]])]
MaxOpen = Annotated[int, Field(ge=0, le=1000, description="Most open work of each holder; null is no limit.")]
VisitingDays = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    Field(
        description="RFC 5545 RRULE, WEEKLY or MONTHLY by days, no INTERVAL: when a partner is here.",
        examples=["FREQ=MONTHLY;BYDAY=1TU"],
    ),
]


class TeamCreate(Input):
    id: UUID | None = None
    code: TeamCode
    name: Name = Field(examples=["Heinolan työkykytiimi"])
    template: Template
    municipalities: Municipalities = []


class TeamUpdate(Input):
    name: Name | MISSING = MISSING
    template: Template | MISSING = MISSING
    municipalities: Municipalities | MISSING = MISSING


class TeamRead(Resource):
    area_id: UUID
    code: str
    name: str
    template: str
    municipalities: list[str]


class TeamPage(Page):
    items: list[TeamRead]


class SeatCreate(Input):
    role: Role
    max_open: MaxOpen | None = None
    visiting_days: VisitingDays | None = None
    phone: Phone | None = None
    email: Email | None = None


class SeatUpdate(Input):
    max_open: MaxOpen | MISSING | None = MISSING
    visiting_days: VisitingDays | MISSING | None = MISSING
    phone: Phone | MISSING | None = MISSING
    email: Email | MISSING | None = MISSING


class SeatRead(Resource):
    team_id: UUID
    role: str
    max_open: int | None
    visiting_days: str | None
    phone: str | None
    email: str | None


class SeatPage(Page):
    items: list[SeatRead]


class HolderCreate(Input):
    """Who holds a seat, or is its deputy, and for which days; the first and the last are included."""

    person_id: UUID
    standing: Standing = Standing.HOLDER
    valid_from: date
    valid_to: date | None = None


class HolderRead(Resource):
    seat_id: UUID
    person_id: UUID
    standing: Standing
    valid_from: date
    valid_to: date | None


class HolderPage(Page):
    items: list[HolderRead]


class AbsenceCreate(Input):
    """Why somebody is away is not asked."""

    person_id: UUID
    first_on: date
    last_on: date


class AbsenceUpdate(Input):
    last_on: date


class AbsenceRead(Resource):
    person_id: UUID
    first_on: date
    last_on: date


class AbsencePage(Page):
    items: list[AbsenceRead]


class Label(Output):
    fi: str
    sv: str
    en: str


class DirectoryPerson(Output):
    """Somebody in a seat today. `absentUntil` is the last day away, null when present."""

    holder_id: UUID
    person_id: UUID
    name: str
    phone: str | None
    email: str | None
    absent_until: date | None


class DirectorySeat(Output):
    """Whom to contact in a role. `vacant`: nobody is named for it today (C-06), whoever stands in."""

    id: UUID
    role: str
    label: Label
    vacant: bool
    holders: list[DirectoryPerson]
    deputies: list[DirectoryPerson] = Field(description="Who stands in today: the holders are away, or there is none.")
    phone: str | None
    email: str | None
    visiting_days: str | None
    next_visiting_day: date | None


class DirectoryTeam(Output):
    id: UUID
    area_id: UUID
    code: str
    name: str
    template: str
    municipalities: list[str]
    seats: list[DirectorySeat]


class Directory(Output):
    """The teams of the areas you work in or with, their seats and the people in them, as of a day."""

    on: date
    teams: list[DirectoryTeam]
