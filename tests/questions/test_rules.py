"""A question is never lost: at any time it is bound to exactly one coming session, or open in the thread (C-30)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.questions.rules import Slot, follow, shown, warnings_of

BEGIN = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


def day(number: float) -> datetime:
    return BEGIN + timedelta(days=number)


def slot(number: int, starts: float, hours: float = 1, cancelled: float | None = None) -> Slot:
    over = day(starts) + timedelta(hours=hours)
    return Slot(UUID(int=number), day(starts), over if cancelled is None else min(over, day(cancelled)))


SLOTS = st.lists(
    st.builds(
        slot,
        st.integers(1, 10**6),
        st.integers(-40, 200),
        st.sampled_from((0.5, 1.0, 8.0)),
        st.none() | st.integers(-60, 220),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)


@given(SLOTS, st.integers(0, 100), st.integers(0, 120), st.integers(0, 60))
def test_it_is_bound_to_one_session_that_is_not_over_or_stands_in_the_thread(
    slots: list[Slot], asked: int, waited: int, more: int
) -> None:
    now = day(asked + waited)
    standing = follow("session", day(asked), now, slots)
    coming = [one for one in slots if one.starts_at > day(asked) and one.over_at > now]
    not_begun = [one for one in coming if one.starts_at > now]
    if standing.session_id is None:
        assert not not_begun, "a coming session takes up every question that waits"
    else:
        assert standing.session_id in {one.id for one in coming}, "only a session that is not over takes it up"
    assert standing.carried <= len([one for one in slots if one.over_at <= now])
    later = follow("session", day(asked), now + timedelta(days=more), slots)
    assert later.carried >= standing.carried, "what was carried stays carried"
    if later.session_id != standing.session_id and standing.session_id is not None:
        assert later.carried > standing.carried, "it moves on only by being carried"
    assert follow("session", day(asked), now, slots[::-1]) == standing, "in whatever order they are read"
    assert follow("thread", day(asked), now, slots).session_id is None


@given(SLOTS, st.integers(0, 100), st.integers(1, 120))
def test_calling_one_off_loses_none(slots: list[Slot], asked: int, waited: int) -> None:
    now = day(asked + waited)
    before = follow("session", day(asked), now, slots)
    if before.session_id is None:
        return
    off = [Slot(o.id, o.starts_at, now) if o.id == before.session_id else o for o in slots]
    after = follow("session", day(asked), now, off)
    assert after.session_id != before.session_id
    assert after.carried == before.carried + 1
    others = [one for one in off if one.starts_at > now and one.over_at > now]
    assert (after.session_id is None) is (not others)


def test_carried_over_two_sessions_and_a_cancelled_one() -> None:
    slots = [slot(1, 10), slot(2, 40, cancelled=20), slot(3, 70)]
    assert follow("session", day(0), day(5), slots) == follow("session", day(0), day(10.01), slots)
    for now, session, carried in ((5, 1, 0), (15, 2, 1), (25, 3, 2), (80, None, 3)):
        standing = follow("session", day(0), day(now), slots)
        assert (standing.session_id, standing.carried) == (session and UUID(int=session), carried), now
    assert follow("session", day(10), day(11), slots).session_id == UUID(int=2), "asked in it, it goes to the next"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Soita 040 123 4567 tai +358 40 1234567.", ["phone_number"]),
        ("kirjoita a.b@esimerkki.fi", ["email_address"]),
        ("Asiakas on 45-vuotias, 300 päivää työttömänä vuodesta 2024, WHODAS 12/48.", []),
    ],
)
def test_what_may_tell_who_somebody_is_warns(text: str, want: list[str]) -> None:
    assert warnings_of(text) == want


def test_few_are_not_shown() -> None:
    assert [shown(n) for n in (0, 1, 4, 5)] == [0, None, None, 5]
