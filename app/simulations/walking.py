"""Walks a world in order of time and gives every piece of work its place with `decide`, as it would have been then.

Own design where reality does not say:
- Work closes when it really closed, whoever has it; what is still open stays open.
- Work that waits for room on a seat takes the first place that frees there: urgent work first, then who asked first.
  It is offered when somebody's work on the seat closes, before new work on that seat is decided, and on the morning of
  every working day. Work that closes while it waits never got a place.
- A vacancy, a queue elsewhere and a question to a person are for people: what stands there stays there.
- Asked again, work that somebody holds stays with them if the rules still say that seat and they can go on.
- A human's own choice is not repeated: the rules decide.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import TypeVar

from app.kit.clock import HELSINKI, civil_date
from app.kit.workdays import is_working_day
from app.routing.decide import Decision, Outcome, decide
from app.routing.facts import EarlierHolder, Facts
from app.routing.roster import Deputy, Holder, Period, Roster, Seat, Team
from app.simulations.cases import PLACES, Case, Lines, Load, Place
from app.simulations.world import Asking, Chair, Held, Remembering, Sitter, Work, World, remembering

DAY = timedelta(days=1)
P = TypeVar("P", bound=Holder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(Team):
    """The team as it is at the moment of a walk: a seat is made when it is looked at."""

    walk: Walk

    def seat(self, role: str) -> Seat | None:
        return self.walk.seat(role)


class Walk:
    """One walk through a world. `advance` until it says that nothing is left, then read `cases`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.cases: dict[Work, Case] = {}
        self.decided = 0
        self.now, self.day = world.first_at, civil_date(world.first_at)
        self.loads: dict[tuple[str, str], Load] = {}
        self.last_done = dict(world.earlier)
        self.waiting: dict[str, Lines] = {}
        self.turns = count()
        self.rules: dict[int, Remembering] = {}
        self.people = {role: chair.people for role, chair in world.chairs.items()}
        covered = frozenset(asking.facts.municipality for asking in world.askings)
        self.roster = Roster(teams=(Desk(id=world.team, municipalities=covered, walk=self),))
        for pair, at in world.last_given.items():
            self.loads[pair] = Load(before=at)
        self.events = sorted(self.happening(), key=lambda event: event[:3])
        self.next = 0

    def happening(self) -> Iterator[tuple[datetime, int, str, Asking | Held | Work]]:
        """Everything that happens: instant, order within it, id, and what. Work is taken before it can close."""
        ends: dict[Work, datetime] = {}
        for held in self.world.held:
            yield held.taken_at, 0, "".join(held.work), held
            if held.closed_at is not None:
                ends[held.work] = held.closed_at
        begun: dict[Work, datetime] = {held.work: held.taken_at for held in self.world.held}
        for asking in self.world.askings:
            yield asking.at, 2, asking.id, asking
            begun[asking.work] = min(asking.at, begun.get(asking.work, asking.at))
            if asking.closed_at is not None:
                ends[asking.work] = asking.closed_at
        for work, at in ends.items():
            yield max(at, begun[work]), 1 if at > begun[work] else 3, "".join(work), work

    def advance(self, most: int = 1000) -> bool:
        """Walk through so many events more; whether any is left."""
        until = min(self.next + most, len(self.events))
        for at, _, _, what in self.events[self.next : until]:
            if at > self.world.last_at:
                continue
            self.mornings(civil_date(at))
            self.now, self.day = at, civil_date(at)
            if isinstance(what, Asking):
                self.ask(what)
            elif isinstance(what, Held):
                self.hold(what)
            else:
                self.close(self.cases[what])
        self.next = until
        if until < len(self.events):
            return True
        self.mornings(civil_date(self.world.last_at))
        self.now = self.world.last_at
        for case in self.cases.values():
            self.rest(case)
        return False

    def finish(self) -> Walk:
        while self.advance():
            pass
        return self

    # What happens

    def ask(self, asking: Asking) -> None:
        rules = self.rules_of(asking)
        case = self.cases.get(asking.work)
        if case is None:
            case = Case(work=asking.work, client=asking.client)
            self.cases[asking.work] = case
        if case.closed:
            return
        seat = self.wanted(asking.facts, rules)
        case.asking, case.facts, case.rules = asking, asking.facts, rules
        if seat is not None:
            self.offer(seat)
        if case.holder is not None and case.seat == seat and self.goes_on(case):
            case.place = Place.ASSIGNED
            return
        self.put(case, self.decision(case, seat))

    def hold(self, held: Held) -> None:
        case = Case(work=held.work, client=held.client, given=held.given)
        self.cases[held.work] = case
        self.take(case, held.seat, held.person, held.taken_at)

    def close(self, case: Case) -> None:
        if case.closed:
            return
        case.closed = True
        self.rest(case)
        if case.holder is None or case.seat is None:
            return
        self.loads[case.seat, case.holder].open -= 1
        self.last_done[case.client, case.seat] = (case.holder, self.day)
        self.offer(case.seat)

    def mornings(self, until: date) -> None:
        """Offer what waits on each working day that begins until then."""
        while self.day < until:
            self.day += DAY
            if self.waiting and is_working_day(self.day):
                self.now = datetime.combine(self.day, time.min, HELSINKI)
                for seat in list(self.waiting):
                    self.offer(seat)

    def offer(self, seat: str) -> None:
        """Whoever waits on the seat takes what is free there."""
        lines = self.waiting.get(seat)
        if lines is None:
            return

        def attempt(case: Case) -> bool:
            decision = self.decision(case, seat)
            if found := decision.outcome is Outcome.ASSIGNED:
                self.put(case, decision)
            return found

        lines.serve(attempt)
        if not lines:
            del self.waiting[seat]

    # Places

    def decision(self, case: Case, seat: str | None) -> Decision:
        assert case.facts is not None
        assert case.rules is not None
        self.decided += 1
        last = self.last_done.get((case.client, seat)) if seat else None
        earlier = EarlierHolder(str(seat), last[0], last[1]) if last else None
        facts = case.facts if case.facts.earlier_holder == earlier else replace(case.facts, earlier_holder=earlier)
        return decide(facts, case.rules, self.roster, self.day)

    def put(self, case: Case, decision: Decision) -> None:
        """Where the decision says. What a person has to decide stays with who has it."""
        if decision.outcome is Outcome.MANUAL and case.holder is not None:
            case.place, case.because = Place.ASSIGNED, decision.because
            return
        place = PLACES[decision.outcome]
        waits_on = case.seat if case.turn is not None else None
        if place is not Place.WAITING or waits_on != decision.seat:
            self.leave(case)
        case.place, case.because = place, decision.because
        case.alarm |= decision.alarm or place is Place.MANUAL
        if place is Place.ASSIGNED:
            assert decision.seat is not None
            assert decision.holder is not None
            self.take(case, decision.seat, decision.holder, self.now)
        elif place is Place.WAITING:
            self.stand_in_line(case, str(decision.seat))

    def take(self, case: Case, seat: str, person: str, at: datetime) -> None:
        case.seat, case.holder, case.taken_at = seat, person, at
        load = self.loads.setdefault((seat, person), Load())
        load.open += 1
        if case.given:
            insort(load.given, at)

    def leave(self, case: Case) -> None:
        """Out of somebody's hands, or out of the line."""
        if case.holder is not None and case.seat is not None:
            load = self.loads[case.seat, case.holder]
            load.open -= 1
            if case.given and case.taken_at in load.given:
                load.given.remove(case.taken_at)
        case.given = True
        self.rest(case)
        case.seat = case.holder = case.taken_at = None

    def stand_in_line(self, case: Case, seat: str) -> None:
        assert case.facts is not None
        case.seat = seat
        if case.waits_since is None:
            case.waits_since = self.now
        people = self.people.get(seat, frozenset())
        sight = (case.facts.conflict_with & people, case.facts.declined_by & people)
        turn = (not case.facts.urgent, case.waits_since, next(self.turns))
        self.waiting.setdefault(seat, Lines()).add(sight, turn, case)

    def rest(self, case: Case) -> None:
        """Waiting ends, or is counted so far."""
        if case.waits_since is not None:
            case.waited = (case.waited or timedelta(0)) + (self.now - case.waits_since)
        case.waits_since = case.turn = None

    # The team at this moment

    def rules_of(self, asking: Asking) -> Remembering:
        rules = self.world.rules or asking.rules
        if id(rules) not in self.rules:
            self.rules[id(rules)] = remembering(rules)
        return self.rules[id(rules)]

    def wanted(self, facts: Facts, rules: Remembering) -> str | None:
        rule, _ = rules.first_match(rules.view(facts))
        return rule.then.seat if rule else None

    def goes_on(self, case: Case) -> bool:
        """Whether the holder can keep the work: on the seat, there, and neither in conflict nor unwilling."""
        assert case.facts is not None
        seat = self.seat(str(case.seat))
        people = [*seat.holders, *seat.deputies] if seat else []
        unable = case.facts.conflict_with | case.facts.declined_by
        return case.holder not in unable and any(
            p.id == case.holder
            and p.in_force(self.day)
            and not p.handed_over
            and p.absent_until(self.day) is None
            for p in people
        )  # fmt: skip

    def seat(self, role: str) -> Seat | None:
        chair = self.world.chairs.get(role)
        if chair is None:
            return None
        return Seat(
            role=role,
            holders=tuple(self.person(chair, sitter, Holder) for sitter in chair.holders),
            deputies=tuple(self.person(chair, sitter, Deputy) for sitter in chair.deputies),
            visiting_days=chair.visiting_days,
        )

    def person(self, chair: Chair, sitter: Sitter, kind: type[P]) -> P:
        """As `routing.queries.person_of` reads somebody from the tables."""
        now = next((span for span in sitter.spans if span.covers(self.day)), None)
        load = self.loads.get((chair.role, sitter.id))
        week = None
        if now is not None and now.client_days is not None and chair.clients_per_day is not None:
            week = int(now.client_days * chair.clients_per_day)
        return kind(
            id=sitter.id,
            periods=tuple(Period(span.start, span.end) for span in sitter.spans),
            absences=sitter.absences,
            max_open=now.max_open if now else None,
            week_limit=week,
            open_now=load.open if load else 0,
            recent=load.recent(self.now) if load else 0,
            last_assigned_at=load.last() if load else None,
            order=sitter.order,
            handed_over=now is not None and now.handed_over_at is not None and now.handed_over_at <= self.now,
        )
