"""Rules of assessments: what a kind takes, who concludes what, and the BMI."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessments import rules
from app.assessments.models import FLOW, AssessmentState
from app.assessments.schemas import AssessmentComplete
from app.kit.codesets import codeset
from app.routing.facts import AssessmentKind as K

CONCLUSIONS = [code.code for code in codeset("health_check_conclusion")]


@pytest.mark.parametrize(
    ("height", "weight", "bmi"),
    [
        (168, 71.5, 25.3),
        (170, 70, 24.2),
        (180, 81, 25.0),
        (200, 74.2, 18.6),  # 18.55 goes up
        (100, 20.05, 20.1),
        (80, 400, 625.0),
        (None, 70, None),
        (170, None, None),
        (None, None, None),
    ],
)
def test_bmi(height: float | None, weight: float | None, bmi: float | None) -> None:
    assert rules.bmi(height, weight) == bmi


@given(st.floats(80, 250), st.floats(20, 400))
def test_bmi_has_one_decimal_and_grows_with_weight(height: float, weight: float) -> None:
    found, more = rules.bmi(height, weight), rules.bmi(height, weight + 10)
    assert found is not None
    assert more is not None
    assert found == round(found, 1)
    assert abs(found - weight / (height / 100) ** 2) <= 0.0501
    assert more > found


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
    assert (kind in rules.ASKABLE) is (kind not in (K.REFERRAL_TRIAGE, K.EMPLOYMENT_ASSESSMENT))
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
    assert completed == {"mark_entered_in_error"}
