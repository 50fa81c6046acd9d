"""The check of rule sets: each kind of finding, and that the quick walk says what trying every case says."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.routing import lint as module
from app.routing.facts import AssessmentKind, Facts, ProblemArea, Register
from app.routing.lint import Finding, Kind, TooIntricate, dimensions, lint
from app.routing.rules import SEATS, Example, Expected, Rule, RuleSet, Then, When
from app.routing.rulesets import load_rule_set

HEINOLA = load_rule_set("heinola.v1")
PHYSICIAN = AssessmentKind.PHYSICIAN_ASSESSMENT
GROUPS = {
    "mind": frozenset({ProblemArea.MENTAL_HEALTH, ProblemArea.SUBSTANCE_USE, ProblemArea.NEUROPSYCHIATRIC}),
    "body": frozenset({ProblemArea.MUSCULOSKELETAL, ProblemArea.SOMATIC}),
}
NURSE, COORDINATOR = Then(seat="unemployed_health_nurse"), Then(seat="work_ability_coordinator")


def a_rule(id: str, then: Then = NURSE, **when: Iterable[object]) -> Rule:
    return Rule(
        id=id,
        rank=0,
        source="own design",
        because=(),
        why={},
        when=When(**{name: frozenset(values) for name, values in when.items()}),
        then=then,
    )


def table(*rules: Rule, examples: tuple[Example, ...] = ()) -> RuleSet:
    ranked = tuple(replace(rule, rank=10 * n) for n, rule in enumerate(rules))
    return RuleSet(
        id="mine",
        version=1,
        valid_from=date(2026, 1, 1),
        problem_groups=GROUPS,
        settings=HEINOLA.settings,
        rules=ranked,
        examples=examples,
    )


def found(rules: RuleSet, kind: Kind, seats: Iterable[str] = SEATS) -> list[Finding]:
    return [finding for finding in lint(rules, seats).findings if finding.kind is kind]


def test_without_rules_every_case_is_a_gap() -> None:
    assert [f.case for f in found(table(), Kind.GAP)] == [{}]
    assert lint(table(a_rule("all"))).findings == ()


def test_a_gap_is_said_by_the_facts_that_matter() -> None:
    rules = table(
        a_rule("physician", assessment=[PHYSICIAN], demanding=[True, False], municipality=["111"]),
        a_rule("others", assessment=set(AssessmentKind) - {PHYSICIAN, AssessmentKind.HEALTH_CHECK}),
    )
    assert [f.case for f in found(rules, Kind.GAP)] == [
        {"assessment": AssessmentKind.HEALTH_CHECK},
        {"assessment": PHYSICIAN, "municipality": None},
        {"assessment": PHYSICIAN, "demanding": None},
    ]


def test_a_missing_rule_of_heinola_is_found() -> None:
    kept = tuple(rule for rule in HEINOLA.rules if rule.id != "both_groups_no_main_problem")
    gaps = [gap.case for gap in found(replace(HEINOLA, rules=kept, examples=()), Kind.GAP)]
    both = {"problem_groups": frozenset(HEINOLA.problem_groups), "main_problem_group": None}
    core = {"assessment": PHYSICIAN, "demanding": True, **both}
    assert all(core.items() <= gap.items() for gap in gaps)
    # What the rule of those who ask from outside health care takes is no gap: each says how it is not theirs.
    others = [{name: said for name, said in gap.items() if name not in core} for gap in gaps]
    assert others == [{"asked_by_register": None}, {"asked_by_register": "health"}, {"health_check_done": None}]


def test_a_rule_that_never_decides_names_those_that_take_its_cases() -> None:
    rules = table(
        a_rule("yes", assessment=[PHYSICIAN], demanding=[True]),
        a_rule("rest", assessment=[PHYSICIAN], demanding=[False, None]),
        a_rule("elsewhere", assessment=[AssessmentKind.HEALTH_CHECK]),
        a_rule("late", COORDINATOR, assessment=[PHYSICIAN], urgent=[True]),
        a_rule("all"),
    )
    assert [f.rules for f in found(rules, Kind.NEVER_FIRES)] == [("late", "yes", "rest")]


def test_conditions_that_exclude_each_other_never_decide() -> None:
    """The main problem is among the problems."""
    odd = a_rule("odd", problem_groups=[frozenset({"mind"})], main_problem_group=["body"])
    assert [f.rules for f in found(table(odd, a_rule("all")), Kind.NEVER_FIRES)] == [("odd",)]


def test_where_only_the_order_decides() -> None:
    urgent = a_rule("urgent", COORDINATOR, urgent=[True])
    demanding = a_rule("demanding", demanding=[True])
    [pair] = found(table(urgent, demanding, a_rule("all")), Kind.ORDER_DECIDES)
    assert pair.rules == ("urgent", "demanding")
    assert not pair.is_error
    assert (pair.case["urgent"], pair.case["demanding"]) == (True, True)
    # The same outcome, no case of both, and an exception before its rule, are no matter of order.
    assert found(table(replace(urgent, then=NURSE), demanding, a_rule("all")), Kind.ORDER_DECIDES) == []
    assert found(table(urgent, a_rule("calm", urgent=[False])), Kind.ORDER_DECIDES) == []
    assert found(table(urgent, a_rule("all")), Kind.ORDER_DECIDES) == []


def test_a_seat_that_no_team_can_have() -> None:
    then = Then(manual="choose_test_kind", asks="memory_nurse", candidates=("physiotherapist", "memory_nurse"))
    [finding] = found(table(a_rule("all", then)), Kind.UNKNOWN_SEAT, {"physiotherapist"})
    assert (finding.about, finding.rules, finding.is_error) == ("memory_nurse", ("all",), True)
    assert found(table(a_rule("all", then)), Kind.UNKNOWN_SEAT) == []


@pytest.mark.parametrize(
    ("expected", "met"),
    [
        (Expected(seat="work_ability_coordinator"), True),
        (Expected(seat="work_ability_coordinator", consulting="employment_expert"), True),
        (Expected(seat="work_ability_coordinator", consulting=None), False),
        (Expected(seat="work_ability_coordinator", consulting="memory_nurse"), False),
        (Expected(seat="memory_nurse"), False),
        (Expected(queue="own_care_team"), False),
        (Expected(manual="decide_demanding"), False),
    ],
)
def test_examples(expected: Expected, met: bool) -> None:
    rules = table(a_rule("all", Then(seat="work_ability_coordinator", consulting="employment_expert")))
    example = Example("Plain", Facts(assessment=PHYSICIAN), expected)
    failed = found(replace(rules, examples=(example,)), Kind.EXAMPLE_FAILS)
    assert [(f.about, f.rules) for f in failed] == ([] if met else [("Plain", ("all",))])


def test_an_example_that_nothing_takes_fails() -> None:
    example = Example("Nobody", Facts(assessment=PHYSICIAN), Expected(queue="own_care_team"))
    [failed] = found(table(examples=(example,)), Kind.EXAMPLE_FAILS)
    assert (failed.rules, failed.got) == ((), None)


def test_two_hundred_rules_and_fifty_municipalities_take_no_time() -> None:
    asked: list[dict[str, list[object]]] = [
        {"demanding": [True], "problem_groups": [frozenset({"mind"})]},
        {"urgent": [True]},
        {"demanding": [None]},
    ]
    own = [
        a_rule(f"own_{code}_{n}", NURSE if n % 2 else COORDINATOR, assessment=[PHYSICIAN], municipality=[code], **when)
        for code in (f"{n:03}" for n in range(50))
        for n, when in enumerate(asked)
    ]
    began = time.process_time()
    report = lint(table(*own, *(a_rule(f"all_{n}", urgent=[n % 2 == 0]) for n in range(50))))
    assert time.process_time() - began < 2
    assert [f.rules[0] for f in report.errors] == [f"all_{n}" for n in range(2, 50)]
    assert report.left_out > 0


def test_what_cannot_be_walked_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_STEPS", 20)
    with pytest.raises(TooIntricate):
        lint(HEINOLA)


# Properties: small tables over three facts, tried case by case.
SEATED = st.sampled_from([NURSE, COORDINATOR, Then(queue="own_care_team")])
VALUES: dict[str, list[object]] = {
    "assessment": [PHYSICIAN, AssessmentKind.COORDINATION, AssessmentKind.HEALTH_CHECK],
    "demanding": [True, False, None],
    "asked_by_register": [*Register, None],
    "problem_groups": [frozenset(), frozenset({"mind"}), frozenset({"mind", "body"})],
    "main_problem_group": ["mind", "body", None],
    "own_care_team_known": [True, False],
    "municipality": ["111", "781"],
}


@st.composite
def tables(draw: st.DrawFn) -> RuleSet:
    rules = []
    for n in range(draw(st.integers(0, 6))):
        names = draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=3, unique=True))
        when = {name: draw(st.lists(st.sampled_from(VALUES[name]), min_size=1, unique=True)) for name in names}
        rules.append(a_rule(f"r{n}", draw(SEATED), **when))
    return table(*rules)


def cases(rules: RuleSet) -> list[dict[str, object]]:
    """Every combination of facts, as `RuleSet.view` may give them."""
    spaces = dimensions(rules)
    return [{name: said for value in values for name, said in value.items()} for values in product(*spaces)]


def fits(rule: Rule, case: dict[str, object]) -> bool:
    return all(not (wanted := getattr(rule.when, name)) or said in wanted for name, said in case.items())


@settings(max_examples=60, deadline=None)
@given(tables())
def test_the_walk_agrees_with_trying_every_case(rules: RuleSet) -> None:
    fitting = [[rule for rule in rules.rules if fits(rule, case)] for case in cases(rules)]
    firing = {some[0].id for some in fitting if some}
    report = lint(rules)
    gaps = [f for f in report.findings if f.kind is Kind.GAP]
    assert bool(gaps) is any(not some for some in fitting)
    for gap in gaps:  # every case like it is one
        like = [some for case, some in zip(cases(rules), fitting, strict=True) if gap.case.items() <= case.items()]
        assert like
        assert not any(like)
    idle = {f.rules[0]: set(f.rules[1:]) for f in report.findings if f.kind is Kind.NEVER_FIRES}
    assert idle.keys() == {rule.id for rule in rules.rules} - firing
    for id, earlier in idle.items():
        assert {some[0].id for some in fitting if id in {rule.id for rule in some}} <= earlier
    of = {rule.id: {n for n, some in enumerate(fitting) if rule in some} for rule in rules.rules}
    both = {
        (a.id, b.id)
        for a, b in combinations(rules.rules, 2)
        if a.then != b.then and {a.id, b.id} <= firing and of[a.id] & of[b.id] and not of[a.id] <= of[b.id]
    }
    assert {f.rules for f in report.findings if f.kind is Kind.ORDER_DECIDES} == both


@settings(max_examples=100, deadline=None)
@given(
    tables(),
    st.sampled_from(list(AssessmentKind)),
    st.sets(st.sampled_from(list(ProblemArea))),
    st.sampled_from([None, *ProblemArea]),
    st.sampled_from([None, True, False]),
    st.sampled_from([None, *Register]),
    st.sampled_from([None, "team"]),
    st.sampled_from([None, "111", "781", "049"]),
)
def test_without_gaps_every_case_has_its_rule(
    rules: RuleSet,
    kind: AssessmentKind,
    areas: set[ProblemArea],
    main: ProblemArea | None,
    demanding: bool | None,
    register: Register | None,
    team: str | None,
    municipality: str | None,
) -> None:
    facts = Facts(
        assessment=kind,
        problem_areas=frozenset(areas),
        main_problem=main,
        demanding=demanding,
        asked_by_register=register,
        own_care_team=team,
        municipality=municipality,
    )
    gaps = [f for f in lint(rules).findings if f.kind is Kind.GAP]
    for one in (rules, HEINOLA):
        if one is HEINOLA or not gaps:
            assert one.first_match(one.view(facts))[0] is not None
