"""The shipped rule sets: sound, readable, and each with the seats and the facts that its kind of team has."""

from __future__ import annotations

import re

import pytest

from app.kit.i18n import LANGUAGES
from app.routing.facts import AssessmentKind
from app.routing.lint import lint
from app.routing.rules import RuleSet, When
from app.routing.versions import shipped
from app.teams.templates import templates
from tests.conftest import As
from tests.routing.rulesets_made import HERE

EVERY = pytest.mark.parametrize("rules", shipped(), ids=lambda rules: rules.id)
# The seats that a team of any template that follows a set has.
SEATS_OF = {
    code: {seat.role for template in templates().values() if template.rule_set == code for seat in template.seats}
    for code in {template.rule_set for template in templates().values()}
}


def test_there_is_one_for_each_kind_of_team() -> None:
    assert [rules.id for rules in shipped()] == sorted(SEATS_OF)
    assert {rules.version for rules in shipped()} == {1}


@EVERY
def test_it_has_no_errors(rules: RuleSet) -> None:
    assert lint(rules, SEATS_OF[rules.id]).errors == ()


@EVERY
def test_every_kind_of_work_has_an_example(rules: RuleSet) -> None:
    assert len(rules.examples) >= 10
    told = {example.facts.assessment for example in rules.examples}
    decided = {kind for rule in rules.rules for kind in rule.when.assessment}
    assert decided == set(AssessmentKind)
    assert len(told) >= 8


@EVERY
def test_every_rule_says_its_source_and_why(rules: RuleSet) -> None:
    for rule in rules.rules:
        assert re.fullmatch(r"C-\d\d|own design", rule.source), rule.id
        assert rule.because, rule.id
        assert len({rule.why[language] for language in LANGUAGES}) == 3, rule.id


def test_without_a_health_seat_there_is_no_health_data() -> None:
    """C-58, C-59: the light set asks no health professional anything and looks at no fact of health."""
    [light] = [rules for rules in shipped() if rules.id == "light"]
    tested = {name for rule in light.rules for name in When.__dataclass_fields__ if getattr(rule.when, name)}
    assert tested == {"assessment", "own_care_team_known"}
    named = {seat for rule in light.rules for seat in (rule.then.seat, rule.then.asks) if seat}
    assert named == {"work_ability_coordinator"}


async def test_they_are_read_by_everybody_who_works_here(who: As) -> None:
    seen = (await who("ngo").get(HERE, params={"count": "true"})).json()
    assert [one["code"] for one in seen["items"]] == sorted(SEATS_OF)
    assert seen["count"] == len(SEATS_OF)
    for one in seen["items"]:
        assert (one["shipped"], one["state"], one["inForce"], one["allowedActions"]) == (True, "in_force", True, [])
        assert (await who("ngo").get(f"{HERE}/{one['id']}")).json() == one
        checked = (await who("lead").post(f"{HERE}/{one['id']}/check")).json()
        assert checked["sound"] is True
