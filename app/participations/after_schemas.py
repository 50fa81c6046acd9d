"""After-contacts on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Day, Input, Page, Resource
from app.participations.models import AfterContactState
from app.participations.schemas import Months, Said

Result = Annotated[str, code_of("after_contact_result")]
NotKept = Annotated[str, code_of("after_contact_reason")]


class AfterContactCreate(Input):
    id: UUID | None = None
    months: Months
    participation_id: UUID | None = Field(
        None,
        description="Counted from its end, or its agreed last day until it has ended; absent: from the path's closing.",
    )
    holder_id: UUID | None = Field(None, description="Who asks; absent: the path's responsible worker.")


class AfterContactComplete(Input):
    result: Result
    ended_on: Day | None = Field(None, description="Absent: today.")
    words: Said | None = None


class AfterContactEnd(Input):
    reason: NotKept
    words: Said | None = None


class AfterContactRead(Resource):
    """`dueOn` is computed: from the end of the service (its agreed last day until it has ended), or from the closing of
    the path, and null while that is open. `suggests` is what helps when it did not go well,
    and `remedy` the same in words."""

    pathway_id: UUID
    client_id: UUID
    team_id: UUID
    participation_id: UUID | None
    counts_from: Literal["participation_end", "path_closing"]
    months: int
    begins_on: date | None
    due_on: date | None
    overdue: bool
    holder_id: UUID | None
    holder: str | None
    state: AfterContactState
    result: str | None
    reason: str | None
    words: str | None
    ended_on: date | None
    suggests: Literal["new_referral", "another_after_contact"] | None
    remedy: str | None
    allowed_actions: list[AllowedAction]


class AfterContactPage(Page):
    items: list[AfterContactRead]
