"""Pure rules of the form: which answer fits an item, which items are shown, what is missing, how it reads.

A kept answer is the plain value of its kind: text, code, list of codes, number, day as `2026-11-23`, or yes/no.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from app.kit.i18n import Language, Text

Value = str | int | bool | list[str]
Answers = Mapping[str, Value]


class Kind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    MULTIPLE = "multiple"
    INTEGER = "integer"
    DATE = "date"
    YES_NO = "yes_no"
    SCALE = "scale_0_10"


# In which member of an answer on the wire the value of a kind stands.
MEMBER: Mapping[Kind, str] = {
    Kind.TEXT: "text",
    Kind.CHOICE: "code",
    Kind.MULTIPLE: "codes",
    Kind.INTEGER: "number",
    Kind.DATE: "day",
    Kind.YES_NO: "yes",
    Kind.SCALE: "number",
}
YES = Text("kyllä", "ja", "yes")
NO = Text("ei", "nej", "no")
ADDED = Text("Lisätty lähettämisen jälkeen", "Tillagt efter inlämnandet", "Added after it was sent")


class Fault(ValueError):
    """An answer that does not fit its item: a code of `FAULTS`, never the answer."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


FAULTS: Mapping[str, Text] = {
    "unknown_item": Text("Lomakkeella ei ole tällaista kohtaa.", "Blanketten har ingen sådan punkt.",
                         "The form has no such item."),
    "answered_twice": Text("Samaan kohtaan on kaksi vastausta.", "Samma punkt har två svar.",
                           "The same item is answered twice."),
    "wrong_kind": Text("Vastaus on väärää lajia.", "Svaret är av fel slag.", "The answer is of the wrong kind."),
    "unknown_option": Text("Vaihtoehtoa ei ole.", "Alternativet finns inte.", "There is no such option."),
    "out_of_range": Text("Vastaus on sallittujen rajojen ulkopuolella.", "Svaret är utanför gränserna.",
                         "The answer is out of range."),
    "too_long": Text("Vastaus on liian pitkä.", "Svaret är för långt.", "The answer is too long."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Condition:
    """Shown when the earlier item `link_id` is shown and has one of these answers."""

    link_id: str
    answers: tuple[str | bool, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """`section`: which section of the health check it prefills; None for practical matters. `instrument`: it is the
    score of one. `least` and `most` are inclusive; `past`: not after today."""

    link_id: str
    kind: Kind
    text: Text
    help: Text | None = None
    required: bool = False
    section: str | None = None
    condition: Condition | None = None
    options: tuple[Option, ...] = ()
    max_length: int | None = None
    least: int | None = None
    most: int | None = None
    unit: str | None = None
    past: bool = False
    instrument: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    title: Text
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Form:
    """One version of a form: shipped as data, never edited after its release."""

    id: str
    code: str
    version: int
    source: str
    sure: bool
    title: Text
    intro: Text
    data_use: Text
    groups: tuple[Group, ...]

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """By link id, in the order they are asked."""
        return {item.link_id: item for group in self.groups for item in group.items}


def value_of(form: Form, link_id: str, given: Mapping[str, Any], on: date) -> Value | None:
    """The value to keep of one answer; None clears it. `given` holds the members that are there. Raises `Fault`."""
    item = form.items.get(link_id)
    if item is None:
        raise Fault("unknown_item")
    if not given:
        return None
    if set(given) != {MEMBER[item.kind]}:
        raise Fault("wrong_kind")
    return fitting(item, given[MEMBER[item.kind]], on)


def fitting(item: Item, value: Any, on: date) -> Value:
    """The value as it is kept. Raises `Fault`."""
    codes = {option.code for option in item.options}
    if item.kind is Kind.TEXT:
        if len(value) > (item.max_length or 0):
            raise Fault("too_long")
    elif item.kind is Kind.CHOICE:
        if value not in codes:
            raise Fault("unknown_option")
    elif item.kind is Kind.MULTIPLE:
        if not set(value) <= codes:
            raise Fault("unknown_option")
        return [option.code for option in item.options if option.code in value]
    elif item.kind is Kind.DATE:
        if value.year < 1900 or (item.past and value > on):
            raise Fault("out_of_range")
        return str(value.isoformat())
    elif item.kind is not Kind.YES_NO:
        least, most = (0, 10) if item.kind is Kind.SCALE else (item.least or 0, item.most or 0)
        if not least <= value <= most:
            raise Fault("out_of_range")
    kept: Value = value
    return kept


def shown(form: Form, answers: Answers) -> list[Item]:
    """The items that are asked, given what is answered. A condition looks at an item that comes before it."""
    asked: list[Item] = []
    known: set[str] = set()
    for item in form.items.values():
        if item.condition is None or (
            item.condition.link_id in known and met(item.condition, answers.get(item.condition.link_id))
        ):
            asked.append(item)
            known.add(item.link_id)
    return asked


def met(condition: Condition, value: Value | None) -> bool:
    if isinstance(value, list):
        return any(code in condition.answers for code in value)
    return value in condition.answers


def missing(form: Form, answers: Answers) -> list[str]:
    """Required items that are asked and have no answer."""
    return [item.link_id for item in shown(form, answers) if item.required and not answered(answers, item)]


def answered(answers: Answers, item: Item) -> bool:
    return item.link_id in answers and answers[item.link_id] not in ("", [])


def kept(form: Form, answers: Answers) -> dict[str, Value]:
    """What is submitted: answers to what is asked, in the order of the form. What is no longer asked is left out."""
    return {item.link_id: answers[item.link_id] for item in shown(form, answers) if answered(answers, item)}


def words(item: Item, value: Value, language: Language) -> str:
    """An answer as a reader says it."""
    if isinstance(value, bool):
        return (YES if value else NO).pick(language)
    if item.kind is Kind.SCALE:
        return f"{value}/10"
    if item.options:
        named = {option.code: option.text.pick(language) for option in item.options}
        return ", ".join(named[code] for code in ([value] if isinstance(value, str) else value))  # type: ignore[union-attr]
    return f"{value} {item.unit}" if item.unit else str(value)


@dataclass(frozen=True)
class Told:
    """What was answered for one section: (question, answer) in the reader's language, and scores by instrument."""

    section: str
    lines: tuple[tuple[str, str], ...]
    scores: Mapping[str, int]


def told(form: Form, answers: Answers, language: Language) -> list[Told]:
    """By section of the health check, in the order of the form. Practical matters belong to none and are left out."""
    lines: dict[str, list[tuple[str, str]]] = {}
    scores: dict[str, dict[str, int]] = {}
    for item in shown(form, answers):
        if item.section is None or not answered(answers, item):
            continue
        value = answers[item.link_id]
        lines.setdefault(item.section, []).append((item.text.pick(language), words(item, value, language)))
        if item.instrument is not None and isinstance(value, int):
            scores.setdefault(item.section, {})[item.instrument] = value
    return [Told(section, tuple(found), scores.get(section, {})) for section, found in lines.items()]
