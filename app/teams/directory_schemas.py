"""The directory and the team templates on the wire."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from app.kit.schemas import Output
from app.teams.schemas import ChannelRead


class Label(Output):
    fi: str
    sv: str
    en: str


class TemplateSeatRead(Output):
    """`source` is a seed (S…), a constraint (C-…) or own design."""

    role: str
    label: Label
    required: bool
    source: str


class TeamTemplateRead(Output):
    """A team of this template has all `required` seats (what it lacks shows as `missingSeats`) and may have the others;
    besides them anybody's `team_lead` and `supervisor`. Where `holdsHealthData` is false nobody records any (C-59)."""

    code: str
    version: int
    label: Label
    about: Label
    source: str
    holds_health_data: bool
    rule_set: str
    path_template: str = Field(description="What a new path starts from.", examples=["heinola"])
    silent_after_days: int
    sources: dict[str, str]
    seats: list[TemplateSeatRead]


class TeamTemplateList(Output):
    items: list[TeamTemplateRead]


class DirectoryPerson(Output):
    """Somebody in a seat today. `absentUntil` is the last day away, null when present; `until` the last day on the
    seat, or the day from which nothing new comes, null when no end is known. With `handedOver` the work has gone to
    others: contact one of the others, or a deputy. How much work somebody has, the area's own
    people read; to a partner's `openWork` and `givenInSevenDays` are null."""

    holder_id: UUID
    person_id: UUID
    name: str
    phone: str | None
    email: str | None
    languages: list[str]
    absent_until: date | None
    until: date | None
    handed_over: bool
    open_work: int | None
    given_in_seven_days: int | None


class DirectoryStandIn(DirectoryPerson):
    stands_in_for: list[UUID] = Field(description="The holders who are away; empty when the seat is vacant.")


class DirectorySeat(Output):
    """Whom to contact in a role. `vacant`: nobody is named for it today (C-06), or only somebody who has handed
    over, whoever stands in. `freePlaces` are
    those of whoever is there now: null is no limit, 0 is full or nobody there. `nextFreeOn` is the first day known with
    a place, as things stand; null when somebody must first finish something."""

    id: UUID
    role: str
    label: Label
    vacant: bool
    holders: list[DirectoryPerson]
    deputies: list[DirectoryStandIn] = Field(description="Who stands in today: the holders are away, or there is none.")
    phone: str | None
    email: str | None
    channels: list[ChannelRead]
    visiting_days: str | None
    next_visiting_day: date | None
    free_places: int | None = Field(description="Null where there is no limit, and to partners of seats that tell.")
    next_free_on: date | None


class DirectoryTeam(Output):
    id: UUID
    area_id: UUID
    code: str
    name: str
    template: str
    municipalities: list[str]
    missing_seats: list[str]
    seats: list[DirectorySeat]


class Directory(Output):
    """The teams of the areas you work in or with, their seats and the people in them, as of a day."""

    on: date
    teams: list[DirectoryTeam]
