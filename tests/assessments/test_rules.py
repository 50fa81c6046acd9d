"""Rules of assessments: what a kind takes, who concludes what, and what a health check must say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessments import rules
from app.assessments.models import FLOW, AssessmentState
from app.assessments.schemas import AssessmentComplete
from app.kit.codesets import codeset
from app.routing.facts import AssessmentKind as K

CONCLUSIONS = [code.code for code in codeset("health_check_conclusion")]


@pytest.mark.parametrize("kind", list(K))
@pytest.mark.parametrize("conclusion", CONCLUSIONS)
def test_work_incapacity_is_a_physicians_conclusion(kind: K, conclusion: str) -> None:
    """C-16: whatever else anybody may conclude, this one only a physician."""
    physician_only = conclusion == "work_incapacity_indicated"
    for role in (code.code for code in codeset("role")):
        expected = not physician_only or (kind is K.PHYSICIAN_ASSESSMENT and "physician" in role)
        assert rules.may_conclude(kind, conclusion, frozenset({role, "team_lead"})) is expected, role


@pytest.mark.parametrize("kind", list(K))
def test_every_kind_has_its_content_and_register(kind: K) -> None:
    assert rules.content_of(kind) in AssessmentComplete.model_fields
    assert rules.register_of(kind) in ("health", "social", "employment", "operational")
    assert (kind in rules.ASKABLE) is (kind is not K.REFERRAL_TRIAGE)
    if "test" in kind or kind in rules.CONCLUDES:
        assert rules.register_of(kind) == "health"


def test_an_unknown_kind_is_health_data() -> None:
    """What nobody thought of is kept from the others."""
    assert rules.register_of("something_new") == "health"
    assert rules.content_of("something_new") == "other"


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
