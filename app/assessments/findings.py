"""What the content of a health check amounts to, computed when it is read: classes, bands, names, prompts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import Field

from app.assessments.models import LaboratoryStatus
from app.assessments.rules import MINUTES_USUAL
from app.instruments import rules as instruments
from app.instruments.schemas import Mode, TextRead
from app.kit.codesets import codeset, label
from app.kit.i18n import Text
from app.kit.schemas import Output

PROMPT = Text(
    "Mittari on täytetty: päätä samalla ohjauksesta, tai kirjaa ettei tarvetta ole.",
    "Mätaren är ifylld: besluta samtidigt om vägledning, eller anteckna att den inte behövs.",
    "An instrument was completed: decide about guidance now, or record that there is no need.",
)


class Classed(Output):
    """`sure` false: the source of the classes could not be checked."""

    code: str
    label: TextRead
    version: str
    source: str
    sure: bool


class BmiRead(Output):
    value: float = Field(description="One decimal, half up.", examples=[25.3])
    unit: str
    classed: Classed


class BloodPressureRead(Output):
    """The mean of the readings, and the worse of the two classes. `sameDayAction` when any reading asks for it."""

    systolic: int
    diastolic: int
    readings: int
    unit: str
    classed: Classed
    same_day_action: TextRead | None


class BandFound(Output):
    """A screening text, no diagnosis."""

    code: str
    label: TextRead
    source: str
    sure: bool


class InstrumentFound(Output):
    """`bandMissing` says why there is no band."""

    instrument: str
    title: TextRead
    version: str
    edition: str | None
    score: float | None
    max: float | None
    mode: Mode
    answered_on: date
    band: BandFound | None
    band_missing: Literal["no_score", "no_bands", "sex_not_told", "edition_missing"] | None
    caution: TextRead | None
    note: str | None


class LabFound(Output):
    """One ordered test. Results are in the laboratory's own system. `loincCandidate` awaits a specialist's word."""

    lab: str
    label: TextRead
    order_kind: Literal["laboratory", "physiology"]
    baseline: bool
    unit: str | None
    loinc_candidate: str | None
    loinc_sure: Literal[False]
    status: str
    on: date | None
    not_done_because: str | None
    flag: Literal["normal", "abnormal"] | None
    note: str | None


class GuidancePrompt(Output):
    """Instruments that nobody has decided about guidance for (C-41). It stops nothing."""

    instruments: list[str]
    text: TextRead


class Duration(Output):
    minutes: int
    usual: bool
    because: str | None
    recording_minutes: int


class Findings(Output):
    bmi: BmiRead | None
    blood_pressure: BloodPressureRead | None
    instruments: list[InstrumentFound]
    laboratory: list[LabFound]
    guidance_prompt: GuidancePrompt | None
    duration: Duration | None


def of_check(content: Mapping[str, Any], statuses: Mapping[str, LaboratoryStatus], ordered_on: date | None) -> Findings:
    """Of the whole content (`health_checks.filled`); `statuses` is the newest of each test."""
    used = [_instrument(use) for use in content["instruments"]]
    undecided = [
        use["instrument"] for use in content["instruments"] if use["mode"] != "self" and use["guidanceDecision"] is None
    ]
    measures, version = content["measures"] or {}, content["measuresVersion"]
    return Findings(
        bmi=_bmi(measures, version),
        blood_pressure=_pressure(measures, version),
        instruments=used,
        laboratory=[
            _lab(code, statuses.get(code), ordered_on) for code in (content["laboratory"] or {}).get("ordered", [])
        ],
        guidance_prompt=(
            GuidancePrompt(instruments=list(dict.fromkeys(undecided)), text=TextRead.of(PROMPT)) if undecided else None
        ),
        duration=_duration(content),
    )


def _duration(content: Mapping[str, Any]) -> Duration | None:
    minutes = content["minutes"]
    if minutes is None:
        return None
    return Duration(
        minutes=minutes,
        usual=minutes in MINUTES_USUAL,
        because=content["minutesBecause"],
        recording_minutes=content["recordingMinutes"],
    )


def _classed(code: str, found: instruments.Class, version: str) -> Classed:
    data = instruments.measures(version)[code]
    return Classed(
        code=found.code, label=TextRead.of(found.label), version=version, source=data["source"], sure=data["sure"]
    )


def _bmi(measures: Mapping[str, Any], version: str) -> BmiRead | None:
    value = instruments.bmi(measures.get("heightCm"), measures.get("weightKg"))
    if value is None:
        return None
    classed = _classed("bmi", instruments.bmi_class(value, version), version)
    return BmiRead(value=value, unit=instruments.measures(version)["bmi"]["unit"], classed=classed)


def _pressure(measures: Mapping[str, Any], version: str) -> BloodPressureRead | None:
    readings = [(r["systolic"], r["diastolic"]) for r in measures.get("bloodPressure", [])]
    if not readings:
        return None
    systolic, diastolic = (instruments.mean([reading[part] for reading in readings]) for part in (0, 1))
    action = instruments.same_day(readings, version)
    return BloodPressureRead(
        systolic=systolic,
        diastolic=diastolic,
        readings=len(readings),
        unit=instruments.measures(version)["bp"]["unit"],
        classed=_classed("bp", instruments.pressure_class(systolic, diastolic, version), version),
        same_day_action=TextRead.of(action) if action else None,
    )


def _instrument(use: Mapping[str, Any]) -> InstrumentFound:
    instrument = instruments.instruments()[use["instrument"], use["version"]]
    banded = instruments.band_of(instrument, use["score"], use["edition"], use["sex"])
    band = None
    if banded.band is not None and banded.table is not None:
        band = BandFound(
            code=banded.band.code,
            label=TextRead.of(banded.band.label),
            source=banded.table.source,
            sure=banded.table.sure,
        )
    return InstrumentFound.model_validate(
        {
            **{name: use[name] for name in ("instrument", "version", "edition", "score", "mode", "note")},
            "title": TextRead.of(instrument.title),
            "max": instrument.high,
            "answered_on": use["answeredOn"],
            "band": band,
            "band_missing": banded.because,
            "caution": TextRead.of(instrument.caution) if instrument.caution else None,
        }
    )


def _lab(code: str, status: LaboratoryStatus | None, ordered_on: date | None) -> LabFound:
    facts = codeset("lab")[code].facts
    return LabFound.model_validate(
        {
            "lab": code,
            "label": TextRead.of(label("lab", code)),
            "order_kind": facts["orderKind"],
            "baseline": facts["baseline"],
            "unit": facts["unit"],
            "loinc_candidate": facts["loincCandidate"],
            "loinc_sure": False,
            "status": status.status if status else "ordered",
            "on": status.happened_on if status else ordered_on,
            **{name: getattr(status, name, None) for name in ("not_done_because", "flag", "note")},
        }
    )
