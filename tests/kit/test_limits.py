"""How much one caller may ask: an even pace with a burst, whatever the order, and as much again after waiting."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit import limits as module
from app.kit.limits import Limit, Limits, TooManyAtOnce, TooManyRequests


@dataclass
class Seconds:
    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


def made(per_minute: int = 60, at_once: int = 2, *, now: Seconds | None = None) -> Limits:
    limit = Limit(per_minute, at_once)
    return Limits({"login": limit, "organisation": limit, "link": limit}, now or Seconds())


def passes(limits: Limits, key: object = "a") -> bool:
    try:
        limits.spend("login", key)
    except TooManyRequests:
        return False
    return True


def test_a_burst_then_an_even_pace() -> None:
    now = Seconds()
    limits = made(now=now)
    assert [passes(limits) for _ in range(17)] == [True] * 15 + [False] * 2
    now.at += 1
    assert [passes(limits), passes(limits)] == [True, False]
    now.at += 3600
    assert [passes(limits) for _ in range(16)] == [True] * 15 + [False]


def test_one_caller_does_not_pay_for_another() -> None:
    limits = made()
    assert not all(passes(limits, "a") for _ in range(99))
    assert passes(limits, "b")
    limits.spend("link", "a")


@given(st.integers(4, 600), st.lists(st.floats(0, 30), max_size=200))
def test_never_more_than_the_burst_and_the_pace(per_minute: int, pauses: list[float]) -> None:
    now = Seconds()
    limits = made(per_minute, now=now)
    passed = 0
    for pause in pauses:
        now.at += pause
        passed += passes(limits)
        assert passed <= max(1, per_minute // 4) + (now.at - 1000) * per_minute / 60 + 1e-6


@given(st.integers(1, 600), st.integers(1, 300))
def test_who_waits_as_told_gets_in(per_minute: int, asked: int) -> None:
    now = Seconds()
    limits = made(per_minute, now=now)
    for _ in range(asked):
        try:
            limits.spend("login", "a")
        except TooManyRequests as refusal:
            # Refusals cost nothing: asking ten times more changes nothing.
            assert not any(passes(limits) for _ in range(10))
            now.at += int(refusal.headers["Retry-After"])
            limits.spend("login", "a")


def test_at_once_is_given_back_whatever_happens() -> None:
    limits = made()
    with limits.admit("a"), limits.admit("a"):
        with pytest.raises(TooManyAtOnce) as refused, limits.admit("a"):
            pass
        assert (refused.value.extra["of"], refused.value.headers["Retry-After"]) == ("login", "1")
        with limits.admit("b"):
            pass
    with pytest.raises(ZeroDivisionError), limits.admit("a"):
        raise ZeroDivisionError
    assert not limits.under_way


def test_an_organisation_counts_the_logins_of_its_people() -> None:
    limits = made(at_once=2)
    with limits.admit("a") as first, limits.admit("b") as second:
        first.works_in(("here",))
        second.works_in(("here",))
        with limits.admit("c") as third:
            with pytest.raises(TooManyAtOnce) as refused:
                third.works_in(("here",))
            assert refused.value.extra["of"] == "organisation"
        # Known from now on: refused before anything is done.
        with pytest.raises(TooManyAtOnce), limits.admit("c"):
            pass
    assert not limits.under_way
    with limits.admit("c") as third:
        third.works_in(("here",))
        assert limits.under_way == {("login", "c"): 1, ("organisation", "here"): 1}, "counted once"


def test_nothing_is_limited_by_zero() -> None:
    limits = made(0, 0)
    with limits.admit("a"), limits.admit("a"), limits.admit("a"):
        assert all(passes(limits) for _ in range(10_000))


def test_little_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 3)
    limits = made()
    for key in range(10):
        limits.spend("login", key)
        limits.remember(key, (key,))
    limits.spend("link", "a")
    assert list(limits.paid["login"]) == list(limits.organisations) == [7, 8, 9], "a link pushes no login out"
