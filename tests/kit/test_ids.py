"""UUIDv7 as RFC 9562 lays it out, and which of those that clients send are taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import RFC_4122, UUID, uuid1, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.ids import acceptable, made_at_ms, new_id
from app.kit.ownid import UnacceptableId, own_id

NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MS = int(NOON.timestamp() * 1000)


@given(st.integers(0, 2**48 - 1))
def test_the_layout_is_that_of_the_rfc(milliseconds: int) -> None:
    id = new_id(milliseconds)
    assert (id.version, id.variant) == (7, RFC_4122)
    assert id.bytes[:6] == milliseconds.to_bytes(6, "big")
    assert made_at_ms(id) == milliseconds


@given(st.integers(0, 2**48 - 2), st.integers(1, 2**20))
def test_a_later_millisecond_sorts_later(earlier: int, gap: int) -> None:
    later = min(earlier + gap, 2**48 - 1)
    assert new_id(earlier) < new_id(later)
    assert str(new_id(earlier)) < str(new_id(later)), "as text too"


def test_time_does_not_run_over_into_the_version() -> None:
    assert new_id(2**48 + 5).version == 7
    assert made_at_ms(new_id(2**48 + 5)) == 5


def test_new_ids_are_of_now_and_differ() -> None:
    before = datetime.now(UTC).timestamp() * 1000 - 1
    made = [new_id() for _ in range(2000)]
    after = datetime.now(UTC).timestamp() * 1000 + 1
    assert len(set(made)) == 2000
    assert all(before <= made_at_ms(id) <= after for id in made)
    assert len({id.int & (1 << 62) - 1 for id in made}) == 2000, "62 bits of chance, not a counter"
    assert len({id.int >> 64 & 0xFFF for id in made}) > 500, "12 more"


AHEAD = int(timedelta(hours=24).total_seconds() * 1000)


@pytest.mark.parametrize(
    ("id", "taken"),
    [
        (new_id(MS), True),
        (new_id(0), True),
        (new_id(MS + AHEAD), True),
        (new_id(MS + AHEAD + 1), False),
        (new_id(2**48 - 1), False),
        (uuid4(), False),
        (uuid1(), False),
        (UUID(int=0), False),
        (UUID(int=2**128 - 1), False),
        (UUID(int=new_id(MS).int & ~(3 << 62)), False),  # version 7 of another variant
    ],
)
def test_which_ids_of_clients_are_taken(id: UUID, taken: bool) -> None:
    assert acceptable(id, NOON) is taken
    if taken:
        assert own_id(id, NOON) == id
    else:
        with pytest.raises(UnacceptableId) as refused:
            own_id(id, NOON)
        assert refused.value.errors[0]["pointer"] == "/body/id"
        assert str(id) not in str(refused.value.body("en", "request"))


def test_the_zone_of_our_clock_does_not_matter() -> None:
    id = new_id(MS + AHEAD)
    assert acceptable(id, NOON.astimezone(timezone(timedelta(hours=14))))
    assert not acceptable(id, NOON.astimezone(timezone(timedelta(hours=-14))) - timedelta(milliseconds=1))


def test_without_an_id_one_is_made() -> None:
    first, second = own_id(None, NOON), own_id(None, NOON)
    assert first != second
    assert first.version == 7
