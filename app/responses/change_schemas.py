"""Scores over time on the wire."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.kit.schemas import Output, WordsRead


class PointRead(Output):
    """One scored response. `band` is a screening text by its code; a client sees none."""

    response_id: UUID
    answered_on: date
    score: float = Field(examples=[12])
    band: str | None = Field(examples=["moderate"])
    version: str
    edition: str | None


class ChangeRead(Output):
    """From the first to the last of the newest version and edition; `because` says why nothing is compared."""

    first_on: date | None
    last_on: date | None
    difference: float | None = Field(examples=[-4])
    direction: Literal["better", "worse", "same"] | None
    because: Literal["one_point", "versions_differ"] | None


class InstrumentChange(Output):
    instrument: str = Field(examples=["phq9"])
    title: WordsRead
    points: list[PointRead]
    change: ChangeRead


class InstrumentChangeList(Output):
    items: list[InstrumentChange]
