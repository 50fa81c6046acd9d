"""Figures of appointments on the wire."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from app.kit.schemas import Output


class VisitNumbers(Output):
    """Null where 1 to 4 are behind any of them."""

    number: int | None
    fulfilled: int | None
    no_shows: int | None
    cancelled_by_client: int | None


class VisitMonth(VisitNumbers):
    month: str = Field(examples=["2026-11"])


class VisitKind(VisitNumbers):
    kind: str = Field(examples=["health_check"])
    label: str
    months: list[VisitMonth]


class AppointmentFigures(Output):
    area_id: UUID
    from_on: date
    to_on: date
    smallest: int = Field(description="Where fewer than this but not none are behind a number, it is hidden.")
    total: VisitNumbers
    kinds: list[VisitKind]
