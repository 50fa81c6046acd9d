"""Parts of a meeting, what was decided in it, and how it changed, on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.kit.codesets import code_of
from app.kit.schemas import Day, Input, Instant, Line, Output, Prose
from app.pathways.step_schemas import StepWords

Register = Literal["operational", "health", "social", "employment"]
DataClass = Annotated[str, code_of("data_class")]


class Shown(Input):
    """Who of the partners invited sees a part, and as which data."""

    data_class: DataClass | None = Field(
        None,
        examples=["service_path"],
        description="What a partner must be permitted to be told to see it. Absent: by its register.",
    )
    for_organisation_ids: Annotated[list[UUID], Field(max_length=20)] | None = Field(
        None,
        description="Only these partners, each of which must be permitted to be told it (`participant_not_permitted`). "
        "Absent: each that is, now or later; []: none.",
    )


class AgendaPartGiven(Shown):
    """One part of the agenda. Its title tells what it is about: it is read like data of its register."""

    title: Line = Field(examples=["How a work trial could begin"])
    data_register: Register = Field("operational", alias="register")
    presenter_id: UUID | None = Field(None, description="Who presents it: the convener, or somebody invited.")
    minutes: int | None = Field(None, ge=1, le=600)


class NotePart(Shown):
    """Notes of one register, which its professionals and the client read: `operational` the whole team, and of these
    partners too what the client permits."""

    data_register: Register = Field(alias="register")
    body: Prose


class OwnerGiven(Input):
    """Whose it is: one of these."""

    role: Annotated[str, code_of("role")] | None = Field(None, examples=["work_ability_coordinator"])
    seat_id: UUID | None = None
    person_id: UUID | None = None
    organisation_id: UUID | None = None

    @model_validator(mode="after")
    def is_one(self) -> OwnerGiven:
        if sum(one is not None for one in (self.role, self.seat_id, self.person_id, self.organisation_id)) != 1:
            raise PydanticCustomError("one_owner", "Exactly one of role, seatId, personId, organisationId")
        return self


class DecisionStep(Input):
    """The step of the path that comes of a decision, due on its day."""

    kind: Annotated[str, code_of("step_kind")] = Field(examples=["follow_up"])
    owner_role: Annotated[str, code_of("role")] | None = Field(
        None, description="A seat of the team, or a partner's role. Absent: of the decision's owner."
    )
    purpose: StepWords | None = None
    client_visible: bool = True


class DecisionGiven(Input):
    """Something decided that somebody does. Without an owner it is marked until it has one."""

    words: Line = Field(examples=["The workshop shows a place for the trial."])
    owner: OwnerGiven | None = None
    due_on: Day | None = None
    step: DecisionStep | None = None


class DecisionAssign(Input):
    """Whose it is, given later; with `step` it becomes a step of the path."""

    owner: OwnerGiven
    due_on: Day | None = None
    step: DecisionStep | None = None


class PartsOpen(Input):
    """Open what the client permits now, to partners that are invited: also again what a withdrawal had closed."""

    organisation_ids: list[UUID] = Field(min_length=1, max_length=20)


class MeetingMove(Input):
    """Another time, and if need be another place. Whoever is invited is told."""

    starts_at: Instant
    minutes: int | None = Field(None, ge=5, le=600, description="Absent: as it was.")
    place: Line | None = Field(None, description="Absent: as it was.")
    room_id: UUID | None = Field(None, description="Absent: no room is reserved.")
    outside_hours: bool = Field(
        False, description="Agreed with those of our people whose time is taken, though it is not within their hours."
    )
    reason: Line = Field(examples=["The client asked for a later day."])


class ConvenerChange(Input):
    """Another convenes it, for instance because the convener has left."""

    convener_id: UUID = Field(description="Somebody who holds a seat in the path's team.")
    reason: Line


class AgendaPartRead(Output):
    """`openedTo`: the partners that see it now; null to everybody but the team."""

    id: UUID
    position: int
    title: str
    data_register: Register = Field(alias="register")
    data_class: str = Field(examples=["service_path"])
    presenter_id: UUID | None
    minutes: int | None
    opened_to: list[UUID] | None


class NotePartRead(Output):
    id: UUID
    data_register: Register = Field(alias="register")
    body: str
    data_class: str = Field(examples=["health"])
    author_id: UUID | None
    opened_to: list[UUID] | None


class DecisionRead(Output):
    """`ownerMissing`: somebody should take it. A partner sees its own."""

    id: UUID
    position: int
    words: str
    owner_role: str | None
    owner_seat_id: UUID | None
    owner_person_id: UUID | None
    owner_organisation_id: UUID | None
    owner_missing: bool
    due_on: date | None
    step_id: UUID | None


class MeetingChangeRead(Output):
    id: UUID
    change: str = Field(examples=["moved"], description="moved, or convener.")
    reason: str
    from_at: datetime | None
    to_at: datetime | None
    from_person_id: UUID | None
    to_person_id: UUID | None
    changed_at: datetime
    author_id: UUID | None
