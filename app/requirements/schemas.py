"""What a team needs to know, on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import MISSING, Field

from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Input, Output, Page, Resource, Words, WordsRead
from app.requirements.models import RequirementState

Source = Annotated[str, code_of("referral_source")]
Kind = Annotated[str, code_of("routed_work")]
Criterion = Annotated[str, code_of("criterion")]
Items = Annotated[list["RequirementItem"], Field(min_length=1, max_length=9, description="Each at most once.")]


class RequirementItem(Input):
    """One thing a sender is asked for, of a closed vocabulary: there is nothing of health in it (C-58)."""

    item: Annotated[str, code_of("requirement_item")] = Field(examples=["unemployment_days"])
    required: bool = Field(description="Stops the sending; but never a self-referral or the statutory health check.")
    minimum: Annotated[int, Field(ge=1, le=4000)] | None = Field(None, description="Characters of `reason_length`.")
    criteria: list[Criterion] = Field(default_factory=list, max_length=20, description="Of `criteria`; none: all.")
    why: Words | None = None


class RequirementsCreate(Input):
    """A draft. Without `source` it is for every source, without `askedFor` for everything asked."""

    id: UUID | None = None
    source: Source | None = None
    asked_for: Kind | None = None
    items: Items


class RequirementsUpdate(Input):
    source: Source | MISSING | None = MISSING
    asked_for: Kind | MISSING | None = MISSING
    items: Items | MISSING = MISSING


class RequirementsPublish(Input):
    valid_from: date | None = Field(None, description="The first day it counts; absent: today.")


class RequirementsEnd(Input):
    valid_to: date | None = Field(None, description="The last day it counts; absent: yesterday, so it ends at once.")


class RequirementItemRead(Output):
    item: str
    label: str
    required: bool
    minimum: int | None
    criteria: list[str]
    why: WordsRead | None


class RequirementsRead(Resource):
    """`number` counts the published versions for one source and thing asked. `inForce` is computed when read."""

    team_id: UUID
    source: str | None
    asked_for: str | None
    items: list[RequirementItemRead]
    state: RequirementState
    number: int | None
    valid_from: date | None
    valid_to: date | None
    in_force: bool
    published_at: datetime | None
    published_by_id: UUID | None
    allowed_actions: list[AllowedAction]


class RequirementsPage(Page):
    items: list[RequirementsRead]


def stored(items: list[RequirementItem]) -> list[dict[str, Any]]:
    return [item.model_dump(mode="json") for item in items]
