"""Who of a seat is asked, and when an answer is due: pure."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from app.consultations.rules import Seated, across, asked_of, due_on, readable, told

AREA = uuid4()
PEOPLE = [UUID(int=n) for n in range(4)]
SEATED = st.lists(
    st.builds(
        Seated, person_id=st.sampled_from(PEOPLE), organisation_id=st.just(AREA), register=st.just("health"),
        deputy=st.booleans(), away=st.booleans(),
    ),
    max_size=4,
)  # fmt: skip


@given(SEATED, st.sets(st.sampled_from(PEOPLE)))
def test_somebody_there_before_somebody_away_and_nobody_barred(seated: list[Seated], barred: set[UUID]) -> None:
    chosen = asked_of(seated, barred)
    may = [one for one in seated if one.person_id not in barred]
    assert (chosen is None) is (not may)
    if chosen is None:
        return
    assert chosen in may
    assert not (chosen.away and any(not one.away for one in may))
    assert not (chosen.deputy and any(not one.deputy and one.away == chosen.away for one in may))


def test_an_answer_is_due_in_working_days() -> None:
    friday = datetime(2026, 12, 4, 14, 0, tzinfo=UTC)
    assert str(due_on(friday, "urgent")) == "2026-12-09"  # after 15 in Finland it counts from Monday
    assert str(due_on(friday.replace(hour=10), "urgent")) == "2026-12-08"
    assert due_on(None, "urgent") is None


def test_registers() -> None:
    assert across(["health"], "social")
    assert across(["was_score"], "none")
    assert across(["health", "social"], "health")
    assert across(["health"], None)
    assert not across(["health", "was_score", "service_path"], "health")
    assert not across(["participation", "service_path"], "none")
    assert told(["service_path"], "health") == {"participation", "service_path", "health"}
    assert told([], "operational") == {"participation"}
    assert readable("operational", set())
    assert not readable("health", {"none"})
