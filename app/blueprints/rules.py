"""What applying a blueprint would change. Pure: a team's set-up as it is, the one wanted, and the differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

FORMAT = "heinola-blueprint"
FORMAT_VERSION = 2


class Step(StrEnum):
    """`keep`: there is more here than in the blueprint, and nothing is taken away. `draft`: the rules, or a path
    template, become a draft: it counts once a second person has signed the rules off, or the template is published.
    `follows_later`: the team goes on with the rules that it has; no rules of the wanted code are in force here."""

    ADD = "add"
    CHANGE = "change"
    KEEP = "keep"
    DRAFT = "draft"
    FOLLOWS_LATER = "follows_later"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as in the blueprint. `field` is None where all of `name` is added, kept or drafted."""

    part: str
    name: str
    field: str | None
    change: Step
    here: Any
    there: Any


@dataclass(frozen=True, slots=True)
class Made:
    """Ids of the drafts that applying made."""

    rule_set: UUID | None = None
    paths: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class SetUp:
    """A team's set-up: its own fields, seats by role, the rules it follows (here: those in force by that code; None: no
    rules of that code, or none to compare), and by code the path templates that are the area's own and in force."""

    fields: Mapping[str, Any]
    seats: Mapping[str, Mapping[str, Any]]
    rule_set: str
    rules: Mapping[str, Any] | None
    paths: Mapping[str, Any] = field(default_factory=dict)


def differences(here: SetUp, there: SetUp) -> list[Difference]:
    """In the order in which they would be carried out; empty when the team is as the blueprint says."""
    found = [
        Difference("team", name, name, Step.CHANGE, here.fields[name], value)
        for name, value in there.fields.items()
        if here.fields[name] != value and not (name == "rule_set" and here.rules is None)
    ]
    for role, seat in there.seats.items():
        mine = here.seats.get(role)
        if mine is None:
            found.append(Difference("seat", role, None, Step.ADD, None, dict(seat)))
        else:
            found += [
                Difference("seat", role, name, Step.CHANGE, mine[name], value)
                for name, value in seat.items()
                if mine[name] != value
            ]
    found += [
        Difference("seat", role, None, Step.KEEP, dict(seat), None)
        for role, seat in here.seats.items()
        if role not in there.seats
    ]
    if there.rules is not None and there.rules != here.rules:
        found.append(Difference("rules", there.rule_set, None, Step.DRAFT, None, None))
    found += [
        Difference("path", code, None, Step.DRAFT, None, None)
        for code, path in there.paths.items()
        if here.paths.get(code) != path
    ]
    if here.rules is None and here.rule_set != there.rule_set:
        found.append(Difference("team", "rule_set", "rule_set", Step.FOLLOWS_LATER, here.rule_set, there.rule_set))
    return found
