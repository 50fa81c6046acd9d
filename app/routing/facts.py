"""What a routing decision may look at, and nothing else: a closed list of facts about one piece of work.

No name, age, sex or place of living beyond the municipality: what is not here cannot steer a decision (C-49).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import TypeVar

MUNICIPALITY = re.compile(r"[0-9]{3}")
E = TypeVar("E", bound=StrEnum)


class AssessmentKind(StrEnum):
    """What is asked for. `REFERRAL_TRIAGE` is the first owner of a new referral."""

    REFERRAL_TRIAGE = "referral_triage"
    HEALTH_CHECK = "health_check"
    PHYSICIAN_ASSESSMENT = "physician_assessment"
    FUNCTIONAL_TEST = "functional_test"  # which of the two below has not been said
    FUNCTIONAL_TEST_PHYSICAL = "functional_test_physical"
    FUNCTIONAL_TEST_DAILY = "functional_test_daily"
    COORDINATION = "coordination"
    SOCIAL_ASSESSMENT = "social_assessment"
    PSYCHIATRIC_ASSESSMENT = "psychiatric_assessment"
    MENTAL_HEALTH_SUBSTANCE_ASSESSMENT = "mental_health_substance_assessment"
    KELA_CONSULTATION = "kela_consultation"
    EMPLOYMENT_ASSESSMENT = "employment_assessment"


class ProblemArea(StrEnum):
    MENTAL_HEALTH = "mental_health"
    SUBSTANCE_USE = "substance_use"
    NEUROPSYCHIATRIC = "neuropsychiatric"
    MUSCULOSKELETAL = "musculoskeletal"
    SOMATIC = "somatic"


class Register(StrEnum):
    """Whose register the asker writes to: only health professionals are asked for problem areas (C-58)."""

    HEALTH = "health"
    SOCIAL = "social"
    EMPLOYMENT = "employment"


@dataclass(frozen=True, slots=True)
class EarlierHolder:
    """Who last did this client's work in this seat. `ended_on` is None while that work is still open."""

    seat: str
    holder: str
    ended_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts of one decision. None always means that nobody has said, which is never the same as no.

    `demanding` is said by a health professional (C-03). `municipality` is the three-digit code of the client's home
    municipality, None when unknown. `conflict_with` holds the ids of people who must not get this client,
    `declined_by` of those who were given this work and said no. With `continuity_declined` the client does not ask for
    the earlier holder.
    """

    assessment: AssessmentKind
    municipality: str | None = None
    problem_areas: frozenset[ProblemArea] = frozenset()
    main_problem: ProblemArea | None = None
    demanding: bool | None = None
    health_check_done: bool | None = None
    asked_by_register: Register | None = None
    own_care_team: str | None = None
    urgent: bool = False
    earlier_holder: EarlierHolder | None = None
    continuity_declined: bool = False
    conflict_with: frozenset[str] = frozenset()
    declined_by: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.municipality is not None and not MUNICIPALITY.fullmatch(self.municipality):
            raise ValueError("fact municipality: three digits are wanted, as in 111")

    @classmethod
    def parse(cls, given: Mapping[str, object]) -> Facts:
        """Facts from JSON-like values. Raises ValueError that names the fact, for unknown names, codes and types."""
        if unknown := sorted(given.keys() - {field.name for field in fields(cls)}):
            raise ValueError(f"unknown fact: {', '.join(unknown)}")
        if "assessment" not in given:
            raise ValueError("fact assessment is required")
        main, register, earlier = (given.get(name) for name in ("main_problem", "asked_by_register", "earlier_holder"))
        return cls(
            assessment=_code(AssessmentKind, "assessment", given["assessment"]),
            municipality=_text("municipality", given.get("municipality")),
            problem_areas=frozenset(
                _code(ProblemArea, "problem_areas", area) for area in _many("problem_areas", given)
            ),
            main_problem=None if main is None else _code(ProblemArea, "main_problem", main),
            demanding=_truth("demanding", given.get("demanding")),
            health_check_done=_truth("health_check_done", given.get("health_check_done")),
            asked_by_register=None if register is None else _code(Register, "asked_by_register", register),
            own_care_team=_text("own_care_team", given.get("own_care_team")),
            urgent=bool(_truth("urgent", given.get("urgent", False))),
            earlier_holder=None if earlier is None else _earlier(earlier),
            continuity_declined=bool(_truth("continuity_declined", given.get("continuity_declined", False))),
            conflict_with=frozenset(str(person) for person in _many("conflict_with", given)),
            declined_by=frozenset(str(person) for person in _many("declined_by", given)),
        )

    def as_dict(self) -> dict[str, object]:
        """JSON-ready, in a stable order; `parse` reads it back."""
        earlier = self.earlier_holder
        return {
            "assessment": self.assessment.value,
            "municipality": self.municipality,
            "problem_areas": sorted(area.value for area in self.problem_areas),
            "main_problem": self.main_problem and self.main_problem.value,
            "demanding": self.demanding,
            "health_check_done": self.health_check_done,
            "asked_by_register": self.asked_by_register and self.asked_by_register.value,
            "own_care_team": self.own_care_team,
            "urgent": self.urgent,
            "earlier_holder": earlier
            and {
                "seat": earlier.seat,
                "holder": earlier.holder,
                "ended_on": earlier.ended_on and earlier.ended_on.isoformat(),
            },
            "continuity_declined": self.continuity_declined,
            "conflict_with": sorted(self.conflict_with),
            "declined_by": sorted(self.declined_by),
        }


def _code(kind: type[E], name: str, value: object) -> E:
    try:
        return kind(value)  # type: ignore[arg-type]
    except ValueError:
        raise ValueError(f"fact {name}: not one of {', '.join(kind)}") from None


def _text(name: str, value: object) -> str | None:
    if value is None or (isinstance(value, str) and value):
        return value
    raise ValueError(f"fact {name}: a text or null is wanted")


def _truth(name: str, value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise ValueError(f"fact {name}: true, false or null is wanted")


def _many(name: str, given: Mapping[str, object]) -> Iterable[object]:
    value = given.get(name, ())
    if isinstance(value, list | tuple | set | frozenset):
        return value
    raise ValueError(f"fact {name}: a list is wanted")


def _earlier(value: object) -> EarlierHolder:
    if not isinstance(value, Mapping) or value.keys() != {"seat", "holder", "ended_on"}:
        raise ValueError("fact earlier_holder: seat, holder and ended_on are wanted")
    ended = value["ended_on"]
    try:
        ended_on = ended if ended is None or isinstance(ended, date) else date.fromisoformat(ended)
    except (TypeError, ValueError):
        raise ValueError("fact earlier_holder: ended_on is a date, as in 2026-05-30") from None
    return EarlierHolder(seat=str(value["seat"]), holder=str(value["holder"]), ended_on=ended_on)
