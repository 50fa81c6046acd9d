"""Reading JSON of unknown shape with a place for every mistake. Pure and total: nothing it meets stops it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

MOST_FAULTS = 50
CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: where, a stable code, and words for who wrote the file (they may repeat what was written)."""

    path: tuple[str | int, ...]
    code: str
    words: str

    def __str__(self) -> str:
        return f"{'/'.join(map(str, ('', *self.path)))}: {self.words}"


class BadDocument(ValueError):
    """The document is no rule set. `faults` are in the order of the document, the first fifty."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, self.faults)))


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the document one reads. `/` goes a step down; faults gather in one list."""

    path: tuple[str | int, ...]
    faults: list[Fault]

    def __truediv__(self, part: str | int) -> Place:
        return Place((*self.path, part), self.faults)

    def fault(self, code: str, words: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(self.path, code, words[:300]))

    def members(self, given: object) -> dict[str, object] | None:
        if isinstance(given, dict) and all(isinstance(name, str) for name in given):
            return given
        self.fault("wrong_type", "an object is wanted")
        return None

    def shape(
        self, given: object, required: Iterable[str], optional: Iterable[str] = (), unknown: str = "unknown_member"
    ) -> dict[str, object]:
        """The known members of an object; what is missing or unknown is a fault."""
        known = {*required, *optional}
        members = self.members(given)
        if members is None:
            return {}
        for name in sorted(set(required) - members.keys()):
            (self / name).fault("missing", f"{name} is missing")
        if strange := sorted(members.keys() - known):
            self.fault(unknown, f"unknown {', '.join(strange)}")
        return {name: value for name, value in members.items() if name in known}

    def items(self, given: object, most: int) -> list[object]:
        if not isinstance(given, list):
            self.fault("wrong_type", "a list is wanted")
            return []
        if len(given) > most:
            self.fault("too_many", f"at most {most}")
            return []
        return given

    def text(self, given: object, most: int) -> str:
        if not isinstance(given, str) or not given:
            self.fault("wrong_type", "a text is wanted")
        elif len(given) > most:
            self.fault("too_long", f"at most {most} characters")
        else:
            return given
        return ""

    def code(self, given: object) -> str:
        if isinstance(given, str) and CODE.fullmatch(given):
            return given
        self.fault("not_a_code", "a code is wanted: small letters, digits and _, at most 60")
        return ""

    def member(self, given: object, among: Iterable[str], code: str, what: str) -> str:
        """A word of a closed list."""
        if isinstance(given, str) and given in among:
            return given
        self.fault(code, f"unknown {what} {given if isinstance(given, str) else ''}")
        return ""

    def number(self, given: object, least: int, most: int) -> int:
        if isinstance(given, int) and not isinstance(given, bool) and least <= given <= most:
            return given
        self.fault("not_a_number", f"a whole number from {least} to {most} is wanted")
        return least
