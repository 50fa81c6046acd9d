"""Free time, put together from hours, visiting days, absences and what is taken."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.calendars.receptions import Terms, next_held, occurrences
from app.calendars.rules import (
    DAY,
    Agenda,
    Asked,
    Days,
    FreeTime,
    Hours,
    Post,
    Span,
    Week,
    common,
    free,
    instants,
    merged,
    on_grid,
    why_not,
    without,
)
from app.kit.clock import HELSINKI

OFFICE = (time(8), time(16))
MONDAY = date(2026, 11, 23)
NURSE, ADVISER = UUID(int=1), UUID(int=2)
ALWAYS = Days(date(2020, 1, 1), None)
EVER = datetime(2020, 1, 1, tzinfo=UTC)


def at(on: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(on, time(hour, minute), HELSINKI).astimezone(UTC)


def asked(first: date, last: date, minutes: int = 60, step: int = 30, earliest: datetime = EVER) -> Asked:
    return Asked(first, last, minutes, step, earliest, OFFICE)


def local(found: list[FreeTime]) -> list[str]:
    return [f"{one.starts_at.astimezone(HELSINKI):%d.%m. %H:%M}" for one in found]


def test_office_hours_without_what_is_taken_or_over() -> None:
    agenda = Agenda((Post(ALWAYS),), taken=(Span(at(MONDAY, 9), at(MONDAY, 15)),))
    assert local(free({NURSE: agenda}, asked(MONDAY, MONDAY))) == ["23.11. 08:00", "23.11. 15:00"]
    assert local(free({NURSE: agenda}, asked(MONDAY, MONDAY, earliest=at(MONDAY, 8, 1)))) == ["23.11. 15:00"]
    assert free({NURSE: agenda}, asked(MONDAY, MONDAY, minutes=90)) == []


def test_said_hours_go_before_office_hours_and_a_saturday_may_be_said() -> None:
    week = Week(Days(MONDAY, MONDAY + 6 * DAY), (Hours(1, time(12), time(13)), Hours(6, time(9), time(10))))
    agenda = Agenda((Post(ALWAYS, weeks=(week,)),))
    assert local(free({NURSE: agenda}, asked(MONDAY, MONDAY + 6 * DAY))) == ["23.11. 12:00", "28.11. 09:00"]
    assert len(free({NURSE: agenda}, asked(MONDAY + 7 * DAY, MONDAY + 7 * DAY))) == 15


def test_nobody_is_there_on_a_holiday_an_absence_or_before_the_seat() -> None:
    independence = date(2026, 12, 6)
    eve, christmas = date(2026, 12, 24), date(2026, 12, 25)
    assert free({NURSE: Agenda((Post(ALWAYS),))}, asked(independence, independence)) == []
    assert free({NURSE: Agenda((Post(ALWAYS),))}, asked(eve, christmas)) == []
    away = Agenda((Post(ALWAYS),), away=(Days(MONDAY, MONDAY),))
    assert {one.starts_at.date() for one in free({NURSE: away}, asked(MONDAY, MONDAY + DAY))} == {MONDAY + DAY}
    later = Agenda((Post(Days(MONDAY + DAY, None)),))
    assert {one.starts_at.date() for one in free({NURSE: later}, asked(MONDAY, MONDAY + DAY))} == {MONDAY + DAY}
    assert free({NURSE: Agenda()}, asked(MONDAY, MONDAY)) == []


def test_a_partner_is_there_on_visiting_days_for_the_reception() -> None:
    """First Tuesdays: 1 December 2026, and 5 January 2027."""
    first = date(2026, 12, 1)
    reception = {first: (Span(at(first, 9), at(first, 11)),)}
    post = Post(ALWAYS, "FREQ=MONTHLY;BYDAY=1TU", receptions=reception)
    found = free({ADVISER: Agenda((post,))}, asked(MONDAY, first))
    assert local(found) == ["01.12. 09:00", "01.12. 09:30", "01.12. 10:00"]
    without_series = free({ADVISER: Agenda((Post(ALWAYS, post.visiting_days),))}, asked(MONDAY, first))
    assert len(without_series) == 15, "no reception and no hours said: office hours, on that day"


def test_who_is_free_is_said_of_each_time() -> None:
    taken = Span(at(MONDAY, 8), at(MONDAY, 15))
    both = free(
        {NURSE: Agenda((Post(ALWAYS),)), ADVISER: Agenda((Post(ALWAYS),), taken=(taken,))}, asked(MONDAY, MONDAY)
    )
    assert [one.persons for one in both] == [(NURSE,)] * 14 + [(NURSE, ADVISER)]


def test_a_day_is_right_on_both_sides_of_a_clock_change() -> None:
    for sunday in (date(2026, 3, 29), date(2026, 10, 25)):
        week = Week(ALWAYS, (Hours(7, time(1), time(6)),))
        found = free({NURSE: Agenda((Post(ALWAYS, weeks=(week,)),))}, asked(sunday, sunday))
        hours = {3: 4, 10: 6}[sunday.month]
        assert len(found) == 2 * hours - 1
        assert local(found)[0][-5:] == "01:00"
        assert found[-1].ends_at == at(sunday, 6)
    fridays = [date(2026, 3, 27), date(2026, 10, 23)]
    for friday in fridays:
        found = free({NURSE: Agenda((Post(ALWAYS),))}, asked(friday, friday + 3 * DAY))
        assert [one[-5:] for one in local(found)] == [f"{h:02}:{m:02}" for h in range(8, 16) for m in (0, 30)][:15] * 2


def test_an_hour_that_a_spring_night_skips_is_nobodys() -> None:
    sunday = date(2026, 3, 29)
    assert merged([instants(sunday, time(3, 15), time(3, 45))]) in ([], [instants(sunday, time(4, 15), time(4, 45))])
    assert merged([instants(sunday, time(3, 30), time(4))]) == []


def test_why_somebody_is_not_there() -> None:
    hour = Span(at(MONDAY, 9), at(MONDAY, 10))
    there = Post(ALWAYS)
    assert why_not(Agenda((there,)), hour, OFFICE) is None
    assert why_not(Agenda(), hour, OFFICE) == "not_on_a_seat"
    assert why_not(Agenda((Post(Days(MONDAY + DAY, None)),)), hour, OFFICE) == "not_on_a_seat"
    assert why_not(Agenda((there,), away=(Days(MONDAY, MONDAY),)), hour, OFFICE) == "person_absent"
    assert why_not(Agenda((Post(ALWAYS, "FREQ=WEEKLY;BYDAY=TU"),)), hour, OFFICE) == "not_a_visiting_day"
    assert why_not(Agenda((Post(ALWAYS, "FREQ=WEEKLY;BYDAY=TU"), there)), hour, OFFICE) is None
    early = Span(at(MONDAY, 7, 30), at(MONDAY, 8, 30))
    assert why_not(Agenda((there,)), early, OFFICE) == "outside_working_hours"
    assert why_not(Agenda((there,), taken=(hour,)), hour, OFFICE) is None, "what is taken is asked elsewhere"


MINUTE = timedelta(minutes=1)
spans = st.builds(
    lambda start, length: Span(at(MONDAY, 0) + start * MINUTE, at(MONDAY, 0) + (start + length) * MINUTE),
    st.integers(0, 4 * 24 * 60),
    st.integers(-30, 600),
)
stretches = st.builds(
    lambda day, start, length: Hours(day, time(start), time(min(start + length, 23))),
    st.integers(1, 7),
    st.integers(0, 22),
    st.integers(0, 12),
)
posts = st.builds(
    lambda start, length, rule, hours: Post(
        Days(MONDAY + start * DAY, None if length is None else MONDAY + (start + length) * DAY),
        rule,
        () if hours is None else (Week(ALWAYS, tuple(hours)),),
    ),
    st.integers(-3, 4),
    st.none() | st.integers(0, 5),
    st.sampled_from([None, None, "FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=MONTHLY;BYMONTHDAY=24"]),
    st.none() | st.lists(stretches, max_size=4),
)
gone = st.builds(
    lambda n, length: Days(MONDAY + n * DAY, MONDAY + (n + length) * DAY), st.integers(0, 4), st.integers(0, 2)
)
agendas = st.builds(
    lambda p, a, t: Agenda(tuple(p), tuple(a), tuple(t)),
    st.lists(posts, max_size=3),
    st.lists(gone, max_size=2),
    st.lists(spans, max_size=5),
)
asks = st.builds(
    lambda length, minutes, step, wait: asked(
        MONDAY, MONDAY + length * DAY, minutes, step, at(MONDAY, 6) + wait * MINUTE
    ),
    st.integers(0, 5),
    st.integers(5, 300),
    st.sampled_from([15, 30]),
    st.integers(0, 600),
)


@given(agendas, agendas, asks)
def test_what_is_offered_can_be_taken(one: Agenda, other: Agenda, ask: Asked) -> None:
    """Never over what is taken, always while the person is there, on the grid, as long as asked, after the lead time,
    each once and in order."""
    known = {NURSE: one, ADVISER: other}
    found = free(known, ask)
    assert found == sorted(set(found))
    for slot in found:
        span = Span(slot.starts_at, slot.ends_at)
        assert span.ends_at - span.starts_at == ask.minutes * MINUTE
        assert span.starts_at >= ask.earliest
        assert span.starts_at.minute % ask.step == 0
        for person in slot.persons:
            assert not common([span], known[person].taken)
            assert why_not(known[person], span, OFFICE) in (None, "not_on_a_seat", "not_a_visiting_day")
            days = {at.astimezone(HELSINKI).date() for at in (span.starts_at, span.ends_at - MINUTE)}
            assert any(post.days.holds(day) for post in known[person].posts for day in days)


@given(agendas, agendas, asks, st.randoms(use_true_random=False))
def test_the_order_of_facts_and_people_says_nothing(one: Agenda, other: Agenda, ask: Asked, random: object) -> None:
    def shuffled(agenda: Agenda) -> Agenda:
        parts = [list(part) for part in (agenda.posts, agenda.away, agenda.taken)]
        for part in parts:
            random.shuffle(part)  # type: ignore[attr-defined]
        return Agenda(*map(tuple, parts))  # type: ignore[arg-type]

    assert free({ADVISER: shuffled(other), NURSE: shuffled(one)}, ask) == free({NURSE: one, ADVISER: other}, ask)


@given(agendas, asks)
def test_whatever_is_free_is_offered(agenda: Agenda, ask: Asked) -> None:
    """Taking the first time offered takes nothing else away than what touches it."""
    found = free({NURSE: agenda}, ask)
    if found:
        first = Span(found[0].starts_at, found[0].ends_at)
        after = free({NURSE: Agenda(agenda.posts, agenda.away, (*agenda.taken, first))}, ask)
        assert after == [slot for slot in found if slot.starts_at >= first.ends_at]


@given(st.lists(spans), st.lists(spans))
def test_time_is_neither_made_nor_lost(some: list[Span], others: list[Span]) -> None:
    def minutes(of: list[Span]) -> int:
        return sum((span.ends_at - span.starts_at) // MINUTE for span in of)

    left, both = without(some, others), common(some, others)
    assert minutes(left) + minutes(both) == minutes(merged(some))
    assert common(left, others) == []
    assert merged(left) == left


@given(st.integers(0, 10_000_000), st.sampled_from([15, 30]))
def test_the_grid_is_met_at_once(second: int, step: int) -> None:
    moment = EVER + timedelta(seconds=second)
    found = on_grid(moment, step)
    assert moment <= found < moment + timedelta(minutes=step)
    assert (found.minute % step, found.second) == (0, 0)


TUESDAYS = Terms("FREQ=MONTHLY;BYDAY=1TU", time(9), 45, 4, date(2026, 1, 1), None)


def test_a_reception_comes_again_without_gap_or_double() -> None:
    found = occurrences(TUESDAYS, date(2026, 11, 1), date(2027, 2, 28), lambda on: ADVISER)
    assert [one.on.isoformat() for one in found] == ["2026-11-03", "2026-12-01", "2027-01-05", "2027-02-02"]
    first, *_, last = found[0].times
    assert (first[0], last[1]) == (at(date(2026, 11, 3), 9), at(date(2026, 11, 3), 12))
    assert all(one.skipped is None and one.next_on is None for one in found)


def test_holidays_and_absences_are_skipped_in_sight() -> None:
    away = date(2026, 12, 1)
    found = occurrences(TUESDAYS, away, away, lambda on: None if on == away else ADVISER)
    assert [(one.skipped, one.next_on, one.times) for one in found] == [("nobody_there", date(2027, 1, 5), ())]
    sixth = Terms("FREQ=MONTHLY;BYMONTHDAY=6", time(9), 30, 1, date(2026, 1, 1), date(2027, 1, 31))
    found = occurrences(sixth, date(2026, 12, 1), date(2027, 12, 31), lambda on: ADVISER)
    assert [(one.on.isoformat(), one.skipped, one.next_on) for one in found] == [
        ("2026-12-06", "not_a_working_day", None),
        ("2027-01-06", "not_a_working_day", None),
    ], "Independence Day, Epiphany, and then it is over"
    assert next_held(TUESDAYS, away, lambda on: None) is None


@given(st.integers(0, 900), st.integers(0, 120), st.integers(0, 120))
def test_a_period_in_two_parts_has_the_days_of_the_whole(start: int, one: int, other: int) -> None:
    first, middle = date(2026, 1, 1) + start * DAY, date(2026, 1, 1) + (start + one) * DAY
    last = middle + DAY * other
    assert TUESDAYS.days(first, middle) + TUESDAYS.days(middle + DAY, last) == TUESDAYS.days(first, last)
