"""Why not, without a database: the misses are the rules' own, and the proposed change leads where it says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kit.codesets import codeset
from app.kit.i18n import LANGUAGES
from app.routing import wording
from app.routing.facts import AssessmentKind, Facts, ProblemArea, Register
from app.routing.rules import SEATS, Rule, RuleSet, Then, When
from app.routing.rulesets import load_rule_set
from app.routing.versions import shipped
from app.routing.whynot import (
    CONDITIONS,
    Asked,
    least,
    led,
    missed_by,
    smallest_change,
    why_not_person,
    why_not_seat,
)

RULES = load_rule_set("heinola.v1")
MENTAL, MSK = "physician_mental_substance_neuro", "physician_msk_somatic"
ASSESSED = Facts(
    assessment=AssessmentKind.PHYSICIAN_ASSESSMENT,
    municipality="111",
    problem_areas=frozenset({ProblemArea.MENTAL_HEALTH}),
    demanding=True,
    health_check_done=True,
    asked_by_register=Register.HEALTH,
)
FACTS = st.builds(
    Facts,
    assessment=st.sampled_from(AssessmentKind),
    municipality=st.sampled_from(["111", None]),
    problem_areas=st.frozensets(st.sampled_from(ProblemArea), max_size=3),
    main_problem=st.one_of(st.none(), st.sampled_from(ProblemArea)),
    demanding=st.sampled_from([True, False, None]),
    health_check_done=st.sampled_from([True, False, None]),
    asked_by_register=st.one_of(st.none(), st.sampled_from(Register)),
    own_care_team=st.sampled_from([None, "own-1"]),
    urgent=st.booleans(),
)


def asked(seat: str, facts: Facts = ASSESSED) -> list[tuple[str, list[str], dict[str, object] | None]]:
    found = why_not_seat(RULES, RULES.view(facts), seat)
    return [
        (one.rule.id, [m.condition for m in one.missed], None if one.change is None else dict(one.change))
        for one in found.rules
    ]


def test_the_other_physician_would_need_other_problems() -> None:
    found = {id: (missed, change) for id, missed, change in asked(MSK)}
    assert found["demanding_msk_somatic"] == (["problem_groups"], {"problem_groups": frozenset({"msk_somatic"})})
    missed, change = found["both_groups_main_msk_somatic"]
    assert missed == ["problem_groups", "main_problem_group"]
    assert change == {
        "problem_groups": frozenset({"mental_substance_neuro", "msk_somatic"}),
        "main_problem_group": "msk_somatic",
    }


def test_what_an_earlier_rule_would_take_is_changed_too() -> None:
    """Not asked by health and no check: even a demanding case of the right problems goes to the nurse first."""
    outside = replace(ASSESSED, asked_by_register=Register.SOCIAL, health_check_done=False, demanding=False)
    [(_, missed, change), *_] = asked(MENTAL, outside)
    assert missed == ["demanding"]
    assert change is not None
    assert change["demanding"] is True
    assert len(change) == 2, "and either the asker or the check"


def test_kinds_that_no_rule_gives_to_the_seat() -> None:
    assert why_not_seat(RULES, RULES.view(ASSESSED), "physiotherapist").because == "no_rule_for_kind"


def test_an_earlier_rule_decided() -> None:
    """A rule that fits stands behind one that fits as well; and one that never gets its turn has no change."""
    first = Rule(id="first", rank=1, source="x", because=(), why={}, when=When(), then=Then(seat="social_worker"))
    second = replace(first, id="second", rank=2, then=Then(seat="memory_nurse"))
    rules = replace(RULES, rules=(first, second))
    found = why_not_seat(rules, rules.view(ASSESSED), "memory_nurse")
    assert (found.because, found.rules[0].missed, found.rules[0].change) == ("earlier_rule", (), None)


@given(facts=FACTS, seat=st.sampled_from(sorted(SEATS)))
@settings(max_examples=150, deadline=None)
def test_misses_are_the_rules_own_and_changes_lead_there(facts: Facts, seat: str) -> None:
    seen = RULES.view(facts)
    chosen, _ = RULES.first_match(seen)
    found = why_not_seat(RULES, seen, seat)
    for one in found.rules:
        assert tuple(m.condition for m in one.missed) == one.rule.misses(seen)
        assert one.rule.then.seat == seat
        assert all(m.said == seen[m.condition] and m.said not in m.needs for m in one.missed)
        assert one.change is not None, "no rule of the shipped set is out of reach"
        assert "assessment" not in one.change
        changed = {**seen, **one.change}
        assert one.rule.misses(changed) == ()
        assert RULES.first_match(changed)[0] is one.rule
        assert all(changed[name] != seen[name] for name in one.change), "nothing is changed to what it was"
        assert (one.change == {}) is (one.rule is chosen)
    assert found.because == "no_rule_for_kind" or found.rules


@given(facts=FACTS)
@settings(max_examples=60, deadline=None)
def test_no_smaller_change_would_do(facts: Facts) -> None:
    """Taking back any one of the proposed changes leads elsewhere."""
    seen = RULES.view(facts)
    for rule in RULES.rules:
        change = smallest_change(RULES, seen, rule) if seen["assessment"] in rule.when.assessment else None
        for name in change or {}:
            less = {**seen, **{n: v for n, v in (change or {}).items() if n != name}}
            main, groups = less["main_problem_group"], less["problem_groups"]
            possible = main is None or main in groups  # type: ignore[operator]
            assert not possible or RULES.first_match(less)[0] is not rule


def test_missed_by_has_both_sides() -> None:
    rule = next(rule for rule in RULES.rules if rule.id == "demanding_msk_somatic")
    [one] = missed_by(rule, RULES.view(ASSESSED))
    assert (one.condition, one.needs) == ("problem_groups", frozenset({frozenset({"msk_somatic"})}))
    assert one.said == frozenset({"mental_substance_neuro"})


@pytest.mark.parametrize(
    ("person", "over", "because"),
    [
        ("h", {}, "chosen"),
        ("r", {}, "rejected"),
        ("x", {}, "not_on_seat"),
        ("x", {"seat": None, "holder": None}, "no_seat"),
        ("c", {"overridden": True}, "rules_chose"),
        ("x", {"overridden": True}, "not_on_seat"),
    ],
)
def test_a_person(person: str, over: dict[str, object], because: str) -> None:
    kept = Asked(holder="h", rejected={"r": "absent"}, considered=frozenset("hrc"), seat="s", overridden=False)
    assert why_not_person(replace(kept, **over), person) == because  # type: ignore[arg-type]


def test_every_condition_and_fact_has_a_name() -> None:
    assert set(codeset("routing_fact").codes) == {*CONDITIONS, *Facts.__dataclass_fields__}


def values_of(rules: RuleSet) -> list[tuple[str, object]]:
    return [(name, value) for rule in rules.rules for name in CONDITIONS for value in getattr(rule.when, name)]


def test_every_value_of_a_rule_has_words() -> None:
    for name, value in values_of(RULES):
        said = wording.value(name, value, RULES.problem_groups)
        for language in LANGUAGES:
            text = said.pick(language)
            assert text, (name, value)
            assert "_" not in text, (name, value)


def test_a_miss_in_words() -> None:
    rule = next(rule for rule in RULES.rules if rule.id == "demanding_msk_somatic")
    seen = RULES.view(replace(ASSESSED, demanding=False, problem_areas=frozenset({ProblemArea.SOMATIC})))
    [one] = missed_by(rule, seen)
    *_, line = wording.missed(one, RULES.problem_groups)
    assert line.fi == "tarvitaan: vaativa selvittely = kyllä; sanottu: ei"
    assert line.sv == "behövs: krävande utredning = ja; sagt: nej"
    assert line.en == "needs: demanding case = yes; said: no"


ALL = list(shipped())


@given(facts=FACTS, rules=st.sampled_from(ALL))
@settings(max_examples=100, deadline=None)
def test_a_change_names_what_the_rule_asks_and_says_what_forces_the_rest(facts: Facts, rules: RuleSet) -> None:
    """Of every shipped rule: the rest is there only where the rule's own conditions would not have led there."""
    seen = rules.view(facts)
    for seat in sorted({rule.then.seat for rule in rules.rules if rule.then.seat}):
        answered = why_not_seat(rules, seen, seat)
        for one in answered.rules:
            if one.change is None:
                continue
            own = {name for name in one.change if name not in one.forced}
            assert own == set(one.rule.misses(seen))
            assert all(getattr(one.rule.when, name) for name in own)
            assert one.rule.misses({**seen, **{name: one.change[name] for name in own}}) == ()
            for name, because in one.forced.items():
                without = {**seen, **{n: v for n, v in one.change.items() if n != name}}
                main, groups = without["main_problem_group"], without["problem_groups"]
                torn = main is not None and main not in groups  # type: ignore[operator]
                assert because == ("consistency" if torn else "earlier_rule")
                assert torn or rules.first_match(without)[0] is not one.rule
        first = least(answered.rules)
        sizes = [len(one.change) for one in answered.rules if one.change is not None]
        assert (len(first.change or ()) if first else None) == min(sizes, default=None)


def test_what_is_forced_says_so() -> None:
    seen = RULES.view(replace(ASSESSED, main_problem=ProblemArea.MENTAL_HEALTH))
    rule = next(rule for rule in RULES.rules if rule.id == "demanding_msk_somatic")
    one = led(RULES, seen, rule)
    assert one.forced == {"main_problem_group": "consistency"}
    text = wording.change(one.change or {}, RULES.problem_groups, one.forced)
    assert text.en.endswith("(only because a main problem is one of the problems)")
    assert text.en.count("only because") == text.sv.count("bara för") == text.fi.count("vain siksi") == 1


def test_another_rule_is_worded_with_what_it_asks() -> None:
    rule = next(rule for rule in RULES.rules if rule.id == "both_groups_main_msk_somatic")
    other = wording.why(rule, None, RULES.problem_groups)
    assert "musculoskeletal" in other.en.lower()
    assert "mental" not in other.en.lower()
    decided = wording.why(rule, "somatic", RULES.problem_groups)
    assert decided.en != other.en
