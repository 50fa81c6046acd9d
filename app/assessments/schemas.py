"""Assessments on the wire. The content of each kind stands in its own sub-object; the others are null."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from app.assessments.contents import HealthCheckPart
from app.assessments.findings import Findings
from app.assessments.models import AssessmentState
from app.assessments.parts import (
    BenefitsPart,
    CoordinatorPart,
    EmploymentPart,
    FitnessTestPart,
    FunctionalTestPart,
    MentalHealthSubstancePart,
    NeedIdentificationPart,
    OtherPart,
    OverallPart,
    PhysicianConsultationPart,
    PhysicianPart,
    PsychiatricPart,
    SocialPart,
    Statements,
    WorkplacePart,
)  # fmt: skip
from app.instruments.schemas import TextRead
from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Day, Input, Line, Output, Page, Prose, Resource
from app.routing.facts import ProblemArea
from app.routing.schemas import OverrideReason

Kind = Annotated[str, code_of("routed_work")]
Conclusion = Annotated[str, code_of("health_check_conclusion")]
ReportStatus = Literal["registered", "preliminary", "final", "amended", "cancelled", "entered-in-error"]


class AssessmentRequest(Input):
    """Ask for an assessment: it is routed at once to the right designated professional."""

    id: UUID | None = None
    kind: Kind = Field(examples=["physician_assessment"])
    question: Prose | None = Field(None, description="What you want to know.")
    urgency: Annotated[str, code_of("urgency")] = "routine"
    continuity_declined: bool = Field(False, description="The client does not ask for the earlier professional.")


class AssessmentAssign(OverrideReason):
    """A human chooses the seat and the person, with a coded reason (C-02, C-04)."""

    seat_role: Annotated[str, code_of("role")]
    person_id: UUID


class AssessmentEnd(Input):
    reason: Line


class AssessmentDraft(Input):
    """What is known so far. The findings of a kind stand in its own sub-object; the others are left out."""

    conclusion: Conclusion | None = None
    work_ability: Prose | None = Field(
        None, description="Restrictions and conclusion in plain words, for the client too: no diagnoses."
    )
    health_check: HealthCheckPart | None = None
    functional_test: FunctionalTestPart | None = None
    physician: PhysicianPart | None = None
    physician_consultation: PhysicianConsultationPart | None = None
    need_identification: NeedIdentificationPart | None = None
    coordinator: CoordinatorPart | None = None
    social: SocialPart | None = None
    psychiatric: PsychiatricPart | None = None
    mental_health_substance: MentalHealthSubstancePart | None = None
    benefits: BenefitsPart | None = None
    employment: EmploymentPart | None = None
    workplace: WorkplacePart | None = None
    fitness_test: FitnessTestPart | None = None
    overall: OverallPart | None = None
    other: OtherPart | None = None


class AssessmentComplete(AssessmentDraft):
    """The findings: what was saved before, and on top of it what is sent now. `conclusion` is required of a health
    check and of a physician; `workAbility` is in plain words, no diagnoses."""


class AssessmentAmend(AssessmentDraft):
    """What is said anew, on top of what was said; what was said stays to be read among the versions. Without `reason`
    it is refused: a document is not changed silently."""

    reason: Line | None = None


class AssessmentRecord(AssessmentDraft):
    """An assessment of a kind that whoever is there records (`way` of the code set `assessment_kind`). With `sign`
    false it is a draft of its author's, to be saved on and completed as any other."""

    id: UUID | None = None
    kind: Annotated[str, code_of("assessment_kind")] = Field(examples=["need_identification"])
    sign: bool = True


class CareTeamAnswer(Input):
    """What the client's own care team answered: who said it, when, and under which permission or disclosure it was
    asked. `conclusion` is never work incapacity: of that only a physician's statement is referred to (C-16)."""

    answered_by: Line = Field(examples=["Physician, Hollola health station"])
    answered_by_role: Annotated[str, code_of("care_team_answerer")]
    asked_on: Day
    answered_on: Day
    consent_id: UUID | None = Field(None, description="The permission it was asked on.")
    disclosure_id: UUID | None = Field(None, description="Or the disclosure by which it was asked.")
    findings: Prose
    statements: Statements = Field(default_factory=list)
    conclusion: Conclusion | None = None
    work_ability: Prose | None = Field(None, description="In plain words, for the client too: no diagnoses.")


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
    suggest: str | None = Field(description="What a person is asked to say or decide, when the rules leave it open.")


class AuthorRead(Output):
    """Who signed it, and as what. `role` is `own_care_team` where the team wrote down that one's answer."""

    person_id: UUID | None
    name: str | None
    role: str | None


class ContributionRead(Output):
    """What an overall statement rests on, of what the reader sees. `inError`: it was entered in error afterwards."""

    kind: Literal["assessment", "meeting", "response"]
    id: UUID
    role: str | None = Field(
        examples=["social_counsellor"], description="Null where the client answered an instrument without anybody."
    )
    assessment_kind: str | None
    instrument: str | None = Field(examples=["whodas12"], description="Of a response.")
    on: date | None
    in_error: bool


class StatementWarningRead(Output):
    """To be noticed; it blocks nothing (C-17)."""

    code: Literal["contributions_of_one_role", "contribution_in_error"]
    text: TextRead


class AssessmentRead(Resource):
    """`content` is null outside its register, to the client when in error, and until it is completed; `draft` and
    `openSections` are for whoever holds the work. `reportStatus` is the word of FHIR for it; `documentState` says where
    the document is: a draft, signed, or amended with the original kept."""

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
    report_status: ReportStatus
    document_state: Literal["draft", "signed", "amended"] | None
    author: AuthorRead | None = Field(description="Null until it is signed, and outside its register.")
    signed_at: datetime | None
    contributions: list[ContributionRead]
    warnings: list[StatementWarningRead]
    content: dict[str, Any] | None
    findings: Findings | None = Field(description="What the content of a health check amounts to.")
    bmi: float | None = Field(description="kg/m², one decimal, from the measures.")
    draft: dict[str, Any] | None
    open_sections: list[str] = Field(description="Sections that completing it would miss.")
    amended_at: datetime | None
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


class ConclusionRead(Output):
    """What a health professional concluded, in plain words. It says neither who nor in which assessment."""

    id: UUID
    pathway_id: UUID
    said_on: date
    amended_on: date | None
    work_ability: str | None = Field(description="Restrictions and conclusion, in words for the client too.")
    work_ability_score: int | None = Field(description="The client's own score of work ability (WAS), 0 to 10.")


class ConclusionPage(Page):
    items: list[ConclusionRead]


class VersionRead(Output):
    """What an assessment said until it was amended, and why it was."""

    id: UUID
    number: int = Field(ge=1, description="1 is the original.")
    content: dict[str, Any]
    conclusion: str | None
    work_ability: str | None
    replaced_at: datetime
    replaced_by_id: UUID | None
    reason: str


class VersionPage(Page):
    items: list[VersionRead]


class Prefilled(Output):
    """Something known already, for a human to copy: nothing is written by itself. `source` and `on` say from where and
    of which day; `value` is what the field would take, null where there are only words."""

    field: str = Field(examples=["measures.heightCm"])
    section: str | None
    lines: list[str]
    value: Any
    source: Literal["preinformation", "assessment", "referral", "client", "plan", "response", "appointment", "meeting"]
    source_id: UUID
    on: date | None


class PrefillRead(Output):
    items: list[Prefilled]
