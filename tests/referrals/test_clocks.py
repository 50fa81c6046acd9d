"""Clocks of a referral: pure, in working days of Finland, by the numbers in force when they started."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.clock import civil_date
from app.kit.workdays import is_working_day
from app.referrals import clocks
from app.referrals.clocks import Moments, answer_due, feedback_due, in_force, read_deadlines, recheck_due, shipped

HELSINKI = ZoneInfo("Europe/Helsinki")
NOON = datetime(2026, 11, 23, 10, tzinfo=UTC)
START, END = datetime(2025, 1, 1), datetime(2029, 1, 1)  # noqa: DTZ001 - Hypothesis adds the zone
moments = st.datetimes(START, END, timezones=st.just(UTC))
RECEIVED = Moments(asked_urgent=False, urgent=False, submitted_at=NOON)


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=HELSINKI)  # type: ignore[arg-type, misc]


def of(seen: Moments, days: int = 30) -> dict[str, clocks.Clock]:
    return {clock.clock: clock for clock in clocks.clocks(seen, days)}


@pytest.mark.parametrize(
    ("sent", "urgent", "due"),
    [
        (local(2026, 11, 23, 14, 59), False, date(2026, 11, 30)),
        (local(2026, 11, 23, 15), False, date(2026, 12, 1)),  # the cut-off itself counts as tomorrow
        (local(2026, 11, 23, 14, 59), True, date(2026, 11, 24)),
        (local(2026, 11, 23, 15), True, date(2026, 11, 25)),
        (local(2026, 6, 17, 12), False, date(2026, 6, 25)),  # Midsummer Eve is a Friday off
        (local(2026, 6, 18, 16), True, date(2026, 6, 23)),  # counts from Monday: Friday is Midsummer Eve
        (local(2026, 1, 5, 12), True, date(2026, 1, 7)),  # Epiphany
        (local(2026, 4, 2, 14), True, date(2026, 4, 7)),  # Easter
        (local(2026, 10, 24, 23, 59), False, date(2026, 11, 2)),  # the night the clocks go back
        (local(2026, 10, 25, 3, 30), False, date(2026, 11, 2)),
        (local(2026, 3, 29, 4, 30), True, date(2026, 3, 31)),  # the night they go forward
        (datetime(2026, 3, 30, 11, 59, tzinfo=UTC), True, date(2026, 3, 31)),  # 14.59 in summer time
        (datetime(2026, 3, 27, 12, 59, tzinfo=UTC), True, date(2026, 3, 30)),  # 14.59 in winter time
        (datetime(2026, 3, 27, 13, 0, tzinfo=UTC), True, date(2026, 3, 31)),
    ],
)
def test_an_answer_in_working_days_with_a_cut_off(sent: datetime, urgent: bool, due: date) -> None:
    assert answer_due(sent, urgent) == due


def test_made_urgent_later_counts_from_then_and_never_later_than_before() -> None:
    raised = NOON + timedelta(days=2)
    assert answer_due(NOON, True, raised) == date(2026, 11, 26)
    assert answer_due(NOON, True, NOON + timedelta(days=20)) == answer_due(NOON, False)
    seen = replace(RECEIVED, urgent=True, prioritised_at=raised)
    assert (of(seen)["answer"].due_on, of(seen)["answer"].rule.en[:17]) == (date(2026, 11, 26), "made urgent later")
    lowered = replace(RECEIVED, asked_urgent=True, urgent=False, prioritised_at=raised)
    assert of(lowered)["answer"].due_on == answer_due(NOON, False)
    as_asked = replace(RECEIVED, asked_urgent=True, urgent=True, prioritised_at=raised)
    assert of(as_asked)["answer"].due_on == answer_due(NOON, True)


def test_which_clocks_run_in_which_state() -> None:
    later, last = NOON + timedelta(days=1), NOON + timedelta(days=9)
    assert list(of(RECEIVED)) == ["answer"]
    assert of(replace(RECEIVED, void=True)) == of(replace(RECEIVED, submitted_at=None)) == {}
    waits = of(replace(RECEIVED, waits=True, waiting_since=later))
    assert (waits["answer"].met_at, waits["recheck"].met_at, waits["recheck"].since) == (later, None, later)
    taken = replace(RECEIVED, decided_at=later, taken_on=True, in_progress=True)
    assert list(of(taken)) == ["answer", "first_contact", "feedback"]
    assert (of(taken)["answer"].met_at, of(taken)["first_contact"].met_at, of(taken)["feedback"].met_at) == (
        later, None, None,
    )  # fmt: skip
    done = of(replace(taken, first_contact_at=last, owed_at=last, final_at=last))
    assert (done["first_contact"].met_at, done["feedback"].met_at) == (last, last)
    assert (done["feedback"].due_on, done["feedback"].source, done["feedback"].since) == (
        civil_date(last),
        "C-12",
        last,
    )
    assert of(replace(RECEIVED, final_at=last))["answer"].met_at == last, "a notice is an answer too"
    assert list(of(replace(taken, in_progress=False))) == ["answer", "feedback"], "nobody calls who has withdrawn"


def test_overdue_is_asked_in_finland_and_of_running_clocks_only() -> None:
    answer = of(RECEIVED)["answer"]
    assert answer.due_on == date(2026, 11, 30)
    assert not answer.overdue(datetime(2026, 11, 30, 21, 59, tzinfo=UTC))
    assert answer.overdue(datetime(2026, 11, 30, 22, 0, tzinfo=UTC)), "the first of December has begun in Finland"
    assert not replace(answer, met_at=NOON).overdue(datetime(2027, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("days", "urgent", "planned", "due", "counted"),
    [
        (30, False, None, date(2026, 12, 23), 30),
        (31, False, None, date(2026, 12, 28), 31),  # the 24th to the 27th are free
        (30, True, None, date(2026, 11, 30), 7),
        (3, True, None, date(2026, 11, 26), 3),  # the setting may ask for more often
        (30, False, date(2026, 12, 6), date(2026, 12, 6), 30),  # what was agreed stands
    ],
)
def test_the_need_is_checked_again(days: int, urgent: bool, planned: date | None, due: date, counted: int) -> None:
    assert recheck_due(NOON, days, urgent, planned) == (due, counted)
    waits = replace(RECEIVED, urgent=urgent, waits=True, waiting_since=NOON, recheck_planned_on=planned)
    clock = of(waits, days)["recheck"]
    assert (clock.due_on, clock.source) == (due, "C-24")
    assert (str(counted) in clock.rule.fi) is (planned is None)
    later = NOON + timedelta(days=10)
    assert of(replace(waits, rechecked_at=later), days)["recheck"].since == later


@given(moments, st.booleans(), st.integers(1, 365))
def test_due_dates_are_working_days_and_never_before_the_start(sent: datetime, urgent: bool, days: int) -> None:
    for due in (answer_due(sent, urgent), feedback_due(sent), recheck_due(sent, days, urgent, None)[0]):
        assert is_working_day(due)
        assert due > civil_date(sent)
    assert answer_due(sent, True) <= answer_due(sent, False) <= feedback_due(sent)
    assert recheck_due(sent, days, True, None)[0] <= recheck_due(sent, days, False, None)[0]
    hour = timedelta(hours=1)
    assert answer_due(sent + hour, urgent) >= answer_due(sent, urgent)


@given(moments, moments)
def test_raising_the_priority_never_gives_more_time(sent: datetime, raised: datetime) -> None:
    assert answer_due(sent, True, raised) <= answer_due(sent, False)
    assert answer_due(sent, True, raised) >= min(answer_due(sent, True), answer_due(raised, True))


@given(
    st.builds(
        Moments, asked_urgent=st.booleans(), urgent=st.booleans(), submitted_at=st.none() | moments,
        prioritised_at=st.none() | moments, decided_at=st.none() | moments, taken_on=st.booleans(),
        in_progress=st.booleans(), waiting_since=st.none() | moments, rechecked_at=st.none() | moments,
        recheck_planned_on=st.none() | st.dates(date(2025, 1, 1), date(2029, 1, 1)),
        first_contact_at=st.none() | moments, owed_at=st.none() | moments, final_at=st.none() | moments,
        waits=st.booleans(), void=st.booleans(),
    ),
    st.integers(1, 365), moments,
)  # fmt: skip
def test_every_clock_says_its_rule_and_a_met_one_is_never_overdue(seen: Moments, days: int, at: datetime) -> None:
    for clock in clocks.clocks(seen, days):
        said = list(clock.rule.as_dict().values())
        assert len(set(said)) == 3
        assert not any("{" in words for words in said)
        assert clock.source in ("own design", "C-12", "C-24")
        assert clock.met_at is None or not clock.overdue(at)
        assert seen.submitted_at is not None


def versions() -> list[clocks.Deadlines]:
    old = replace(shipped()[-1], version="old", valid_from=date(2020, 1, 1), answer_days=10, cutoff_hour=12)
    new = replace(old, version="new", valid_from=date(2026, 11, 24), answer_days=2, cutoff_hour=16)
    return [new, old]


@pytest.mark.parametrize(
    ("on", "version"),
    [(date(2019, 1, 1), "old"), (date(2026, 11, 23), "old"), (date(2026, 11, 24), "new"), (date(2030, 1, 1), "new")],
)
def test_the_version_of_the_day_the_clock_started(on: date, version: str) -> None:
    assert in_force(on, versions()).version == version
    assert in_force(on, versions()[::-1]).version == version, "in any order"


def test_a_change_of_the_numbers_moves_no_date_that_was_promised() -> None:
    before, after = local(2026, 11, 23, 13), local(2026, 11, 24, 13)
    assert answer_due(before, False, versions=versions()) == date(2026, 12, 8), "ten days, cut off at noon"
    assert answer_due(after, False, versions=versions()) == date(2026, 11, 26)
    night = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # the 24th in Finland
    assert answer_due(night, False, versions=versions()) == date(2026, 11, 26)
    coded = [
        c.rule_code for at in (before, after) for c in clocks.clocks(replace(RECEIVED, submitted_at=at), 30, versions())
    ]
    assert coded == ["answer_in_working_days_old", "answer_in_working_days_new"]


def test_the_shipped_numbers_are_whole() -> None:
    folder = Path(clocks.__file__).parent / "deadlines"
    raws: list[dict[str, Any]] = [json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*.json"))]
    assert len({raw["validFrom"] for raw in raws}) == len(raws) == len(shipped())
    for version in shipped():
        assert 0 < version.urgent_answer_days <= version.answer_days <= version.feedback_days
        assert 0 < version.urgent_first_contact_days <= version.first_contact_days
        assert 0 < version.cutoff_hour <= 24
    with pytest.raises(KeyError):
        read_deadlines({**raws[0], "answerDays": {"routine": 5}})
