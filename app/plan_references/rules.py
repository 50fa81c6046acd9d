"""Which plans there are on a day, on which law, and what stands out in one. Pure; the facts are data in `law/`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.routing.selection import add_months

# The register of each (domain 5.3): that there is an activation or a client plan tells of social care.
REGISTER = {"activation_plan": "social", "client_plan": "social", "multi_sector_plan": "operational"}


@dataclass(frozen=True)
class Kind:
    """A plan type as one version of the law has it. `instead`: the right type for whom it is not."""

    legal_basis: str
    social_assistance_only: bool = False
    instead: str | None = None


@dataclass(frozen=True)
class Activity:
    """Limits of rehabilitative work activity (domain 5.6): months of a period, hours a day, days a week and a year."""

    least_months: int
    most_months: int
    least_hours: int
    least_days: int
    most_days: int
    most_days_in_12_months: int


@dataclass(frozen=True)
class Law:
    """One version, in force from a day. `multi_sector_months`: from the need to the plan."""

    version: str
    valid_from: date
    plans: Mapping[str, Kind]
    multi_sector_months: int | None
    activity: Activity


def read(said: Mapping[str, Any]) -> Law:
    a = said["activity"]
    return Law(
        said["version"],
        date.fromisoformat(said["validFrom"]),
        {
            code: Kind(one["legalBasis"], one.get("socialAssistanceOnly", False), one.get("instead"))
            for code, one in said["plans"].items()
        },
        said["multiSectorMonths"],
        Activity(
            a["leastMonths"], a["mostMonths"], a["leastHours"], a["leastDays"], a["mostDays"], a["mostDaysIn12Months"]
        ),
    )


@lru_cache(maxsize=1)
def shipped() -> tuple[Law, ...]:
    """Every version in the folder, the newest first. One that was in force is never edited."""
    files = sorted((Path(__file__).parent / "law").glob("*.json"))
    found = [read(json.loads(file.read_text("utf-8"))) for file in files]
    return tuple(sorted(found, key=lambda law: law.valid_from, reverse=True))


def in_force(on: date, versions: Sequence[Law] | None = None) -> Law | None:
    """The version of a day; None before the first."""
    known = shipped() if versions is None else sorted(versions, key=lambda law: law.valid_from, reverse=True)
    return next((law for law in known if law.valid_from <= on), None)


@dataclass(frozen=True)
class Facts:
    """What a reference says of a plan, as far as the law has limits for it."""

    plan_type: str
    made_on: date
    valid_from: date
    valid_to: date | None
    review_due_on: date | None
    need_assessed_on: date | None
    weekly_days: int | None
    daily_hours: float | None
    planned_days: int | None


def warnings(plan: Facts, today: date) -> list[str]:
    """What somebody should look at, by codes of `plan_warning`. Nothing of it blocks."""
    law = in_force(plan.made_on)
    found = []
    if law is not None and law.multi_sector_months is not None and plan.plan_type == "multi_sector_plan":
        need = plan.need_assessed_on
        if need is not None and plan.made_on > add_months(need, law.multi_sector_months):
            found.append("made_late")
    if law is not None and plan.plan_type == "activation_plan":
        found += of_activity(plan, law.activity)
    if plan.review_due_on is not None and plan.review_due_on < today:
        found.append("review_overdue")
    if plan.valid_to is not None and plan.valid_to < today:
        found.append("period_over")
    return found


def of_activity(plan: Facts, limits: Activity) -> list[str]:
    found = []
    if plan.valid_to is not None:
        # The last day is a day of the plan: three months from the first of January end on the last of March.
        until = plan.valid_to + timedelta(days=1)
        if until < add_months(plan.valid_from, limits.least_months):
            found.append("period_short")
        if until > add_months(plan.valid_from, limits.most_months):
            found.append("period_long")
    if plan.daily_hours is not None and plan.daily_hours < limits.least_hours:
        found.append("few_hours")
    if plan.weekly_days is not None and not limits.least_days <= plan.weekly_days <= limits.most_days:
        found.append("days_a_week")
    if plan.planned_days is not None and plan.planned_days > limits.most_days_in_12_months:
        found.append("many_days")
    return found
