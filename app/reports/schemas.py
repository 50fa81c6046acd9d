"""Figures on the wire: numbers, what they are, and where they come from."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from app.kit.schemas import Output


class IndicatorRead(Output):
    """What a number is and where it comes from (domain 1.11)."""

    code: str = Field(examples=["late"])
    name: str
    definition: str
    data_source: str


class Figures(Output):
    """Shares between 0 and 1; null where nobody is behind it, or too few to be shown."""

    number: int | None
    completeness: float | None
    returned: float | None
    late: float | None
    criteria_full: float | None


class MonthFigures(Output):
    """The trend of lateness (C-21)."""

    month: str = Field(examples=["2026-11"])
    number: int | None
    late: float | None


class SourceFigures(Figures):
    source: str
    label: str
    months: list[MonthFigures] = Field(description="Months in which the source sent anything.")


class ReferralQuality(Output):
    area_id: UUID
    from_on: date
    to_on: date
    smallest: int = Field(description="Where fewer than this but not none are behind a number, it is hidden.")
    indicators: list[IndicatorRead]
    total: Figures
    sources: list[SourceFigures]
