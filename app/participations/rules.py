"""Pure rules of participations: what needs a check before it starts, how long a thing may run, when an after-contact is
due, what quality criteria there are, and which numbers of a group are shown."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.kit.codesets import codeset
from app.kit.i18n import Text
from app.routing.selection import add_months

HERE = Path(__file__).parent
TRIAL, GROUP = "work_trial", "group_employment"
FEW = 5  # as elsewhere: 1 to 4 people are not told to those who do not see them


def needs_check(kind: str) -> bool:
    """Whether the service is only started once it was found to be the right time for it."""
    return bool(codeset("service_kind")[kind].facts["timeliness"])


@dataclass(frozen=True)
class Limits:
    """One version of the numbers: whole months that a service of a kind, and a hold of any, may last."""

    version: str
    valid_from: date
    pause_months: int
    months: Mapping[str, int]

    def last_day(self, kind: str, starts_on: date) -> date:
        return add_months(starts_on, self.months[kind])

    def last_day_of_pause(self, on: date) -> date:
        return add_months(on, self.pause_months)


@lru_cache(maxsize=1)
def limits() -> tuple[Limits, ...]:
    """Every version in the folder, the newest first. One that was in force is never edited."""
    said = [json.loads(file.read_text("utf-8")) for file in sorted((HERE / "limits").glob("*.json"))]
    found = [
        Limits(one["version"], date.fromisoformat(one["validFrom"]), one["pauseMonths"], one["months"]) for one in said
    ]
    return tuple(sorted(found, key=lambda version: version.valid_from, reverse=True))


def limits_on(day: date) -> Limits:
    """Those in force on a day; before the first version, the first."""
    return next((one for one in limits() if one.valid_from <= day), limits()[-1])


class Answer(StrEnum):
    """How a criterion is met."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Criteria:
    """One version of the quality criteria, in the order people read them."""

    version: str
    valid_from: date
    own_design: bool
    source: str
    criteria: Mapping[str, Text]


@lru_cache(maxsize=1)
def criteria() -> tuple[Criteria, ...]:
    """Every version in the folder, the newest first. One that was in force is never edited."""
    found = []
    for file in sorted((HERE / "criteria").glob("*.json")):
        said: dict[str, Any] = json.loads(file.read_text("utf-8"))
        texts = {one["code"]: Text(**one["text"]) for one in said["criteria"]}
        day = date.fromisoformat(said["validFrom"])
        found.append(Criteria(said["version"], day, said["ownDesign"], said["source"], texts))
    return tuple(sorted(found, key=lambda version: version.valid_from, reverse=True))


def criteria_of(version: str | None, on: date) -> Criteria | None:
    """That version, or the one in force on a day; None for a version that is not there."""
    if version is None:
        return next((one for one in criteria() if one.valid_from <= on), None)
    return next((one for one in criteria() if one.version == version), None)


def strange(codes: Iterable[str], known: Collection[str]) -> list[int]:
    """The places in the list of what is no criterion of the version, or said twice."""
    listed = list(codes)
    return [n for n, code in enumerate(listed) if code not in known or code in listed[:n]]


def counted(answers: Iterable[str], known: int) -> dict[str, int]:
    """How many criteria got each answer, and how many none."""
    said = list(answers)
    return {**{answer.value: said.count(answer) for answer in Answer}, "unanswered": known - len(said)}


def due(begins_on: date | None, months: int) -> date | None:
    """The day of an after-contact: so many months on, or the last day of that month; None while it has not begun."""
    return None if begins_on is None else add_months(begins_on, months)


def shown_count(total: int, seen: int) -> int | None:
    """The number, or None where it would tell of 1 to 4 people whom the reader does not see."""
    return None if 0 < total - seen < FEW else total
