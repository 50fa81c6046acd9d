"""What holds for every walk: one place each, the order of the input does not matter, no one above their limit."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from app.routing.facts import AssessmentKind as K
from app.routing.facts import Facts, ProblemArea
from app.routing.roster import Period
from app.simulations.cases import Case, Place
from app.simulations.results import compare
from app.simulations.scenarios import Room, Scenario, applied
from app.simulations.walking import Walk
from app.simulations.world import Asking, Chair, Held, Sitter, World
from tests.simulations.worlds import COORDINATOR, NURSE, RULES, SOCIAL, at, day, sitter, world

HOURS = st.integers(0, 60 * 24).map(lambda hours: hours / 24)
SEATS = (NURSE, COORDINATOR, SOCIAL)
PEOPLE = "abcde"
T = TypeVar("T")


@st.composite
def sitters(draw: st.DrawFn, id: str, *, plain: bool = False) -> Sitter:
    most = draw(st.one_of(st.integers(0, 3), st.none()))
    if plain:
        return sitter(id, most)
    made = sitter(id, most, client_days=draw(st.sampled_from([None, None, 0.5, 1.0])))
    if draw(st.booleans()):
        first = draw(st.integers(0, 55))
        made = replace(made, absences=(Period(day(first), day(first + draw(st.integers(0, 25)))),))
    if draw(st.integers(0, 4)) == 0:
        span = replace(made.spans[0], handed_over_at=at(draw(st.integers(1, 50))))
        made = replace(made, spans=(span,))
    return made


@st.composite
def chairs(draw: st.DrawFn, role: str, *, plain: bool = False) -> Chair:
    ids = draw(st.lists(st.sampled_from(PEOPLE), min_size=plain, max_size=3, unique=True))
    made = [draw(sitters(id, plain=plain)) for id in ids]
    cut = len(made) if plain else draw(st.integers(0, len(made)))
    per_day = None if plain else draw(st.sampled_from([None, 2, 4]))
    return Chair(role=role, holders=tuple(made[:cut]), deputies=tuple(made[cut:]), clients_per_day=per_day)


@st.composite
def works(draw: st.DrawFn, number: int, *, plain: bool = False, once: bool = False) -> list[Asking]:
    """One piece of work, asked for once or more often."""
    kind = draw(
        st.sampled_from(
            [K.HEALTH_CHECK, K.COORDINATION, K.SOCIAL_ASSESSMENT, K.PHYSICIAN_ASSESSMENT][: 3 if plain else 4]
        )
    )
    client, first = draw(st.integers(0, 4)), draw(HOURS)
    closed = draw(st.one_of(st.none(), st.integers(0, 40).map(lambda days: at(first + days))))
    made = []
    for again in range(1 if plain or once else draw(st.sampled_from([1, 1, 1, 2, 3]))):
        unable = st.frozensets(st.sampled_from(PEOPLE), max_size=2)
        facts = Facts(
            assessment=kind,
            municipality=draw(st.sampled_from(["111", "781"])),
            urgent=draw(st.booleans()),
            demanding=draw(st.sampled_from([None, True, False])) if not plain else None,
            problem_areas=draw(st.frozensets(st.sampled_from(ProblemArea), max_size=2)) if not plain else frozenset(),
            own_care_team=draw(st.sampled_from([None, "own"])),
            conflict_with=frozenset() if plain else draw(unable),
            declined_by=frozenset() if plain else draw(unable),
        )
        asked_at = at(first) + timedelta(days=again)
        made.append(
            Asking(
                id=f"{number}-{again}", work=(str(number), kind.value), client=client, at=asked_at, facts=facts,
                rules=RULES, closed_at=max(closed, asked_at) if closed else None,
            )
        )  # fmt: skip
    ends = made[-1].closed_at
    return [replace(asking, closed_at=ends) for asking in made]


@st.composite
def worlds(draw: st.DrawFn, *, plain: bool = False, once: bool = False) -> World:
    seats = [draw(chairs(role, plain=plain)) for role in SEATS]
    askings = [a for n in range(draw(st.integers(0, 12))) for a in draw(works(n, plain=plain, once=once))]
    sitting = [(c.role, person) for c in seats for person in sorted(c.people)]
    held = [] if plain else [
        Held(work=(f"held {n}", "pathway"), client=n, seat=seat, person=person, taken_at=at(-draw(HOURS)),
             closed_at=at(draw(HOURS)) if draw(st.booleans()) else None, given=draw(st.booleans()))
        for n, (seat, person) in enumerate(draw(st.lists(st.sampled_from(sitting), max_size=4)) if sitting else [])
    ]  # fmt: skip
    return world(seats, askings, held=tuple(held))


def story(walk: Walk) -> list[tuple[object, ...]]:
    return sorted(
        (work, case.place, case.seat, case.holder, case.waited, case.taken_at, case.alarm)
        for work, case in walk.cases.items()
    )


class Watched(Walk):
    """Looks at whoever is given something, at the moment that it is given."""

    def take(self, case: Case, seat: str, person: str, at: datetime) -> None:
        if case.asking is not None:
            made = self.seat(seat)
            assert made is not None
            [found] = [p for p in (*made.holders, *made.deputies) if p.id == person]
            assert not found.full()
            assert not found.week_full()
            assert not found.handed_over
            assert found.in_force(self.day)
            assert found.absent_until(self.day) is None
        super().take(case, seat, person, at)


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_every_case_ends_in_one_place_and_nobody_gets_more_than_they_can(made: World) -> None:
    walk = Watched(made).finish()
    asked_for = {asking.work for asking in made.askings}
    cases = {work: case for work, case in walk.cases.items() if case.asking is not None}
    assert cases.keys() == asked_for
    for case in cases.values():
        assert case.place is not None
        assert (case.place is Place.ASSIGNED) == (case.holder is not None)
        assert case.turn is None
        assert case.waited is None or case.waited >= timedelta(0)
    open_now = Counter((c.seat, c.holder) for c in walk.cases.values() if c.holder and not c.closed)
    assert {pair: load.open for pair, load in walk.loads.items() if load.open} == dict(open_now)
    figures = compare(walk, walk).after
    parts = (figures.assigned, figures.queued, figures.waiting, figures.manual, figures.unassigned)
    assert sum(parts) == figures.cases == len(asked_for)


@given(worlds(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_an_unchanged_world_is_the_same_in_any_order(made: World, dice: object) -> None:
    same = compare(Walk(made).finish(), Walk(applied(made, Scenario())).finish())
    assert same.before == same.after
    assert same.changed == ()

    def mixed(rows: tuple[T, ...]) -> tuple[T, ...]:
        order = list(rows)
        dice.shuffle(order)  # type: ignore[attr-defined]
        return tuple(order)

    turned = replace(
        made,
        askings=mixed(made.askings),
        held=mixed(made.held),
        chairs={
            role: replace(made.chairs[role], holders=mixed(made.chairs[role].holders))
            for role in mixed(tuple(made.chairs))
        },
    )  # fmt: skip
    assert story(Walk(turned).finish()) == story(Walk(made).finish())


@given(worlds(once=True), st.sampled_from(SEATS), st.integers(4, 9))
@settings(max_examples=100, deadline=None)
def test_room_never_decides_who_is_without_anybody(made: World, seat: str, most: int) -> None:
    """Who is full is waited for (C-23): more room leaves nobody without an owner who had one. Only a vacancy is never
    waited for (C-06), so there a deputy with room makes a difference."""
    limited = [
        sitter.id
        for sitter in (*made.chairs[seat].holders, *made.chairs[seat].deputies)
        if sitter.spans[0].max_open is not None
    ]
    rooms = tuple(Room(seat=seat, person=person, max_open=most) for person in limited)
    wide = Walk(applied(made, Scenario(rooms=rooms))).finish()
    walk = Walk(made).finish()

    def nobody(done: Walk) -> set[object]:
        return {work for work, case in done.cases.items() if case.place is Place.UNASSIGNED}

    assert nobody(wide) <= nobody(walk)


@given(worlds(plain=True), st.sampled_from(SEATS), st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_more_room_makes_nobody_wait_longer_where_people_are_alike(made: World, seat: str, more: int) -> None:
    """Without conflicts of interest, absences and weekly limits; with them it may, see `test_walking`."""
    rooms = tuple(
        Room(seat=seat, person=s.id, max_open=(s.spans[0].max_open or 0) + more)
        for s in made.chairs[seat].holders
        if s.spans[0].max_open is not None
    )
    before, after = Walk(made).finish(), Walk(applied(made, Scenario(rooms=rooms))).finish()
    for work, case in before.cases.items():
        assert (after.cases[work].waited or timedelta(0)) <= (case.waited or timedelta(0))
