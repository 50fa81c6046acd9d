"""Figures of guidance at instrument use on the wire."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from app.kit.schemas import Output
from app.reports.schemas import IndicatorRead


class GuidanceCounts(Output):
    """How often guidance was asked about, and what it led to; null where too few are behind a number."""

    prompted: int | None = Field(examples=[24])
    guided: int | None = Field(examples=[9])
    no_need: int | None = Field(examples=[10])
    unanswered: int | None = Field(examples=[5])


class InstrumentGuidance(Output):
    instrument: str = Field(examples=["whodas12"])
    label: str
    counts: GuidanceCounts


class GuidanceFigures(Output):
    area_id: UUID
    from_on: date
    to_on: date
    smallest: int = Field(description="Where fewer than this but not none are behind a number, it is hidden.")
    indicator: IndicatorRead
    total: GuidanceCounts
    instruments: list[InstrumentGuidance]
