"""Instruments and measures as versioned data, and the bands that a score falls into (domain 4). Pure.

A band is a screening text: never a diagnosis, and nothing is decided by it (GDPR art. 22). `sure: false` marks what no
source was found for. Files stay once they were in use: a kept score names the version it was taken with.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.instruments.items import Item, Questions, questions
from app.kit.codesets import codeset
from app.kit.i18n import LANGUAGES, Text

DATA = Path(__file__).parent / "data"
MEASURES_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Band:
    """From and to are inclusive scores."""

    code: str
    label: Text
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Table:
    """Bands of one edition and one sex; None is for all of them."""

    edition: str | None
    sex: str | None
    source: str
    sure: bool
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Instrument:
    """`score` is required, optional or none; `low` and `high` are None where the scale is free. `questions` is None
    where only a score is kept."""

    code: str
    version: str
    title: Text
    sure: bool
    licence: str
    embed: str
    low: float | None
    high: float | None
    direction: str
    score: str
    whole: bool
    modes: tuple[str, ...]
    editions: tuple[str, ...]
    edition_needed: bool
    caution: Text | None
    source: str
    tables: tuple[Table, ...]
    questions: Questions | None = None

    @property
    def items(self) -> tuple[Item, ...]:
        """What is asked; nothing where only the score is kept."""
        return self.questions.items if self.questions else ()


@dataclass(frozen=True, slots=True)
class Banded:
    """The band of a score and the table it stands in; `because` says why there is none."""

    band: Band | None
    table: Table | None
    because: str | None


@dataclass(frozen=True, slots=True)
class Class:
    """What a measure amounts to."""

    code: str
    label: Text


@lru_cache(maxsize=1)
def instruments() -> Mapping[tuple[str, str], Instrument]:
    """Every shipped version of every instrument by code and version, the older first."""
    found: dict[tuple[str, str], Instrument] = {}
    for file in sorted(DATA.glob("instruments.v*.json"), key=lambda file: int(file.suffixes[0].removeprefix(".v"))):
        for row in json.loads(file.read_text("utf-8"))["instruments"]:
            found[row["code"], row["version"]] = _instrument(row)
    return found


def newest(code: str, among: Mapping[tuple[str, str], Instrument] | None = None) -> Instrument | None:
    """Versions are counted, not compared as words: 10 comes after 9."""
    versions = [i for (name, _), i in (among or instruments()).items() if name == code]
    return max(versions, key=lambda i: int(i.version), default=None)


def problem_with(instrument: Instrument, score: float | None, edition: str | None, mode: str) -> str | None:
    """What is wrong with a use of it, as a short word; None when nothing is."""
    if edition is None and instrument.edition_needed:
        return "edition_missing"
    if edition is not None and edition not in instrument.editions:
        return "edition_unknown"
    if mode not in instrument.modes:
        return "mode_unfit"
    if score is None:
        return "score_missing" if instrument.score == "required" else None
    if instrument.score == "none" or not in_range(instrument, score):
        return "score_out_of_range"
    return None


def in_range(instrument: Instrument, score: float) -> bool:
    below = instrument.low is not None and score < instrument.low
    above = instrument.high is not None and score > instrument.high
    return not (below or above or (instrument.whole and score != int(score)))


def band_of(instrument: Instrument, score: float | None, edition: str | None, sex: str | None) -> Banded:
    """The band, by the table of the edition and, where it was told, of the sex; a table for all where there is one,
    and where there is none, what the tables of both sexes agree on."""
    if score is None or not instrument.tables:
        return Banded(None, None, "no_score" if score is None else "no_bands")
    fitting = [t for t in instrument.tables if t.edition in (None, edition)]
    table = next((t for t in fitting if t.sex is not None and t.sex == sex), None)
    table = table or next((t for t in fitting if t.sex is None), None)
    if table is None:
        return common(fitting, score) if fitting else Banded(None, None, "edition_missing")
    return Banded(next((b for b in table.bands if b.low <= score <= b.high), None), table, None)


def common(tables: Sequence[Table], score: float) -> Banded:
    """The band where the sex was not told: the one in which the tables of both agree, if they do."""
    found = [next((b for b in table.bands if b.low <= score <= b.high), None) for table in tables]
    if found[0] is not None and len({band.code if band else None for band in found}) == 1:
        return Banded(found[0], tables[0], None)
    return Banded(None, None, "sex_not_told")


@lru_cache(maxsize=8)
def measures(version: str = MEASURES_VERSION) -> Mapping[str, Any]:
    """The class tables of BMI and blood pressure. Raises `FileNotFoundError` for a version that never was."""
    found: dict[str, Any] = json.loads((DATA / f"measures.v{version}.json").read_text("utf-8"))
    return found


def bmi(height_cm: float | None, weight_kg: float | None) -> float | None:
    """kg/m², one decimal, half up (domain 4)."""
    if not height_cm or not weight_kg:
        return None
    metres = Decimal(str(height_cm)) / 100
    value = Decimal(str(weight_kg)) / (metres * metres)
    return float(value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))


def bmi_class(value: float, version: str = MEASURES_VERSION) -> Class:
    """Of the rounded value: what is shown is what is classed."""
    rows = measures(version)["bmi"]["classes"]
    return _class(next(row for row in rows if row["below"] is None or value < row["below"]))


def mean(values: Sequence[int]) -> int:
    """Whole units, half up."""
    return int((Decimal(sum(values)) / len(values)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def pressure_class(systolic: int, diastolic: int, version: str = MEASURES_VERSION) -> Class:
    """The worse of the two."""
    rows = measures(version)["bp"]["classes"]

    def place(value: int, part: int) -> int:
        return next(n for n, row in enumerate(rows) if row["below"] is None or value < row["below"][part])

    return _class(rows[max(place(systolic, 0), place(diastolic, 1))])


def same_day(readings: Sequence[tuple[int, int]], version: str = MEASURES_VERSION) -> Text | None:
    """What to do today when any single reading is that high: a text for the professional; it stops nothing."""
    row = measures(version)["bp"]["sameDay"]
    high = any(systolic >= row["from"][0] or diastolic >= row["from"][1] for systolic, diastolic in readings)
    return _text(row) if high else None


def _text(row: Mapping[str, str]) -> Text:
    return Text(*(row[language] for language in LANGUAGES))


def _class(row: Mapping[str, Any]) -> Class:
    return Class(row["code"], _text(row))


def _instrument(row: Mapping[str, Any]) -> Instrument:
    named = codeset("instrument")[row["code"]]
    tables = tuple(
        Table(
            t["edition"], t["sex"], t["source"], t["sure"],
            tuple(Band(b["code"], _text(b), b["from"], b["to"]) for b in t["bands"]),
        )
        for t in row["tables"]
    )  # fmt: skip
    return Instrument(
        code=row["code"],
        version=row["version"],
        title=named.label,
        sure=named.sure,
        licence=row["licence"],
        embed=row["embed"],
        low=row["min"],
        high=row["max"],
        direction=row["direction"],
        score=row["score"],
        whole=row["whole"],
        modes=tuple(row["modes"]),
        editions=tuple(row["editions"]),
        edition_needed=row["editionNeeded"],
        caution=_text(row["caution"]) if row["caution"] else None,
        source=row["source"],
        tables=tables,
        questions=questions(row),
    )
