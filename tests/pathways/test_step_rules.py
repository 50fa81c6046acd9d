"""The pure rules of steps, over whatever steps and holds there may be."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.workdays import add_working_days, is_working_day
from app.pathways import step_rules as rules
from app.pathways.step_rules import Standing

DAY = timedelta(days=1)


@dataclass(eq=False)
class Made:
    key: str
    state: str = "planned"
    after: list[str] = field(default_factory=list)
    requires: list[str] = field(default_factory=list)
    optional: bool = False
    planned_on: date | None = None


@dataclass
class Held:
    from_on: date
    runs_from: date

    @property
    def until_on(self) -> date:
        return self.runs_from - DAY


def keys(found: list[Made]) -> list[str]:
    return [step.key for step in found]


@st.composite
def paths(draw: st.DrawFn) -> list[Made]:
    """Any steps without a cycle: each waits only for earlier ones, and for some that are not there."""
    made: list[Made] = []
    for n in range(draw(st.integers(1, 8))):
        earlier = st.sampled_from([*(f"s{m}" for m in range(n)), "not_there"])
        state = draw(st.sampled_from(["planned", "done", "skipped"]))
        waits = st.lists(earlier, max_size=3, unique=True)
        agreed = draw(st.sampled_from([None, date(2026, 12, 1)]))
        made.append(Made(f"s{n}", state, draw(waits), draw(waits), draw(st.booleans()), agreed))
    return made


@given(paths())
def test_an_open_path_always_has_something_to_do_now(steps: list[Made]) -> None:
    stand = rules.standings(steps)
    assert [s.value for s in stand if s in (Standing.DONE, Standing.SKIPPED)] == [
        step.state for step in steps if step.state != "planned"
    ]
    assert any(step.state == "planned" for step in steps) == (Standing.NOW in stand)
    for step, where in zip(steps, stand, strict=True):
        if where is Standing.NOW:
            assert rules.passed_over(step, steps) == []
            assert all(lost.state == "skipped" for lost in rules.lacking(step, steps))
    assert Standing.NOW not in rules.standings(steps, running=False)


AGREED = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("steps", "want"),
    [
        # Nothing is said of the order: one by one as they stand, and what has its day.
        ([Made("a", "done"), Made("b"), Made("c"), Made("d", planned_on=AGREED)], "done now next now"),
        # What is sure to be done is now; what is only done if needed comes once its day is agreed.
        ([Made("a", "done"), Made("b", after=["a"], optional=True), Made("c", after=["a"]), Made("d", after=["c"])],
         "done next now next"),
        ([Made("a", "done"), Made("b", after=["a"], optional=True, planned_on=AGREED), Made("c", after=["a"])],
         "done now now"),
        # Where all of it is only done if needed, the first is now.
        ([Made("a", "done"), Made("b", after=["a"], optional=True), Made("c", after=["a"], optional=True),
          Made("d", after=["c"])], "done now next next"),
        # A day agreed for what still waits makes it no sooner.
        ([Made("a"), Made("b", after=["a"], planned_on=AGREED)], "now next"),
        # A repeat is of the family of what it repeats: that is done already.
        ([Made("a", "done"), Made("a~2"), Made("b", requires=["a"])], "done now now"),
        ([], ""),
    ],
)  # fmt: skip
def test_now_is_what_is_sure_and_waits_for_nothing(steps: list[Made], want: str) -> None:
    assert " ".join(rules.standings(steps)) == want


@given(paths(), st.data())
def test_skipping_with_what_depends_leaves_nothing_that_waits_for_what_was_skipped(
    steps: list[Made], data: st.DataObject
) -> None:
    planned = [step for step in steps if step.state == "planned"]
    if not planned:
        return
    stuck = {step for step in planned if any(s.state == "skipped" for s in rules.lacking(step, steps))}
    gone = data.draw(st.sampled_from(planned))
    along = rules.depending([gone], steps)
    assert gone not in along
    for step in (gone, *along):
        step.state = "skipped"
    for step in steps:
        if step.state == "planned" and step not in stuck:
            assert all(s.state == "planned" for s in rules.lacking(step, steps)), step.key


def test_a_repeat_stands_for_what_it_repeats() -> None:
    first, again, late = Made("check", "skipped"), Made("check~2"), Made("tests", requires=["check"], after=["check"])
    steps = [first, again, late]
    assert keys(rules.lacking(late, steps)) == ["check"]
    assert rules.depending([again], steps) == [late]
    again.state = "done"
    assert rules.lacking(late, steps) == []
    assert rules.repeat_key("check~2", (s.key for s in steps)) == "check~3"


def test_keys_of_steps_added_by_hand_are_nobody_elses() -> None:
    assert rules.added_key("check", []) == "added_check"
    assert rules.added_key("check", ["added_check"]) == "added_check_2"


@given(st.permutations(range(5)))
def test_an_order_breaks_a_rule_only_where_a_step_stands_before_what_it_requires(order: list[int]) -> None:
    steps = [Made("s0"), *(Made(f"s{n}", requires=[f"s{n - 1}"]) for n in range(1, 5))]
    chosen = [steps[n] for n in order]
    broken = {(int(a.key[1]), int(b.key[1])) for a, b in rules.before_required(chosen)}
    assert broken == {(n, n - 1) for n in range(1, 5) if order.index(n) < order.index(n - 1)}


def test_what_was_put_behind_a_step_no_longer_comes_before_it() -> None:
    one, two, three = Made("one"), Made("two", after=["one", "done_before"]), Made("three")
    assert rules.still_after(two, [], [two, one, three]) == ["done_before"]
    assert rules.still_after(two, [one], [one, two, three]) == ["one", "done_before"]


WEEKDAY = st.dates(date(2026, 1, 1), date(2027, 12, 31)).filter(is_working_day)


@given(WEEKDAY, st.lists(st.integers(0, 40), min_size=2, max_size=8), st.integers(0, 60))
def test_a_hold_moves_what_is_still_to_come(first: date, gaps: list[int], days: int) -> None:
    """One hold after another: a day that had passed stays, any other moves by the working days held."""
    edges = [first]
    for gap in gaps:
        edges.append(edges[-1] + gap * DAY)
    holds = [Held(a, b) for n, (a, b) in enumerate(pairwise(edges)) if n % 2 == 0]
    due = add_working_days(first, days)
    for hold in holds:
        if due >= hold.from_on:
            counted = sum(is_working_day(hold.from_on + n * DAY) for n in range((hold.runs_from - hold.from_on).days))
            due = add_working_days(due, counted)
    assert due == add_working_days(first, days + rules.held_days(first, days, holds))


@given(WEEKDAY, st.integers(0, 60), st.integers(0, 30), st.integers(1, 30), st.integers(0, 30))
def test_what_was_done_stays_due_when_it_was(first: date, days: int, begins: int, long: int, done: int) -> None:
    hold, done_on = Held(first + begins * DAY, first + (begins + long) * DAY), first + done * DAY
    was = rules.held_days(first, days, [hold] if hold.from_on <= done_on else [])
    assert rules.held_days(first, days, rules.as_of([hold], done_on)) == was
    later = Held(max(hold.runs_from, done_on + DAY), max(hold.runs_from, done_on + DAY) + 20 * DAY)
    assert rules.held_days(first, days, rules.as_of([hold, later], done_on)) == was


def test_one_hold_after_another_comes_to_an_end() -> None:
    """180 days of any 365: two long ones and nothing for half a year."""
    first = date(2026, 11, 23)
    two = [Held(first, first + 90 * DAY), Held(first + 91 * DAY, first + 181 * DAY)]
    assert rules.days_left([], first) == 91
    assert rules.days_left(two[:1], first + 91 * DAY) == 90
    assert rules.days_left(two, first + 182 * DAY) == 0
    assert rules.days_left(two, first + 400 * DAY) == 91


@pytest.mark.parametrize(("last", "days"), [("2026-11-22", 0), ("2026-11-23", 1), ("2026-11-29", 5)])
def test_the_last_day_is_held_too(last: str, days: int) -> None:
    assert rules.held_days(date(2026, 11, 23), 3, [Held(date(2026, 11, 23), date.fromisoformat(last) + DAY)]) == days
