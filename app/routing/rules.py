"""The decision table: ordered rules as data. Pure: no I/O, standard library only; `rulesets` reads and checks it.

A rule says `when` (every condition must hold; a condition that is left out does not matter) and `then` (a seat, a
queue, or a question for a person). The first rule by rank that fits decides; the others tell why they did not.
No rule can name a person: there is no condition and no outcome for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.routing.facts import Facts, ProblemArea

# Role codes that can be a seat of a team (domain 1.1); clients, referrers, managers and units are not seats.
SEATS = frozenset(
    {
        "unemployed_health_nurse",
        "work_ability_coordinator",
        "physician_mental_substance_neuro",
        "physician_msk_somatic",
        "work_ability_physician",
        "physiotherapist",
        "occupational_therapist",
        "social_counsellor",
        "social_worker",
        "health_social_counsellor",
        "psychiatric_nurse",
        "substance_worker",
        "memory_nurse",
        "kela_work_ability_adviser",
        "employment_expert",
        "personal_employment_coach",
        "workshop_staff",
        "job_coach",
        "third_sector_worker",
        "occupational_physician",
        "occupational_nurse",
        "rehab_unit_chief_physician",
        "sports_coordinator",
        "typ_professional",
        "typ_nurse",
    }
)
OWN_CARE_TEAM = "own_care_team"
SUGGESTIONS = frozenset(
    {"joint_consultation", "decide_demanding", "choose_test_kind", "name_own_care_team", "record_problem_area"}
)
_ANY: frozenset[object] = frozenset()


@dataclass(frozen=True, slots=True)
class When:
    """The typed conditions of a rule. Each holds the accepted values; None as an accepted value means not said.

    An empty set of accepted values means that the condition is left out.
    """

    assessment: frozenset[object] = _ANY
    demanding: frozenset[object] = _ANY
    health_check_done: frozenset[object] = _ANY
    asked_by_register: frozenset[object] = _ANY
    problem_groups: frozenset[object] = _ANY  # of frozensets: exactly these groups are present
    main_problem_group: frozenset[object] = _ANY
    own_care_team_known: frozenset[object] = _ANY
    urgent: frozenset[object] = _ANY
    municipality: frozenset[object] = _ANY


@dataclass(frozen=True, slots=True)
class Then:
    """Exactly one of `seat`, `queue`, `manual`. `asks` is the seat whose holder answers a manual decision."""

    seat: str | None = None
    consulting: str | None = None
    queue: str | None = None
    manual: str | None = None
    asks: str | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row. `source` is a constraint of the domain or "own design"; `why` explains it in fi, sv and en."""

    id: str
    rank: int
    source: str
    because: tuple[str, ...]
    why: Mapping[str, str]
    when: When
    then: Then

    def misses(self, seen: Mapping[str, object]) -> tuple[str, ...]:
        """The conditions that do not hold for what `RuleSet.view` gave; empty when the rule fits."""
        return tuple(
            name
            for name in When.__dataclass_fields__
            if (accepted := getattr(self.when, name)) and seen[name] not in accepted
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Own design where the sources are silent. Months are calendar months; absences count working days from the day
    of asking; what waits is looked at again after calendar days (C-24)."""

    continuity_months: int
    short_absence_working_days: int
    recheck_after_days: int


UNSAID = "-"


@dataclass(frozen=True, slots=True)
class Expected:
    """What an example expects of the rule that decides; `consulting` None is nobody, `UNSAID` whoever it is."""

    seat: str | None = None
    queue: str | None = None
    manual: str | None = None
    consulting: str | None = UNSAID

    def is_met(self, then: Then) -> bool:
        said = (self.seat, self.queue, self.manual) == (then.seat, then.queue, then.manual)
        return said and self.consulting in (UNSAID, then.consulting)


@dataclass(frozen=True, slots=True)
class Example:
    """A case in the words of those who sign the rules off: it must go where they say."""

    name: str
    facts: Facts
    expect: Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """One version of the table; `rules` are in order of rank. A decision keeps `id` and `version`."""

    id: str
    version: int
    valid_from: date
    problem_groups: Mapping[str, frozenset[ProblemArea]]
    settings: Settings
    rules: tuple[Rule, ...]
    examples: tuple[Example, ...] = ()

    def group_of(self, area: ProblemArea) -> str:
        return next(group for group, areas in self.problem_groups.items() if area in areas)

    def view(self, facts: Facts) -> dict[str, object]:
        """The facts as the conditions see them. A main problem counts as a problem area whether listed or not."""
        main = facts.main_problem
        areas = facts.problem_areas | ({main} if main else set())
        return {
            "assessment": facts.assessment,
            "demanding": facts.demanding,
            "health_check_done": facts.health_check_done,
            "asked_by_register": facts.asked_by_register,
            "problem_groups": frozenset(map(self.group_of, areas)),
            "main_problem_group": main and self.group_of(main),
            "own_care_team_known": facts.own_care_team is not None,
            "urgent": facts.urgent,
            "municipality": facts.municipality,
        }

    def first_match(self, seen: Mapping[str, object]) -> tuple[Rule | None, dict[str, tuple[str, ...]]]:
        """The first rule by rank that fits, and why each earlier one did not."""
        missed: dict[str, tuple[str, ...]] = {}
        for rule in self.rules:
            if misses := rule.misses(seen):
                missed[rule.id] = misses
            else:
                return rule, missed
        return None, missed


def in_force(versions: Iterable[RuleSet], on: date) -> RuleSet:
    """The version that decides on that day: the latest to have become valid. Raises ValueError when there is none."""
    begun = [rules for rules in versions if rules.valid_from <= on]
    if not begun:
        raise ValueError(f"no rule set is valid on {on}")
    return max(begun, key=lambda rules: (rules.valid_from, rules.version))
