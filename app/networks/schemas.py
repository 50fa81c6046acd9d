"""Networks of peers on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import MISSING, Field

from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Input, Instant, Line, Name, Output, Page, Prose, Resource
from app.networks.models import NetworkMemberState


class NetworkCreate(Input):
    """A network needs a convener: without one it stalls."""

    id: UUID | None = None
    name: Name = Field(examples=["Kuntouttavan työtoiminnan verkosto"])
    purpose: Line = Field(examples=["What is looked at when somebody begins"])
    convener_id: UUID | None = None


class NetworkUpdate(Input):
    name: Name | MISSING = MISSING
    purpose: Line | MISSING = MISSING
    convener_id: UUID | MISSING = MISSING


class NetworkJoin(Input):
    """Somebody is to belong to it, for an organisation where they work today."""

    id: UUID | None = None
    person_id: UUID
    organisation_id: UUID
    role: Annotated[str, code_of("role")]


class NetworkApprove(Input):
    """On whose permission, in words: a partner's supervisor need not be known here."""

    supervisor: Name = Field(examples=["Merja Mänty"])


class NetworkMeetingPlan(Input):
    """No client is spoken of by name, and none is written down."""

    id: UUID | None = None
    starts_at: Instant
    minutes: int = Field(ge=10, le=720, examples=[120])
    place: Line = Field(examples=["Teams"])
    themes: list[Line] = Field(min_length=1, max_length=30, examples=[["Where do clients come from?"]])
    rooms: list[Name] = Field(default_factory=list, max_length=20, examples=[["Finding placements"]])


class NetworkPresent(Input):
    member_id: UUID
    room: Name | None = None


class NetworkMeetingRecord(Input):
    """Who was there, and what was said, without clients. Recording it again puts it right; the former stays kept."""

    present: list[NetworkPresent] = Field(max_length=500)
    notes: Prose | None = None


class ConvenerRead(Output):
    person_id: UUID
    name: str


class NetworkMemberRead(Output):
    """`supervisor` is on whose permission; `approvedById` who recorded it."""

    id: UUID
    person_id: UUID
    name: str
    organisation_id: UUID
    organisation: str
    role: str
    state: NetworkMemberState
    supervisor: str | None
    approved_by_id: UUID | None
    approved_at: datetime | None
    withdrawn_at: datetime | None
    allowed_actions: list[AllowedAction]


class OrganisationCount(Output):
    organisation_id: UUID
    organisation: str
    present: int = Field(examples=[4])


class NetworkPresentRead(Output):
    member_id: UUID
    organisation_id: UUID
    room: str | None


class NetworkMeetingRead(Output):
    """`present` and the numbers are null until it is recorded."""

    id: UUID
    starts_at: datetime
    minutes: int
    place: str
    themes: list[str]
    rooms: list[str]
    notes: str | None
    recorded_at: datetime | None
    attendance: int | None
    by_organisation: list[OrganisationCount] | None
    present: list[NetworkPresentRead] | None


class NetworkRead(Resource):
    """`convenerMissing`: whoever is named works in the area or with it no more, and nothing is planned until another is
    named."""

    area_id: UUID
    name: str
    purpose: str
    convener: ConvenerRead
    convener_missing: bool
    approved_members: int
    pending_members: int
    meetings_held: int


class NetworkDetail(NetworkRead):
    members: list[NetworkMemberRead]
    meetings: list[NetworkMeetingRead] = Field(description="The newest first.")


class NetworkPage(Page):
    items: list[NetworkRead]
