"""How much room a seat has, now and next: examples, and what must hold for any roster."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.clock import civil_date
from app.kit.workdays import is_working_day
from app.teams.places import Sitting, free_places, next_free

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)  # a Monday
ON = civil_date(NOW)


def day(offset: int) -> date:
    return ON + timedelta(days=offset)


def ago(**spans: float) -> datetime:
    return NOW - timedelta(**spans)


def somebody(**over: Any) -> Sitting:
    return Sitting(**{"deputy": False, "first_on": day(-300), "last_on": None, **over})


DEPUTY = somebody(deputy=True, max_open=5)
AWAY = ((day(-1), day(4)),)  # Friday is the last day: back on Saturday, so on Monday
CASES: list[tuple[str, list[Sitting], int | None, date | None]] = [
    ("nobody", [], 0, None),
    ("no limit", [somebody()], None, ON),
    ("room", [somebody(max_open=3, open=1)], 2, ON),
    ("full, and nobody knows until when", [somebody(max_open=3, open=3)], 0, None),
    ("over a lowered limit", [somebody(max_open=3, open=7)], 0, None),
    ("two share", [somebody(max_open=3, open=1), somebody(max_open=4, open=4)], 2, ON),
    ("one without a limit", [somebody(max_open=3, open=3), somebody()], None, ON),
    ("the narrower limit", [somebody(max_open=9, open=1, week_limit=2, given=(ago(days=1),))], 1, ON),
    ("a full week", [somebody(week_limit=1, given=(ago(days=3),))], 0, day(4)),
    ("a week that is fuller than it may be", [somebody(week_limit=1, given=(ago(days=4), ago(days=3)))], 0, day(4)),
    ("a week that has room later today", [somebody(week_limit=1, given=(ago(days=6, hours=23),))], 0, ON),
    ("a full week and full of open work", [somebody(week_limit=1, given=(ago(days=3),), max_open=1, open=1)], 0, None),
    ("the day falls on a Saturday", [somebody(week_limit=1, given=(ago(days=2),))], 0, day(7)),
    ("away", [somebody(max_open=3, away=AWAY)], 0, day(7)),
    ("away twice", [somebody(away=(*AWAY, (day(5), day(7))))], 0, day(8)),
    ("away, and full when back", [somebody(max_open=1, open=1, away=AWAY)], 0, None),
    ("back after the week has passed", [somebody(week_limit=1, given=(ago(days=6),), away=AWAY)], 0, day(7)),
    ("begins later", [somebody(first_on=day(2))], 0, day(2)),
    ("has ended", [somebody(last_on=day(-1))], 0, None),
    ("has handed over", [somebody(handed_over=True)], 0, None),
    ("a deputy stands in", [somebody(away=AWAY), DEPUTY], 5, ON),
    ("a deputy in a vacancy", [DEPUTY], 5, ON),
    ("a deputy is not there for overflow", [somebody(max_open=1, open=1), DEPUTY], 0, None),
    ("a deputy later, when the full holder goes", [somebody(max_open=1, open=1, last_on=day(1)), DEPUTY], 0, day(2)),
    ("a deputy while the full holder is away", [somebody(max_open=1, open=1, away=((day(2), day(3)),)), DEPUTY],
     0, day(2)),
]  # fmt: skip


@pytest.mark.parametrize(("sitting", "free", "first"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_free_places(sitting: list[Sitting], free: int | None, first: date | None) -> None:
    assert free_places(sitting, ON, NOW) == free
    assert next_free(sitting, ON) == first


def test_on_a_seat_with_visiting_days_it_is_one_of_them() -> None:
    tuesdays = "FREQ=MONTHLY;BYDAY=1TU"
    assert next_free([somebody()], ON, tuesdays) == date(2026, 12, 1)
    assert next_free([somebody(away=((day(1), day(10)),))], ON, tuesdays) == date(2027, 1, 5)
    assert next_free([], ON, tuesdays) is None


def test_a_weekend_is_no_day_with_room() -> None:
    assert next_free([somebody()], date(2026, 11, 28)) == date(2026, 11, 30)
    assert next_free([somebody()], date(2026, 12, 6)) == date(2026, 12, 7)


days = st.integers(-20, 40).map(day)
spans = st.tuples(days, st.integers(0, 10)).map(lambda s: (s[0], s[0] + timedelta(days=s[1])))
limits = st.none() | st.integers(0, 4)
sittings = st.builds(
    Sitting,
    deputy=st.booleans(),
    first_on=days,
    last_on=st.none() | st.integers(41, 60).map(day),
    away=st.lists(spans, max_size=3).map(tuple),
    max_open=limits,
    week_limit=limits,
    open=st.integers(0, 5),
    given=st.lists(st.integers(0, 167).map(lambda hours: ago(hours=hours)), max_size=5).map(tuple),
    handed_over=st.booleans(),
)


@given(st.lists(sittings, max_size=4))
def test_the_day_named_is_the_first_with_room(sitting: list[Sitting]) -> None:
    first = next_free(sitting, ON)
    with_room = [day(n) for n in range(80) if free_places(sitting, day(n)) != 0 and (n == 0 or is_working_day(day(n)))]
    assert first == (with_room[0] if with_room else None)
    if free_places(sitting, ON, NOW) != 0:
        assert first == ON


@given(st.lists(sittings, max_size=4))
def test_neither_the_order_nor_who_has_handed_over_counts(sitting: list[Sitting]) -> None:
    stay = [one for one in sitting if not one.handed_over]
    assert free_places(sitting[::-1], ON, NOW) == free_places(stay, ON, NOW)
    assert next_free(sitting[::-1], ON) == next_free(stay, ON)
