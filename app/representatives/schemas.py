"""Representatives on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import MISSING, AfterValidator, Field

from app.clients.schemas import Language, Note, no_code
from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Email, Input, Name, Page, Phone, Resource
from app.representatives.models import MandateState

Relation = Annotated[str, code_of("representative_relation")]
Mandate = Annotated[str, code_of("mandate_kind")]
Scope = Annotated[str, code_of("mandate_scope")]
EndReason = Annotated[str, code_of("mandate_end_reason")]


class RepresentativeCreate(Input):
    """Somebody who acts for the client: on which mandate, for what, until when, and what you saw of it."""

    id: UUID | None = None
    name: Annotated[Name, AfterValidator(no_code)] = Field(examples=["Raija Esimerkki"])
    relation: Relation = Field(examples=["close_person"])
    mandate: Mandate = Field(examples=["written_authorisation"])
    scopes: list[Scope] = Field(min_length=1, max_length=10, examples=[["book_and_cancel"]])
    valid_from: date | None = Field(None, description="The first day. Absent: today.")
    valid_to: date | None = Field(None, description="The last day. Absent: until ended.")
    phone: Phone | None = None
    email: Email | None = None
    language: Language = "fi"
    evidence: Note = Field(description="What was seen or heard of the mandate.", examples=["Signed on paper, seen."])


class RepresentativeUpdate(Input):
    """How to reach them. What the mandate covers does not change: end it and record the new one."""

    phone: Phone | MISSING | None = MISSING
    email: Email | MISSING | None = MISSING
    language: Language | MISSING = MISSING


class RepresentativeEnd(Input):
    reason: EndReason


class RepresentativeMarkError(Input):
    reason: Note


class RepresentativeRead(Resource):
    """`inForce` is computed for today. `scopes` are those given; `covers` what the mandate suffices for.

    `contactHidden`: a protected identity of the client hides how to reach the representative as well.
    """

    client_id: UUID
    name: str
    relation: str
    mandate: str
    scopes: list[str]
    covers: list[str]
    valid_from: date
    valid_to: date | None
    in_force: bool
    phone: str | None
    email: str | None
    contact_hidden: bool
    language: str
    evidence: str
    evidence_seen_at: datetime
    evidence_seen_by_id: UUID | None
    state: MandateState
    ended_at: datetime | None
    ended_reason: str | None
    error_reason: str | None
    allowed_actions: list[AllowedAction]


class RepresentativePage(Page):
    items: list[RepresentativeRead]
