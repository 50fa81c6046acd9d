"""The items of an instrument as data: what is asked, which answers count, what is missing and when (domain 4). Pure.

Wordings are part of an instrument only where its licence lets them be; `topic` is always ours and always there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.kit.i18n import LANGUAGES, Language, Text

MissingRule = Literal["all_needed", "mean_of_others"]


@dataclass(frozen=True, slots=True)
class Wording:
    """A text that may be there in some languages only."""

    fi: str | None = None
    sv: str | None = None
    en: str | None = None

    def pick(self, language: Language) -> str | None:
        found: str | None = getattr(self, language)
        return found

    def but(self, language: Language, words: str) -> Wording:
        """The same, in `language` with these words."""
        return Wording(**{one: words if one == language else self.pick(one) for one in LANGUAGES})


@dataclass(frozen=True, slots=True)
class Option:
    value: int
    label: Wording | None


@dataclass(frozen=True, slots=True)
class Item:
    """`code` is its linkId. `options`, or any whole number from `low` to `high`. `scored`: part of the sum; `needed`:
    asked of everybody; an answer of `safety_from` or more starts the safety flow."""

    code: str
    number: str
    domain: str | None
    topic: Text
    text: Wording | None
    options: tuple[Option, ...]
    low: int
    high: int
    scored: bool
    needed: bool
    safety_from: int | None

    def takes(self, answer: int) -> bool:
        if self.options:
            return any(option.value == answer for option in self.options)
        return self.low <= answer <= self.high


@dataclass(frozen=True, slots=True)
class Domain:
    """A group of items."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class Missing:
    """How many scored items may be without an answer, and what then stands in for them."""

    allowed: int
    rule: MissingRule
    source: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Skip:
    """Where all of `zero` are answered with 0, `skip` need not be asked and count 0."""

    zero: tuple[str, ...]
    skip: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Positive:
    """From this score on a screen is positive."""

    score: float
    source: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Questions:
    """What makes an instrument one that can be answered here. `wording` says where its texts are from; `notice` is
    shown with them. `scorings`: simple, and complex where it exists but cannot be computed yet."""

    items: tuple[Item, ...]
    domains: tuple[Domain, ...]
    missing: Missing
    skips: tuple[Skip, ...]
    rescale: bool
    positive: Positive | None
    first_choice: bool
    scorings: tuple[str, ...]
    wording: str
    notice: str | None
    intro: Wording | None

    @property
    def worded(self) -> tuple[Language, ...]:
        """The languages in which every item has its text."""
        return tuple(
            language for language in LANGUAGES if all(item.text and item.text.pick(language) for item in self.items)
        )


def questions(row: Mapping[str, Any]) -> Questions | None:
    """Those of one instrument in a data file; None where only its score is kept."""
    if not row.get("items"):
        return None
    missing, positive = row["missing"], row["positiveFrom"]
    return Questions(
        items=tuple(_item(one, row["scales"][one["scale"]]) for one in row["items"]),
        domains=tuple(Domain(one["code"], _text(one)) for one in row["domains"]),
        missing=Missing(missing["allowed"], missing["rule"], missing["source"], missing["sure"]),
        skips=tuple(Skip(tuple(one["zero"]), tuple(one["skip"]), one["source"]) for one in row["skips"]),
        rescale=row["rescale"],
        positive=Positive(positive["score"], positive["source"], positive["sure"]) if positive else None,
        first_choice=row["firstChoice"],
        scorings=tuple(row["scorings"]),
        wording=row["wording"],
        notice=row["notice"],
        intro=_wording(row.get("intro")),
    )


def _item(row: Mapping[str, Any], scale: Mapping[str, Any]) -> Item:
    options: Sequence[Option] = [Option(one["value"], _wording(one["label"])) for one in scale["options"]]
    values = [option.value for option in options] or [scale["min"], scale["max"]]
    return Item(
        code=row["code"],
        number=row["number"],
        domain=row["domain"],
        topic=_text(row["topic"]),
        text=_wording(row["text"]),
        options=tuple(options),
        low=min(values),
        high=max(values),
        scored=row["scored"],
        needed=row["needed"],
        safety_from=row["safetyFrom"],
    )


def _text(row: Mapping[str, str]) -> Text:
    return Text(*(row[language] for language in LANGUAGES))


def _wording(row: Mapping[str, str | None] | None) -> Wording | None:
    return Wording(**{language: row[language] for language in LANGUAGES}) if row else None
