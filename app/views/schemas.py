"""What a screen needs across rooms."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.kit.schemas import Output, Page


class MembershipMine(Output):
    organisation_id: UUID
    organisation: str
    role: str
    role_label: str
    data_register: str = Field(alias="register")


class SeatMine(Output):
    seat_id: UUID
    team_id: UUID
    role: str
    role_label: str
    standing: str


class Me(Output):
    """Who I am here today, and what I may do at all."""

    login_id: UUID
    person_id: UUID | None
    client_id: UUID | None
    name: str
    area_id: UUID
    memberships: list[MembershipMine]
    seats: list[SeatMine]
    permissions: list[str]


class WorkRead(Output):
    """A piece of open work: whose, what, since when, and who holds it (or which queue, and whether it alarms).

    Who holds a physician's or a psychiatric assessment is null outside the health register.
    """

    id: UUID
    kind: str
    kind_label: str
    client_id: UUID
    client_name: str | None
    subject_type: str
    subject_id: UUID
    team_id: UUID | None
    holder_id: UUID | None
    holder: str | None
    queue: str | None
    alarm: bool
    opened_at: datetime
    waiting_days: int = Field(description="Days since it was opened.")


class Worklist(Page):
    items: list[WorkRead]


class WorkCounts(Output):
    """Numbers for badges."""

    mine: int
    team: int
    unassigned: int
    alarms: int
    feedback_owed: int
