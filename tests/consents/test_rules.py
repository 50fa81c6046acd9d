"""Whether something may be told: properties that hold whatever the client has said, and `in_force` in two languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.consents.models import FLOW, Consent, ConsentKind, ConsentState
from app.consents.queries import in_force
from app.consents.rules import Ruling, Terms, reason, rule
from app.kit.ids import new_id
from tests.conftest import NOON
from tests.world import World

SOMEBODY = [UUID(int=n) for n in range(4)]
CLASSES = ["health", "social", "work_ability_conclusion"]
PURPOSES = ["referral_feedback", "network_meeting"]
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)
classes = st.frozensets(st.sampled_from(CLASSES))
terms = st.builds(
    Terms,
    id=st.uuids(),
    version=st.integers(1, 3),
    kind=st.sampled_from([kind.value for kind in ConsentKind]),
    recipients=st.frozensets(st.sampled_from(SOMEBODY), max_size=3),
    data_classes=classes,
    purposes=st.frozensets(st.sampled_from(PURPOSES)),
    said_at=st.sampled_from([NOON + timedelta(days=n) for n in range(4)]),
)
asked = st.tuples(st.sampled_from(SOMEBODY), classes, st.sampled_from(PURPOSES))
said = st.lists(terms, max_size=6)


@given(said, asked, terms)
def test_a_prohibition_always_beats(said: list[Terms], asked: tuple[UUID, frozenset[str], str], no: Terms) -> None:
    recipient, data, purpose = asked
    no = replace(no, kind="prohibition", recipients=no.recipients | {recipient}, data_classes=no.data_classes | data)
    for order in ([no, *said], [*said, no]):
        ruling = rule(order, recipient, data, purpose)
        assert (ruling.prohibited, ruling.permitted, ruling.basis) == (True, False, None)


@given(said, asked, terms)
def test_a_prohibition_without_recipients_is_for_everybody(
    said: list[Terms], asked: tuple[UUID, frozenset[str], str], no: Terms
) -> None:
    recipient, data, purpose = asked
    no = replace(no, kind="prohibition", recipients=frozenset(), data_classes=no.data_classes | data)
    assert rule([*said, no], recipient, data, purpose).prohibited


@given(said, asked)
def test_nobody_is_told_but_on_one_permission_that_covers_all(
    said: list[Terms], asked: tuple[UUID, frozenset[str], str]
) -> None:
    recipient, data, purpose = asked
    ruling = rule(said, recipient, data, purpose)
    if ruling.basis is not None:
        assert ruling.basis in said
        assert ruling.basis.kind == "permission"
        assert recipient in ruling.basis.recipients
        assert purpose in ruling.basis.purposes
        assert data <= ruling.basis.data_classes
        assert not ruling.missing
    elif not ruling.prohibited:
        assert ruling.missing <= data


@given(said, asked)
def test_a_pilot_changes_nothing(said: list[Terms], asked: tuple[UUID, frozenset[str], str]) -> None:
    assert rule(said, *asked) == rule([one for one in said if one.kind != "pilot"], *asked)


@given(said, asked, terms)
def test_a_refusal_ends_what_was_permitted_before_and_nothing_said_after(
    said: list[Terms], asked: tuple[UUID, frozenset[str], str], no: Terms
) -> None:
    recipient, data, _ = asked
    no = replace(no, kind="refusal", recipients=no.recipients | {recipient}, data_classes=no.data_classes | data)
    for one in (no, replace(no, recipients=frozenset()), replace(no, data_classes=frozenset(["participation"]))):
        ruling = rule([*said, one], *asked)
        assert ruling.basis is None or ruling.basis.said_at > one.said_at
        later = [s for s in said if s.kind != "permission" or s.said_at > one.said_at]
        assert (ruling.basis, ruling.prohibited) == (rule(later, *asked).basis, rule(later, *asked).prohibited)
        assert not ruling.refused or not (ruling.permitted or ruling.prohibited)


def test_the_last_word_counts() -> None:
    here, there = SOMEBODY[:2]
    data, purpose = frozenset(["work_ability_conclusion"]), "referral_feedback"
    yes = Terms(UUID(int=9), 1, "permission", frozenset([here]), data, frozenset([purpose]), NOON)
    no = replace(yes, kind="refusal", said_at=NOON + TICK)
    assert rule([yes, no], here, data, purpose) == Ruling(None, False, data, refused=True)
    assert rule([yes, no], here, frozenset(), purpose) == Ruling(None, False, frozenset(), refused=True)
    again = replace(yes, said_at=NOON + 2 * TICK)
    assert rule([yes, no, again], here, data, purpose).basis == again
    assert rule([yes, replace(no, recipients=frozenset([there]))], here, data, purpose).basis == yes
    assert rule([yes, replace(no, data_classes=frozenset(["health"]))], here, data, purpose).basis == yes


def test_whatever_is_told_tells_that_the_client_takes_part() -> None:
    here, data, purpose = SOMEBODY[0], frozenset(["work_ability_conclusion"]), "referral_feedback"
    yes = Terms(UUID(int=9), 1, "permission", frozenset([here]), data, frozenset([purpose]), NOON)
    no = replace(yes, kind="prohibition", data_classes=frozenset(["participation"]))
    for asked in (data, frozenset[str]()):
        assert rule([yes, no], here, asked, purpose).prohibited
    # Asked for the prohibition only: the permission need not name it.
    assert rule([yes], here, data, purpose).basis == yes


@given(said, asked, terms)
def test_one_more_prohibition_never_opens_anything(
    said: list[Terms], asked: tuple[UUID, frozenset[str], str], no: Terms
) -> None:
    no = replace(no, kind="prohibition")
    if not rule(said, *asked).permitted:
        assert not rule([*said, no], *asked).permitted


def test_the_classes_nothing_covers_are_named() -> None:
    here = SOMEBODY[0]
    half = Terms(here, 1, "permission", frozenset([here]), frozenset(["social"]), frozenset(["network_meeting"]), NOON)
    none = Ruling(None, False, frozenset(["social", "health"]))
    assert rule([half], here, frozenset(["social", "health"]), "network_meeting").missing == {"health"}
    assert rule([half], here, frozenset(["social", "health"]), "referral_feedback") == none
    assert rule([], here, frozenset(["social", "health"]), "network_meeting") == none


def test_the_table_of_moves() -> None:
    kept = {verb: set(moves.source) for verb, moves in FLOW.verbs.items()}
    assert kept == {
        "verify": {ConsentState.RECORDED},
        "replace": {ConsentState.RECORDED},
        "withdraw": {ConsentState.RECORDED},
        "mark_entered_in_error": {ConsentState.RECORDED, ConsentState.REPLACED, ConsentState.WITHDRAWN},
    }
    ends = {ConsentState.REPLACED, ConsentState.WITHDRAWN, ConsentState.ENTERED_IN_ERROR}
    assert {FLOW.verbs[v].target for v in kept} == {*ends, None}


START, END = NOON, NOON + timedelta(days=10)
CASES: list[
    tuple[datetime | None, datetime | None, bool, datetime, bool]
] = [  # (until, withdrawn at, entered in error, asked at, in force)
    (None, None, False, START - TICK, False),
    (None, None, False, START, True),
    (None, None, False, START + timedelta(days=4000), True),
    (END, None, False, END - TICK, True),
    (END, None, False, END, False),
    (END, None, False, END + TICK, False),
    (END, START + timedelta(days=1), False, START, True),
    (END, START + timedelta(days=1), False, START + timedelta(days=1) - TICK, True),
    (END, START + timedelta(days=1), False, START + timedelta(days=1), False),
    (END, START + timedelta(days=1), False, END, False),
    (None, START, False, START, False),
    (None, END + timedelta(days=1), False, END, True),
    (None, None, True, START, False),
    (END, None, True, START + TICK, False),
    (END, START + timedelta(days=1), True, START, False),
]


async def test_in_force_says_the_same_in_python_and_in_sql(
    connection: AsyncConnection, session: AsyncSession, world: World
) -> None:
    """Every case is written as a row and asked of the database at its instant."""
    rows: list[tuple[Consent, datetime, bool]] = []
    for until, withdrawn, wrong, asked_at, expected in CASES:
        one = Consent(
            id=new_id(),
            client_id=world.clients["aino"],
            kind=ConsentKind.PERMISSION,
            recipient_ids=[world.organisations["employment"]],
            data_classes=["health"],
            purposes=["referral_feedback"],
            valid_from=START,
            valid_until=until,
            how_given="oral",
            recorded_by_id=None,
            recorded_organisation_id=None,
        )
        if withdrawn is not None:
            one.withdraw(withdrawn)
        if wrong:
            one.mark_entered_in_error("typed twice")
        rows.append((one, asked_at, expected))
    await session.begin()
    await session.connection()
    await session.execute(select(literal(1)))
    await connection.exec_driver_sql("SET LOCAL ROLE NONE")
    session.add_all([one for one, _, _ in rows])
    await session.flush()
    for (one, asked_at, expected), case in zip(rows, CASES, strict=True):
        told = await session.scalar(select(in_force(asked_at)).where(Consent.id == one.id))
        assert (one.in_force(asked_at), told) == (expected, expected), case


EDGES = [START + days + tick for days in (-DAY, timedelta(), DAY, 2 * DAY) for tick in (-TICK, timedelta(), TICK)]
edge = st.sampled_from(EDGES)
lives = st.tuples(edge, st.none() | edge, st.none() | edge, st.none() | edge, st.booleans(), edge).filter(
    lambda one: one[1] is None or one[1] > one[0]
)


@hypothesis.settings(max_examples=30, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@given(cases=st.lists(lives, min_size=1, max_size=20))
async def test_in_force_says_the_same_whatever_became_of_it(
    connection: AsyncConnection,
    session: AsyncSession,
    world: World,
    cases: list[tuple[datetime, datetime | None, datetime | None, datetime | None, bool, datetime]],
) -> None:
    """Every order of beginning, end, withdrawal and new terms, asked at their edges and a tick beside them."""
    if not session.in_transaction():
        await session.begin()
        await session.connection()
        await session.execute(select(literal(1)))
        await connection.exec_driver_sql("SET LOCAL ROLE NONE")
    for begins, until, withdrawn, replaced, wrong, asked_at in cases:
        one = permission(world.clients["aino"], world.organisations["employment"], begins, until)
        one.withdrawn_at = withdrawn
        if replaced is not None:
            other = permission(world.clients["aino"], world.organisations["employment"], begins, None)
            session.add(other)
            await session.flush()
            one.replaced_at, one.replaced_by_id = replaced, other.id
        if wrong:
            one.mark_entered_in_error("typed twice")
        session.add(one)
        await session.flush()
        told = await session.scalar(select(in_force(asked_at)).where(Consent.id == one.id))
        assert one.in_force(asked_at) is told


def permission(client: UUID, recipient: UUID, begins: datetime, until: datetime | None) -> Consent:
    return Consent(
        id=new_id(),
        client_id=client,
        kind=ConsentKind.PERMISSION,
        recipient_ids=[recipient],
        data_classes=["health"],
        purposes=["referral_feedback"],
        valid_from=begins,
        valid_until=until,
        how_given="oral",
        recorded_by_id=None,
        recorded_organisation_id=None,
    )


@given(said, asked)
def test_what_is_only_stated_opens_nothing_for_others(
    said: list[Terms], asked: tuple[UUID, frozenset[str], str]
) -> None:
    """Unverified for everybody, no permission is relied on; and the one that would do is named."""
    recipient, data, _ = asked
    stated = [replace(one, unverified_for=one.recipients) for one in said]
    ruling, whole = rule(stated, *asked), rule(said, *asked)
    assert not ruling.permitted
    assert ruling.prohibited is whole.prohibited
    if whole.basis is not None:
        assert ruling.unverified is not None
        assert replace(ruling.unverified, unverified_for=frozenset()) in said
        assert reason(ruling, data, may_know=True) == "not_verified"
    assert rule([replace(one, unverified_for=one.recipients - {recipient}) for one in said], *asked).permitted is (
        whole.permitted
    )


@given(said, asked)
def test_a_no_is_no_hint_to_who_may_not_know_of_it(said: list[Terms], asked: tuple[UUID, frozenset[str], str]) -> None:
    ruling = rule(said, *asked)
    told = reason(ruling, asked[1], may_know=False)
    assert told not in ("prohibited", "refused")
    if ruling.prohibited:
        assert told == reason(rule([], *asked), asked[1], may_know=False) == "no_permission"


@pytest.mark.parametrize("naive", [START.replace(tzinfo=None)])
def test_a_naive_time_is_not_compared(naive: object) -> None:
    one = Consent(
        client_id=SOMEBODY[0], kind=ConsentKind.PERMISSION, recipient_ids=[SOMEBODY[1]], data_classes=["health"],
        purposes=["referral_feedback"], valid_from=START, valid_until=None, how_given="oral", recorded_by_id=None,
        recorded_organisation_id=None,
    )  # fmt: skip
    with pytest.raises(TypeError):
        one.in_force(naive)  # type: ignore[arg-type]
