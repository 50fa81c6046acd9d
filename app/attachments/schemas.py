"""Attachments on the wire: what a document is. Its bytes have an address of their own."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Input, Line, Output, Page, Resource

Kind = Annotated[str, code_of("attachment_kind")]
Register = Literal["health", "social", "employment", "operational"]
MediaType = Literal["application/pdf", "image/jpeg", "image/png", "text/plain"]
AttachmentStatus = Literal["awaiting_content", "available", "unavailable", "entered_in_error"]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class AttachmentCreate(Input):
    """What the file is; the bytes follow with `PUT /v1/attachments/{id}/content` and must be as said here."""

    id: UUID | None = None
    kind: Kind = Field(examples=["statement"])
    data_register: Register | None = Field(
        None,
        alias="register",
        description="Whose register it belongs to. The area's people say it; of a partner and a client it is fixed.",
    )
    file_name: Annotated[str, StringConstraints(min_length=1, max_length=255)] = Field(examples=["lausunto.pdf"])
    title: Line | None = None
    document_on: date | None = Field(None, description="The date of the document itself.")
    media_type: MediaType
    size_bytes: int = Field(ge=1, le=33_554_432, examples=[48211])
    sha256: Hash = Field(
        description="SHA-256 of the bytes, in lower-case hexadecimal digits.",
        examples=["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    )


class AttachmentMarkError(Input):
    reason: Line


class AttachmentRead(Resource):
    """`unavailable`: the bytes are lost or damaged, which is an alarm to the operator. `addedBy` is the side."""

    referral_id: UUID | None
    pathway_id: UUID | None
    kind: str
    data_register: Register = Field(alias="register")
    added_by: Literal["sender", "team", "client"]
    added_by_id: UUID | None
    added_at: datetime
    state: AttachmentStatus
    file_name: str
    title: str | None
    document_on: date | None
    media_type: str
    size_bytes: int
    sha256: str = Field(examples=["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"])
    content_at: datetime | None = Field(description="When the bytes arrived.")
    error_reason: str | None
    allowed_actions: list[AllowedAction]


class AttachmentSummary(Output):
    id: UUID
    referral_id: UUID | None
    pathway_id: UUID | None
    kind: str
    data_register: Register = Field(alias="register")
    added_by: Literal["sender", "team", "client"]
    added_at: datetime
    state: AttachmentStatus
    title: str | None
    document_on: date | None
    media_type: str
    size_bytes: int


class AttachmentPage(Page):
    items: list[AttachmentSummary]
