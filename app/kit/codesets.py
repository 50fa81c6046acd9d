"""The code lists of the domain, with labels in fi, sv and en: data in `codesets/*.json`, never in the code.

The wire carries codes; labels are looked up. `sure: false` marks a label that a native professional has not confirmed.
Members beyond the common ones (`unit` of a laboratory test, …) are in `Code.facts`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from app.kit.i18n import Text, speaking
from app.kit.problems import Invalid

COMMON = {"code", "fi", "sv", "en", "sure", "validFrom", "validTo"}


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `valid_from` and `valid_to` are inclusive; None leaves that end open."""

    code: str
    label: Text
    sure: bool
    valid_from: date | None
    valid_to: date | None
    facts: Mapping[str, Any]

    def is_valid(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class CodeSet:
    """A list of codes, in the order people read it."""

    name: str
    codes: Mapping[str, Code]

    def __getitem__(self, code: str) -> Code:
        """Raises `KeyError` that names the set; the code may be somebody's input and is not repeated."""
        try:
            return self.codes[code]
        except KeyError:
            raise KeyError(f"no such code in the code set {self.name}") from None

    def __contains__(self, code: object) -> bool:
        return code in self.codes

    def __iter__(self) -> Iterator[Code]:
        return iter(self.codes.values())

    def __len__(self) -> int:
        return len(self.codes)


class _Sets(dict[str, CodeSet]):
    def __missing__(self, name: str) -> CodeSet:
        raise KeyError(f"no code set {name}; there are {', '.join(sorted(self))}")


@lru_cache(maxsize=1)
def codesets() -> Mapping[str, CodeSet]:
    """Every code set by name, read once. An unknown name raises a `KeyError` that lists the known ones."""
    found = _Sets()
    for file in sorted(files("app.kit").joinpath("codesets").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".json"):
            for name, rows in json.loads(file.read_text(encoding="utf-8")).items():
                if name in found:
                    raise ValueError(f"the code set {name} is in two files")
                found[name] = _read(name, rows)
    return MappingProxyType(found)


def codeset(name: str) -> CodeSet:
    """One code set. Raises `KeyError`."""
    return codesets()[name]


def label(name: str, code: str) -> Text:
    """What a code is called. Raises `KeyError` for an unknown set or code; ended codes keep their label."""
    return codeset(name)[code].label


def called(name: str, code: str) -> str:
    """What a code is called in the reader's language; the code itself when the set does not have it."""
    found = codeset(name)
    return found[code].label.pick(speaking.get()) if code in found else code


def called_in(names: Iterable[str], code: str) -> str:
    """By the first of the code sets that has it; the code itself where none has."""
    return next((called(name, code) for name in names if code in codeset(name)), code)


def newest(name: str, on: date) -> Code:
    """The newest code of a set that is valid on a day: of sets that say one thing, each for its time."""
    return max((one for one in codeset(name) if one.is_valid(on)), key=lambda one: one.valid_from or date.min)


def is_valid(name: str, code: str, on: date) -> bool:
    """Whether a code may be used on a day. Raises `KeyError` for an unknown set or code."""
    return codeset(name)[code].is_valid(on)


class CodeNotInForce(Invalid):
    """The code was in use at another time: `validFrom` and `validTo` are the days it can be used on."""

    code = "code_not_in_force"
    detail = Text(
        "Koodi ei ole voimassa tänä päivänä. Valitse toinen, ks. /v1/codesets/{codeset}.",
        "Koden gäller inte denna dag. Välj en annan, se /v1/codesets/{codeset}.",
        "The code is not in force on this day. Choose another, see /v1/codesets/{codeset}.",
    )


def require_in_force(name: str, code: str, on: date, pointer: str = "/body/reason") -> None:
    """Raises `CodeNotInForce`, pointing at the field, for a code that may not be used on a day."""
    found = codeset(name)[code]
    if not found.is_valid(on):
        raise CodeNotInForce(
            errors=[
                {
                    "pointer": pointer,
                    "code": CodeNotInForce.code,
                    "detail": CodeNotInForce.detail.format(codeset=name),
                }
            ],
            codeset=name,
            valid_from=found.valid_from and found.valid_from.isoformat(),
            valid_to=found.valid_to and found.valid_to.isoformat(),
        )


@dataclass(frozen=True, slots=True)
class CodeOf:
    """Pydantic: a string that is a code of the set `name`. Made by `code_of`."""

    name: str

    def check(self, text: str) -> str:
        if text not in codeset(self.name):
            raise PydanticCustomError(
                "unknown_code",
                "Not a code of the code set {codeset}; see /v1/codesets/{codeset}",
                {"codeset": self.name},
            )
        return text

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, core_schema.str_schema(max_length=60))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        codes = list(codeset(self.name).codes)
        return {**handler(schema), "x-codeset": self.name, "x-extensible-enum": codes, "examples": codes[:1]}


def code_of(name: str) -> CodeOf:
    """For fields: `Source = Annotated[str, code_of("referral_source")]`. Raises `KeyError` for an unknown set.

    Takes codes that have ended too: which day counts, the caller knows (`is_valid`).
    """
    codeset(name)
    return CodeOf(name)


def _read(name: str, rows: list[dict[str, Any]]) -> CodeSet:
    codes: dict[str, Code] = {}
    for row in rows:
        if row["code"] in codes:
            raise ValueError(f"{name} has the code {row['code']} twice")
        codes[row["code"]] = Code(
            code=row["code"],
            label=Text(fi=row["fi"], sv=row["sv"], en=row["en"]),
            sure=row["sure"],
            valid_from=_day(row.get("validFrom")),
            valid_to=_day(row.get("validTo")),
            facts=MappingProxyType({key: value for key, value in row.items() if key not in COMMON}),
        )
    return CodeSet(name, MappingProxyType(codes))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
