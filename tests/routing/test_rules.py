"""The table itself: what a rule set may hold, which rule decides, and whether the shipped one makes sense."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.routing import rulesets
from app.routing.facts import AssessmentKind, EarlierHolder, Facts, ProblemArea, Register
from app.routing.roster import Period, Seat
from app.routing.rules import in_force
from app.routing.rulesets import load_rule_set, parse_rule_set
from app.teams.visits import next_visit

SHIPPED = json.loads((Path(rulesets.__file__).parent / "heinola.v1.json").read_text(encoding="utf-8"))
RULES = load_rule_set("heinola.v1")


def changed(**at_rule: Any) -> dict[str, Any]:
    given = copy.deepcopy(SHIPPED)
    given["rules"][0].update(at_rule)
    assert given != SHIPPED
    return dict(given)


def test_rules_are_read_in_order_of_rank_whatever_the_file_says() -> None:
    given = copy.deepcopy(SHIPPED)
    given["rules"].reverse()
    assert parse_rule_set(given) == RULES


def test_the_first_rule_decides_and_earlier_ones_say_what_missed() -> None:
    facts = Facts(
        assessment=AssessmentKind.PHYSICIAN_ASSESSMENT,
        problem_areas=frozenset({ProblemArea.SOMATIC}),
        demanding=True,
        health_check_done=True,
    )
    rule, missed = RULES.first_match(RULES.view(facts))
    assert rule is not None
    assert rule.id == "demanding_msk_somatic"
    assert missed["physician_asked_from_outside_health"] == ("health_check_done", "asked_by_register")
    assert missed["demanding_mental_substance_neuro"] == ("problem_groups",)
    assert list(missed) == [one.id for one in RULES.rules if one.rank < rule.rank]


def test_a_main_problem_counts_as_a_problem_area() -> None:
    facts = Facts(
        assessment=AssessmentKind.PHYSICIAN_ASSESSMENT,
        problem_areas=frozenset({ProblemArea.SOMATIC}),
        main_problem=ProblemArea.MENTAL_HEALTH,
    )
    assert RULES.view(facts)["problem_groups"] == {"mental_substance_neuro", "msk_somatic"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"when": {"age": [30]}}, "unknown age"),
        ({"when": {"assessment": ["surgery"]}}, "condition assessment: unknown value surgery"),
        ({"when": {"assessment": []}}, "condition assessment"),
        ({"when": {"demanding": 1}}, "condition demanding: unknown value 1"),
        ({"when": {"urgent": None}}, "condition urgent: unknown value None"),
        ({"when": {"demanding": {"is": True}}}, "a list is wanted"),
        ({"when": {"problem_groups": ["teeth"]}}, "condition problem_groups: unknown value teeth"),
        ({"when": {"municipality": ["Heinola"]}}, "condition municipality"),
        ({"then": {"seat": "dentist"}}, "unknown seat dentist"),
        ({"then": {"seat": "physiotherapist", "consulting": "dentist"}}, "unknown seat dentist"),
        ({"then": {"seat": "physiotherapist", "queue": "own_care_team"}}, "exactly one"),
        ({"then": {"seat": "physiotherapist", "holder": "somebody"}}, "unknown holder"),
        ({"then": {"seat": "physiotherapist", "asks": "physiotherapist"}}, "asks does not go with seat"),
        ({"then": {}}, "exactly one"),
        ({"then": {"queue": "cupboard"}}, "unknown queue"),
        ({"then": {"manual": "toss_a_coin", "asks": "physiotherapist"}}, "known suggestion"),
        ({"then": {"manual": "joint_consultation"}}, "known suggestion"),
        ({"rank": 20}, "the same rank twice: 20"),
        ({"rank": True}, "rank: a whole number"),
        ({"id": "coordination"}, "the same rule id twice: coordination"),
        ({"because": "C-58"}, "because: a list"),
        ({"why": {"fi": "x", "en": "x"}}, "sv is missing"),
        ({"why": {"fi": "x", "sv": "x", "en": "{name}"}}, "unknown blank name"),
    ],
    ids=str,
)
def test_a_rule_with_a_mistake_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_rule_set(changed(**change))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"problem_groups": {"all": ["somatic"]}}, "exactly one group"),
        ({"settings": {"continuity_months": 12}}, "short_absence_working_days is missing"),
        ({"valid_from": "soon"}, "valid_from is a date"),
        ({"version": 0}, "version"),
        ({"author": "x"}, "unknown author"),
    ],
    ids=str,
)
def test_a_rule_set_with_a_mistake_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_rule_set({**SHIPPED, **change})
    with pytest.raises(ValueError, match="an object is wanted"):
        parse_rule_set([])


def test_a_rule_set_is_read_from_a_file_too(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({**SHIPPED, "version": 2, "valid_from": "2027-01-01"}), encoding="utf-8")
    second = load_rule_set(file)
    assert in_force([second, RULES], date(2026, 12, 31)) == RULES
    assert in_force([second, RULES], date(2027, 1, 1)) == second
    with pytest.raises(ValueError, match="no rule set"):
        in_force([second, RULES], date(2025, 12, 31))


def test_facts_come_back_as_they_were() -> None:
    facts = Facts(
        assessment=AssessmentKind.PHYSICIAN_ASSESSMENT,
        municipality="111",
        problem_areas=frozenset({ProblemArea.SOMATIC, ProblemArea.MENTAL_HEALTH}),
        main_problem=ProblemArea.SOMATIC,
        demanding=False,
        asked_by_register=Register.SOCIAL,
        own_care_team="heinola-2",
        urgent=True,
        earlier_holder=EarlierHolder("physiotherapist", "x", date(2026, 5, 1)),
        conflict_with=frozenset({"y"}),
    )
    assert Facts.parse(json.loads(json.dumps(facts.as_dict()))) == facts


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "assessment is required"),
        ({"assessment": "surgery"}, "fact assessment: not one of"),
        ({"assessment": ["health_check"]}, "fact assessment: not one of"),
        ({"assessment": "health_check", "age": 40}, "unknown fact: age"),
        ({"assessment": "health_check", "municipality": "Heinola"}, "three digits"),
        ({"assessment": "health_check", "municipality": "١١١"}, "three digits"),
        ({"assessment": "health_check", "municipality": 111}, "fact municipality"),
        ({"assessment": "health_check", "problem_areas": "somatic"}, "fact problem_areas: a list"),
        ({"assessment": "health_check", "problem_areas": ["teeth"]}, "fact problem_areas: not one of"),
        ({"assessment": "health_check", "demanding": "yes"}, "fact demanding: true, false or null"),
        ({"assessment": "health_check", "urgent": 1}, "fact urgent"),
        ({"assessment": "health_check", "asked_by_register": "army"}, "fact asked_by_register"),
        ({"assessment": "health_check", "earlier_holder": {"seat": "x"}}, "fact earlier_holder"),
        (
            {"assessment": "health_check", "earlier_holder": {"seat": "x", "holder": "y", "ended_on": "May"}},
            "ended_on is a date",
        ),
    ],
    ids=str,
)
def test_facts_that_are_not_known_are_refused_by_name(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Facts.parse(given)


@pytest.mark.parametrize(
    ("rule", "on", "expected"),
    [
        ("FREQ=MONTHLY;BYDAY=1TU", date(2026, 11, 23), date(2026, 12, 1)),
        ("FREQ=MONTHLY;BYDAY=1TU", date(2026, 12, 1), date(2026, 12, 1)),  # the day itself still counts
        ("FREQ=MONTHLY;BYDAY=1TU", date(2026, 1, 2), date(2026, 2, 3)),  # 6 January is Epiphany
        ("FREQ=WEEKLY;BYDAY=FR", date(2026, 3, 30), date(2026, 4, 10)),  # Good Friday
        ("FREQ=MONTHLY;BYDAY=1TU;UNTIL=20261130", date(2026, 11, 23), None),
    ],
)
def test_visiting_days(rule: str, on: date, expected: date | None) -> None:
    assert next_visit(rule, on) == expected


@pytest.mark.parametrize(
    "rule",
    ["FREQ=SECONDLY;BYDAY=TU", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "BYDAY=TU", "tuesdays", "",
     "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=TU;BYHOUR=3"],
)  # fmt: skip
def test_visiting_rules_that_cannot_be_days_are_refused(rule: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Seat(role="kela_work_ability_adviser", visiting_days=rule)


def test_a_period_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends before"):
        Period(date(2026, 2, 1), date(2026, 1, 31))
