"""The board's rules by themselves: vacancies, deputies, free places, small numbers, and who is silent."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import Settings as Served
from app.kit.clock import civil_date
from app.kit.i18n import LANGUAGES
from app.kit.workdays import working_days_between
from app.main import create_app
from app.routing.facts import AssessmentKind, Facts
from app.routing.roster import Deputy, Holder, Period, Seat
from app.routing.rules import Settings
from app.routing.selection import select
from app.routing.sentences import SUGGESTION
from app.views.board import rules
from app.views.board.doers import DOINGS
from app.views.board.remedies import OF_KIND, REMEDIES
from app.views.board.rules import Lack
from tests.contract.test_permissions import routes

ON = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 10, tzinfo=UTC)
PAST = (Period(None, date(2026, 11, 22)),)
AWAY = (Period(ON, date(2026, 12, 4)),)


def seat(*holders: Holder, deputies: tuple[Deputy, ...] = ()) -> Seat:
    return Seat(role="physiotherapist", holders=holders, deputies=deputies)


@pytest.mark.parametrize(
    ("holders", "lack"),
    [
        ((), Lack.VACANT),
        ((Holder(id="a"),), None),
        ((Holder(id="a", absences=AWAY),), None),
        ((Holder(id="a", periods=PAST),), Lack.VACANT),
        ((Holder(id="a", handed_over=True),), Lack.HANDED_OVER),
        ((Holder(id="a", handed_over=True), Holder(id="b")), None),
        ((Holder(id="a", handed_over=True, periods=PAST),), Lack.VACANT),
    ],
)
def test_why_nobody_holds_a_seat(holders: tuple[Holder, ...], lack: Lack | None) -> None:
    assert rules.lack_of(seat(*holders), ON) is lack


def test_deputies_stand_in_for_absence_and_vacancy_and_never_for_overflow() -> None:
    deputy = Deputy(id="d")
    full = Holder(id="a", max_open=1, open_now=1)
    assert rules.standing_in(seat(full, deputies=(deputy,)), ON) == []
    [one] = rules.standing_in(seat(Holder(id="a", absences=AWAY), deputies=(deputy,)), ON)
    assert ([p.id for p in one.absent], one.until) == (["a"], date(2026, 12, 4))
    [one] = rules.standing_in(seat(deputies=(deputy,)), ON)
    assert (one.absent, one.until) == ((), None)
    other = Deputy(id="d", stands_in_for="b")
    assert rules.standing_in(seat(Holder(id="a", absences=AWAY), deputies=(other,)), ON) == []


@pytest.mark.parametrize(
    ("people", "free"),
    [
        ((Holder(id="a", max_open=3, open_now=1), Holder(id="b", max_open=2, open_now=5)), 2),
        ((Holder(id="a", max_open=9, week_limit=4, recent=3),), 1),
        ((Holder(id="a", max_open=9), Holder(id="b")), None),
        ((Holder(id="a", max_open=9, absences=AWAY),), 0),
        ((Holder(id="a", max_open=9, handed_over=True),), 0),
    ],
)
def test_free_places(people: tuple[Holder, ...], free: int | None) -> None:
    assert rules.free_places(seat(*people), ON) == free


HOLDERS = st.builds(
    Holder,
    id=st.sampled_from("abc"),
    periods=st.sampled_from([(Period(),), PAST]),
    absences=st.sampled_from([(), AWAY]),
    max_open=st.one_of(st.none(), st.integers(0, 3)),
    open_now=st.integers(0, 3),
    recent=st.integers(0, 2),
    week_limit=st.one_of(st.none(), st.integers(0, 3)),
    handed_over=st.booleans(),
)
DEPUTIES = st.builds(Deputy, id=st.sampled_from("de"), absences=st.sampled_from([(), AWAY]), max_open=st.integers(0, 2))


@given(
    holders=st.lists(HOLDERS, max_size=3, unique_by=lambda p: p.id),
    deputies=st.lists(DEPUTIES, max_size=2, unique_by=lambda p: p.id),
)
def test_there_is_a_free_place_exactly_when_routing_would_find_somebody(
    holders: list[Holder], deputies: list[Deputy]
) -> None:
    """`could be given` promises nothing that routing would refuse."""
    made = seat(*holders, deputies=tuple(deputies))
    chosen = select(made, Facts(assessment=AssessmentKind.COORDINATION), Settings(
        continuity_months=12, short_absence_working_days=10, recheck_after_days=30), ON, lambda _: True)  # fmt: skip
    assert (rules.free_places(made, ON) != 0) is (chosen.holder is not None)


@pytest.mark.parametrize(("waiting", "free", "could"), [(3, 5, 3), (3, 1, 1), (3, 0, 0), (3, None, 3)])
def test_how_many_could_be_given_out(waiting: int, free: int | None, could: int) -> None:
    assert rules.could_be_given(waiting, free) == could


def test_small_numbers_hide_on_seats_that_tell() -> None:
    for number in range(12):
        assert rules.shown(number, "physiotherapist", reads_health=False) == number
        assert rules.shown(number, "psychiatric_nurse", reads_health=True) == number
        hidden = rules.shown(number, "psychiatric_nurse", reads_health=False)
        assert hidden == (None if number in (1, 2, 3, 4) else number)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.dates(date(2025, 12, 1), date(2027, 12, 31)))
def test_unconfirmed_after_two_working_days(on: date, given_on: date) -> None:
    given_at = datetime(given_on.year, given_on.month, given_on.day, 12, tzinfo=UTC)
    late = given_at < rules.confirmed_by(on)
    assert late is (working_days_between(civil_date(given_at), on) > rules.UNCONFIRMED_AFTER)


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("began", "touched", "silent"),
    [
        (NOON - 100 * DAY, None, True),  # never
        (NOON - 100 * DAY, NOON - DAY, False),
        (NOON - 100 * DAY, NOON - 15 * DAY, True),
        (NOON - 13 * DAY, None, False),  # newly assigned
        (NOON - 14 * DAY, None, False),  # the day itself
        (NOON - 13 * DAY, NOON - 50 * DAY, False),
    ],
)
def test_who_is_silent(began: datetime, touched: datetime | None, silent: bool) -> None:
    since = rules.silent_since(began, touched, 14, NOON)
    assert (since is not None) is silent
    assert since is None or since == max(began, touched or began)


def test_remedies_have_three_languages_and_operations_that_exist(operations: set[str]) -> None:
    for name, remedy in REMEDIES.items():
        said = {remedy.text.pick(language) for language in LANGUAGES}
        assert len(said) == 3, name
        assert all((text and text[0] in "{") or text[0].isupper() for text in said), name
        assert all(text.endswith(".") for text in said), name
        assert remedy.operation is None or remedy.operation in operations & DOINGS.keys(), name
    assert set(OF_KIND.values()) <= REMEDIES.keys()


def test_every_suggestion_says_what_is_to_be_done_and_no_remedy_repeats_the_question() -> None:
    for suggest in SUGGESTION:
        remedy = REMEDIES[f"suggest_{suggest}"]
        assert remedy.operation not in (None, "routeWorkItemAgain"), suggest
        assert all("{suggest}" in remedy.text.pick(language) for language in LANGUAGES), suggest
    folder = resources.files("app.routing") / "rulesets"
    shipped = [file for file in folder.iterdir() if file.name.endswith(".json")]
    asked = {then for file in shipped for then in re.findall(r'"manual": "(\w+)"', file.read_text("utf-8"))}
    assert asked <= SUGGESTION.keys()


def test_the_permissions_of_remedies_are_those_of_the_routes() -> None:
    """An operation is named for those whom its route lets in."""
    from app.dev.openapi import made

    api = create_app(Served(mode="demo", host="127.0.0.1", _env_file=None), dsn="postgresql+asyncpg://127.0.0.1/none")
    found = dict(routes(api))
    asked = {
        operation["operationId"]: found[f"{method.upper()} {path}"]
        for path, methods in made()["paths"].items()
        for method, operation in methods.items()
        if isinstance(operation, dict) and operation.get("operationId") in DOINGS
    }
    assert asked == {name: [doing.permission] for name, doing in DOINGS.items()}


MONDAY = Period(date(2026, 11, 30), date(2026, 12, 6))


@pytest.mark.parametrize(
    ("made", "gap"),
    [
        (seat(Holder(id="a")), None),
        (seat(Holder(id="a", absences=AWAY)), (ON, date(2026, 12, 4))),
        (seat(Holder(id="a", absences=AWAY), Holder(id="b")), None),
        (seat(Holder(id="a", absences=AWAY), Holder(id="b", absences=(MONDAY,))), (MONDAY.start, date(2026, 12, 4))),
        (seat(Holder(id="a", absences=AWAY), deputies=(Deputy(id="d"),)), None),
        (seat(Holder(id="a", absences=AWAY), deputies=(Deputy(id="d", absences=(MONDAY,)),)),
         (MONDAY.start, date(2026, 12, 4))),
        (seat(Holder(id="a", absences=AWAY), deputies=(Deputy(id="d", stands_in_for="b"),)), (ON, date(2026, 12, 4))),
        (seat(Holder(id="a", absences=(Period(ON, None),))), (ON, None)),
        (seat(Holder(id="a", absences=(Period(date(2026, 12, 7), date(2026, 12, 8)),))),
         (date(2026, 12, 7), date(2026, 12, 8))),
        (seat(Holder(id="a", absences=(Period(date(2026, 12, 8), date(2026, 12, 9)),))), None),
        (seat(Holder(id="a", absences=(Period(date(2026, 11, 28), date(2026, 11, 29)),))), None),  # a weekend
        (seat(Holder(id="a", absences=AWAY, max_open=0)), (ON, date(2026, 12, 4))),
        (seat(), None),  # vacant, which is said otherwise
    ],
)  # fmt: skip
def test_seats_with_nobody_there_now_or_soon(made: Seat, gap: tuple[date, date | None] | None) -> None:
    found = rules.gap_of(made, ON)
    assert (found and (found.first, found.last)) == gap


@pytest.mark.parametrize(("first", "soon"), [(23, False), (24, True), (25, True), (26, False)])
def test_who_goes_away_within_two_working_days(first: int, soon: bool) -> None:
    away = Period(date(2026, 11, first), date(2026, 12, 4))
    assert rules.leaves_soon(Holder(id="a", absences=(away,)), ON) is soon


@pytest.fixture(scope="module")
def operations() -> set[str]:
    from app.dev.openapi import made
    from app.site.schema import operations as of

    return {operation["operationId"] for _, operation in of(made())}
