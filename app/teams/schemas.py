"""Teams, seats, holders, absences and the directory on the wire."""

from __future__ import annotations

from datetime import date, datetime
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

RuleSetCode = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,59}$"),
    Field(description="By which rules its work is given out.", examples=["heinola"]),
]
SilentAfterDays = Annotated[
    int, Field(ge=1, le=365, description="After how many days without a touch a holder with open work is listed.")
]
ClientsPerDay = Annotated[int, Field(ge=1, le=20, description="How much new work one client day makes room for.")]
ClientDays = Annotated[
    float, Field(ge=0, le=5, multiple_of=0.5, description="Days a week for clients, in halves; null is no limit.")
]


class Channel(Input):
    """A further way of contact, besides phone and e-mail."""

    system: Annotated[str, code_of("contact_channel")]
    value: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(examples=["Teams: Työkyvyn tuki"])
    note: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = Field(None, examples=["9-11"])


Channels = Annotated[list[Channel], Field(max_length=10)]


class ChannelRead(Output):
    system: str
    value: str
    note: str | None


class TeamCreate(Input):
    """What the template of the team says counts for whatever is left out: see `GET /v1/team-templates`."""

    id: UUID | None = None
    code: TeamCode
    name: Name = Field(examples=["Heinolan työkykytiimi"])
    template: Template
    municipalities: Municipalities = []
    unit_id: UUID | None = Field(None, description="A unit of the area's own organisation.")
    rule_set: RuleSetCode | None = None
    silent_after_days: SilentAfterDays | None = None
    create_seats: bool = Field(False, description="Make the template's required seats, vacant.")


class TeamUpdate(Input):
    name: Name | MISSING = MISSING
    template: Template | MISSING = MISSING
    municipalities: Municipalities | MISSING = MISSING
    unit_id: UUID | MISSING | None = MISSING
    rule_set: RuleSetCode | MISSING = MISSING
    silent_after_days: SilentAfterDays | MISSING = MISSING


class TeamRead(Resource):
    """`missingSeats` are required by the template, and the team has no such seat; a seat that nobody holds is there,
    and vacant."""

    area_id: UUID
    unit_id: UUID | None
    code: str
    name: str
    template: str
    rule_set: str
    silent_after_days: int
    municipalities: list[str]
    missing_seats: list[str]


class TeamPage(Page):
    items: list[TeamRead]


class SeatCreate(Input):
    role: Role
    max_open: MaxOpen | None = None
    clients_per_day: ClientsPerDay | None = None
    visiting_days: VisitingDays | None = None
    phone: Phone | None = None
    email: Email | None = None
    channels: Channels = []


class SeatUpdate(Input):
    max_open: MaxOpen | MISSING | None = MISSING
    clients_per_day: ClientsPerDay | MISSING | None = MISSING
    visiting_days: VisitingDays | MISSING | None = MISSING
    phone: Phone | MISSING | None = MISSING
    email: Email | MISSING | None = MISSING
    channels: Channels | MISSING = MISSING


class SeatRead(Resource):
    team_id: UUID
    role: str
    max_open: int | None
    clients_per_day: int | None
    visiting_days: str | None
    phone: str | None
    email: str | None
    channels: list[ChannelRead]


class SeatPage(Page):
    items: list[SeatRead]


class HolderCreate(Input):
    """Who holds a seat, or is its deputy, and for which days; the first and the last are included."""

    person_id: UUID
    standing: Standing = Standing.HOLDER
    valid_from: date
    valid_to: date | None = None
    max_open: MaxOpen | None = Field(None, description="Of this person; null is what the seat says.")
    client_days_per_week: ClientDays | None = None


class HolderUpdate(Input):
    """What this person has room for. Less takes no work from anybody; it only stops new work."""

    max_open: MaxOpen | MISSING | None = MISSING
    client_days_per_week: ClientDays | MISSING | None = MISSING


class HolderRead(Resource):
    """`weekLimit` is how much new work seven days have room for: client days a week times the seat's clients a day,
    rounded down; null is no limit. From `handedOverAt` nothing new comes (C-43)."""

    seat_id: UUID
    person_id: UUID
    standing: Standing
    valid_from: date
    valid_to: date | None
    max_open: int | None
    client_days_per_week: float | None
    week_limit: int | None
    handed_over_at: datetime | None


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
