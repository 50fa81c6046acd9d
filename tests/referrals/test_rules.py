"""Rules of referrals: what is missing, what a sender sees, and when an answer is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.workdays import is_working_day
from app.referrals import rules
from app.referrals.clocks import answer_due, feedback_due
from app.referrals.models import FLOW, OPEN, ReferralState
from app.referrals.rules import Content, gaps, shown_status

RECEIVER, SENDER = UUID(int=1), UUID(int=2)
WHOLE = Content(
    identity_code=True,
    phone_or_email=True,
    municipality=True,
    unemployment_days=True,
    criteria_answered=7,
    criteria_total=7,
    self_referral=False,
    permission=True,
    permission_recipients=frozenset([RECEIVER, SENDER]),
    permission_purposes=frozenset(["work_ability_assessment", "referral_feedback"]),
    permission_data=frozenset(["referral_reason", "work_ability_conclusion"]),
    permission_ended=False,
    informed=True,
    receiver=RECEIVER,
    sender=SENDER,
)
START, END = datetime(2025, 1, 1), datetime(2028, 1, 1)  # noqa: DTZ001 - Hypothesis adds the zone
moments = st.datetimes(START, END, timezones=st.just(UTC))


def found(**over: object) -> list[tuple[str, bool]]:
    return [(gap.code, gap.required) for gap in gaps(replace(WHOLE, **over))]  # type: ignore[arg-type]


def test_nothing_is_missing_of_a_whole_referral() -> None:
    assert gaps(WHOLE) == []


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ({"permission": False}, [("permission_missing", True)]),
        ({"permission_recipients": frozenset([SENDER])}, [("permission_lacks_receiver", True)]),
        ({"permission_purposes": frozenset(["referral_feedback"])}, [("permission_lacks_purpose", True)]),
        ({"permission_ended": True}, [("permission_ended", True)]),
        ({"informed": False}, [("information_not_noted", False)]),
        ({"permission_recipients": frozenset([RECEIVER])}, [("feedback_not_covered", False)]),
        ({"permission_purposes": frozenset(["work_ability_assessment"])}, [("feedback_not_covered", False)]),
        ({"sender": None, "permission_recipients": frozenset([RECEIVER])}, []),
        ({"identity_code": False}, [("identity_code_missing", False)]),
        ({"phone_or_email": False}, [("contact_missing", False)]),
        ({"municipality": False}, [("municipality_missing", False)]),
        ({"municipality_known": False}, [("municipality_unknown", False)]),
        ({"municipality": False, "municipality_known": False}, [("municipality_missing", False)]),
        ({"unemployment_days": False}, [("unemployment_days_missing", False)]),
        ({"criteria_answered": 6}, [("criteria_unanswered", False)]),
        ({"self_referral": True, "permission": False, "sender": None}, []),
        (
            {"identity_code": False, "permission": False},
            [("permission_missing", True), ("identity_code_missing", False)],
        ),
    ],
)
def test_what_is_missing(over: dict[str, object], expected: list[tuple[str, bool]]) -> None:
    assert found(**over) == expected


@given(
    st.builds(
        Content,
        identity_code=st.booleans(), phone_or_email=st.booleans(), municipality=st.booleans(),
        unemployment_days=st.booleans(), criteria_answered=st.integers(0, 7), criteria_total=st.just(7),
        self_referral=st.booleans(), permission=st.booleans(),
        permission_recipients=st.frozensets(st.sampled_from([RECEIVER, SENDER])),
        permission_purposes=st.frozensets(st.sampled_from(["work_ability_assessment", "referral_feedback"])),
        permission_data=st.just(frozenset()), permission_ended=st.booleans(), informed=st.booleans(),
        receiver=st.just(RECEIVER), sender=st.sampled_from([None, SENDER]),
    )
)  # fmt: skip
def test_only_the_permission_stops_a_referral_and_the_client_needs_none(content: Content) -> None:
    stops = [gap.code for gap in gaps(content) if gap.required]
    assert all(code.startswith("permission_") for code in stops)
    if content.self_referral:
        assert stops == []
    elif not content.permission:
        assert stops == ["permission_missing"]
    assert [gap.required for gap in gaps(content)] == sorted((g.required for g in gaps(content)), reverse=True)


def test_every_gap_helps_in_three_languages() -> None:
    for text in rules.TEXTS.values():
        assert all(len(said) > 10 for said in text.as_dict().values())


BEFORE = list(product((True, False), repeat=3))


@pytest.mark.parametrize("state", list(ReferralState))
@pytest.mark.parametrize(("on_path", "returned", "waiting"), BEFORE)
@pytest.mark.parametrize("final", [True, False])
def test_a_sender_cannot_tell_why_it_ended(
    state: ReferralState, on_path: bool, returned: bool, waiting: bool, final: bool
) -> None:
    """Withdrawn and closed are shown as what was before them; after the final feedback all are ended."""
    shown = shown_status(state, on_path=on_path, returned=returned, waiting=waiting, final_sent=final)
    running = "in_progress" if on_path else "returned_for_info" if returned else "waitlisted" if waiting else "received"
    if state in ("withdrawn", "closed"):
        assert shown == ("ended" if final else running)
    elif state == "in_progress":
        assert shown == ("ended" if final else "in_progress")
    else:
        assert shown == state


@pytest.mark.parametrize(("days", "late"), [(0, False), (299, False), (300, False), (301, True), (20000, True)])
def test_over_three_hundred_days_is_late(days: int, late: bool) -> None:
    assert (days > rules.LATE_AFTER_DAYS) is late


@pytest.mark.parametrize(
    ("sent", "urgent", "due"),
    [
        (datetime(2026, 11, 23, 10, tzinfo=UTC), False, date(2026, 11, 30)),  # Monday noon
        (datetime(2026, 11, 23, 10, tzinfo=UTC), True, date(2026, 11, 24)),
        (datetime(2026, 11, 23, 13, tzinfo=UTC), True, date(2026, 11, 25)),  # 15 o'clock counts as tomorrow
        (datetime(2026, 11, 27, 13, tzinfo=UTC), False, date(2026, 12, 7)),  # Friday evening, so from Monday
        (datetime(2026, 12, 23, 9, tzinfo=UTC), True, date(2026, 12, 28)),  # Christmas Eve to Boxing Day are free
        (datetime(2025, 12, 30, 9, tzinfo=UTC), False, date(2026, 1, 8)),  # New Year and Epiphany
    ],
)
def test_an_answer_is_due_in_working_days(sent: datetime, urgent: bool, due: date) -> None:
    assert answer_due(sent, urgent) == due


@given(moments, st.booleans())
def test_due_dates_are_working_days_ahead(sent: datetime, urgent: bool) -> None:
    for due in (answer_due(sent, urgent), feedback_due(sent)):
        assert is_working_day(due)
        assert due > sent.date()
    assert answer_due(sent, True) <= answer_due(sent, False) <= feedback_due(sent)
    assert answer_due(sent + timedelta(days=1), urgent) >= answer_due(sent, urgent)


def test_what_waits_for_somebody_and_what_is_over() -> None:
    assert {"received", "waitlisted", "returned_for_info", "in_progress"} == OPEN
    ended = {ReferralState.REJECTED, ReferralState.CANCELLED, ReferralState.ENTERED_IN_ERROR}
    moves = {state for verb in FLOW.verbs.values() if verb.target for state in verb.source}
    assert not ended & moves
    assert {verb for verb, move in FLOW.verbs.items() if move.side == "sender" and "withdrawn" in move.source} == {
        "cancel", "mark_entered_in_error", "acknowledge_feedback",
    }  # fmt: skip
