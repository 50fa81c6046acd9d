"""Which cells are hidden: nobody can be read out of what is left."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.reports.rules import SMALLEST, Counted, added, hidden, is_quarter, shown, tells

COUNTS = st.dictionaries(st.sampled_from("abcdefg"), st.tuples(st.integers(0, 12)), max_size=7)
PAIRS = st.dictionaries(st.sampled_from("abcdefg"), st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=7)


@given(COUNTS | PAIRS, st.sets(st.sampled_from("abcdefg")))
def test_nothing_hidden_can_be_computed(cells: dict[str, tuple[int, ...]], shut: set[str]) -> None:
    found, total = hidden(cells, shut)
    assert {key for key, cell in cells.items() if tells(cell)} | (shut & cells.keys()) <= found
    if found and not total:
        assert len(found) > 1
        assert not tells(added(cells, found))
    if cells and not total:
        assert not tells(added(cells, set(cells)))


@given(COUNTS)
def test_nothing_is_hidden_without_a_reason(cells: dict[str, tuple[int]]) -> None:
    found, total = hidden(cells)
    if not any(tells(cell) for cell in cells.values()):
        assert (found, total) == (set(), False)


def test_the_smallest_is_hidden_beside_a_lone_one() -> None:
    assert hidden({"a": (3,), "b": (20,), "c": (8,)}) == ({"a", "c"}, False)
    assert hidden({"a": (2,), "b": (1,), "c": (8,), "d": (9,)}) == ({"a", "b", "c"}, False)
    assert hidden({"a": (2,), "b": (3,), "c": (9,)}) == ({"a", "b"}, False)
    assert hidden({"a": (3,)}) == ({"a"}, True)
    assert hidden({"a": (1,), "b": (3,)}) == ({"a", "b"}, True)
    assert hidden({"a": (0,), "b": (7,)}) == (set(), False)


def test_a_share_of_which_few_are_on_one_side_is_hidden() -> None:
    many = Counted(number=20, completeness=15.0, measured=20, returned=10, late=2, days_known=20, criteria_full=20)
    lines = {"a": many, "b": many + many, "c": many + many + many}
    shares, totals = shown(lines, set())
    assert {key: line["late"] for key, line in shares.items()} == {"a": None, "b": None, "c": 0.1}
    assert {key: line["returned"] for key, line in shares.items()} == dict.fromkeys("abc", 0.5)
    assert {key: line["completeness"] for key, line in shares.items()} == dict.fromkeys("abc", 0.75)
    assert {key: line["criteria_full"] for key, line in shares.items()} == dict.fromkeys("abc", 1.0)
    assert totals == set()
    shares, _ = shown(lines, {"c"})
    assert shares["c"] == dict.fromkeys(shares["c"])


def test_nothing_behind_a_share_is_no_number() -> None:
    assert Counted(number=9).value("late") is None
    assert SMALLEST == 5


def test_a_period_is_a_quarter() -> None:
    assert is_quarter(date(2026, 1, 1), date(2026, 3, 31))
    assert is_quarter(date(2026, 10, 1), date(2026, 12, 31))
    assert not is_quarter(date(2026, 2, 1), date(2026, 4, 30))
    assert not is_quarter(date(2026, 1, 1), date(2026, 2, 28))
    assert not is_quarter(date(2026, 1, 1), date(2027, 3, 31))
    assert not is_quarter(date(2026, 1, 2), date(2026, 3, 31))


@given(
    st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 9)
)
def test_no_two_periods_can_be_taken_from_each_other(first: date, other: date, months: int) -> None:
    """Any two that are allowed are the same, or have no day in common."""
    quarters = []
    for day in (first, other):
        begins = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        ends = date(day.year + begins.month // 10, (begins.month + 2) % 12 + 1, 1) - timedelta(days=1)
        assert is_quarter(begins, ends)
        assert not is_quarter(begins, ends + timedelta(days=31 * months + 1))
        quarters.append((begins, ends))
    (a, b), (c, d) = quarters
    assert (a, b) == (c, d) or b < c or d < a
