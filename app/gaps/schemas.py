"""Consent gaps on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.clients.schemas import Note
from app.consents.schemas import ByRepresentative
from app.gaps.models import GapState
from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Input, Page, Resource

AskedHow = Annotated[str, code_of("asked_how")]


class GapAsk(Input):
    """The client was asked; the answer is recorded as a consent, or by closing the gap."""

    how: AskedHow
    at: AwareDatetime | None = Field(None, description="Absent: now.")


class RefusalSaid(Input):
    """The client said no: recorded as a refusal of these data to this recipient for this purpose."""

    how_given: Annotated[str, code_of("how_given")] = Field(examples=["oral"])
    evidence_note: Note | None = None
    given_by_representative_id: ByRepresentative = None


class GapClose(Input):
    """`client_refused` may carry `refusal`: it is recorded only when the client really refused, and was not merely
    unwilling to say."""

    reason: Literal["client_refused", "not_needed", "given_elsewhere"]
    refusal: RefusalSaid | None = None


class GapRead(Resource):
    """What to ask the client for. `remedy` is that in the reader's words. The permission is recorded at
    `POST /v1/clients/{id}/consents`, and closes every gap that it covers."""

    client_id: UUID
    team_id: UUID
    recipient_id: UUID
    recipient: str
    purpose: str
    data_classes: list[str]
    pathway_id: UUID | None
    remedy: str = Field(examples=["Ask the client for permission to tell Kela: participation, for network meetings."])
    state: GapState
    opened_because: str = Field(examples=["missing"])
    opened_at: datetime
    asked_at: datetime | None
    asked_how: str | None
    closed_at: datetime | None
    closed_because: str | None
    consent_id: UUID | None = Field(description="The permission or refusal that closed it.")
    allowed_actions: list[AllowedAction]


class GapPage(Page):
    items: list[GapRead]
