"""Turvakielto (domain 3.1): which details of a protected client are hidden from whom. The roles are data, by need."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Need = Literal["reach", "residence"]
WRITTEN_OUT = "–"
ABROAD = "+358"
SHORTEST = 4  # letters or digits: what is shorter is found in any text


@dataclass(frozen=True, slots=True)
class Shown:
    """For one need: who still sees, which fields of a client it is about, and which answers of the form."""

    roles: frozenset[str]
    fields: tuple[str, ...]
    answers: frozenset[str]


@cache
def needs() -> dict[str, Shown]:
    """The data file."""
    said = json.loads(Path(__file__).with_name("protection.json").read_text(encoding="utf-8"))
    return {
        name: Shown(frozenset(one["roles"]), tuple(one["fields"]), frozenset(one["answers"]))
        for name, one in said["needs"].items()
    }


def conceals(roles: Collection[str], protected: bool, need: Need) -> bool:
    """Whether this need's details of a client are hidden from somebody with these roles."""
    return protected and needs()[need].roles.isdisjoint(roles)


def concealed(roles: Collection[str], protected: bool) -> tuple[str, ...]:
    """The fields of a client that are hidden from somebody with these roles."""
    return tuple(field for one in needs().values() if protected and one.roles.isdisjoint(roles) for field in one.fields)


def concealed_answers(roles: Collection[str], protected: bool) -> frozenset[str]:
    """The items of the pre-information form whose answers are hidden from somebody with these roles."""
    hidden = [one.answers for one in needs().values() if protected and one.roles.isdisjoint(roles)]
    return frozenset().union(*hidden)


def without(text: str, details: Iterable[str | None]) -> str:
    """The text with every one of these details blotted out, however it is spaced, in whichever case; a Finnish phone
    number also in its national form."""
    known = [detail for detail in details if detail]
    known += [f"0{detail.removeprefix(ABROAD)}" for detail in known if detail.startswith(ABROAD)]
    for detail in known:
        letters = [letter for letter in detail if letter.isalnum()]
        if len(letters) >= SHORTEST:
            text = re.sub(r"\+?" + r"[\W_]*?".join(map(re.escape, letters)), WRITTEN_OUT, text, flags=re.IGNORECASE)
    return text
