"""Pure rules of appointments: lengths, recording, and how late one may cancel."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.appointments.rules import Limits, cancel_until, length_fits, limits_on, recording_fits
from app.kit.clock import civil_date

NINE = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "minutes", "because", "fits"),
    [
        ("health_check", 90, None, True), ("health_check", 120, None, True), ("health_check", 89, None, False),
        ("health_check", 121, None, False), ("health_check", 60, "interpreter", True),
        ("health_check", 100, "interpreter", False), ("nurse", 20, None, True), ("nurse", 20, "interpreter", False),
    ],
)  # fmt: skip
def test_a_health_check_takes_its_time_or_says_why(kind: str, minutes: int, because: str | None, fits: bool) -> None:
    assert length_fits(kind, minutes, because) is fits


@given(st.integers(-1440, 1440), st.integers(5, 240))
def test_recording_is_apart_and_on_the_same_day(later: int, minutes: int) -> None:
    ends, begins = NINE + timedelta(hours=2), NINE + timedelta(minutes=later)
    over = begins + timedelta(minutes=minutes)
    apart = begins >= ends or over <= NINE
    same = civil_date(begins) == civil_date(over) == civil_date(NINE)
    assert recording_fits(NINE, ends, begins, minutes) is (apart and same)


def test_the_limits_are_data_of_the_day() -> None:
    assert limits_on(date(2026, 11, 23)) == Limits(30, 24, 24)
    assert cancel_until(NINE, 24) == NINE - timedelta(days=1)
