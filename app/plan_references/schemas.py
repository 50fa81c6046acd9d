"""References to plans on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Day, Input, Line, Name, Output, Page, Resource, example
from app.plan_references.models import ReferenceState

PlanType = Annotated[str, code_of("plan_type")]
Basis = Annotated[str, code_of("plan_legal_basis")]
ONE = "0190f3a2-7c1e-7a55-8b42-3f6d2a9c1e01"  # an organisation of an example


class PlanPermitted(Input):
    """That the client permits it to be recorded here, when and how it was asked."""

    permitted: bool = Field(description="Must be true.")
    on: Day
    how: Annotated[str, code_of("agreed_how")]


class PlanReferenceRecord(Input):
    """A plan that is kept elsewhere: which, from when, on which law. Never what is in it."""

    model_config = example(
        {
            "planType": "multi_sector_plan", "organiserId": ONE, "madeOn": "2026-11-02", "validFrom": "2026-11-02",
            "reviewDueOn": "2027-02-01", "externalId": "M-2026-114",
            "clientPermits": {"permitted": True, "on": "2026-11-02", "how": "in_person"},
        }
    )  # fmt: skip

    id: UUID | None = None
    plan_type: PlanType
    external_id: Name | None = Field(None, description="What it is called in the register that keeps it.")
    organiser_id: UUID
    legal_basis: Basis | None = Field(None, description="Absent: the law of the day it was made.")
    made_on: Day
    valid_from: Day
    valid_to: Day | None = None
    need_assessed_on: Day | None = Field(None, description="When the need was assessed: the plan follows in 3 months.")
    review_due_on: Day | None = None
    tym_client: Literal["yes", "no", "unknown"] = Field("unknown", description="In multi-sector support (381/2023).")
    client_permits: PlanPermitted
    social_assistance: bool | None = Field(
        None, description="Of an activation plan: the client gets social assistance because of unemployment. Not kept."
    )
    weekly_days: Annotated[int, Field(ge=1, le=7)] | None = None
    daily_hours: Annotated[float, Field(ge=0.5, le=12)] | None = None
    planned_days: Annotated[int, Field(ge=1, le=366)] | None = Field(None, description="In 12 months.")
    supersedes_id: UUID | None = Field(None, description="The plan of the same type that this one takes the place of.")
    meeting_id: UUID | None = Field(None, description="The meeting of the same path, held, in which it was made.")


class PlanReview(Input):
    """It was looked at; when next."""

    review_due_on: Day | None


class PlanEnd(Input):
    reason: Annotated[str, code_of("plan_end_reason")]


class PlanError(Input):
    reason: Line


class PlanWarning(Output):
    """What somebody should look at; it blocks nothing."""

    code: str
    label: str


class PlanReferenceLine(Output):
    """A plan that is kept elsewhere, beside the plan of a path."""

    id: UUID
    plan_type: str = Field(examples=["multi_sector_plan"])
    plan_type_label: str
    external_id: str | None
    legal_basis: str = Field(examples=["act_381_2023"])
    legal_basis_label: str
    valid_from: date
    valid_to: date | None
    review_due_on: date | None
    meeting_id: UUID | None
    state: ReferenceState


class PlanReferenceRead(Resource):
    client_id: UUID
    pathway_id: UUID
    team_id: UUID
    author_id: UUID
    data_register: str = Field(alias="register")
    plan_type: str
    plan_type_label: str
    external_id: str | None
    organiser_id: UUID
    legal_basis: str
    legal_basis_label: str
    law_version: str
    made_on: date
    valid_from: date
    valid_to: date | None
    need_assessed_on: date | None
    review_due_on: date | None
    tym_client: str
    permitted_on: date
    permitted_how: str
    weekly_days: int | None
    daily_hours: float | None
    planned_days: int | None
    supersedes_id: UUID | None
    meeting_id: UUID | None
    state: ReferenceState
    ended_on: date | None
    end_reason: str | None
    error_reason: str | None
    warnings: list[PlanWarning]
    allowed_actions: list[AllowedAction]


class PlanReferencePage(Page):
    items: list[PlanReferenceRead]
