"""Small worlds to simulate: one or two seats, a few people, work in the order of the hours given."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.routing.facts import AssessmentKind, Facts
from app.routing.roster import Period
from app.routing.rulesets import load_rule_set
from app.simulations.results import Comparison, compare
from app.simulations.scenarios import Scenario, applied
from app.simulations.walking import Walk
from app.simulations.world import Asking, Chair, Held, Sitter, Span, World

RULES = load_rule_set("heinola.v1")
FIRST = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)  # a Tuesday
LAST = FIRST + timedelta(days=60)
NURSE, COORDINATOR, SOCIAL = "unemployed_health_nurse", "work_ability_coordinator", "social_counsellor"


def at(days: float) -> datetime:
    return FIRST + timedelta(days=days)


def day(number: int) -> date:
    return at(number).date()


def sitter(id: str, most: int | None = None, *, away: tuple[int, int] | None = None, **over: Any) -> Sitter:
    absences = (Period(day(away[0]), day(away[1])),) if away else ()
    span = Span(start=date(2025, 1, 1), max_open=most, **over)
    return Sitter(id=id, spans=(span,), absences=absences, order=ord(id[0]))


def chair(*holders: Sitter, role: str = NURSE, deputies: tuple[Sitter, ...] = (), **over: Any) -> Chair:
    return Chair(role=role, holders=holders, deputies=deputies, **over)


def asking(
    id: str, days: float, closes: float | None = None, *, work: str | None = None, client: int | None = None,
    kind: AssessmentKind = AssessmentKind.HEALTH_CHECK, **facts: Any,
) -> Asking:  # fmt: skip
    """Work asked for on a day and closed on another. By default each is of a client of its own."""
    return Asking(
        id=id,
        work=(work or id, kind.value),
        client=int.from_bytes(id.encode()) + 1000 if client is None else client,
        at=at(days),
        facts=Facts(assessment=kind, municipality="111", **facts),
        rules=RULES,
        closed_at=None if closes is None else at(closes),
    )


def held(id: str, person: str, since: float, closes: float | None = None, **over: Any) -> Held:
    given: dict[str, Any] = {"client": 900, "seat": NURSE, **over}
    ends = None if closes is None else at(closes)
    return Held(work=(id, "health_check"), person=person, taken_at=at(since), closed_at=ends, **given)


def world(chairs: list[Chair], askings: list[Asking], **over: Any) -> World:
    return World(
        team="t", first_at=FIRST, last_at=LAST, chairs={c.role: c for c in chairs}, askings=tuple(askings), **over
    )


def ends(made: World) -> dict[str, tuple[str, str | None]]:
    """Where each piece of work ends: its place, and with whom."""
    cases = Walk(made).finish().cases.items()
    return {work[0]: (str(case.place), case.holder) for work, case in cases if case.asking}


def compared(made: World, **scenario: Any) -> Comparison:
    return compare(Walk(made).finish(), Walk(applied(made, Scenario(**scenario))).finish())
