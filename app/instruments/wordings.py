"""Item texts that only the operator holds a licence for: a file of the operator's, never ours.

It is a JSON list. Each entry words one version of one instrument in one language, wholly:
{"code", "version", "language", "licence", "intro"?, "items": {item: text}, "options"?: {item or "*": {value: label}}}.
Other texts are neither in the code nor in the database. Raises `WordingsUnfit`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from app.instruments import rules
from app.instruments.items import Item, Option, Questions, Wording
from app.instruments.rules import Instrument

VARIABLE = "HEINOLA_INSTRUMENT_TEXTS"
Shelf = Mapping[tuple[str, str], Instrument]
Words = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
LARGEST = 1_000_000


class WordingsUnfit(ValueError):
    """What is wrong with the file and what to do about it, in one line."""

    def __init__(self, wrong: str) -> None:
        super().__init__(f"{VARIABLE}: {wrong}")


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: str = Field(max_length=40)
    version: str = Field(max_length=10)
    language: Literal["fi", "sv", "en"]
    licence: Words
    intro: Words | None = None
    items: dict[str, Words] = Field(min_length=1, max_length=100)
    options: dict[str, dict[str, Words]] = Field(default_factory=dict, max_length=100)


ENTRIES = TypeAdapter(list[Entry])


def shelf(file: Path | None) -> Shelf:
    """Every instrument, with the texts of the file where it has some."""
    found = dict(rules.instruments())
    seen: set[tuple[str, str, str]] = set()
    for number, entry in enumerate(read(file) if file else [], start=1):
        key, which = (entry.code, entry.version), f"entry {number} ({entry.code} {entry.version} {entry.language})"
        instrument = found.get(key)
        if instrument is None or instrument.questions is None:
            raise WordingsUnfit(f"{which}: no such version with items; GET /v1/instruments lists what there is")
        if (*key, entry.language) in seen:
            raise WordingsUnfit(f"{which}: given twice; leave one of them out")
        seen.add((*key, entry.language))
        found[key] = replace(instrument, questions=worded(instrument.questions, entry, which))
    return found


def read(file: Path) -> list[Entry]:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise WordingsUnfit(f"cannot be read: {error.strerror} ({file}); mend the path or unset it") from None
    if len(content) > LARGEST:
        raise WordingsUnfit(f"{file} is larger than {LARGEST} bytes; keep to the item texts")
    try:
        return ENTRIES.validate_json(content)
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False, include_context=False)[0]
        place = "/".join(map(str, first["loc"])) or "the whole"
        raise WordingsUnfit(f"{file} does not fit at {place}: {first['msg']}; see the guide instruments") from None


def worded(asked: Questions, entry: Entry, which: str) -> Questions:
    codes = [item.code for item in asked.items]
    if entry.items.keys() != set(codes):
        lacking = [code for code in codes if code not in entry.items]
        strange = sorted(entry.items.keys() - set(codes))
        said = f"lacks {', '.join(lacking)}" if lacking else f"has no item {', '.join(strange)}"
        raise WordingsUnfit(f"{which}: {said}; give each of {', '.join(codes)} its text, whole or not at all")
    if strange := sorted(entry.options.keys() - {*codes, "*"}):
        raise WordingsUnfit(f"{which}: options of {', '.join(strange)}, which is no item; name an item or *")
    intro = (asked.intro or Wording()).but(entry.language, entry.intro) if entry.intro else asked.intro
    return replace(
        asked,
        items=tuple(item_in(item, entry, which) for item in asked.items),
        intro=intro,
        wording=f"{asked.wording}. {entry.language}: {entry.licence}",
    )


def item_in(item: Item, entry: Entry, which: str) -> Item:
    labels = entry.options.get(item.code) or (entry.options.get("*", {}) if item.options else {})
    values = {str(option.value) for option in item.options}
    if labels and labels.keys() != values:
        raise WordingsUnfit(
            f"{which}: the options of {item.code} are {', '.join(sorted(values)) or 'none, it is a number'}; "
            f"label just these, under {item.code} where * has others"
        )
    options = tuple(
        Option(option.value, (option.label or Wording()).but(entry.language, labels[str(option.value)]))
        if labels
        else option
        for option in item.options
    )
    return replace(item, text=(item.text or Wording()).but(entry.language, entry.items[item.code]), options=options)
