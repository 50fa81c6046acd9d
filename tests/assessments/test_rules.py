"""Rules of assessments: what a kind takes, who concludes what, and what a health check must say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessments import kinds, record_kinds, rules
from app.assessments.contents import NEEDED, PARTS
from app.assessments.models import FLOW, AssessmentState
from app.assessments.schemas import AssessmentComplete
from app.kit.codesets import codeset, label
from app.kit.problems import camel
from app.routing.facts import AssessmentKind as K
from app.teams.telling import PHYSICIANS

CONCLUSIONS = [code.code for code in codeset("health_check_conclusion")]


@pytest.mark.parametrize("kind", sorted({*K, *kinds.RECORDED}))
@pytest.mark.parametrize("conclusion", CONCLUSIONS)
def test_work_incapacity_is_a_physicians_conclusion(kind: str, conclusion: str) -> None:
    """C-16: whatever else anybody may conclude, this one only a physician."""
    physician_only = conclusion == "work_incapacity_indicated"
    for role in (code.code for code in codeset("role")):
        theirs = kind in ("physician_assessment", "physician_consultation")
        expected = not physician_only or (theirs and "physician" in role)
        assert rules.may_conclude(kind, conclusion, frozenset({role, "team_lead"})) is expected, role


@pytest.mark.parametrize("kind", sorted(kinds.EVERY_KIND))
def test_every_kind_has_its_content_and_register(kind: str) -> None:
    content = kinds.content_of(kind)
    assert content in AssessmentComplete.model_fields
    assert content in PARTS
    said = {camel(name) for name in PARTS[content].model_fields}
    assert set(NEEDED[content]) <= said
    assert kinds.register_of(kind) in kinds.STRICTEST
    assert label("assessment_kind", kind)
    assert (codeset("assessment_kind")[kind].facts["way"] == "recorded") is (kind in kinds.RECORDED)
    if "functional" in kind or kind in kinds.CONCLUDES:
        assert kinds.register_of(kind) == "health"


def test_a_kind_is_asked_for_or_recorded_and_the_code_set_has_them_all() -> None:
    assert not kinds.RECORDED & set(K)
    assert set(K) - kinds.ASKABLE == {K.REFERRAL_TRIAGE}
    assert set(codeset("assessment_kind").codes) == kinds.EVERY_KIND
    assert kinds.AS_AUTHOR | kinds.WRITTEN_BY.keys() <= kinds.RECORDED
    # Every field of every content comes into the record text, so that nothing is typed twice (C-57).
    told = {name for name, _, _ in record_kinds.FIELDS} | record_kinds.ALONE.keys() | {"tester", "contributions"}
    for name, part in PARTS.items():
        if name != "health_check":
            assert {camel(field) for field in part.model_fields} <= told, name


def test_an_unknown_kind_is_health_data() -> None:
    """What nobody thought of is kept from the others."""
    assert kinds.register_of("something_new") == "health"
    assert kinds.content_of("something_new") == "other"


REGISTERS = st.sampled_from(kinds.STRICTEST)


@given(st.lists(REGISTERS), REGISTERS)
def test_the_strictest_register_is_never_loosened(registers: list[str], one: str) -> None:
    found = kinds.strictest(registers)
    rank = kinds.STRICTEST.index
    assert rank(found) == min((rank(r) for r in registers), default=rank("operational"))
    assert rank(kinds.strictest([*registers, one])) <= rank(found)
    assert kinds.strictest(reversed(registers)) == found


ROLES = st.sampled_from([*sorted(codeset("role").codes), None])


@given(st.lists(ROLES))
def test_an_overall_statement_rests_on_two_different_roles(roles: list[str | None]) -> None:
    """C-17: who says the same thing twice, or nobody knows who, does not make two."""
    known = {role for role in roles if role}
    assert kinds.one_sided(roles) is (len(known) < 2)
    assert kinds.one_sided([*roles, None]) is kinds.one_sided(roles)
    assert kinds.one_sided([*roles, *roles]) is kinds.one_sided(roles)


@given(st.sets(st.sampled_from(sorted(codeset("role").codes))), st.sets(st.sampled_from(sorted(PHYSICIANS))))
def test_a_seat_stood_in_for_makes_nobody_a_physician(roles: set[str], seats: set[str]) -> None:
    signed = kinds.author_role(roles, seats, "physician_assessment")
    assert signed is None or signed in roles
    assert (signed is None) is (not roles)
    if roles & seats:
        assert signed in seats


def test_what_is_over_is_over() -> None:
    for state in (AssessmentState.CANCELLED, AssessmentState.ENTERED_IN_ERROR):
        assert all(state not in verb.source for verb in FLOW.verbs.values())
    completed = {name for name, verb in FLOW.verbs.items() if AssessmentState.COMPLETED in verb.source}
    assert completed == {"mark_entered_in_error", "amend", "record_laboratory"}


ALWAYS = [code.code for code in codeset("health_check_section") if code.facts["need"] == "always"]


@given(st.lists(st.sampled_from(list(codeset("health_check_section").codes))))
def test_what_is_missing_and_what_was_said_are_all_that_must_be_said(said: list[str]) -> None:
    missing = rules.missing_sections(section for section in said)
    assert not set(missing) & set(said)
    assert set(missing) | (set(said) & set(ALWAYS)) == set(ALWAYS)


LABS = st.lists(st.sampled_from(list(codeset("lab").codes)), max_size=6)


@given(st.booleans(), LABS, LABS)
def test_an_order_has_each_test_once_in_the_order_of_the_list(
    baseline: bool, added: list[str], removed: list[str]
) -> None:
    found = rules.ordered(baseline, added, removed)
    assert found == [code for code in codeset("lab").codes if code in found]
    assert not set(found) & set(removed)
    assert set(added) - set(removed) <= set(found)
    assert len(rules.ordered(baseline, (), ())) == (9 if baseline else 0)


def test_sections_are_saved_one_by_one_and_the_rest_as_a_whole() -> None:
    saved = {"minutes": 90, "sections": [{"section": "guidance", "done": True}, {"section": "measures", "done": True}]}
    sent = {"sections": [{"section": "guidance", "done": False}, {"section": "laboratory", "done": True}]}
    assert rules.merged(saved, sent) == {
        "minutes": 90,
        "sections": [
            {"section": "guidance", "done": False},
            {"section": "measures", "done": True},
            {"section": "laboratory", "done": True},
        ],
    }
    assert rules.merged(saved, {"minutes": None, "sections": None}) == {"minutes": None, "sections": None}


@pytest.mark.parametrize(
    ("said", "content", "found"),
    [
        ({"measures": True}, {"measures": {"heightCm": 170}}, []),
        ({"measures": True}, {"measures": {"heightCm": None}}, ["measures"]),
        ({"measures": True}, {}, ["measures"]),
        ({"measures": False}, {}, []),
        ({"measures": False}, {"measures": {"weightKg": 70}}, ["measures"]),
        ({"laboratory": False}, {"laboratory": {}}, ["laboratory"]),
        ({"laboratory": True, "guidance": True}, {}, []),
        ({"guidance": False}, {"guidance": [{}]}, ["guidance"]),
    ],
)
def test_what_is_left_undone_has_no_content(said: dict[str, bool], content: dict[str, Any], found: list[str]) -> None:
    whole: dict[str, Any] = {"measures": None, "laboratory": None, "guidance": [], **content}
    whole["sections"] = [{"section": name, "done": done} for name, done in said.items()]
    assert rules.contradictions(whole) == found
