"""Notices to cease on the wire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.ceasing.models import CeaseState
from app.kit.schemas import AllowedAction, Page, Resource


class CeaseNoticeRead(Resource):
    """What was told in these disclosures may not be used any longer. It does not say why: the permission may have run
    out, or ended otherwise. `clientId` is null to the recipient."""

    client_id: UUID | None
    recipient_organisation_id: UUID
    disclosure_ids: list[UUID] = Field(description="As they stood on what was received.")
    due_at: datetime = Field(description="From when the recipient is told: a working day at eight.")
    state: CeaseState
    acknowledged_at: datetime | None
    allowed_actions: list[AllowedAction]


class CeaseNoticePage(Page):
    items: list[CeaseNoticeRead]
