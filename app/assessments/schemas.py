"""Assessments on the wire. The content of each kind stands in its own sub-object; the others are null."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.assessments.models import AssessmentState
from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Input, Line, Output, Page, Prose, Resource
from app.routing.facts import ProblemArea

Kind = Annotated[str, code_of("routed_work")]
Conclusion = Annotated[str, code_of("health_check_conclusion")]
Section = Annotated[str, code_of("health_check_section")]


class AssessmentRequest(Input):
    """Ask for an assessment: it is routed at once to the right designated professional."""

    id: UUID | None = None
    kind: Kind = Field(examples=["physician_assessment"])
    question: Prose | None = Field(None, description="What you want to know.")
    urgency: Annotated[str, code_of("urgency")] = "routine"


class AssessmentAssign(Input):
    """A human chooses the seat and the person, with a reason (C-02, C-04)."""

    seat_role: Annotated[str, code_of("role")]
    person_id: UUID
    reason: Line


class AssessmentEnd(Input):
    reason: Line


class SectionDone(Input):
    """One section of the health check: done, or not done with its reason (C-15)."""

    section: Section
    done: bool
    not_done_because: Annotated[str, code_of("skip_reason")] | None = None
    note: Prose | None = None


class Measures(Input):
    """BMI is computed from height and weight, never taken from the wire."""

    height_cm: float | None = Field(None, ge=80, le=250, description="cm")
    weight_kg: float | None = Field(None, ge=20, le=400, description="kg")
    bp_systolic: int | None = Field(None, ge=50, le=300, description="mmHg")
    bp_diastolic: int | None = Field(None, ge=30, le=200, description="mmHg")


class HealthCheckGiven(Input):
    """First form of the health check (domain 1.5). The client is told its purpose first (domain 5.7)."""

    informed_of_purpose_at: AwareDatetime
    minutes: int = Field(ge=30, le=240, description="Duration of the visit; 90 to 120 is usual (C-14).")
    sections: list[SectionDone] = Field(min_length=1, max_length=40)
    measures: Measures = Field(default_factory=Measures)
    laboratory: list[Annotated[str, code_of("lab")]] = Field(default_factory=list, max_length=30)
    guidance: list[Annotated[str, code_of("guidance_target")]] = Field(default_factory=list, max_length=10)


class FunctionalTestGiven(Input):
    """What was tested and found, in words; scores with their unit in the text."""

    tests: list[Line] = Field(min_length=1, max_length=30)
    findings: Prose


class PhysicianGiven(Input):
    findings: Prose
    statement_written: bool = False


class OtherGiven(Input):
    findings: Prose


class AssessmentComplete(Input):
    """The findings. `conclusion` is required of a health check and of a physician; `workAbility` is for the client,
    and for whoever may read it: plain words, no diagnoses."""

    conclusion: Conclusion | None = None
    work_ability: Prose | None = None
    health_check: HealthCheckGiven | None = None
    functional_test: FunctionalTestGiven | None = None
    physician: PhysicianGiven | None = None
    other: OtherGiven | None = None


class ProblemAreasRecord(Input):
    """Said by a health professional. `demanding` null: not decided; it is not guessed (C-03)."""

    areas: list[ProblemArea] = Field(max_length=5)
    main_area: ProblemArea | None = None
    demanding: bool | None = None


class ProblemAreasRead(Output):
    pathway_id: UUID
    areas: list[str]
    main_area: str | None
    demanding: bool | None
    recorded_at: datetime | None
    recorded_by_id: UUID | None


class AssessmentOwner(Output):
    person_id: UUID | None
    name: str | None
    queue: str | None
    alarm: bool


class AssessmentRead(Resource):
    """`content` is null for readers outside its register."""

    client_id: UUID
    pathway_id: UUID
    kind: str
    state: AssessmentState
    data_register: Literal["health", "social", "employment", "operational"] = Field(alias="register")
    question: str | None
    urgency: str
    requested_at: datetime
    requested_by_id: UUID | None
    decision_id: UUID | None
    owner: AssessmentOwner
    conclusion: str | None
    work_ability: str | None
    content: dict[str, Any] | None
    bmi: float | None = Field(description="kg/m², one decimal, from the measures.")
    informed_of_purpose_at: datetime | None
    completed_at: datetime | None
    completed_by_id: UUID | None
    ended_reason: str | None
    allowed_actions: list[AllowedAction]


class AssessmentSummary(Output):
    id: UUID
    client_id: UUID
    pathway_id: UUID
    kind: str
    state: AssessmentState
    requested_at: datetime


class AssessmentPage(Page):
    items: list[AssessmentSummary]
