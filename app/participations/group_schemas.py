"""Groups on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import MISSING, Field

from app.kit.schemas import Day, Input, Line, Name, Output, Page, Resource
from app.participations.models import Mode, ParticipationState


class GroupCreate(Input):
    id: UUID | None = None
    team_id: UUID
    name: Name
    site: Line
    instructor: Name = Field(description="Who instructs, in words.")
    provider_id: UUID
    starts_on: Day
    ends_on: Day
    max_members: int = Field(ge=1, le=100, examples=[10])


class GroupUpdate(Input):
    """A group that goes on, grows or moves. Its last day is only moved later."""

    name: Name | MISSING = MISSING
    site: Line | MISSING = MISSING
    instructor: Name | MISSING = MISSING
    ends_on: Day | MISSING = MISSING
    max_members: Annotated[int, Field(ge=1, le=100)] | MISSING = MISSING


class GroupMember(Output):
    participation_id: UUID
    client_id: UUID
    mode: Mode
    state: ParticipationState


class GroupRead(Resource):
    """Numbers are null where they would tell of 1 to 4 people whom the reader does not see."""

    area_id: UUID
    team_id: UUID
    name: str
    site: str
    instructor: str
    provider_id: UUID
    provider: str | None
    starts_on: date
    ends_on: date
    max_members: int
    full: bool | None
    member_count: int | None
    employed: int | None
    trainees: int | None


class GroupDetail(GroupRead):
    members: list[GroupMember] = Field(description="Of those whom the reader sees, at most 200.")


class GroupPage(Page):
    items: list[GroupRead]
