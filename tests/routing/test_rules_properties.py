"""What holds for every decision: it is total, repeatable, blind to order, and nobody gets what they cannot take."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from app.kit.i18n import Text
from app.routing.decide import Decision, Outcome, decide
from app.routing.facts import AssessmentKind, EarlierHolder, Facts, ProblemArea, Register
from app.routing.reasons import explain
from app.routing.roster import Deputy, Holder, Period, Roster, Seat, Team
from app.routing.rules import SEATS
from app.routing.rulesets import load_rule_set
from tests.routing.vignettes import turned

RULES = load_rule_set("heinola.v1")
TODAY = date(2026, 11, 23)
P = TypeVar("P", bound=Holder)
PEOPLE = st.sampled_from("abcde")
DAYS = st.integers(-40, 40).map(lambda n: TODAY + timedelta(days=n))
USED = sorted({seat for rule in RULES.rules for seat in (rule.then.seat, rule.then.consulting) if seat})


@st.composite
def periods(draw: st.DrawFn) -> Period:
    ends = sorted(draw(st.lists(DAYS, min_size=2, max_size=2)))
    return Period(draw(st.sampled_from([None, ends[0]])), draw(st.sampled_from([None, ends[1]])))


HOLDERS = st.builds(
    Holder,
    id=PEOPLE,
    periods=st.one_of(st.just((Period(),)), st.lists(periods(), max_size=2).map(tuple)),
    absences=st.lists(periods(), max_size=2).map(tuple),
    max_open=st.one_of(st.none(), st.integers(0, 3)),
    open_now=st.integers(0, 4),
    recent=st.integers(0, 2),
    week_limit=st.one_of(st.none(), st.integers(0, 3)),
    last_assigned_at=st.one_of(st.none(), st.integers(1, 22).map(lambda day: datetime(2026, 11, day, tzinfo=UTC))),
    order=st.integers(0, 2),
    handed_over=st.integers(0, 9).map(lambda n: n == 0),
)


def deputy(person: Holder, stands_in_for: str | None) -> Deputy:
    same = {field.name: getattr(person, field.name) for field in fields(person)}
    return Deputy(**same, stands_in_for=stands_in_for)


def seats(role: str) -> st.SearchStrategy[Seat]:
    return st.builds(
        Seat,
        role=st.just(role),
        holders=st.lists(HOLDERS, max_size=3, unique_by=lambda p: p.id).map(tuple),
        deputies=st.lists(
            st.builds(deputy, HOLDERS, st.one_of(st.none(), PEOPLE)), max_size=2, unique_by=lambda p: p.id
        ).map(tuple),
        visiting_days=st.sampled_from([None, "FREQ=MONTHLY;BYDAY=1TU", "FREQ=WEEKLY;BYDAY=MO"]),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Facts, Roster]:
    facts = Facts(
        assessment=draw(st.sampled_from(AssessmentKind)),
        municipality=draw(st.sampled_from(["111", "111", "111", "781", "049", None])),
        problem_areas=draw(st.frozensets(st.sampled_from(ProblemArea), max_size=3)),
        main_problem=draw(st.one_of(st.none(), st.sampled_from(ProblemArea))),
        demanding=draw(st.sampled_from([True, True, False, None])),
        health_check_done=draw(st.sampled_from([True, False, None])),
        asked_by_register=draw(st.one_of(st.none(), st.sampled_from(Register))),
        own_care_team=draw(st.sampled_from([None, "own-1"])),
        urgent=draw(st.booleans()),
        earlier_holder=draw(
            st.one_of(
                st.none(), st.builds(EarlierHolder, st.sampled_from(USED), PEOPLE, st.one_of(st.none(), st.dates()))
            )
        ),
        continuity_declined=draw(st.booleans()),
        conflict_with=draw(st.frozensets(PEOPLE, max_size=2)),
        declined_by=draw(st.frozensets(PEOPLE, max_size=1)),
    )
    likely = RULES.first_match(RULES.view(facts))[0]
    wanted = {role for role in (likely.then.seat, likely.then.consulting) if role} if likely else set()
    roles = sorted(wanted | draw(st.frozensets(st.sampled_from(sorted(SEATS)), max_size=1)))
    if draw(st.integers(0, 9)) == 0:
        roles = roles[1:]
    filled = tuple(draw(seats(role)) for role in roles)
    home = Team(id="t2", municipalities=frozenset({"111"}), seats=filled)
    other = Team(id="t1", municipalities=frozenset(draw(st.sampled_from([["781"], ["781", "111"]]))), seats=filled[:1])
    return facts, Roster(teams=(home, other))


def made_of(case: tuple[Facts, Roster]) -> Decision:
    return decide(case[0], RULES, case[1], TODAY)


def people_in(made: Decision, roster: Roster) -> list[Holder]:
    team = next(team for team in roster.teams if team.id == made.team)
    seat = team.seat(made.seat or "")
    return [*seat.holders, *seat.deputies] if seat else []


def label(set: str, code: str) -> Text:
    return Text(code, code, code)


@given(cases())
@settings(max_examples=100, deadline=None)
def test_every_case_has_exactly_one_place_and_can_be_told(case: tuple[Facts, Roster]) -> None:
    made = made_of(case)
    places = [made.holder is not None, made.queue is not None, made.outcome is Outcome.MANUAL]
    assert sum(places) == 1
    assert (made.outcome is Outcome.ASSIGNED) == (made.holder is not None)
    assert made.alarm or made.outcome is not Outcome.UNASSIGNED
    assert made.because
    assert made == made_of(case)
    assert json.loads(json.dumps(made.as_dict())) == made.as_dict()
    told = explain(made, {}, label)
    assert told.keys() == {"fi", "sv", "en"}
    assert all(text.endswith(".") and "{" not in text for text in told.values())
    if made.outcome is Outcome.WAITLISTED:
        assert made.earliest_on is None or made.earliest_on > TODAY


@given(cases())
@settings(max_examples=100, deadline=None)
def test_the_order_of_the_roster_does_not_matter(case: tuple[Facts, Roster]) -> None:
    facts, roster = case
    assert made_of((facts, turned(roster))).as_dict() == made_of(case).as_dict()


@given(cases())
@settings(max_examples=100, deadline=None)
def test_the_chosen_can_take_it_and_the_others_have_a_reason(case: tuple[Facts, Roster]) -> None:
    facts, roster = case
    made = made_of(case)
    if made.seat is None:
        return
    people = people_in(made, roster)
    assert {person.id for person in people} == made.rejected.keys() | ({made.holder} - {None})
    assert made.holder not in made.rejected
    assert made.loads.keys() == {person.id for person in people}
    if made.holder is not None:
        assert made.holder not in facts.conflict_with | facts.declined_by
        assert any(
            any(p.covers(TODAY) for p in person.periods)
            and not any(p.covers(TODAY) for p in person.absences)
            and (person.max_open is None or person.open_now < person.max_open)
            and (person.week_limit is None or person.recent < person.week_limit)
            and not person.handed_over
            for person in people
            if person.id == made.holder
        )


@given(cases(), st.integers(1, 5))
@settings(max_examples=100, deadline=None)
def test_more_capacity_never_makes_a_client_wait(case: tuple[Facts, Roster], more: int) -> None:
    facts, roster = case

    def roomier(person: P) -> P:
        wider = person.max_open if person.max_open is None else person.max_open + more
        return replace(person, max_open=wider, week_limit=person.week_limit and person.week_limit + more)

    wide = replace(
        roster,
        teams=tuple(
            replace(
                team,
                seats=tuple(
                    replace(
                        seat,
                        holders=tuple(map(roomier, seat.holders)),
                        deputies=tuple(map(roomier, seat.deputies)),
                    )
                    for seat in team.seats
                ),
            )
            for team in roster.teams
        ),
    )
    if made_of(case).outcome is Outcome.ASSIGNED:
        assert made_of((facts, wide)).outcome is Outcome.ASSIGNED
