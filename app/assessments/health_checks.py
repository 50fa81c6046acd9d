"""What a health check must say, in whatever state and when it is completed, and what it means where nothing is said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.assessments import refusals, rules
from app.assessments.contents import PARTS
from app.assessments.models import Assessment
from app.assessments.refusals import at as wrong
from app.instruments import rules as instruments
from app.instruments import use_refusals
from app.kit.clock import civil_date

CHECK = "/body/healthCheck"


def plain(name: str, part: Mapping[str, Any]) -> dict[str, Any]:
    """All members of the part, whoever left them out."""
    return PARTS[name].model_validate(part).model_dump(mode="json", by_alias=True)


def usable(content: Mapping[str, Any], at: datetime, completed_at: datetime | None = None) -> None:
    """Raises what is wrong with a health check in whatever state: each section once, instruments that exist, on their
    scale and of a day that has come, and the client informed before."""
    names = [section["section"] for section in content["sections"] or []]
    if len(set(names)) < len(names):
        raise wrong(refusals.SectionsUnclear, [f"{CHECK}/sections"])
    informed = content["informedOfPurposeAt"]
    if informed is not None and datetime.fromisoformat(informed) > (completed_at or at):
        raise wrong(refusals.InformedTooLate, [f"{CHECK}/informedOfPurposeAt"])
    for number, use in enumerate(content["instruments"] or []):
        place = f"{CHECK}/instruments/{number}"
        instrument = instruments.instruments().get((use["instrument"], use["version"]))
        if instrument is None:
            raise wrong(use_refusals.InstrumentVersionUnknown, [f"{place}/version"])
        problem = instruments.problem_with(instrument, use["score"], use["edition"], use["mode"])
        if problem is not None:
            refusal, field = use_refusals.INSTRUMENT_PROBLEMS[problem]
            raise wrong(refusal, [f"{place}/{field}"])
        if use["answeredOn"] > civil_date(at).isoformat():
            raise wrong(use_refusals.DateInFuture, [f"{place}/answeredOn"])
    order = content["laboratory"]
    if order is not None:
        removed = {test["lab"] for test in order["removed"]}
        if removed & set(order["added"]) or removed - set(rules.ordered(order["baseline"], (), ())):
            raise wrong(refusals.LaboratoryContradicts, [f"{CHECK}/laboratory/removed"])


def whole_check(content: dict[str, Any]) -> dict[str, Any]:
    """A completed health check, with what it means when nothing is said. Raises what it does not say."""
    sections = content["sections"] or []
    content = {**content, "sections": sections}
    if any(not section["done"] and section["notDoneBecause"] is None for section in sections):
        raise wrong(refusals.SectionsUnclear, [f"{CHECK}/sections"])
    missing = rules.missing_sections(section["section"] for section in sections)
    if missing:
        raise wrong(refusals.SectionsMissing, [f"{CHECK}/sections"], missing=missing)
    contradicting = rules.contradictions(content)
    if contradicting:
        raise wrong(refusals.SectionContradicts, [f"{CHECK}/sections"], sections=contradicting)
    if content["minutes"] not in rules.MINUTES_USUAL and content["minutesBecause"] is None:
        raise wrong(refusals.DurationUnexplained, [f"{CHECK}/minutesBecause"])
    return filled(content)


def filled(content: Mapping[str, Any]) -> dict[str, Any]:
    """A health check with what it means where nothing is said. The baseline of the laboratory may change one day: what
    was ordered stays as it was ordered."""
    sections, order = content["sections"] or [], content["laboratory"]
    if any(section["section"] == "laboratory" and section["done"] for section in sections):
        order = order or {"baseline": True, "added": [], "removed": []}
    if order is not None:
        removed = [test["lab"] for test in order["removed"]]
        order = {**order, "ordered": rules.ordered(order["baseline"], order["added"], removed)}
    recording = content["recordingMinutes"]
    return {
        **content,
        "sections": sections,
        "recordingMinutes": rules.RECORDING_MINUTES if recording is None else recording,
        "instruments": content["instruments"] or [],
        "laboratory": order,
        "guidance": content["guidance"] or [],
        "measuresVersion": instruments.MEASURES_VERSION,
    }


def of_draft(assessment: Assessment) -> dict[str, Any]:
    """The health check as far as it is saved, as if it were completed now."""
    return filled(plain("health_check", (assessment.draft or {}).get("healthCheck", {})))


def ordered_in(assessment: Assessment) -> list[str]:
    """Tests of the order, also of one that is only saved so far."""
    if assessment.content:
        return list((assessment.content.get("laboratory") or {}).get("ordered", []))
    if assessment.kind != "health_check":
        return []
    return list((of_draft(assessment)["laboratory"] or {}).get("ordered", []))
