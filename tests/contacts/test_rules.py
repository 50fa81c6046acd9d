"""Who has fallen silent: the limits one by one, and what always holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.contacts.rules import Entry, Limits, Silence, Ways, limits_on, remedies, silence
from app.kit.codesets import codeset

BEGAN = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)  # a Monday
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LIMITS = Limits()


def day(n: float) -> datetime:
    return BEGAN + timedelta(days=n)


def attempt(n: float, channel: str = "phone") -> Entry:
    return Entry(day(n), channel, attempt=True)


def reached(n: float) -> Entry:
    return Entry(day(n), "phone", attempt=True, reached=True)


def missed(n: float) -> Entry:
    return Entry(day(n), "meeting", no_show=True)


def found(*entries: Entry, at: datetime = NOW, since: datetime | None = BEGAN, limits: Limits = LIMITS) -> Silence:
    return silence(entries, since, at, limits)


THREE = (attempt(1), attempt(2), attempt(3))


@pytest.mark.parametrize(
    ("entries", "at", "because"),
    [
        ((), 21, None),
        (THREE, 21, "attempts_failed"),
        (THREE[:2], 21, None),
        ((attempt(1), attempt(1.1), attempt(1.2)), 21, None),  # one day
        (THREE, 7.9, None),  # not a week yet
        (THREE, 8, "attempts_failed"),
        ((*THREE, reached(4)), 21, None),
        ((*THREE, reached(0.5)), 21, "attempts_failed"),
        ((attempt(1), attempt(2), reached(2.5), attempt(3)), 21, None),
        ((attempt(-3), attempt(-2), attempt(-1)), 21, None),  # before anything waited
        ((missed(1),), 8.5, None),  # Tuesday: the fifth working day after is the next Tuesday
        ((missed(1),), 9, "no_show_unanswered"),
        ((missed(1), reached(2)), 21, None),
        ((missed(1), attempt(2)), 21, "no_show_unanswered"),
        ((reached(1), missed(1.1)), 21, "no_show_unanswered"),
        ((Entry(day(1), "letter", wrong_details=True),), 21, None),
    ],
)
def test_the_limits(entries: tuple[Entry, ...], at: float, because: str | None) -> None:
    result = found(*entries, at=day(at))
    assert (result.because, result.silent) == (because, because is not None)


def test_it_says_since_when_and_what_was_tried() -> None:
    result = found(attempt(-1), reached(0.5), *THREE, attempt(2.1, "text_message"), missed(5))
    assert (result.since, result.last_reached_at) == (day(1), day(0.5))
    assert (result.attempts, result.days_tried, result.no_shows) == ({"phone": 3, "text_message": 1}, 3, 1)


def test_nobody_owes_an_answer_when_nothing_waits() -> None:
    assert found(*THREE, missed(1), since=None).because is None


def test_a_holiday_is_no_working_day() -> None:
    """Did not come on the Tuesday before Christmas 2026: the fifth working day after is the last of the year."""
    away = Entry(datetime(2026, 12, 22, 9, tzinfo=UTC), "meeting", no_show=True)
    for at, silent in ((datetime(2026, 12, 31, 12, tzinfo=UTC), False), (datetime(2027, 1, 1, 12, tzinfo=UTC), True)):
        assert found(away, at=at).silent is silent


def test_the_limits_are_data_of_a_day() -> None:
    assert limits_on(date(2026, 11, 23)) == Limits(3, 2, 7, 5)


# What always holds.
times = st.floats(-5, 20, allow_nan=False).map(day)
entries = st.builds(
    Entry, at=times, channel=st.sampled_from(["phone", "letter", "meeting"]), attempt=st.booleans(),
    reached=st.sampled_from([False, False, False, True]), no_show=st.booleans(),
)  # fmt: skip
logs = st.lists(entries, max_size=12)
limits = st.builds(Limits, st.integers(1, 4), st.integers(1, 3), st.integers(0, 10), st.integers(1, 6))
starts = st.one_of(st.none(), times)


@settings(deadline=None)
@given(logs, starts, limits)
def test_being_reached_always_ends_it(log: list[Entry], since: datetime | None, bound: Limits) -> None:
    assert not silence([*log, replace(reached(0), at=NOW)], since, NOW, bound).silent


@settings(deadline=None)
@given(logs, starts, limits, times, st.booleans())
def test_more_that_fails_never_ends_it(
    log: list[Entry], since: datetime | None, bound: Limits, at: datetime, no_show: bool
) -> None:
    if silence(log, since, NOW, bound).silent:
        more = Entry(at, "phone", attempt=True, no_show=no_show)
        assert silence([*log, more], since, NOW, bound).silent


@settings(deadline=None)
@given(logs, starts, limits, st.randoms(use_true_random=False))
def test_the_order_of_writing_does_not_matter(
    log: list[Entry], since: datetime | None, bound: Limits, by: object
) -> None:
    mixed = list(log)
    by.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = silence(log, since, NOW, bound), silence(mixed, since, NOW, bound)
    assert (one.because, one.since, one.attempts, one.no_shows) == (
        other.because, other.since, other.attempts, other.no_shows,
    )  # fmt: skip


@settings(deadline=None)
@given(logs, starts, limits, st.integers(0, 100))
def test_waiting_alone_never_ends_it(log: list[Entry], since: datetime | None, bound: Limits, days: int) -> None:
    if silence(log, since, NOW, bound).silent:
        assert silence(log, since, NOW + timedelta(days=days), bound).silent


@settings(deadline=None)
@given(logs, starts, limits)
def test_what_has_not_happened_yet_does_not_count(log: list[Entry], since: datetime | None, bound: Limits) -> None:
    later = [replace(one, at=one.at + timedelta(days=60)) for one in log]
    assert silence([*log, *later], since, NOW, bound) == silence(log, since, NOW, bound)


WAYS = Ways(("phone", "letter", "meeting"), representative=False, interpreter_needed=False)


def test_remedies_say_what_was_not_tried() -> None:
    result = found(*THREE)
    assert WAYS.untried(result) == ["letter", "meeting"]
    assert remedies(result, WAYS) == ["try_another_channel", "write_letter", "meet_in_own_environment"]
    assert "ask_representative" in remedies(result, replace(WAYS, representative=True))
    assert "write_letter" not in remedies(result, replace(WAYS, channels=("phone", "meeting")))
    assert "write_letter" not in remedies(found(*THREE, attempt(4, "letter")), WAYS)
    assert "try_another_channel" not in remedies(result, replace(WAYS, channels=("phone",)))
    needed = replace(WAYS, interpreter_needed=True)
    assert "try_with_interpreter" in remedies(result, needed)
    assert "try_with_interpreter" not in remedies(found(*THREE, replace(attempt(4), interpreter_used=True)), needed)
    visit = replace(attempt(4, "meeting"), own_environment=True)
    assert "meet_in_own_environment" not in remedies(found(*THREE, visit), WAYS)
    wrong = replace(attempt(4), wrong_details=True)
    assert remedies(found(*THREE, wrong), WAYS)[0] == "check_contact_details"
    assert remedies(found(*THREE, reached(5)), WAYS) == []


def test_every_remedy_and_reason_has_its_words() -> None:
    everything = replace(WAYS, representative=True, interpreter_needed=True)
    advised = remedies(found(*THREE, replace(attempt(4), wrong_details=True)), everything)
    assert set(advised) == set(codeset("silence_remedy").codes)
    assert set(codeset("silence_reason").codes) == {"attempts_failed", "no_show_unanswered"}


def test_every_result_says_what_it_counts_as() -> None:
    for one in codeset("contact_result"):
        assert one.facts.keys() == {"attempt", "reached", "noShow", "wrongDetails", "direction"}, one.code
        assert one.facts["direction"] in (None, "incoming", "outgoing")
        assert not (one.facts["reached"] and one.facts["noShow"])
