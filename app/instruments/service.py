"""Counting answers without keeping them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from app.instruments import refusals, rules, scoring
from app.instruments.item_schemas import AnswersScore, AnswersScored, ItemAnswer, ScoreBand
from app.instruments.rules import Instrument
from app.instruments.wordings import Shelf
from app.kit.problems import NotFound
from app.kit.schemas import WordsRead


def known(shelf: Shelf, code: str, version: str) -> Instrument:
    """Raises `NotFound` for what never was."""
    found = shelf.get((code, version))
    if found is None:
        raise NotFound()
    return found


def offered(shelf: Shelf) -> list[Instrument]:
    """The newest version of each, the first choice first (C-40)."""
    newest = [found for code in dict.fromkeys(code for code, _ in shelf) if (found := rules.newest(code, shelf))]
    return sorted(newest, key=lambda one: not (one.questions and one.questions.first_choice))


def answers_of(instrument: Instrument, given: Sequence[ItemAnswer], at: str = "/body/answers") -> dict[str, int]:
    """By item. Raises `AnswersUnfit` with an error for each item that is unknown, out of range or answered twice, by
    its place in the list."""
    many = Counter(answer.item for answer in given)
    errors = []
    for number, answer in enumerate(given):
        alone = scoring.problems(instrument, {answer.item: answer.value})
        code = alone[0].code if alone else "answered_twice" if many[answer.item] > 1 else None
        if code is not None:
            field = "value" if code == "answer_out_of_range" else "item"
            errors.append({"pointer": f"{at}/{number}/{field}", "code": code, "detail": refusals.ANSWER_FAULTS[code]})
    if errors:
        raise refusals.AnswersUnfit(errors=errors)
    return {one.item: one.value for one in given}


def scored(instrument: Instrument, given: AnswersScore) -> AnswersScored:
    """Raises `ItemsNotKept`, `ScoringUnknown`, `ScoringUnavailable`, `EditionUnfit`, `AnswersUnfit`."""
    asked = instrument.questions
    if asked is None:
        raise refusals.ItemsNotKept()
    if given.scoring not in asked.scorings:
        raise refusals.ScoringUnknown()
    if given.edition is not None and given.edition not in instrument.editions:
        raise refusals.EditionUnfit()
    answers = answers_of(instrument, given.answers)
    if given.scoring == "complex":
        raise refusals.ScoringUnavailable()
    found = scoring.score(instrument, answers, sex=given.sex)
    banded = rules.band_of(instrument, found.score, given.edition, given.sex)
    return AnswersScored(
        instrument=instrument.code,
        version=instrument.version,
        score=found.score,
        rescaled=found.rescaled,
        because=found.because,
        imputed=list(found.imputed),
        missing=list(found.missing),
        safety=found.safety,
        caution=WordsRead.model_validate(instrument.caution) if found.safety and instrument.caution else None,
        positive=scoring.screens_positive(instrument, found.score),
        band=ScoreBand(
            code=banded.band.code,
            label=WordsRead.model_validate(banded.band.label),
            source=banded.table.source,
            sure=banded.table.sure,
        )
        if banded.band and banded.table
        else None,
        band_because=banded.because,
    )
