"""Every version of the law is whole, and what stands out follows from the version of the day it was made: pure."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.kit.codesets import codeset
from app.plan_references.rules import REGISTER, Facts, in_force, shipped, warnings

DAYS = st.dates(date(2001, 9, 1), date(2030, 1, 1))


def test_every_version_speaks_of_known_codes() -> None:
    days = [law.valid_from for law in shipped()]
    assert days == sorted(set(days), reverse=True)
    assert set(REGISTER) == {code.code for code in codeset("plan_type")}
    for law in shipped():
        for code, kind in law.plans.items():
            assert code in REGISTER
            assert kind.legal_basis in codeset("plan_legal_basis")
            assert kind.instead is None or kind.instead in law.plans
    assert in_force(date(2001, 8, 31)) is None


@given(DAYS, st.integers(1, 7), st.integers(1, 366))
def test_only_what_is_over_a_limit_is_warned_of(made: date, days: int, planned: int) -> None:
    law = in_force(made)
    assert law is not None
    plan = Facts("activation_plan", made, made, made + timedelta(days=365), None, None, days, 4.0, planned)
    found = warnings(plan, made)
    assert ("days_a_week" in found) is (days > law.activity.most_days)
    assert ("many_days" in found) is (planned > law.activity.most_days_in_12_months)
    assert not {"period_short", "period_long", "few_hours", "review_overdue"} & set(found)
    assert all(code in codeset("plan_warning") for code in found)


def test_three_months_are_three_whole_months() -> None:
    """The last day is a day of the plan (189/2001: 3 to 24 months)."""

    def found(until: date) -> list[str]:
        plan = Facts("activation_plan", date(2027, 1, 1), date(2027, 1, 1), until, None, None, None, None, None)
        return [code for code in warnings(plan, date(2027, 1, 1)) if code.startswith("period_")]

    assert [found(day) for day in (date(2027, 3, 30), date(2027, 3, 31))] == [["period_short"], []]
    assert [found(day) for day in (date(2028, 12, 31), date(2029, 1, 1))] == [[], ["period_long"]]
