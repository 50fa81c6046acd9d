"""The team's board on the wire. Each entry says what helps, and the operation to call where there is one."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from app.kit.schemas import Output
from app.views.schemas import WorkRead


class Helped(Output):
    remedy: str = Field(description="What helps, in the reader's language.")
    operation: str | None = Field(
        examples=["createHolder"],
        description="operationId of the call that does it; null where there is none, or this reader may not.",
    )


class PersonRef(Output):
    person_id: UUID
    name: str


class Vacancy(Helped):
    """A seat with nobody today or soon (C-06). `why`: `missing` (the template asks for it and the team has none),
    `vacant`, `handed_over` (only by somebody who is leaving), or `uncovered` (all who hold it are away from `fromOn`,
    today or within 14 days, and nobody stands in)."""

    seat_id: UUID | None
    role: str
    label: str
    why: str = Field(examples=["vacant"])
    stood_in_by: list[PersonRef]
    from_on: date | None = Field(description="With `uncovered`: the first day; null when it is so today.")
    until: date | None = Field(description="With `uncovered`: the last day; null when no end is known.")


class StandingIn(Helped):
    """A deputy who stands in today; `on_behalf_of` is empty for a vacancy. `until` is the last day of the absence."""

    seat_id: UUID
    role: str
    label: str
    deputy: PersonRef
    on_behalf_of: list[PersonRef]
    until: date | None


class UnassignedWork(WorkRead):
    """A row of the worklist; `remedy` says what this piece needs first: what is to be said, or somebody to the seat."""

    operation: str | None = Field(examples=["recordProblemAreas"], description="As on the other parts of the board.")


class Unassigned(Helped):
    """What nobody has in this team: its unassigned queue (`count`, `alarms`). `items` are the first 20, alarms first,
    as this reader's worklist shows them: none for who manages the team and sees no clients. `operation` is the first
    item's."""

    count: int = Field(description="In the team's unassigned queue only; the badge of the worklist is `inQueues`.")
    alarms: int
    oldest_days: int | None
    care_team: int = Field(description="In the queues of clients' own care teams.")
    in_queues: int = Field(
        description="In any queue of the team: `count`, `careTeam`, what waits for a seat, and what was returned to "
        "its sender. `GET /v1/worklist/counts` counts these as `unassigned`, and adds the reader's other teams and the "
        "area's queue."
    )
    items: list[UnassignedWork]


class WaitingSeat(Helped):
    """What waits for a seat. `free` places of those present now (null: no limit), so `could_be_given` can be given out.
    Outside the health register, work that tells of health by its seat is one line without it."""

    seat_id: UUID | None
    role: str | None
    label: str
    count: int
    oldest_days: int
    past_recheck: int = Field(description="Past the day on which the need is looked at again (C-24).")
    free: int | None
    could_be_given: int | None


class SilentHolder(Helped):
    """Somebody present with open work who has neither read nor changed anything of a client since `sinceOn`, for longer
    than the team's limit. Counted from when the work and the period began, and from a return. Opening a
    list is no touch."""

    holder_id: UUID
    seat_id: UUID
    role: str
    label: str
    person: PersonRef
    open: int | None
    since_on: date


class Lapsing(Helped):
    """A period that has ended, or ends within 30 days, with open work on the seat (C-43)."""

    holder_id: UUID
    seat_id: UUID
    role: str
    label: str
    person: PersonRef
    valid_to: date
    lapsed: bool
    open: int | None


class OverdueKind(Helped):
    """Past its date by the worklist's own dates, the whole team's whoever reads."""

    kind: str
    kind_label: str
    count: int
    oldest_due_on: date


class HolderLoad(Helped):
    """How much somebody has. Numbers from 1 to 4 and the last assignment are null outside the health register on seats
    that tell of health: beside a worklist they would say whose client is whose."""

    seat_id: UUID
    role: str
    label: str
    standing: str
    person: PersonRef
    open: int | None
    max_open: int | None
    given_in_seven_days: int | None
    week_limit: int | None
    full: bool
    absent_until: date | None = Field(description="Null when present; 9999-12-31 when no end is known.")
    handed_over: bool
    last_assigned_at: datetime | None
    unconfirmed: int | None = Field(
        description="Given more than two whole working days ago and not confirmed; newer assignments are not counted."
    )


class TeamBoard(Output):
    """How a team stands now, in one answer. Numbers are of the whole team; rows of clients only as the reader's own
    worklist shows them."""

    team_id: UUID
    team: str
    on: date
    vacancies: list[Vacancy]
    standing_in: list[StandingIn]
    unassigned: Unassigned
    waiting: list[WaitingSeat]
    silent: list[SilentHolder]
    lapsing: list[Lapsing]
    overdue: list[OverdueKind]
    load: list[HolderLoad]
