"""When a follow-up comes again, and whose the words are."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.kit.codesets import codeset
from app.plans.rules import next_due, overdue, register_of_barrier

DAYS = st.dates(date(2026, 1, 1), date(2028, 1, 1))
MONDAY = date(2026, 11, 23)


@given(DAYS, st.integers(1, 52), DAYS, DAYS)
def test_the_next_is_whole_periods_on_and_never_past(due: date, weeks: int, until: date, today: date) -> None:
    found = next_due(due, weeks, until, today)
    earliest = next(d for n in range(1, 999) if (d := due + timedelta(weeks=weeks * n)) >= today)
    assert found == (earliest if earliest <= until else None)


def test_what_does_not_repeat_has_no_next() -> None:
    assert next_due(MONDAY, None, None, MONDAY) is None
    assert next_due(MONDAY, 2, MONDAY + timedelta(weeks=2), MONDAY) == date(2026, 12, 7)
    assert next_due(MONDAY, 2, date(2026, 12, 6), MONDAY) is None


def test_only_what_is_planned_and_past_is_overdue() -> None:
    assert overdue("planned", MONDAY, MONDAY + timedelta(days=1))
    assert not overdue("planned", MONDAY, MONDAY)
    assert not overdue("done", MONDAY, MONDAY + timedelta(days=9))


def test_words_on_health_and_social_barriers_have_a_register_and_all_are_known() -> None:
    found = {code.code: register_of_barrier(code.code) for code in codeset("barrier")}
    assert found == {
        "barrier_health": "health", "barrier_social": "social", "barrier_motivation": "operational",
        "barrier_financial": "operational", "barrier_skills": "operational",
    }  # fmt: skip
    assert {code.facts["register"] for code in codeset("follow_up_party")} == {"health", "social", "operational"}
