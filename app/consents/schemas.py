"""Consents on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.clients.schemas import Note
from app.consents.models import ConsentKind, ConsentState
from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Input, Output, Page, Resource

DataClass = Annotated[str, code_of("data_class")]
Purpose = Annotated[str, code_of("purpose")]
HowGiven = Annotated[str, code_of("how_given")]
ByRepresentative = Annotated[
    UUID | None,
    Field(description="Who said it for the client, on a mandate with the scope `give_consent`. Absent: the client."),
]


class ConsentTerms(Input):
    """What the client permits: to which organisations, which data, for what, until when, and how it was given."""

    recipient_ids: list[UUID] = Field(max_length=20, description="Organisations that may receive.")
    data_classes: list[DataClass] = Field(min_length=1, max_length=20, examples=[["referral_reason"]])
    purposes: list[Purpose] = Field(min_length=1, max_length=10, examples=[["work_ability_assessment"]])
    valid_from: AwareDatetime | None = Field(None, description="Absent: from now.")
    valid_until: AwareDatetime | None = Field(None, description="Absent: until withdrawn.")
    how_given: HowGiven = Field(examples=["written"])
    information_given_at: AwareDatetime | None = Field(
        None, description="When the client was told what will be shared with whom, and that it can be withdrawn."
    )
    evidence_note: Note | None = None


class ConsentCreate(ConsentTerms):
    id: UUID | None = None
    kind: ConsentKind
    given_by_representative_id: ByRepresentative = None


class ConsentWithdraw(Input):
    """It needs no reason."""

    given_by_representative_id: ByRepresentative = None


class ConsentMarkError(Input):
    reason: Note


class ConsentRead(Resource):
    """`inForce` is computed for now."""

    client_id: UUID
    kind: ConsentKind
    state: ConsentState
    in_force: bool
    recipient_ids: list[UUID]
    data_classes: list[str]
    purposes: list[str]
    valid_from: datetime
    valid_until: datetime | None
    how_given: str
    information_given_at: datetime | None
    evidence_note: str | None
    recorded_by_id: UUID | None
    given_by_representative_id: UUID | None
    withdrawn_at: datetime | None
    withdrawn_by_representative_id: UUID | None
    error_reason: str | None
    allowed_actions: list[AllowedAction]


class ConsequenceRead(Output):
    """One thing that ends with a consent, or is told of. `effect` says how: it stops, whoever was told is asked to
    cease, feedback falls to a notice without content, the client may be asked again, or it stays."""

    kind: str = Field(examples=["meeting_invitation"])
    label: str = Field(examples=["An invitation to a meeting is closed"])
    effect: str = Field(examples=["stops"])
    subject_type: str = Field(examples=["meeting"])
    subject_id: UUID
    recipient_id: UUID | None
    recipient: str | None
    data_classes: list[str]
    at: datetime | None


class StaysRead(Output):
    """What no withdrawal takes away."""

    code: str = Field(examples=["health_check"])
    label: str = Field(examples=["The health check: it needs no permission"])


class WithdrawalPreview(Output):
    """What the end of this consent would touch, as the reader may see it. Nothing is written."""

    consent_id: UUID
    consequences: list[ConsequenceRead]
    stays: list[StaysRead]


class ConsentChanged(ConsentRead):
    """The consent, and what followed at once."""

    consequences: list[ConsequenceRead]


class ConsentPage(Page):
    items: list[ConsentRead]
