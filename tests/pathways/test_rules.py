"""Rules of paths: dates round Finnish holidays, templates as data, what feedback of a level tells."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessments.kinds import EVERY_KIND
from app.kit.codesets import codeset
from app.kit.workdays import is_working_day
from app.path_templates import rules as templates
from app.pathways import rules
from app.pathways.models import PATHWAY_FLOW, STEP_FLOW, PathwayState, StepState
from app.referrals.models import FeedbackLevel

START, END = datetime(2025, 1, 1), datetime(2028, 1, 1)  # noqa: DTZ001 - Hypothesis adds the zone
moments = st.datetimes(START, END, timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("started", "days", "due"),
    [
        (datetime(2026, 11, 23, 10, tzinfo=UTC), 15, date(2026, 12, 14)),  # 6 December is a Sunday this year
        (datetime(2027, 11, 29, 10, tzinfo=UTC), 5, date(2027, 12, 7)),  # and the Monday of 2027 is free
        (datetime(2026, 12, 21, 10, tzinfo=UTC), 4, date(2026, 12, 29)),  # 24 to 27 December are free
        (datetime(2026, 12, 23, 14, tzinfo=UTC), 1, date(2026, 12, 29)),  # after 15 o'clock: counts from the 28th
        (datetime(2026, 6, 17, 8, tzinfo=UTC), 2, date(2026, 6, 22)),  # Midsummer Eve
        (datetime(2026, 4, 1, 8, tzinfo=UTC), 2, date(2026, 4, 7)),  # Good Friday, Easter Monday
    ],
)
def test_a_step_is_due_in_working_days(started: datetime, days: int, due: date) -> None:
    assert rules.due_on(started, days) == due


@given(moments, st.integers(1, 90))
def test_due_dates_grow_and_are_working_days(started: datetime, days: int) -> None:
    due = rules.due_on(started, days)
    assert is_working_day(due)
    assert due >= started.date() + timedelta(days=days)
    assert rules.due_on(started, days + 1) > due


@given(moments, st.integers(0, 90), st.dates(date(2026, 1, 1), date(2027, 1, 1)))
def test_a_date_agreed_with_the_client_goes_first(started: datetime, days: int, agreed: date) -> None:
    assert rules.due_on(started, days, agreed) == agreed


def test_the_shipped_templates_hold_together() -> None:
    assert templates.newest("heinola") is not None
    assert templates.newest("no_such_template") is None
    for (code, version), template in templates.templates().items():
        assert (template.code, template.version) == (code, version)
        assert code in codeset("path_template")
        days = [step.due_days for step in template.steps]
        assert days == sorted(days)
        keys = [step.key for step in template.steps]
        assert len(set(keys)) == len(keys)
        assert {"outcome", "feedback"} <= {step.kind for step in template.steps if not step.optional}
        for step in template.steps:
            assert step.kind in codeset("step_kind")
            assert step.owner_role in codeset("role")
            assert all(said.endswith(".") for said in step.purpose.as_dict().values())


def test_every_level_says_what_it_tells_and_more_needs_more() -> None:
    told = rules.LEVEL_CLASSES
    assert set(told) == {level.value for level in FeedbackLevel}
    assert told["closure_notice"] == frozenset()
    assert told["closure_notice"] < told["conclusion"] < told["summary"]
    assert "health" not in told["summary"]
    assert all(name in codeset("data_class") for name in told["summary"])
    assert rules.FEEDBACK_PURPOSE in codeset("purpose")


NEVER = {"client_withdrew", "not_reached", "discontinued_not_timely", "return_to_referrer"}
ILLNESS = {"sick_leave", "rehab_subsidy_kt", "pension", "rehabilitation", "medical_rehabilitation", "treatment_first"}


def test_outcomes_are_told_by_an_allow_list() -> None:
    codes = {code.code for code in codeset("outcome")}
    assert set(rules.TOLD_WITH) == codes - NEVER
    everything = frozenset(code.code for code in codeset("data_class"))
    for level, classes in rules.LEVEL_CLASSES.items():
        told = set(rules.outcomes_told(codes, level, classes))
        assert told == (set() if level == "closure_notice" else codes - NEVER - ILLNESS - {"social_rehabilitation"})
        more = set(rules.outcomes_told(codes, level, classes | {"health"}))
        assert more == (told | ILLNESS if told else set())
        assert set(rules.outcomes_told(codes, level, everything)) == (codes - NEVER if told else set())
        assert rules.outcomes_told(["a_new_code"], level, everything) == []
    assert rules.outcome_classes(codes) == {"health", "social"}
    assert rules.outcome_classes([*NEVER, "work_trial", "a_new_code"]) == frozenset()


def test_an_assessment_completes_a_step_of_the_template() -> None:
    shipped = {step.kind for template in templates.templates().values() for step in template.steps}
    assert set(rules.STEP_OF_KIND.values()) <= shipped
    assert set(rules.STEP_OF_KIND) <= EVERY_KIND


def test_nothing_leads_out_of_a_closed_path_or_a_step_that_is_over() -> None:
    on_closed = {name: verb for name, verb in PATHWAY_FLOW.verbs.items() if PathwayState.CLOSED in verb.source}
    # A newer summary, time still to be written down, a contact later (C-46): none of them opens the path again.
    assert on_closed.keys() == {"draft_summary", "record_time", "plan_after_contact"}
    assert all(verb.target is None for verb in on_closed.values())
    # A step that is done stays done: a repeat is a step of its own. One that was left out can be taken up after all.
    ahead = {name: verb for name, verb in STEP_FLOW.verbs.items() if verb.source != {StepState.PLANNED}}
    assert ahead.keys() == {"reopen", "repeat"}
    assert ahead["reopen"].source == {StepState.SKIPPED}
    assert ahead["repeat"].target is None
