"""What a team is made of (C-56, C-59): one JSON file a template, checked strictly, each part with its source."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.kit.codesets import codeset
from app.kit.i18n import LANGUAGES, Text

# Whoever leads may sit in any team: it is not by its template that a team is led.
EVERYWHERE = frozenset({"team_lead", "supervisor"})
MEMBERS: dict[str, Any] = {
    "code": str, "version": int, "source": str, "about": dict, "holdsHealthData": bool, "ruleSet": str,
    "pathTemplate": str, "silentAfterDays": int, "sources": dict, "seats": list,
}  # fmt: skip
SEAT: dict[str, Any] = {"role": str, "required": bool, "source": str}
SOURCED = ("holdsHealthData", "ruleSet", "pathTemplate", "silentAfterDays")


@dataclass(frozen=True, slots=True)
class TemplateSeat:
    role: str
    required: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamTemplate:
    """`rule_set` is the one a new team follows, `path_template` the path it starts.
    A team that holds no health data has no health seat, and nobody writes health data there (C-59)."""

    code: str
    version: int
    source: str
    about: Text
    holds_health_data: bool
    rule_set: str
    path_template: str
    silent_after_days: int
    sources: Mapping[str, str]
    seats: tuple[TemplateSeat, ...]

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(seat.role for seat in self.seats if seat.required)

    def takes(self, role: str) -> bool:
        """Whether a team of this template may have the seat."""
        return role in EVERYWHERE or any(seat.role == role for seat in self.seats)


def missing(template: str, roles: Collection[str]) -> list[str]:
    """Required seats that a team with these seats lacks, in the order of the template."""
    return [role for role in templates()[template].required if role not in roles]


@lru_cache(maxsize=1)
def every_seat() -> frozenset[str]:
    """The seats that some template has: rules that give work to another give it to nobody."""
    return frozenset(seat.role for template in templates().values() for seat in template.seats)


@lru_cache(maxsize=1)
def templates() -> Mapping[str, TeamTemplate]:
    """Every shipped template by code, in the order of the code set `team_template`. Raises ValueError for a file that
    is not as it should be, and for a code without a file."""
    read = [load_template(json.loads(file.read_text("utf-8"))) for file in sorted(Path(__file__).parent.glob("*.json"))]
    found = {template.code: template for template in read}
    known = [code.code for code in codeset("team_template")]
    if sorted(known) != sorted(template.code for template in read):
        raise ValueError(f"team templates: exactly one file for each of {', '.join(known)} is wanted")
    return {code: found[code] for code in known}


def load_template(given: object) -> TeamTemplate:
    """A template from JSON. Raises ValueError that says what is unknown, missing, of another type or twice."""
    raw = shaped("team template", given, MEMBERS)
    what = f"team template {raw['code']}"
    about = shaped(f"{what}: about", raw["about"], dict.fromkeys(LANGUAGES, str))
    sources = shaped(f"{what}: sources", raw["sources"], dict.fromkeys(SOURCED, str))
    seats = tuple(TemplateSeat(**shaped(f"{what}: seat", seat, SEAT)) for seat in raw["seats"])
    roles = [seat.role for seat in seats]
    if unknown := sorted({role for role in roles if role not in codeset("role")}):
        raise ValueError(f"{what}: unknown role {', '.join(unknown)}")
    if len(set(roles)) < len(roles) or EVERYWHERE & set(roles) or not any(seat.required for seat in seats):
        raise ValueError(f"{what}: each seat once, none that every team may have, and at least one required")
    if not 1 <= raw["silentAfterDays"] <= 365:
        raise ValueError(f"{what}: silentAfterDays is from 1 to 365")
    return TeamTemplate(
        code=raw["code"],
        version=raw["version"],
        source=raw["source"],
        about=Text(**about),
        holds_health_data=raw["holdsHealthData"],
        rule_set=raw["ruleSet"],
        path_template=raw["pathTemplate"],
        silent_after_days=raw["silentAfterDays"],
        sources=sources,
        seats=seats,
    )


def shaped(what: str, given: object, members: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON object with exactly these members, each of its type and no text empty."""
    if not isinstance(given, dict) or given.keys() != members.keys():
        raise ValueError(f"{what}: exactly {', '.join(members)} are wanted")
    for name, kind in members.items():
        value = given[name]
        if not isinstance(value, kind) or value == "" or (kind is int and isinstance(value, bool)):
            raise ValueError(f"{what}: {name} is not what it should be")
    return given
