"""Changes of hands on the wire: a piece of work, the plan to whom it would go, and the moves that apply it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.handovers.pieces import Fate
from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Input, Line, Output, Resource
from app.teams.schemas import HolderRead, Role

Note = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class WorkItemRead(Resource):
    """One piece of work: who holds it or where it stands. Outside the health register who has a physician's or a
    psychiatric assessment is null, as on the worklist."""

    kind: str = Field(examples=["health_check"])
    kind_label: str
    subject_type: str = Field(examples=["assessment"])
    subject_id: UUID | None = Field(description="Null for who leads the team and sees none of its clients.")
    client_id: UUID | None
    client_name: str | None
    team_id: UUID | None
    holder_id: UUID | None
    holder: str | None
    on_behalf_of_id: UUID | None = Field(description="The holder a deputy stands in for.")
    queue: str | None
    suggest: str | None
    alarm: bool
    opened_at: datetime
    assigned_at: datetime | None
    confirmed_at: datetime | None = Field(description="When its holder said yes to it; it is theirs either way.")
    recheck_on: date | None
    closed_at: datetime | None
    note: str | None = Field(
        description="Words to its holder, from who handed it over or declined it, if you may read."
    )
    allowed_actions: list[AllowedAction]


class WorkDecline(Input):
    """A code, and words where it says `other`."""

    reason: Annotated[str, code_of("decline_reason")] = Field(examples=["no_time"])
    words: Line | None = None


class RouteAgain(Input):
    """`facts`: they are complete now; `room`: somebody has room; `rules`: they changed."""

    cause: Literal["facts", "room", "rules"]
    preview: bool = False


class Proposed(Output):
    """To whom, or where to, and why, in the reader's language; of health only what the reader may read."""

    outcome: Fate
    seat_role: str | None
    holder_id: UUID | None
    holder: str | None
    queue: str | None
    earliest_on: date | None = Field(description="With `stays` and `waits`: when somebody is back, if that is known.")
    reasons: list[str] = Field(examples=[["least_loaded"]])
    text: str


class RoutedAgain(Resource):
    """What the rules say now. `decisionId` is null when nothing was written."""

    proposal: Proposed
    decision_id: UUID | None
    work: WorkItemRead


class PlannedWork(Output):
    """A piece of open work and to whom it would go. Of what would tell of health a reader outside the health register
    does not read whose it is: client, subject and `openedAt` are null, and id and version are for this reader alone, to
    be named in the moves that apply the plan."""

    work_item_id: UUID
    version: int
    kind: str
    kind_label: str
    subject_type: str
    subject_id: UUID | None
    client_id: UUID | None
    client_name: str | None = Field(description="Where the reader sees the client.")
    holder_id: UUID | None
    holder: str | None
    seat_role: str | None
    queue: str | None
    urgent: bool
    opened_at: datetime | None
    knew_client: bool = Field(description="The present holder has worked with the client before (12 months).")
    continuity_declined: bool = Field(description="The client does not ask for the same person.")
    proposal: Proposed
    otherwise: Proposed | None = Field(description="With `stays`: who would take it at once.")


class Share(Output):
    """What one person would get. `left`: how much more they could hold on that seat then; null is no limit."""

    person_id: UUID
    name: str
    seat_role: str | None
    count: int
    left: int | None


class PlanSummary(Output):
    total: int
    to: list[Share]
    stays: int
    waits: int
    queued: int
    manual: int
    nobody: int


class HandoverPlan(Output):
    """Proposals, computed one after another, each counted where it was proposed. Nothing is changed by asking."""

    cause: str = Field(examples=["handover"])
    team_id: UUID
    person_id: UUID | None
    on: date = Field(description="The day it is decided for.")
    items: list[PlannedWork]
    summary: PlanSummary


class AbsenceAsked(Input):
    person_id: UUID
    first_on: date
    last_on: date


class AbsencePreview(Output):
    """One plan for each team of the person. `backOn`: the working day of the return, when the absence is short enough
    to wait for."""

    person_id: UUID
    first_on: date
    last_on: date
    back_on: date | None
    plans: list[HandoverPlan]


class HandoverAsked(Input):
    """The last day on the seat, included."""

    valid_to: date


class ReroutesAsked(Input):
    """`absence`: of `personId`, as it is noted; `rules`: what those in force now would change; `room`: who could take
    now what waits."""

    cause: Literal["absence", "rules", "room"]
    person_id: UUID | None = None
    seat_id: UUID | None = None


class Move(Input):
    """One piece of work. Without a person the rules say. `note` is for the next holder, of the register of the work:
    of a path, a referral or coordination the whole team and the client read it, so nothing of health there. A person
    whom the rules would not choose needs a `reason`, and `words` where that is `other`."""

    work_item_id: UUID
    version: Annotated[int, Field(ge=1, le=2**31 - 1, description="As in the preview.")]
    person_id: UUID | None
    seat_role: Role | None = None
    note: Note | None = None
    reason: Annotated[str, code_of("override_reason")] | None = Field(default=None, examples=["knows_the_case"])
    words: Line | None = None


class Handover(Input):
    valid_to: date
    moves: Annotated[list[Move], Field(max_length=1000)]


class Reroutes(Input):
    """`handover`: the holder of the work gives it on, and stays on the seat."""

    cause: Literal["absence", "rules", "room", "handover"]
    moves: Annotated[list[Move], Field(min_length=1, max_length=500)]


class Moved(Output):
    """`decisionId` is null where the rules leave it as it is."""

    work_item_id: UUID
    version: int
    outcome: Fate
    holder_id: UUID | None
    seat_role: str | None
    queue: str | None
    decision_id: UUID | None


class Rerouted(Output):
    team_id: UUID
    cause: str
    moved: list[Moved]


class HandedOver(HolderRead):
    handed_over_at: datetime
    moved: list[Moved]
