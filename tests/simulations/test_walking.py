"""The walker by examples: what waits, what frees a place, and what a change brings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.kit.clock import civil_date
from app.routing.facts import AssessmentKind as K
from app.routing.facts import ProblemArea, Register
from app.routing.roster import Period
from app.simulations.scenarios import Away, Room, placed
from app.simulations.telling import works_that_tell
from app.simulations.walking import Walk
from app.simulations.world import Span
from tests.simulations.worlds import (
    COORDINATOR,
    LAST,
    NURSE,
    RULES,
    asking,
    at,
    chair,
    compared,
    day,
    ends,
    held,
    sitter,
    world,
)  # fmt: skip


def test_what_waits_takes_the_first_place_that_frees_and_its_days_are_counted() -> None:
    made = world([chair(sitter("a", 1))], [asking("1", 0, 10), asking("2", 1, 20), asking("3", 2)])
    walk = Walk(made).finish()
    waited = {work[0]: case.waited for work, case in walk.cases.items()}
    assert ends(made) == {"1": ("assigned", "a"), "2": ("assigned", "a"), "3": ("assigned", "a")}
    assert waited == {"1": None, "2": timedelta(days=9), "3": timedelta(days=18)}


def test_urgent_work_is_first_in_line_and_does_not_wait_for_an_absence() -> None:
    made = world([chair(sitter("a", 1))], [asking("1", 0, 10), asking("2", 1), asking("3", 2, urgent=True)])
    assert ends(made) == {"1": ("assigned", "a"), "2": ("waiting", None), "3": ("assigned", "a")}
    away = world([chair(sitter("a", away=(0, 6)))], [asking("1", 1, urgent=True), asking("2", 1, 30)])
    assert ends(away) == {"1": ("unassigned", None), "2": ("assigned", "a")}


def test_who_is_back_is_offered_what_waits_on_the_morning_of_a_working_day() -> None:
    made = world([chair(sitter("a", away=(0, 9)))], [asking("1", 1)])  # back on a Friday
    case = Walk(made).finish().cases["1", "health_check"]
    assert case.taken_at is not None
    assert civil_date(case.taken_at) == day(10)
    until_friday = world([chair(sitter("a", away=(0, 10)))], [asking("1", 1)])
    case = Walk(until_friday).finish().cases["1", "health_check"]
    assert case.taken_at is not None
    assert civil_date(case.taken_at) == day(13), "not on a Saturday"


def test_work_that_closes_while_it_waits_never_got_a_place() -> None:
    made = world([chair(sitter("a", 1))], [asking("1", 0), asking("2", 1, 5)])
    result = compared(made)
    assert ends(made)["2"] == ("waiting", None)
    assert (result.after.waiting, result.after.waited, result.after.waited_longest_days) == (1, 1, 4)


def test_longer_than_the_recheck_age_is_counted() -> None:
    made = world([chair(sitter("a", 1))], [asking("1", 0), asking("2", 1), asking("3", 40)])
    result = compared(made).before
    assert (result.waiting, result.over_recheck, result.waited_longest_days) == (2, 1, 59)
    assert result.waited_median_days == 39.5


def test_a_conflict_does_not_stop_those_behind() -> None:
    both = [chair(sitter("a", 1), sitter("b", 1))]
    first = [asking("1", 0, 10, conflict_with=frozenset("b")), asking("2", 1)]
    made = world(both, [*first, asking("3", 2, conflict_with=frozenset("a")), asking("4", 3)])
    assert ends(made) == {
        "1": ("assigned", "a"), "2": ("assigned", "b"), "3": ("waiting", None), "4": ("assigned", "a"),
    }  # fmt: skip


def test_a_vacant_seat_gives_its_work_to_nobody_or_to_its_deputy() -> None:
    made = world([chair(sitter("a"))], [asking("1", 0), asking("2", 1)])
    result = compared(made, vacancies=frozenset({NURSE}))
    assert (result.before.unassigned, result.after.unassigned, result.after.alarms) == (0, 2, 2)
    assert [pair.asking.id for pair in result.nobody] == ["1", "2"]
    assert len(result.changed) == 2
    deputed = world([chair(sitter("a"), deputies=(sitter("d"),))], [asking("1", 0)])
    result = compared(deputed, vacancies=frozenset({NURSE}))
    assert result.people[NURSE, "d"].after == 1
    assert result.after.alarms == 1, "the vacancy stays visible"


def test_more_room_for_one_person() -> None:
    made = world([chair(sitter("a", 1), sitter("b", 1))], [asking(str(n), n) for n in range(4)])
    result = compared(made, rooms=(Room(seat=NURSE, person="b", max_open=3),))
    assert (result.before.waiting, result.after.waiting) == (2, 0)
    assert {person: share.after for (_, person), share in result.people.items()} == {"a": 1, "b": 3}
    assert result.people[NURSE, "b"].after_percent == 75.0


def test_client_days_make_a_week() -> None:
    made = world([chair(sitter("a"), clients_per_day=2)], [asking(str(n), n) for n in range(6)])
    result = compared(made, rooms=(Room(seat=NURSE, client_days=1.5, changes=frozenset({"client_days"})),))
    assert (result.before.waited, result.after.waited, result.after.waiting) == (0, 3, 0)
    assert result.after.waited_longest_days == 4


def test_load_that_nobody_asked_for_counts_and_a_path_is_no_assignment() -> None:
    path = held("p", "a", -30, given=False)
    made = world([chair(sitter("a", 2), sitter("b", 2))], [asking("1", 0), asking("2", 1)], held=(path,))
    assert ends(made) == {"1": ("assigned", "b"), "2": ("assigned", "a")}
    full = world([chair(sitter("a", 1))], [asking("1", 0)], held=(held("x", "a", -30, 5),))
    assert Walk(full).finish().cases["1", "health_check"].waited == timedelta(days=5)


def test_continuity_is_of_the_simulated_past_and_of_what_was_before() -> None:
    two = [chair(sitter("a"), sitter("b"))]
    work = [asking("1", 0, 3, client=7), asking("2", 1), asking("3", 9, client=7)]
    assert ends(world(two, work))["3"] == ("assigned", "a")
    known = world(two, work, earlier={(7, NURSE): ("b", date(2026, 5, 1))})
    assert ends(known) == {"1": ("assigned", "b"), "2": ("assigned", "a"), "3": ("assigned", "b")}


def test_asked_again_it_stays_unless_the_rules_or_the_holder_say_otherwise() -> None:
    two = [chair(sitter("a"), sitter("b"))]
    again = [asking("1", 0), asking("2", 1, work="1")]
    assert ends(world(two, again)) == {"1": ("assigned", "a")}
    declined = [asking("1", 0), asking("2", 1, work="1", declined_by=frozenset("a"))]
    made = Walk(world(two, declined)).finish()
    assert made.cases["1", "health_check"].holder == "b"
    assert {key[1]: load.open for key, load in made.loads.items()} == {"a": 0, "b": 1}
    assert made.loads[NURSE, "a"].given == []
    away = world([chair(sitter("a", away=(1, 30)), sitter("b"))], again)
    assert ends(away) == {"1": ("assigned", "b")}


def test_a_question_to_a_person_leaves_work_with_who_has_it() -> None:
    seats = [chair(sitter("a")), chair(sitter("p"), role="physician_msk_somatic")]
    said = {
        "kind": K.PHYSICIAN_ASSESSMENT, "asked_by_register": Register.HEALTH, "health_check_done": True,
        "problem_areas": frozenset({ProblemArea.SOMATIC}),
    }  # fmt: skip
    unsaid, known = asking("1", 0, **said), asking("2", 1, work="1", demanding=True, **said)  # type: ignore[arg-type]
    assert ends(world(seats, [unsaid])) == {"1": ("manual", None)}
    assert ends(world(seats, [unsaid, known])) == {"1": ("assigned", "p")}
    later = asking("3", 2, work="1", **said)  # type: ignore[arg-type]
    assert ends(world(seats, [unsaid, known, later])) == {"1": ("assigned", "p")}


def test_the_drafts_rules_decide_from_the_first_day() -> None:
    moved = tuple(
        replace(rule, then=replace(rule.then, seat=COORDINATOR)) if rule.then.seat == NURSE else rule
        for rule in RULES.rules
    )
    made = world([chair(sitter("a")), chair(sitter("k"), role=COORDINATOR)], [asking("1", 0), asking("2", 1)])
    result = compared(made, rules=replace(RULES, id="draft", rules=moved))
    assert {role: (share.before, share.after) for role, share in result.seats.items()} == {
        NURSE: (2, 0), COORDINATOR: (0, 2),
    }  # fmt: skip


def test_the_limits_of_a_period_hold_in_it_and_who_handed_over_gets_nothing_new() -> None:
    spans = (
        Span(start=date(2025, 1, 1), end=day(9), max_open=0),
        Span(start=day(10), max_open=None, handed_over_at=at(20)),
    )
    made = world([chair(replace(sitter("a"), spans=spans))], [asking("1", 1), asking("2", 15), asking("3", 25)])
    assert ends(made) == {"1": ("assigned", "a"), "2": ("assigned", "a"), "3": ("unassigned", None)}


@pytest.mark.parametrize(
    ("first", "last", "moved_first", "moved_last"),
    [
        ("2026-11-09", "2026-11-13", "2026-11-09", "2026-11-13"),  # has been
        ("2026-11-23", "2026-11-27", "2026-11-16", "2026-11-20"),  # a Monday stays a Monday
        ("2027-02-01", "2027-02-14", "2026-11-09", "2026-11-22"),
        ("2026-01-01", "9999-12-31", "0001-01-01", "2026-11-20"),
    ],
)
def test_a_planned_absence_is_moved_back_by_whole_weeks(
    first: str, last: str, moved_first: str, moved_last: str
) -> None:
    away = Away(person="a", first=date.fromisoformat(first), last=date.fromisoformat(last))
    [found] = placed([away], date(2026, 11, 23))
    assert (found.first.isoformat(), found.last.isoformat()) == (moved_first, moved_last)
    assert (away.last - found.last).days % 7 == 0


def test_absences_ahead_keep_their_overlap() -> None:
    days = [date(2026, 12, 1) + timedelta(days=n) for n in (0, 10, 5, 30)]
    one, other = placed([Away(person="a", first=days[0], last=days[1]), Away(person="b", first=days[2], last=days[3])],
                        LAST.date())  # fmt: skip
    assert (other.first - one.first, other.last - one.last) == (timedelta(days=5), timedelta(days=20))
    assert other.last <= LAST.date()


def test_an_absence_gives_the_work_to_the_deputy() -> None:
    made = world([chair(sitter("a"), deputies=(sitter("d"),))], [asking(str(n), n) for n in range(0, 60, 2)])
    result = compared(made, absences=(Away(person="a", first=date(2026, 12, 1), last=date(2026, 12, 14)),))
    assert result.people[NURSE, "d"].before == 0
    assert result.people[NURSE, "d"].after == 7
    assert made.chairs[NURSE].holders[0].absences == (), "the world itself is as it was"


def test_more_room_may_make_another_wait_where_people_differ() -> None:
    """Never the one who is decided (`test_rules_properties`), but later ones: with room for more, A keeps an own
    client instead of handing them to B, has a full week, and whoever cannot go to B waits."""
    limited = sitter("a", 1, client_days=1.0)
    made = world(
        [chair(limited, sitter("b", 9), clients_per_day=2)],
        [asking("1", 0, 2, client=1), asking("2", 1, client=2), asking("3", 3, conflict_with=frozenset("b"))],
        earlier={(1, NURSE): ("a", date(2026, 8, 1)), (2, NURSE): ("a", date(2026, 8, 1))},
    )
    result = compared(made, rooms=(Room(seat=NURSE, person="a", max_open=2),))
    assert (result.before.waited, result.after.waited) == (0, 1)


def test_periods_of_an_absence_are_days_included() -> None:
    period = Period(day(1), day(1))
    made = world([chair(replace(sitter("a"), absences=(period,)))], [asking("1", 1, 9), asking("2", 2)])
    cases = Walk(made).finish().cases
    assert cases["1", "health_check"].waited is not None
    assert cases["2", "health_check"].waited is None


def test_what_was_ever_said_of_health_tells() -> None:
    plain, no, taken_back = asking("1", 0), asking("2", 0, demanding=False), asking("4", 1, work="3")
    area = asking("3", 0, problem_areas=frozenset({ProblemArea.SOMATIC}))
    physician = asking("5", 0, kind=K.PHYSICIAN_ASSESSMENT)
    told = works_that_tell([plain, no, area, taken_back, physician])
    assert {work[0] for work in told} == {"2", "3", "5"}
