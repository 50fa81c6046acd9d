"""Instruments and measures on the wire."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from app.instruments import rules
from app.instruments.item_schemas import InstrumentQuestionsRead
from app.kit.i18n import Text
from app.kit.schemas import Output

Mode = Literal["self", "interview", "professional"]


class TextRead(Output):
    """In the three languages."""

    fi: str
    sv: str
    en: str

    @classmethod
    def of(cls, text: Text) -> TextRead:
        return cls(**text.as_dict())


class BandRead(Output):
    """A screening text for scores from `low` to `high`, both included. No diagnosis."""

    code: str = Field(examples=["reduced"])
    label: TextRead
    low: float
    high: float


class BandTableRead(Output):
    """`edition` and `sex` null: for all. `sure` false: no source was found that could be checked."""

    edition: str | None
    sex: Literal["female", "male"] | None
    source: str
    sure: bool
    bands: list[BandRead]


class InstrumentRead(Output):
    """`embed`: full (items may be shown), score_only (they may not, unless the operator holds a licence), external
    (filled elsewhere). `score` says whether a use of it needs one. `questions` null: only a score is kept.
    `firstChoice`: the one to offer first. `newest`: the version to use; others explain what was taken before."""

    code: str = Field(examples=["was"])
    version: str = Field(examples=["1"])
    title: TextRead
    sure: bool
    licence: str
    embed: Literal["full", "score_only", "external"]
    min: float | None
    max: float | None
    direction: Literal["higher_better", "higher_worse", "none"]
    score: Literal["required", "optional", "none"]
    whole: bool = Field(description="Whole numbers only.")
    modes: list[Mode]
    editions: list[str]
    edition_needed: bool
    caution: TextRead | None = Field(description="To be shown whenever it is used.")
    source: str
    tables: list[BandTableRead]
    first_choice: bool
    newest: bool
    questions: InstrumentQuestionsRead | None

    @classmethod
    def of(cls, instrument: rules.Instrument) -> InstrumentRead:
        newest = rules.newest(instrument.code)
        return cls.model_validate(
            {
                **{
                    name: getattr(instrument, name)
                    for name in cls.model_fields
                    if name not in {"min", "max", "title", "caution", "tables", "first_choice", "newest", "questions"}
                },
                "first_choice": instrument.questions is not None and instrument.questions.first_choice,
                "newest": newest is not None and newest.version == instrument.version,
                "questions": InstrumentQuestionsRead.of(instrument.questions) if instrument.questions else None,
                "min": instrument.low,
                "max": instrument.high,
                "title": TextRead.of(instrument.title),
                "caution": TextRead.of(instrument.caution) if instrument.caution else None,
                "tables": [
                    BandTableRead.model_validate(
                        {
                            "edition": table.edition, "sex": table.sex, "source": table.source, "sure": table.sure,
                            "bands": [
                                BandRead(code=b.code, label=TextRead.of(b.label), low=b.low, high=b.high)
                                for b in table.bands
                            ],
                        }
                    )
                    for table in instrument.tables
                ],
            }
        )  # fmt: skip


class MeasureClassRead(Output):
    """`below`: the class ends under this value; of blood pressure systolic and diastolic; null for the last."""

    code: str
    label: TextRead
    below: list[float] | None


class MeasureRead(Output):
    """How a measure is classed. `sure` false: no source was found that could be checked."""

    code: Literal["bmi", "bp"]
    version: str
    unit: str
    source: str
    sure: bool
    classes: list[MeasureClassRead]

    @classmethod
    def of(cls, code: str, data: dict[str, Any]) -> MeasureRead:
        found = data[code]
        return cls.model_validate(
            {
                **{name: found[name] for name in ("unit", "source", "sure")},
                "code": code,
                "version": data["version"],
                "classes": [
                    {
                        "code": row["code"],
                        "label": {language: row[language] for language in ("fi", "sv", "en")},
                        "below": row["below"] if isinstance(row["below"], list | None) else [row["below"]],
                    }
                    for row in found["classes"]
                ],
            }
        )


class InstrumentList(Output):
    """The newest version of each; the first choice comes first."""

    items: list[InstrumentRead]
    measures: list[MeasureRead]
