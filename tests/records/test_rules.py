"""When records should be here, and when they are late."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from app.kit.workdays import is_working_day, working_days_between
from app.records.rules import WAIT_DAYS, default_due, is_overdue

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@given(today=DAYS)
def test_ten_working_days_are_given(today: date) -> None:
    due = default_due(today)
    assert is_working_day(due)
    assert working_days_between(today, due) == WAIT_DAYS
    assert not is_overdue(True, due, today)


@given(due=DAYS, today=DAYS, open_=st.booleans())
def test_late_is_after_the_day_and_only_while_open(due: date, today: date, open_: bool) -> None:
    assert is_overdue(open_, due, today) is (open_ and today > due)
    assert not is_overdue(open_, due, due)
