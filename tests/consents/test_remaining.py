"""What an end stops, over sets of consents: nothing permitted is stopped, nothing unpermitted goes on. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.ceasing.rules import Received, by_recipient
from app.consents.remaining import change
from app.consents.rules import Terms, rule

T0 = datetime(2026, 11, 23, tzinfo=UTC)
RECIPIENTS = [UUID(int=n) for n in (1, 2, 3)]
CLASSES = ["participation", "work_ability_conclusion", "health"]
PURPOSES = ["network_meeting", "referral_feedback"]
some = st.frozensets
numbers = st.integers(0, 10_000)


@st.composite
def terms(draw: st.DrawFn, *kinds: str) -> Terms:
    kind = draw(st.sampled_from(kinds or ("permission", "permission", "permission", "refusal", "prohibition")))
    least = 1 if kind == "permission" else 0
    return Terms(
        id=UUID(int=draw(numbers) + 1000),
        version=1,
        kind=kind,
        recipients=draw(some(st.sampled_from(RECIPIENTS), min_size=least)),
        data_classes=draw(some(st.sampled_from(CLASSES), min_size=1)),
        purposes=draw(some(st.sampled_from(PURPOSES), min_size=1)),
        said_at=T0 + timedelta(minutes=draw(st.integers(0, 60))),
    )


told = st.builds(
    Received,
    id=st.integers(1, 10**6).map(lambda n: UUID(int=n)),
    recipient_id=st.sampled_from(RECIPIENTS),
    data_classes=some(st.sampled_from(CLASSES), min_size=1),
    purpose=st.sampled_from(PURPOSES),
    at=st.just(T0),
)
others = st.lists(terms(), max_size=5)


@given(others, terms("permission"), st.lists(told, max_size=6))
def test_a_permission_that_ends_stops_what_only_it_permitted(
    rest: list[Terms], one: Terms, out: list[Received]
) -> None:
    ended = change(rest, one, said_no=False)
    found = {r.id for group in by_recipient(out, ended.stops).values() for r in group}
    for r in out:
        before = rule([one, *rest], r.recipient_id, r.data_classes, r.purpose).permitted
        after = rule(rest, r.recipient_id, r.data_classes, r.purpose).permitted
        assert ended.now(r.recipient_id, r.data_classes, r.purpose).permitted is after
        if after or not before:
            assert r.id not in found or any(x.id == r.id and x != r for x in out), "nothing permitted is stopped"
        else:
            assert r.id in found, "nothing unpermitted goes on"


@given(others, terms("refusal", "prohibition"), st.lists(told, max_size=6))
def test_a_no_stops_what_it_overrides(rest: list[Terms], no: Terms, out: list[Received]) -> None:
    ended = change(rest, no, said_no=True)
    for r in out:
        asked = (r.recipient_id, r.data_classes, r.purpose)
        assert ended.stops(*asked) is (rule(rest, *asked).permitted and not rule([no, *rest], *asked).permitted)


@given(others, terms("permission"))
def test_of_two_alike_the_end_of_one_touches_nothing(rest: list[Terms], one: Terms) -> None:
    ended = change([*rest, one], one, said_no=False)
    for recipient in RECIPIENTS:
        for purpose in PURPOSES:
            assert not ended.stops(recipient, one.data_classes, purpose)


@given(others, terms("permission"), told)
def test_what_ends_in_any_order_ends_the_same(rest: list[Terms], one: Terms, r: Received) -> None:
    """Ending everything one by one stops whatever was permitted, exactly once."""
    asked = (r.recipient_id, r.data_classes, r.purpose)
    standing, stopped = [one, *rest], 0
    was = rule(standing, *asked).permitted
    permissions = [t for t in standing if t.kind == "permission"]
    for ending in permissions:
        remaining = list(standing)
        remaining.remove(ending)
        stopped += change(remaining, ending, said_no=False).stops(*asked)
        standing = remaining
    assert stopped == was
