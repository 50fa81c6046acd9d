"""When a recipient is told to cease, whatever day or hour it ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ceasing.rules import due
from app.kit.clock import HELSINKI
from app.kit.workdays import is_working_day


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        ("2026-11-23T10:00:00+00:00", "2026-11-24T06:00:00+00:00"),
        ("2026-11-23T22:30:00+00:00", "2026-11-25T06:00:00+00:00"),  # the 24th has begun in Finland
        ("2026-11-27T10:00:00+00:00", "2026-11-30T06:00:00+00:00"),  # over a week-end
        ("2026-12-23T10:00:00+00:00", "2026-12-28T06:00:00+00:00"),  # over Christmas
        ("2027-03-26T10:00:00+00:00", "2027-03-30T05:00:00+00:00"),  # over Easter, and to summer time
    ],
)
def test_the_next_working_day_at_eight(ended: str, told: str) -> None:
    assert due(datetime.fromisoformat(ended)) == datetime.fromisoformat(told)


@given(st.integers(0, 4 * 366 * 24 * 60))
def test_it_is_always_eight_on_a_later_working_day(minutes: int) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    told = due(at).astimezone(HELSINKI)
    assert (told.hour, told.minute, is_working_day(told.date())) == (8, 0, True)
    assert told.date() > at.astimezone(HELSINKI).date()
