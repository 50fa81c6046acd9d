"""The disclosure log on the wire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.kit.schemas import Output, Page


class DisclosureRead(Output):
    """What was told to whom, when, for what, and on what basis (703/2023, section 11). Never changed afterwards."""

    id: UUID
    client_id: UUID
    at: datetime
    recipient_id: UUID | None = Field(description="Null: the client.")
    recipient: str | None = Field(description="The recipient's name; null: the client.")
    data_classes: list[str] = Field(description="Empty: a notice without content.")
    purpose: str
    basis: str = Field(examples=["consent"], description="A code of `disclosure_basis`.")
    consent_id: UUID | None
    consent_version: int | None = Field(description="The version of that consent that was relied on.")
    statute: str | None = Field(description="A code of `statutory_basis`.")
    subject_type: str = Field(examples=["referral"])
    subject_id: UUID
    disclosed_by: str | None = Field(description="Who told; null: the client.")
    said: str = Field(
        examples=["On 23 Nov 2026 Kela was told: participation in services. For: network meeting."],
        description="The same in words, in your language.",
    )


class DisclosurePage(Page):
    items: list[DisclosureRead]
