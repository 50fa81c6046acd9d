"""Further cases in the form of the shared ones: deputies, conflicts, several teams, waiting, edges of periods."""

from __future__ import annotations

from datetime import date
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


def test_full_holders_hand_over_to_the_deputy() -> None:
    full = Holder(id="a", max_open=1, open_now=1)
    made = ask(team(seat(full, deputies=(Deputy(id="d2", open_now=3), Deputy(id="d1", open_now=4)))))
    assert (made.holder, made.on_behalf_of, made.tie_break) == ("d2", "a", "least_loaded")
    assert made.rejected["d1"] == Rejection("more_loaded", open=4)


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


def test_urgent_and_all_full_is_an_alarm_at_once() -> None:
    made = ask(team(seat(Holder(id="a", max_open=0))), urgent=True)
    assert (made.outcome, made.alarm) == (Outcome.UNASSIGNED, True)
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


def test_equal_load_goes_to_the_one_with_fewest_recent_then_to_the_first_id() -> None:
    people = Holder(id="c", open_now=3, recent=2), Holder(id="b", open_now=3, recent=1), Holder(id="a", open_now=4)
    made = ask(team(seat(*people)))
    assert (made.holder, made.tie_break) == ("b", "fewest_recent")
    assert made.rejected == {"a": Rejection("more_loaded", open=4), "c": Rejection("more_recent", recent=2)}
    made = ask(team(seat(Holder(id="z"), Holder(id="y"))))
    assert (made.holder, made.tie_break) == ("y", "id_order")
    assert made.rejected == {"z": Rejection("later_in_order")}
    assert made.because[-3:] == ("least_loaded", "fewest_recent", "id_order")


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
