"""What applying a blueprint would change. Pure: a team's set-up as it is, the one wanted, and the differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

FORMAT = "heinola-blueprint"
FORMAT_VERSION = 1
# Of a rule set's document these two say which copy it is, not what it decides.
COPY = frozenset({"version", "valid_from"})


class Change(StrEnum):
    """`keep`: there is more here than in the blueprint, and nothing is taken away. `draft`: the rules become a draft,
    which a second person signs off before it counts."""

    ADD = "add"
    CHANGE = "change"
    KEEP = "keep"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as in the blueprint. `field` is None where the whole of `name` is added, kept or drafted."""

    part: str
    name: str
    field: str | None
    change: Change
    here: Any
    there: Any


@dataclass(frozen=True, slots=True)
class SetUp:
    """A team's set-up: its own fields, seats by role, the rule set it follows, path templates by code."""

    fields: Mapping[str, Any]
    seats: Mapping[str, Mapping[str, Any]]
    rule_set: str
    rules: Mapping[str, Any] | None
    paths: Mapping[str, int]


def differences(here: SetUp, there: SetUp) -> list[Difference]:
    """In the order in which they would be carried out; empty when the team is as the blueprint says."""
    found = [
        Difference("team", name, name, Change.CHANGE, here.fields[name], value)
        for name, value in there.fields.items()
        if here.fields[name] != value
    ]
    for role, seat in there.seats.items():
        mine = here.seats.get(role)
        if mine is None:
            found.append(Difference("seat", role, None, Change.ADD, None, dict(seat)))
        else:
            found += [
                Difference("seat", role, name, Change.CHANGE, mine[name], value)
                for name, value in seat.items()
                if mine[name] != value
            ]
    found += [
        Difference("seat", role, None, Change.KEEP, dict(seat), None)
        for role, seat in here.seats.items()
        if role not in there.seats
    ]
    if there.rules is not None and not same_rules(here.rules, there.rules):
        found.append(Difference("rules", there.rule_set, None, Change.DRAFT, None, there.rules.get("version")))
    if there.rule_set != here.rule_set:
        found.append(Difference("team", "ruleSet", "ruleSet", Change.CHANGE, here.rule_set, there.rule_set))
    return found


def same_rules(here: Mapping[str, Any] | None, there: Mapping[str, Any]) -> bool:
    """Whether two documents decide alike, whichever copies they are."""
    return here is not None and deciding(here) == deciding(there)


def deciding(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in COPY}
