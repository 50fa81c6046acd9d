"""What a screen needs across rooms."""

from __future__ import annotations

from datetime import date, datetime
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
    """A row of a worklist, the same on every list: whose, what, since when, by when, who holds it, and what helps.

    On `referred` a row is a referral as its sender sees it: no client, no holder. Who holds a physician's or a
    psychiatric assessment, or is to answer a consultation, is null outside the health register; `clientId` is null
    where the client's record is not the reader's to open. `dueOn` and the marks are computed when read.
    """

    id: UUID
    kind: str
    kind_label: str
    subject_type: str
    subject_id: UUID
    client_id: UUID | None
    client_name: str | None
    team_id: UUID | None
    holder_id: UUID | None
    holder: str | None
    queue: str | None
    suggest: str | None
    alarm: bool
    urgency: str | None
    source: str | None
    status: str | None = Field(description="Of the referral, as this reader sees it.")
    feedback: str | None = Field(examples=["coming"], description="On `referred`: coming, given or acknowledged.")
    opened_at: datetime
    waiting_days: int = Field(description="Days since it was opened.")
    due_on: date | None
    due_is: str | None = Field(
        examples=["answer"],
        description="What is due: answer, step, next_action, feedback, after_contact, consultation.",
    )
    overdue: bool
    marks: list[str] = Field(examples=[["overdue", "unassigned"]], description="Why it needs attention, worst first.")
    remedy: str | None = Field(description="What helps with the first mark, in the reader's language.")
    consent_expires_on: date | None = Field(
        description="Of a path: the last day of a permission that it relies on and that ends soon."
    )
    version: int | None = Field(description="The ETag of the piece of work; null on `referred`.", examples=[1])
    confirmed_at: datetime | None = Field(description="When its holder said yes to it.")


class Worklist(Page):
    items: list[WorkRead]


class WorkCounts(Output):
    """The number of each list, for badges. `alarms`: nobody owns it and somebody must act now. `unacknowledged`:
    answers to my referrals that I have not said I received. `invitations`: meetings of partners still to come that wait
    for an answer of a seat of mine (`GET /v1/meeting-invitations?box=to_my_seats&state=invited`)."""

    inbox: int
    mine: int
    team: int
    unassigned: int
    waiting: int
    overdue: int
    feedback: int
    silent: int
    alarms: int
    referred: int
    unacknowledged: int
    invitations: int
