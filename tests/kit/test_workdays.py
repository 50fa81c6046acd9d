"""Finnish working days: weekends, fixed and moving holidays, cut-off hours and clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.workdays import (
    add_working_days,
    counting_date,
    is_working_day,
    next_working_day,
    working_days_between,
)

DATES = st.dates(date(2015, 1, 1), date(2045, 12, 31))


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 6),  # Epiphany, a Tuesday
        date(2026, 4, 3),  # Good Friday
        date(2027, 3, 29),  # Easter Monday
        date(2026, 5, 14),  # Ascension Day
        date(2026, 6, 19),  # Midsummer Eve
        date(2026, 12, 24),  # Christmas Eve
        date(2024, 12, 6),  # Independence Day
        date(2026, 11, 28),  # a Saturday
        date(2026, 11, 29),  # a Sunday
    ],
)
def test_days_off(day: date) -> None:
    assert not is_working_day(day)


def test_ordinary_days() -> None:
    assert all(is_working_day(date(2026, 11, 23) + timedelta(days=n)) for n in range(5))
    assert is_working_day(date(2026, 12, 23))


def test_next_working_day_skips_the_weekend_and_holidays() -> None:
    assert next_working_day(date(2026, 11, 27)) == date(2026, 11, 30)
    assert next_working_day(date(2026, 12, 23)) == date(2026, 12, 28)
    assert next_working_day(date(2026, 11, 23)) == date(2026, 11, 24)


def test_add_working_days_over_easter_and_backwards() -> None:
    assert add_working_days(date(2026, 4, 2), 1) == date(2026, 4, 7)
    assert add_working_days(date(2026, 4, 7), -1) == date(2026, 4, 2)
    assert add_working_days(date(2026, 4, 4), 0) == date(2026, 4, 4)


def test_nothing_is_past_the_last_date() -> None:
    assert add_working_days(date(2026, 11, 23), 3_000_000) == date(9999, 12, 31)
    assert add_working_days(date(2, 1, 1), -3_000) == date(1, 1, 1)


@given(DATES, st.integers(-900, 900))
def test_a_year_at_a_time_is_a_day_at_a_time(start: date, n: int) -> None:
    walked = start
    for _ in range(abs(n)):
        walked += timedelta(days=1 if n > 0 else -1)
        while not is_working_day(walked):
            walked += timedelta(days=1 if n > 0 else -1)
    assert add_working_days(start, n) == walked


def test_between_counts_the_end_and_not_the_start() -> None:
    assert working_days_between(date(2026, 11, 23), date(2026, 11, 30)) == 5
    assert working_days_between(date(2026, 11, 22), date(2026, 11, 30)) == 6
    assert working_days_between(date(2026, 11, 30), date(2026, 11, 23)) == -5
    assert working_days_between(date(2026, 11, 28), date(2026, 11, 29)) == 0


@given(DATES, st.integers(0, 60))
def test_adding_and_counting_agree(start: date, n: int) -> None:
    end = add_working_days(start, n)
    assert working_days_between(start, end) == n
    assert n == 0 or is_working_day(end)


@given(DATES)
def test_the_next_working_day_is_the_first_one_after(on: date) -> None:
    following = next_working_day(on)
    assert following > on
    assert working_days_between(on, following) == 1
    assert (following - on).days <= 6


@pytest.mark.parametrize(
    ("at", "counts_from"),
    [
        (datetime(2026, 11, 23, 12, 59, tzinfo=UTC), date(2026, 11, 23)),  # 14.59 in Helsinki, winter
        (datetime(2026, 11, 23, 13, 0, tzinfo=UTC), date(2026, 11, 24)),  # 15.00
        (datetime(2026, 7, 1, 11, 59, tzinfo=UTC), date(2026, 7, 1)),  # 14.59, summer
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 11, 27, 14, 0, tzinfo=UTC), date(2026, 11, 30)),  # Friday after the cut-off
        (datetime(2026, 11, 28, 8, 0, tzinfo=UTC), date(2026, 11, 30)),  # Saturday morning
        (datetime(2026, 11, 22, 22, 30, tzinfo=UTC), date(2026, 11, 23)),  # 0.30 on Monday in Helsinki
        (datetime(2026, 12, 23, 20, 0, tzinfo=UTC), date(2026, 12, 28)),  # the evening before Christmas Eve
    ],
)
def test_counting_date(at: datetime, counts_from: date) -> None:
    assert counting_date(at) == counts_from


def test_counting_date_refuses_what_it_cannot_place() -> None:
    with pytest.raises(ValueError, match="aware"):
        counting_date(datetime(2026, 11, 23, 12, 0))  # noqa: DTZ001
    with pytest.raises(ValueError, match="0-24"):
        counting_date(datetime(2026, 11, 23, 12, 0, tzinfo=UTC), cutoff_hour=25)
