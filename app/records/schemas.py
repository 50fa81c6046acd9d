"""Record requests on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Input, Line, Name, Output, Page, Prose, Resource
from app.records.models import RecordRequestState

What = Annotated[str, code_of("record_kind")]
Channel = Annotated[str, code_of("record_channel")]
Basis = Annotated[str, code_of("record_basis")]
Register = Literal["health", "social", "employment", "operational"]


class RecordRequestCreate(Input):
    """What is asked, of whom, how, and by which right. The holder is an organisation known here, or words."""

    id: UUID | None = None
    what: What = Field(examples=["bg_child_school_health"])
    data_register: Register = Field(alias="register", description="Into which register it will come; one of yours.")
    holder_organisation_id: UUID | None = None
    holder_name: Name | None = Field(None, examples=["Sysmän kouluterveydenhuolto"])
    channel: Channel = Field(examples=["letter"])
    basis: Basis = Field(
        examples=["client_permission"],
        description="Asking tells the holder that the person is a client: a holder known here needs the permission.",
    )
    note: Prose | None = None
    due_on: date | None = Field(None, description="When it should be here. Default: ten working days.")


class RecordRequestRemind(Input):
    """The holder is told again; by default ten more working days."""

    due_on: date | None = None


class RecordRequestArrival(Input):
    """`attachmentIds`: documents of the path, with their content. None where the papers went elsewhere."""

    arrived_on: date | None = None
    attachment_ids: list[UUID] = Field(default_factory=list, max_length=20)


class RecordRequestNotAvailable(Input):
    because: Annotated[str, code_of("record_not_available")] = Field(examples=["not_found"])


class RecordRequestCancel(Input):
    reason: Line


class RecordRequestSummary(Output):
    id: UUID
    client_id: UUID
    pathway_id: UUID
    what: str
    data_register: Register = Field(alias="register")
    holder_organisation_id: UUID | None
    holder_name: str | None
    state: RecordRequestState
    requested_by_id: UUID | None
    requested_at: datetime
    due_on: date
    overdue: bool = Field(description="Computed now: still open, and the day has passed.")


class RecordRequestRead(Resource):
    client_id: UUID
    pathway_id: UUID
    what: str
    data_register: Register = Field(alias="register")
    holder_organisation_id: UUID | None
    holder_name: str | None
    channel: str
    basis: str
    note: str | None
    state: RecordRequestState
    requested_by_id: UUID | None
    requested_at: datetime
    due_on: date
    overdue: bool = Field(description="Computed now: still open, and the day has passed.")
    reminders: int
    reminded_at: datetime | None
    arrived_on: date | None
    attachment_ids: list[UUID]
    not_available_because: str | None
    ended_at: datetime | None
    ended_by_id: UUID | None
    ended_reason: str | None
    allowed_actions: list[AllowedAction]


class RecordRequestPage(Page):
    items: list[RecordRequestSummary]
