"""The printed run of the simulator: a year of Heinola in memory, walked as it was and with a draft that changes it."""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from time import perf_counter

from rich.console import Console
from rich.progress import Progress

from app.routing.facts import AssessmentKind, Facts, ProblemArea, Register
from app.routing.roster import Period
from app.routing.rules import RuleSet
from app.routing.rulesets import load_rule_set
from app.serving.tables import figures_table, people_table
from app.simulations.results import Comparison, compare
from app.simulations.scenarios import Room, Scenario, applied
from app.simulations.walking import Walk
from app.simulations.world import Asking, Chair, Sitter, Span, World

PROG = "python -m app.dev runs simulation"
FIRST, LAST = datetime(2025, 11, 24, 6, 0, tzinfo=UTC), datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAYS = (LAST - FIRST).days
SINCE = date(2025, 1, 1)
# How often each is asked for, and the days until it is closed.
KINDS: dict[AssessmentKind, tuple[int, int]] = {
    AssessmentKind.REFERRAL_TRIAGE: (30, 4),
    AssessmentKind.HEALTH_CHECK: (22, 25),
    AssessmentKind.COORDINATION: (14, 60),
    AssessmentKind.PHYSICIAN_ASSESSMENT: (14, 45),
    AssessmentKind.FUNCTIONAL_TEST_PHYSICAL: (7, 30),
    AssessmentKind.FUNCTIONAL_TEST_DAILY: (5, 30),
    AssessmentKind.SOCIAL_ASSESSMENT: (5, 30),
    AssessmentKind.KELA_CONSULTATION: (3, 35),
}
# The seats, how many sit on each, and for how much work of a year of 1,000 cases each has room.
SEATS: dict[str, tuple[int, int]] = {
    "unemployed_health_nurse": (2, 18),
    "work_ability_coordinator": (3, 10),
    "physician_mental_substance_neuro": (1, 5),
    "physician_msk_somatic": (1, 5),
    "physiotherapist": (1, 7),
    "occupational_therapist": (1, 5),
    "social_counsellor": (1, 6),
    "kela_work_ability_adviser": (1, 50),
}


@dataclass(frozen=True)
class Run:
    """One run and how long the two walks took."""

    made: Comparison
    decided: int
    seconds: float


def believable(decisions: int, seed: int = 1) -> World:
    """A year in which work was asked for so many times. The same seed makes the same year."""
    dice, rules = random.Random(seed), load_rule_set("heinola.v1")
    kinds, weights = list(KINDS), [often for often, _ in KINDS.values()]
    askings = []
    for number in range(decisions):
        kind = dice.choices(kinds, weights)[0]
        at = FIRST + timedelta(minutes=dice.randrange(DAYS * 24 * 60))
        closed = at + timedelta(days=dice.expovariate(1 / KINDS[kind][1]) + 0.2)
        areas = frozenset(dice.sample(list(ProblemArea), dice.choice((1, 1, 1, 2))))
        health = kind is AssessmentKind.PHYSICIAN_ASSESSMENT
        facts = Facts(
            assessment=kind,
            municipality=dice.choice(("111", "111", "111", "781")),
            problem_areas=areas if health else frozenset(),
            main_problem=dice.choice(sorted(areas)) if health else None,
            demanding=dice.choice((True, True, True, False, None)) if health else None,
            health_check_done=health or None,
            asked_by_register=Register.HEALTH if health else None,
            own_care_team=dice.choice(("west", "east", None)),
            urgent=dice.random() < 0.03,
            conflict_with=frozenset({"work_ability_coordinator 1"}) if dice.random() < 0.01 else frozenset(),
        )
        askings.append(
            Asking(
                id=f"{number:06}",
                work=(f"{number:06}", kind.value),
                client=dice.randrange(max(decisions // 3, 1)),
                at=at,
                facts=facts,
                rules=rules,
                closed_at=closed if closed < LAST else None,
            )
        )
    chairs = {role: chair(role, people, room * decisions / 1000) for role, (people, room) in SEATS.items()}
    return World(team="heinola", first_at=FIRST, last_at=LAST, chairs=chairs, askings=tuple(askings))


def chair(role: str, people: int, room: float) -> Chair:
    """Everybody has four weeks in July, and the first of the seat another two in winter."""
    away = (Period(date(2026, 6, 29), date(2026, 7, 26)), Period(date(2026, 2, 16), date(2026, 3, 1)))
    most = max(1, round(room))
    sitters = [
        Sitter(
            id=f"{role} {number + 1}",
            spans=(Span(start=SINCE, max_open=most),),
            absences=away[: 1 + (number == 0)],
            order=number,
        )
        for number in range(people)
    ]
    deputy = Sitter(id=f"{role} deputy", spans=(Span(start=SINCE, max_open=max(1, most // 2)),))
    visits = "FREQ=MONTHLY;BYDAY=1TU" if role == "kela_work_ability_adviser" else None
    return Chair(role=role, holders=tuple(sitters), deputies=(deputy,), visiting_days=visits)


def draft() -> RuleSet:
    """The shipped rules with one change: functional tests of daily life go to the physiotherapist too."""
    rules = load_rule_set("heinola.v1")
    moved = [
        replace(rule, then=replace(rule.then, seat="physiotherapist"))
        if rule.then.seat == "occupational_therapist"
        else rule
        for rule in rules.rules
    ]
    return replace(rules, id="draft", rules=tuple(moved))


def change(world: World) -> Scenario:
    """The draft, no physician for muscles and joints, and room for a quarter more with each nurse."""
    nurse = "unemployed_health_nurse"
    most = world.chairs[nurse].holders[0].spans[0].max_open or 1
    room = Room(seat=nurse, max_open=-(-most * 5 // 4))
    return Scenario(rules=draft(), vacancies=frozenset({"physician_msk_somatic"}), rooms=(room,))


def run(decisions: int, console: Console) -> Run:
    world = believable(decisions)
    walks = [Walk(world), Walk(applied(world, change(world)))]
    begun = perf_counter()
    with Progress(console=console, transient=True) as bar:
        for walk, name in zip(walks, ("as it was", "simulated"), strict=True):
            task = bar.add_task(name, total=len(walk.events))
            while walk.advance(500):
                bar.update(task, completed=walk.next)
    taken = perf_counter() - begun
    return Run(compare(*walks), sum(walk.decided for walk in walks), taken)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog=PROG, description=__doc__)
    parser.add_argument("--decisions", type=int, default=10_000, help="cases of the year (default 10000)")
    given = parser.parse_args(argv)
    if not 1 <= given.decisions <= 100_000:
        parser.error("--decisions is from 1 to 100000")
    console = Console()
    done = run(given.decisions, console)
    console.print(figures_table(done.made, f"{given.decisions} cases of a year"))
    console.print(people_table(done.made, {}))
    console.print(f"changed for {len(done.made.changed)} cases, nobody gets {len(done.made.nobody)}")
    console.print(
        f"{given.decisions} cases walked twice in {done.seconds:.1f} s: "
        f"{done.decided} decisions, {done.decided / done.seconds:,.0f} a second"
    )
    return 0
