"""Further cases in the form of the shared ones: deputies, conflicts, several teams, waiting, edges of periods."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from app.routing.decide import Decision, Outcome, Queue, QueueKind, decide
from app.routing.facts import AssessmentKind, EarlierHolder, Facts
from app.routing.roster import Deputy, Holder, Period, Roster, Seat, Team
from app.routing.rulesets import load_rule_set
from app.routing.selection import Rejection

RULES = load_rule_set("heinola.v1")
MONDAY = date(2026, 11, 23)
COORDINATOR, NURSE, KELA = "work_ability_coordinator", "unemployed_health_nurse", "kela_work_ability_adviser"


def team(*seats: Seat, id: str = "lakeside", municipalities: tuple[str, ...] = ("111",)) -> Team:
    return Team(id=id, municipalities=frozenset(municipalities), seats=seats)


def seat(*holders: Holder, deputies: tuple[Deputy, ...] = (), role: str = COORDINATOR, **more: Any) -> Seat:
    return Seat(role=role, holders=holders, deputies=deputies, **more)


def ask(*teams: Team, kind: AssessmentKind = AssessmentKind.COORDINATION, on: date = MONDAY, **facts: Any) -> Decision:
    return decide(Facts(assessment=kind, **{"municipality": "111", **facts}), RULES, Roster(teams=teams), on)


def away(id: str, first: date, last: date | None, **more: Any) -> Holder:
    return Holder(id=id, absences=(Period(first, last),), **more)


LONG = (date(2026, 11, 2), date(2027, 1, 31))


def test_holder_away_and_deputy_full_waits_for_the_deputy() -> None:
    made = ask(team(seat(away("a", *LONG), deputies=(Deputy(id="d", max_open=5, open_now=5),))))
    assert made.outcome is Outcome.WAITLISTED
    assert made.queue == Queue(QueueKind.SEAT_WAITING_LIST, COORDINATOR)
    assert {"C-23", "long_absence"} <= set(made.because)
    assert made.rejected == {
        "a": Rejection("absent", until=date(2027, 1, 31)),
        "d": Rejection("at_capacity", open=5, max_open=5),
    }
    assert made.earliest_on is None


def test_a_deputy_takes_no_overflow() -> None:
    full = Holder(id="a", max_open=1, open_now=1)
    made = ask(team(seat(full, deputies=(Deputy(id="d"),))))
    assert (made.outcome, made.holder, made.alarm) == (Outcome.WAITLISTED, None, False)
    assert made.rejected["d"] == Rejection("deputy_not_for_overflow")
    assert made.recheck_on == date(2026, 12, 23)


def test_the_less_loaded_deputy_stands_in_for_who_is_away_though_another_is_full() -> None:
    full, deputies = Holder(id="a", max_open=1, open_now=1), (Deputy(id="d2", open_now=3), Deputy(id="d1", open_now=4))
    made = ask(team(seat(full, away("b", *LONG), deputies=deputies)))
    assert (made.holder, made.on_behalf_of, made.tie_break) == ("d2", "b", "least_loaded")
    assert made.rejected["d1"] == Rejection("more_loaded", open=4, recent=0, chosen=3)


def test_a_deputy_of_somebody_else_does_not_stand_in() -> None:
    made = ask(team(seat(away("a", *LONG), deputies=(Deputy(id="d", stands_in_for="b"),))))
    assert (made.outcome, made.alarm) == (Outcome.UNASSIGNED, True)
    assert made.rejected["d"] == Rejection("deputy_not_for_overflow")


def test_client_days_of_the_week_are_a_limit() -> None:
    """C-23: who has had the work of their client days this week takes no more; a short week is no absence."""
    busy = Holder(id="a", recent=6, week_limit=6)
    made = ask(team(seat(busy, deputies=(Deputy(id="d"),))))
    assert (made.outcome, made.rejected["a"]) == (Outcome.WAITLISTED, Rejection("week_full", recent=6, max_week=6))
    assert {"C-23", "all_full"} <= set(made.because)
    assert ask(team(seat(busy, Holder(id="b", open_now=30)))).holder == "b"


def test_who_declined_does_not_get_it_again() -> None:
    people = Holder(id="a"), Holder(id="b", open_now=9)
    made = ask(team(seat(*people)), declined_by=frozenset({"a"}))
    assert (made.holder, made.rejected["a"]) == ("b", Rejection("declined"))
    alone = ask(team(seat(people[0], deputies=(Deputy(id="d"),))), declined_by=frozenset({"a"}))
    assert (alone.outcome, alone.alarm) == (Outcome.UNASSIGNED, True)
    assert "declined" in alone.because
    full = Deputy(id="d", max_open=1, open_now=1)
    waits = ask(team(seat(people[0], deputies=(full,))), declined_by=frozenset({"a"}))
    assert waits.outcome is Outcome.UNASSIGNED, "a deputy who would not stand in is not waited for"


def test_who_has_handed_over_gets_nothing_new() -> None:
    """C-43: the last days on a seat bring no more work, and deputies bridge them."""
    made = ask(team(seat(Holder(id="a", handed_over=True), deputies=(Deputy(id="d"),))))
    assert (made.holder, made.rejected["a"], made.alarm) == ("d", Rejection("handed_over"), True)
    assert ask(team(seat(Holder(id="a", handed_over=True), Holder(id="b")))).holder == "b"


def test_nobody_waits_for_somebody_with_a_conflict() -> None:
    made = ask(team(seat(away("a", MONDAY, date(2026, 11, 24)))), conflict_with=frozenset({"a"}))
    assert (made.outcome, made.alarm) == (Outcome.UNASSIGNED, True)


def test_a_client_may_decline_continuity() -> None:
    people = team(seat(Holder(id="a", open_now=9), Holder(id="b")))
    earlier = EarlierHolder(COORDINATOR, "a", date(2026, 11, 1))
    assert ask(people, earlier_holder=earlier).holder == "a"
    assert ask(people, earlier_holder=earlier, continuity_declined=True).holder == "b"


def test_a_deputy_stands_in_for_whom_the_designation_says() -> None:
    holders = away("a", *LONG), away("b", *LONG)
    made = ask(team(seat(*holders, deputies=(Deputy(id="d", stands_in_for="b"),))))
    assert (made.holder, made.on_behalf_of, made.alarm) == ("d", "b", False)


def test_conflict_with_everyone_is_an_alarm_and_never_a_wait() -> None:
    made = ask(team(seat(Holder(id="a"), deputies=(Deputy(id="d"),))), conflict_with=frozenset({"a", "d"}))
    assert (made.outcome, made.alarm) == (Outcome.UNASSIGNED, True)
    assert made.queue == Queue(QueueKind.TEAM_UNASSIGNED, "lakeside")
    assert "conflict_of_interest" in made.because
    assert {rejection.reason for rejection in made.rejected.values()} == {"conflict_of_interest"}


def test_conflict_beats_continuity() -> None:
    made = ask(
        team(seat(Holder(id="a"), Holder(id="b", open_now=9))),
        conflict_with=frozenset({"a"}),
        earlier_holder=EarlierHolder(COORDINATOR, "a", None),
    )
    assert (made.holder, made.tie_break) == ("b", "only_one_available")
    assert "continuity" not in made.because


def test_urgent_goes_to_the_deputy_without_an_alarm() -> None:
    made = ask(team(seat(away("a", *LONG), deputies=(Deputy(id="d"),))), urgent=True)
    assert (made.outcome, made.holder, made.alarm) == (Outcome.ASSIGNED, "d", False)


def test_urgent_and_all_full_waits_with_an_alarm_at_once() -> None:
    made = ask(team(seat(Holder(id="a", max_open=0))), urgent=True)
    assert (made.outcome, made.alarm) == (Outcome.WAITLISTED, True)
    assert {"urgent", "C-23"} <= set(made.because)


def test_two_teams_each_take_their_own_municipality() -> None:
    north = team(seat(Holder(id="n")), id="north", municipalities=("098",))
    south = team(seat(Holder(id="s")), id="south", municipalities=("111", "781"))
    assert ask(north, south, municipality="098").holder == "n"
    assert ask(north, south, municipality="781").holder == "s"
    assert ask(north, south, municipality=None).because == ("no_team_covers",)


def test_a_seat_the_team_does_not_have_is_a_vacancy() -> None:
    made = ask(team(), kind=AssessmentKind.HEALTH_CHECK)
    assert (made.outcome, made.seat, made.alarm) == (Outcome.UNASSIGNED, NURSE, True)
    assert "C-06" in made.because


def test_a_deputy_bridges_a_vacancy_and_the_alarm_stays() -> None:
    left = Holder(id="a", periods=(Period(None, date(2026, 11, 22)),))
    made = ask(team(seat(left, deputies=(Deputy(id="d"),))))
    assert (made.outcome, made.holder, made.on_behalf_of, made.alarm) == (Outcome.ASSIGNED, "d", None, True)
    assert {"C-06", "deputy"} <= set(made.because)
    assert made.rejected["a"] == Rejection("not_in_force", until=date(2026, 11, 22))


def test_a_vacancy_is_not_waited_for_even_when_a_deputy_will_have_room() -> None:
    made = ask(team(seat(deputies=(Deputy(id="d", max_open=0),))))
    assert (made.outcome, made.alarm) == (Outcome.UNASSIGNED, True)
    assert {"C-06", "C-23"} <= set(made.because)


def test_first_and_last_days_of_periods_count() -> None:
    one_day = team(seat(Holder(id="a", periods=(Period(MONDAY, MONDAY),))))
    assert ask(one_day).holder == "a"
    assert ask(one_day, on=date(2026, 11, 24)).outcome is Outcome.UNASSIGNED
    assert ask(one_day, on=date(2026, 11, 22)).rejected["a"] == Rejection("not_in_force")


def test_an_absence_of_ten_working_days_is_waited_for_and_of_eleven_is_not() -> None:
    ten = ask(team(seat(away("a", date(2026, 11, 9), date(2026, 12, 4)))))  # 10 left, though it began long ago
    assert (ten.outcome, ten.earliest_on) == (Outcome.WAITLISTED, date(2026, 12, 7))
    eleven = ask(team(seat(away("a", date(2026, 11, 23), date(2026, 12, 7)))))
    assert (eleven.outcome, eleven.alarm) == (Outcome.UNASSIGNED, True)
    assert "long_absence" in eleven.because


def test_two_absences_that_meet_over_a_weekend_are_one() -> None:
    absences = (Period(MONDAY, date(2026, 11, 27)), Period(date(2026, 11, 30), date(2026, 12, 1)))
    made = ask(team(seat(Holder(id="a", absences=absences))))
    assert made.earliest_on == date(2026, 12, 2)
    adjoining = (Period(date(2026, 11, 25), date(2026, 11, 27)), Period(MONDAY, date(2026, 11, 24)))
    made = ask(team(seat(Holder(id="a", absences=adjoining))))
    assert made.rejected["a"] == Rejection("absent", until=date(2026, 11, 27))


def test_nobody_waits_for_someone_who_will_have_left() -> None:
    leaving = away("a", MONDAY, date(2026, 11, 27), periods=(Period(None, date(2026, 11, 28)),))
    assert ask(team(seat(leaving))).outcome is Outcome.UNASSIGNED


def test_a_return_that_brings_no_room_gives_no_date() -> None:
    made = ask(team(seat(away("a", MONDAY, MONDAY, max_open=2, open_now=2), Holder(id="b", max_open=0))))
    assert (made.outcome, made.earliest_on) == (Outcome.WAITLISTED, None)


def test_continuity_lasts_twelve_calendar_months_to_the_day() -> None:
    def last(ended_on: date, on: date = MONDAY) -> str | None:
        people = seat(Holder(id="a", open_now=9), Holder(id="b"))
        return ask(team(people), on=on, earlier_holder=EarlierHolder(COORDINATOR, "a", ended_on)).holder

    assert last(date(2025, 11, 23)) == "a"
    assert last(date(2025, 11, 22)) == "b"
    assert last(date(2024, 2, 29), on=date(2025, 2, 28)) == "a"
    assert last(date(2024, 2, 29), on=date(2025, 3, 1)) == "b"


def test_continuity_belongs_to_the_seat() -> None:
    people = seat(Holder(id="a", open_now=9), Holder(id="b"))
    assert ask(team(people), earlier_holder=EarlierHolder(NURSE, "a", None)).holder == "b"


def test_what_was_given_in_seven_days_counts_as_load() -> None:
    made = ask(team(seat(Holder(id="a", open_now=3, recent=3), Holder(id="b", open_now=5))))
    assert (made.holder, made.tie_break) == ("b", "least_loaded")
    assert made.rejected == {"a": Rejection("more_loaded", open=3, recent=3, chosen=5)}


def test_equal_load_goes_to_who_has_waited_longest_then_by_the_order_of_the_seat() -> None:
    first, second = (datetime(2026, 11, day, 9, tzinfo=UTC) for day in (2, 3))
    people = Holder(id="a", last_assigned_at=second), Holder(id="b", last_assigned_at=first)
    made = ask(team(seat(*people)))
    assert (made.holder, made.tie_break) == ("b", "longest_since")
    assert made.rejected == {"a": Rejection("assigned_later", until=date(2026, 11, 3))}
    never = ask(team(seat(*people, Holder(id="c"))))
    assert (never.holder, never.tie_break) == ("c", "longest_since")
    made = ask(team(seat(Holder(id="y", order=2), Holder(id="z", order=1))))
    assert (made.holder, made.tie_break) == ("z", "seat_order")
    assert made.rejected == {"y": Rejection("later_in_order")}
    assert made.because[-3:] == ("least_loaded", "longest_since", "seat_order")


def test_the_employment_authority_consults_and_a_coordinator_keeps_the_work() -> None:
    """C-42: a partner's person is not given a client's work."""
    expert = seat(Holder(id="e"), role="employment_expert")
    made = ask(team(seat(Holder(id="a")), expert), kind=AssessmentKind.EMPLOYMENT_ASSESSMENT)
    assert (made.seat, made.holder, made.consulting_seat) == (COORDINATOR, "a", "employment_expert")


def test_a_partner_away_on_a_visiting_day_is_met_on_the_next() -> None:
    adviser = away("k", date(2026, 12, 1), date(2026, 12, 1))
    visits = seat(adviser, role=KELA, visiting_days="FREQ=MONTHLY;BYDAY=1TU")
    made = ask(team(seat(Holder(id="a")), visits), kind=AssessmentKind.KELA_CONSULTATION)
    assert (made.holder, made.earliest_on) == ("a", date(2027, 1, 5))
    assert "visiting_day" in made.because


def test_no_adviser_leaves_the_work_with_the_coordinator_and_says_so() -> None:
    made = ask(team(seat(Holder(id="a"))), kind=AssessmentKind.KELA_CONSULTATION)
    assert (made.holder, made.consulting_seat, made.earliest_on) == ("a", KELA, None)
    assert "consulting_vacant" in made.because


def test_a_manual_decision_asks_the_nurse_and_alarms_when_urgent() -> None:
    kind = AssessmentKind.PHYSICIAN_ASSESSMENT
    made = ask(team(), kind=kind, demanding=False)
    assert (made.outcome, made.suggest, made.asks_seat) == (Outcome.MANUAL, "name_own_care_team", NURSE)
    assert not made.alarm
    assert ask(team(), kind=kind, urgent=True).alarm


def test_the_client_who_asks_for_a_physician_sees_the_nurse_first() -> None:
    nurse = team(seat(Holder(id="n"), role=NURSE))
    made = ask(nurse, kind=AssessmentKind.PHYSICIAN_ASSESSMENT, health_check_done=False)
    assert (made.holder, made.rule) == ("n", "physician_asked_before_anyone_in_health")
