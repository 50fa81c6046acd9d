"""Figures of consultations on the wire: numbers only."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from app.kit.schemas import Output


class ActorCount(Output):
    """A month and a counterpart. Null where 1 to 4 people are behind a number, or where it would tell another such."""

    what: str = Field(examples=["consultation"], description="consultation, pair_work or meeting.")
    month: str = Field(examples=["2026-08"])
    role: str
    role_label: str
    organisation_id: UUID
    organisation: str
    number: int | None
    answered: int | None = Field(description="Of consultations.")
    median_answer_days: float | None


class KindTotal(Output):
    what: str
    number: int | None


class ConsultationFigures(Output):
    """What pair work names as a meeting is counted as pair work only."""

    team_id: UUID
    from_on: date
    to_on: date
    smallest: int = Field(description="Where fewer people than this but not none are behind a number, it is hidden.")
    totals: list[KindTotal]
    lines: list[ActorCount]
