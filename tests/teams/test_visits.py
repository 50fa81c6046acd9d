"""Visiting days: which rules are understood, and which day comes next."""

from __future__ import annotations

from datetime import date

import pytest

from app.teams.visits import check_rule, next_visit

FIRST_TUESDAY = "FREQ=MONTHLY;BYDAY=1TU"
UNDERSTOOD = [
    FIRST_TUESDAY,
    "FREQ=WEEKLY;BYDAY=MO,WE",
    "FREQ=MONTHLY;BYDAY=-1FR,2MO",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYMONTHDAY=-1,15",
    "FREQ=MONTHLY;BYDAY=5WE",
    "FREQ=WEEKLY;BYDAY=TU;UNTIL=20291231",
]


@pytest.mark.parametrize(
    ("rule", "on", "day"),
    [
        (FIRST_TUESDAY, date(2026, 11, 23), date(2026, 12, 1)),
        (FIRST_TUESDAY, date(2026, 12, 1), date(2026, 12, 1)),
        (FIRST_TUESDAY, date(2026, 12, 2), date(2027, 1, 5)),
        ("FREQ=WEEKLY;BYDAY=FR", date(2026, 12, 24), date(2027, 1, 8)),  # Christmas and New Year's Day are Fridays
        ("FREQ=MONTHLY;BYMONTHDAY=6", date(2026, 12, 1), date(2027, 4, 6)),  # Independence, Epiphany, two Saturdays
        ("FREQ=WEEKLY;BYDAY=SU", date(2026, 11, 23), None),
        ("FREQ=WEEKLY;BYDAY=TU;UNTIL=20261124", date(2026, 11, 23), date(2026, 11, 24)),
        ("FREQ=WEEKLY;BYDAY=TU;UNTIL=20261124", date(2026, 11, 25), None),
    ],
)
def test_the_next_visit(rule: str, on: date, day: date | None) -> None:
    assert next_visit(rule, on) == day


def test_a_day_on_which_nobody_can_come_is_no_visit() -> None:
    assert next_visit(FIRST_TUESDAY, date(2026, 11, 23), lambda day: day.year > 2026) == date(2027, 1, 5)
    assert next_visit(FIRST_TUESDAY, date(2026, 11, 23), lambda day: False) is None


@pytest.mark.parametrize("rule", UNDERSTOOD)
def test_what_is_understood_falls_on_a_day(rule: str) -> None:
    check_rule(rule)
    assert next_visit(rule, date(2026, 11, 23)) is not None


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "every Tuesday",
        "FREQ=DAILY;BYDAY=MO",
        "FREQ=MONTHLY",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=1TU",
        "FREQ=MONTHLY;BYDAY=6TU",
        "FREQ=MONTHLY;BYMONTHDAY=99",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=1TU;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=1TU;BYHOUR=9",
        "FREQ=MONTHLY;BYDAY=1TU;COUNT=1",
        "FREQ=MONTHLY;BYDAY=1TU;UNTIL=20261399",
        "RRULE:FREQ=MONTHLY;BYDAY=1TU",
        "FREQ=WEEKLY;BYDAY=TU\n",
        "FREQ=WEEKLY;BYDAY=TU\nDTSTART:20260101",
        "FREQ=WEEKLY;BYDAY=TU\nEXDATE:20260106",
    ],
)
def test_not_understood(rule: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is said of it
        check_rule(rule)
