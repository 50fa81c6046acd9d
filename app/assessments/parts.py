"""What is written into the kinds beside the health check. `findings` is of every assessment of one professional; what
else a completed one must say stands in `contents`. Every word is the author's, in the register of the assessment."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.kit.codesets import code_of
from app.kit.schemas import Day, Input, Line, Prose

Lines = Annotated[list[Line], Field(max_length=20)]


class StatementReference(Input):
    """A statement that a physician wrote: which, of which day, and where it is kept. The statement itself is in the
    patient record; `attachmentId` is a copy of it among the client's documents here, where there is one."""

    kind: Annotated[str, code_of("statement_kind")]
    dated_on: Day
    kept_at: Line = Field(examples=["Patient record, Hollola health station"])
    attachment_id: UUID | None = None
    says_incapacity: bool = Field(False, description="The statement concludes work incapacity (C-16).")


Statements = Annotated[list[StatementReference], Field(max_length=10)]


class NeedFound(Input):
    """One of the five barriers (domain 1.6). Words about health or social matters are of that register only."""

    barrier: Annotated[str, code_of("barrier")]
    words: Prose | None = None


class NeedIdentificationPart(Input):
    """The short template of every professional (C-39): which needs, what helps, what next."""

    needs: list[NeedFound] | None = Field(None, max_length=5)
    no_need_found: bool | None = Field(None, description="It was asked, and no need of support was found.")
    helps: Prose | None = Field(None, description="What helps, in the client's own view too.")
    next_step: Prose | None = Field(None, description="What is done next, and by whom.")
    agreed_with_client: bool | None = None


class FunctionalTestPart(Input):
    """What was tested and found, in words; scores with their unit in the text."""

    tests: list[Line] | None = Field(None, min_length=1, max_length=30)
    findings: Prose | None = None


class PhysicianPart(Input):
    findings: Prose | None = None
    statement_written: bool | None = None
    statements: Statements | None = None


class PhysicianConsultationPart(Input):
    """What a physician advised when a colleague asked about the client."""

    consulted_on: Day | None = None
    asked_by_role: Annotated[str, code_of("role")] | None = None
    advice: Prose | None = None
    statements: Statements | None = None


class CoordinatorPart(Input):
    """The coordinator's needs assessment: enough to send onward by (C-25)."""

    findings: Prose | None = None
    strengths: Prose | None = None
    services: Lines | None = Field(None, description="Services that would help.")
    next_step: Prose | None = None


class SocialPart(Input):
    findings: Prose | None = None
    service_needs: Lines | None = None
    next_step: Prose | None = None


class PsychiatricPart(Input):
    findings: Prose | None = None
    functioning: Prose | None = None
    next_step: Prose | None = None


class MentalHealthSubstancePart(Input):
    """Mental health and substance services, own or bought (C-56)."""

    findings: Prose | None = None
    services: Lines | None = None
    care_contact: Line | None = Field(None, description="Who answers for the treatment, by task.")
    next_step: Prose | None = None


class BenefitsPart(Input):
    """Benefit counselling, or what Kela's adviser told."""

    findings: Prose | None = Field(None, description="The situation, and what was advised.")
    benefits: Lines | None = None
    next_step: Prose | None = None


class EmploymentPart(Input):
    findings: Prose | None = None
    job_goals: Lines | None = None
    next_step: Prose | None = None


class WorkplacePart(Input):
    """Work ability as it was seen at work, in a trial or in rehabilitative work activity."""

    findings: Prose | None = None
    place: Line | None = None
    visited_on: Day | None = None
    tasks: Lines | None = None
    adjustments: Lines | None = Field(None, description="What the work or the place would have to be like.")


class FitnessResult(Input):
    test: Line = Field(examples=["Six-minute walk"])
    result: float | None = Field(None, ge=-100_000, le=100_000)
    unit: Annotated[str, Field(min_length=1, max_length=20, examples=["m"])] | None = None
    note: Line | None = None


class FitnessTestPart(Input):
    """Tests led by a sports coordinator, who is the municipality's: whoever of the team was given the results writes
    them, and they are of the writer's register."""

    tested_on: Day | None = None
    tested_by: Line | None = Field(None, description="Who led the tests, by name and task.")
    tester: Literal["sports_coordinator", "team", "other"] | None = None
    results: list[FitnessResult] | None = Field(None, max_length=30)
    findings: Prose | None = None


class Contribution(Input):
    """What a statement rests on: a completed assessment, an answered instrument or a meeting that was held, on the same
    path."""

    kind: Literal["assessment", "meeting", "response"]
    id: UUID


class OverallPart(Input):
    """Of the whole: nobody sees it alone (C-17), so it cites what others found."""

    summary: Prose | None = None
    strengths: Prose | None = None
    restrictions: Prose | None = None
    recommendation: Prose | None = None
    contributions: list[Contribution] | None = Field(None, max_length=20)


class OtherPart(Input):
    findings: Prose | None = None
