"""What a set of answers amounts to: a sum by the instrument's own rules, and never more than that (domain 4). Pure.

Nothing is decided by a score (GDPR art. 22). The order in which answers come does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from app.instruments.items import Item, Questions
from app.instruments.rules import Instrument


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one answer."""

    item: str
    code: Literal["unknown_item", "answer_out_of_range"]


@dataclass(frozen=True, slots=True)
class Scored:
    """`score` is None where there is none, and `because` says why: `items_missing`, or `no_items` of an instrument
    whose items are not kept. `imputed` were counted by the mean of the others; `missing` are the scored items without
    an answer that the rules do not excuse. `safety`: an answer that starts the safety flow, whatever the sum.
    `rescaled` is the score on 0 to 100, where the instrument has that."""

    score: float | None
    because: str | None
    imputed: tuple[str, ...]
    missing: tuple[str, ...]
    safety: bool
    rescaled: float | None


def problems(instrument: Instrument, answers: Mapping[str, int]) -> list[Fault]:
    """What is wrong with the answers, each by its item, in the order of the items; unknown ones last. A number that is
    not whole, or a truth value, is out of range."""
    items = {item.code: item for item in instrument.items}
    wrong = [Fault(code, "answer_out_of_range") for code, item in items.items() if not fits(item, answers)]
    return wrong + [Fault(code, "unknown_item") for code in sorted(answers.keys() - items.keys())]


def fits(item: Item, answers: Mapping[str, int]) -> bool:
    if item.code not in answers:
        return True
    answer = answers[item.code]
    return type(answer) is int and item.takes(answer)


def score(instrument: Instrument, answers: Mapping[str, int], *, sex: str | None = None) -> Scored:
    """The simple score. `sex` changes no sum, only the band that `rules.band_of` finds. Raises `ValueError` for answers
    that `problems` refuses."""
    if wrong := problems(instrument, answers):
        raise ValueError(f"{instrument.code}: {', '.join(f'{fault.item} {fault.code}' for fault in wrong)}")
    asked = instrument.questions
    if asked is None:
        return Scored(None, "no_items", (), (), False, None)
    safety = any(item.safety_from is not None and answers.get(item.code, 0) >= item.safety_from for item in asked.items)
    scored = [item for item in asked.items if item.scored]
    counted = {item.code: answers[item.code] for item in scored if item.code in answers}
    counted |= dict.fromkeys(skipped(asked, answers), 0)
    missing = tuple(item.code for item in scored if item.code not in counted)
    if len(missing) > asked.missing.allowed or not counted:
        return Scored(None, "items_missing", (), missing, safety, None)
    # The mean stands in for each: the whole is the mean times the number of items.
    total = Fraction(sum(counted.values()) * len(scored), len(counted))
    return Scored(rounded(total), None, missing, (), safety, rescaled(instrument, total))


def skipped(asked: Questions, answers: Mapping[str, int]) -> set[str]:
    """Items that need not be asked because of what was answered, and were not."""
    return {
        code
        for rule in asked.skips
        if all(answers.get(one) == 0 for one in rule.zero)
        for code in rule.skip
        if code not in answers
    }


def rescaled(instrument: Instrument, total: Fraction) -> float | None:
    """0 to 100, where 0 is the lowest score; WHODAS: (sum - 12) / 48 x 100."""
    if instrument.questions is None or not instrument.questions.rescale:
        return None
    low, high = Fraction(instrument.low or 0), Fraction(instrument.high or 0)
    return rounded((total - low) / (high - low) * 100)


def rounded(value: Fraction) -> float:
    """Two decimals."""
    return float(round(value, 2))


def screens_positive(instrument: Instrument, found: float | None) -> bool | None:
    """Whether a score reaches the screening limit; None without a score or without a limit."""
    limit = instrument.questions.positive if instrument.questions else None
    return None if limit is None or found is None else found >= limit.score
