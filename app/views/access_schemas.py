"""What I may do, and why not, on the wire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.kit.schemas import Output


class WordOf(Output):
    """A code of the policy, in the reader's language."""

    code: str = Field(examples=["care_team"])
    label: str = Field(examples=["your team has a care relationship with the client"])


class OperationAccess(Output):
    """Whether I may do a kind of thing at all. `relations`: how one must stand to a row for it to be there (one of
    them; empty: no row is asked about). `within`: whose it is to work on, to others it is not there; `by`: whose verb
    it is. `registerCounts`: through a team only rows of the registers I read."""

    operation: str = Field(examples=["completeAssessment"])
    resource: str = Field(examples=["assessment"])
    action: str = Field(examples=["complete"])
    permission: str | None = Field(examples=["assessment:write"], description="Null: it is opened without one.")
    allowed: bool
    status: int = Field(examples=[403], description="What a refusal answers with; 200 when it is allowed.")
    because: str = Field(examples=["permission_missing"], description="A code of the code set access_reason.")
    text: str = Field(examples=["your role does not permit this"])
    missing: str | None = Field(examples=["assessment:write"], description="The permission that is missing.")
    relations: list[str] = Field(examples=[["client_self", "care_team"]])
    within: list[str] = Field(examples=[["team"]])
    by: list[str] = Field(examples=[["holder"]])
    register_counts: bool


class RelationHeld(Output):
    """How I stand to a client now; by which team, and since when."""

    relation: str = Field(examples=["care_team"])
    label: str
    team_id: UUID | None
    team: str | None
    since: datetime | None


class HiddenFields(Output):
    """What is not shown to me of a protected identity, where the rest of the row is."""

    resource: str = Field(examples=["client"])
    fields: list[str] = Field(examples=[["address", "phone"]])


class ClientAccess(Output):
    """How I stand to one client now. Whoever the client named as in conflict finds no client here, as everywhere."""

    client_id: UUID
    relations: list[RelationHeld]
    registers: list[str] = Field(examples=[["operational", "health"]], description="Of whose rows I read.")
    registers_not_read: list[str] = Field(examples=[["social", "employment"]])
    protected_identity: bool
    hidden: list[HiddenFields]


class Access(Output):
    """What I may do and why not, from the same data that decides it. Bounded by the number of operations."""

    roles: list[WordOf]
    registers: list[str] = Field(examples=[["health"]], description="Registers I read rows of, through a team.")
    operations: list[OperationAccess]
    words: list[WordOf] = Field(description="What the codes of `relations`, `within` and `by` mean.")
    client: ClientAccess | None
