"""What is written into an assessment, kind by kind. Every part may be left out while it is a draft; what a completed
one must say is asked in `writing` and `health_checks`. A part that is left out stays as it was saved; one sent as null
is cleared."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

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
    WorkplacePart,
)  # fmt: skip
from app.instruments.schemas import Mode
from app.kit.codesets import code_of
from app.kit.schemas import Input, Line, Prose

Section = Annotated[str, code_of("health_check_section")]
Lab = Annotated[str, code_of("lab")]
Because = Annotated[str, code_of("skip_reason")]

LEAST_MINUTES, MOST_MINUTES = 10, 480  # of a visit


class SectionDone(Input):
    """One section of the health check: done, or not done with its reason (C-15)."""

    section: Section
    done: bool
    not_done_because: Because | None = None
    note: Prose | None = None


class BloodPressure(Input):
    """One reading, in mmHg."""

    systolic: int = Field(ge=50, le=300, examples=[128])
    diastolic: int = Field(ge=30, le=200, examples=[82])

    @field_validator("diastolic")
    @classmethod
    def below_systolic(cls, value: int, info: ValidationInfo) -> int:
        if value >= info.data.get("systolic", value + 1):
            raise PydanticCustomError("impossible_pressure", "Diastolic is below systolic")
        return value


class Measures(Input):
    """BMI is computed from height and weight, never taken from the wire. Blood pressure is classed by the mean."""

    height_cm: float | None = Field(None, ge=80, le=250, description="cm")
    weight_kg: float | None = Field(None, ge=20, le=400, description="kg")
    blood_pressure: list[BloodPressure] = Field(default_factory=list, max_length=6)


class InstrumentUse(Input):
    """One instrument as it was used; see `/v1/instruments`. Only its score, no answers. `sex` chooses among bands
    that differ by sex, where the client told it. `guidanceDecision` answers the prompt of C-41."""

    instrument: Annotated[str, code_of("instrument")]
    version: Annotated[str, Field(min_length=1, max_length=20, examples=["1"])]
    edition: Annotated[str, Field(min_length=1, max_length=40, examples=["bdi_ii"])] | None = None
    score: float | None = Field(None, ge=-1000, le=100_000)
    mode: Mode
    answered_on: date
    language: Annotated[str, code_of("language")] | None = None
    sex: Literal["female", "male"] | None = None
    guidance_decision: Literal["guided", "no_need"] | None = None
    note: Prose | None = None
    response_id: UUID | None = Field(
        None, description="An answered instrument of this client: `score` is taken from it, the rest agrees with it."
    )


class LabRemoved(Input):
    """A baseline test that is not needed, with the reason."""

    lab: Lab
    reason: Because


class LaboratoryOrder(Input):
    """The nine baseline tests unless said otherwise, and of the others those that are needed."""

    baseline: bool = True
    added: list[Lab] = Field(default_factory=list, max_length=30)
    removed: list[LabRemoved] = Field(default_factory=list, max_length=30)


class Guidance(Input):
    """Where the client was guided to."""

    target: Annotated[str, code_of("guidance_target")]
    note: Prose | None = None
    agreed_with_client: bool


class HealthCheckPart(Input):
    """The health check (domain 1.5). Of the sections those of need `always` must be said before it is completed;
    sections are saved one by one (by `section`), everything else as a whole."""

    informed_of_purpose_at: AwareDatetime | None = Field(
        None, description="When the client was told the purpose, the use of the data and what follows (domain 5.7)."
    )
    minutes: int | None = Field(
        None, ge=LEAST_MINUTES, le=MOST_MINUTES, description="Duration of the visit; 90 to 120 is usual (C-14)."
    )
    minutes_because: Annotated[str, code_of("duration_reason")] | None = Field(
        None, description="Required when the visit took less or more than usual."
    )
    recording_minutes: int | None = Field(None, ge=0, le=240, description="Beside the visit; 30 unless said (C-14).")
    sections: list[SectionDone] | None = Field(None, max_length=40)
    measures: Measures | None = None
    instruments: list[InstrumentUse] | None = Field(None, max_length=30)
    laboratory: LaboratoryOrder | None = None
    guidance: list[Guidance] | None = Field(None, max_length=12)


Part = (
    HealthCheckPart | FunctionalTestPart | PhysicianPart | PhysicianConsultationPart | NeedIdentificationPart
    | CoordinatorPart | SocialPart | PsychiatricPart | MentalHealthSubstancePart | BenefitsPart | EmploymentPart
    | WorkplacePart | FitnessTestPart | OverallPart | OtherPart
)  # fmt: skip
PARTS: dict[str, type[Part]] = {
    "health_check": HealthCheckPart,
    "functional_test": FunctionalTestPart,
    "physician": PhysicianPart,
    "physician_consultation": PhysicianConsultationPart,
    "need_identification": NeedIdentificationPart,
    "coordinator": CoordinatorPart,
    "social": SocialPart,
    "psychiatric": PsychiatricPart,
    "mental_health_substance": MentalHealthSubstancePart,
    "benefits": BenefitsPart,
    "employment": EmploymentPart,
    "workplace": WorkplacePart,
    "fitness_test": FitnessTestPart,
    "overall": OverallPart,
    "other": OtherPart,
}
# What a completed one says at least, few things each (C-34); the sections of a health check are asked by themselves.
NEEDED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(PARTS, ("findings",)),
    "health_check": ("informedOfPurposeAt", "minutes"),
    "functional_test": ("tests", "findings"),
    "physician_consultation": ("consultedOn", "advice"),
    "need_identification": ("nextStep",),
    "fitness_test": ("testedOn", "testedBy", "results"),
    "overall": ("summary",),
}


class LaboratoryStatusGiven(Input):
    """What became of one ordered test. Of a result only whether it was normal, and words: the laboratory keeps it."""

    lab: Lab
    status: Annotated[str, code_of("lab_status")]
    on: date
    not_done_because: Because | None = None
    flag: Literal["normal", "abnormal"] | None = None
    note: Line | None = None


class LaboratoryRecord(Input):
    statuses: list[LaboratoryStatusGiven] = Field(min_length=1, max_length=30)
