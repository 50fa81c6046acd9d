"""Why a decision did not lead elsewhere. Pure: the rules and what they saw in, the misses and the smallest change out.

A person is answered from what the decision kept. A seat is answered by the rules of the decision's own version: which
of them give this kind of work to that seat, what each missed, and what would have had to be otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product

from app.routing.rules import Rule, RuleSet, When

CONDITIONS = tuple(When.__dataclass_fields__)
TRUTHS = (True, False, None)


@dataclass(frozen=True, slots=True)
class Missed:
    """A condition that did not hold: the values the rule accepts, and what was seen."""

    condition: str
    needs: frozenset[object]
    said: object


@dataclass(frozen=True, slots=True)
class Leading:
    """A rule that gives this kind of work to the seat. `change`: the fewest conditions, with values, that would have
    made it the rule that decides; None when nothing would have (an earlier rule always comes first). `forced`: those
    of them that the rule did not miss, and why each must change all the same."""

    rule: Rule
    missed: tuple[Missed, ...]
    change: Mapping[str, object] | None
    forced: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SeatAnswer:
    """`because` is `no_rule_for_kind`, `earlier_rule` (one fits, but another decided first) or `conditions`."""

    because: str
    rules: tuple[Leading, ...] = ()


def missed_by(rule: Rule, seen: Mapping[str, object]) -> tuple[Missed, ...]:
    """What `Rule.misses` names, with both sides."""
    return tuple(Missed(name, getattr(rule.when, name), seen[name]) for name in rule.misses(seen))


def why_not_seat(rules: RuleSet, seen: Mapping[str, object], seat: str) -> SeatAnswer:
    """`seen` is what `RuleSet.view` gave when it was decided. Rules of other kinds of work say nothing about it."""
    leading = [rule for rule in rules.rules if rule.then.seat == seat and of_kind(rule, seen)]
    if not leading:
        return SeatAnswer("no_rule_for_kind")
    found = tuple(led(rules, seen, rule) for rule in leading)
    return SeatAnswer("conditions" if all(one.missed for one in found) else "earlier_rule", found)


def led(rules: RuleSet, seen: Mapping[str, object], rule: Rule) -> Leading:
    change = smallest_change(rules, seen, rule)
    return Leading(rule, missed_by(rule, seen), change, forced(seen, rule, change or {}))


def forced(seen: Mapping[str, object], target: Rule, change: Mapping[str, object]) -> dict[str, str]:
    """Why what `target` did not miss changes too: `consistency` (a main problem is one of the problems) or
    `earlier_rule` (which would decide first)."""
    missed = target.misses(seen)
    found = {}
    for name in change:
        if name not in missed:
            without = {**seen, **{other: value for other, value in change.items() if other != name}}
            found[name] = "earlier_rule" if possible(without) else "consistency"
    return found


def least(found: Iterable[Leading]) -> Leading | None:
    """The rule that would have needed the least, the first of them in the order of the rules."""
    within = [one for one in found if one.change is not None]
    return min(within, key=lambda one: len(one.change or ()), default=None)


def of_kind(rule: Rule, seen: Mapping[str, object]) -> bool:
    return not rule.when.assessment or seen["assessment"] in rule.when.assessment


def smallest_change(rules: RuleSet, seen: Mapping[str, object], target: Rule) -> dict[str, object] | None:
    """The fewest conditions that make `target` the first rule that fits, whatever rules come before it. The kind of
    work is what was asked and never changes; of several changes of one size the one with the fewest conditions that
    `target` does not test, then the first by the order of conditions."""
    same_kind = [rule for rule in rules.rules if of_kind(rule, seen)]
    tested = [name for name in CONDITIONS if any(getattr(rule.when, name) for rule in same_kind)]
    choices = {
        name: [value for value in values(rules, name, seen, target) if value != seen[name]]
        for name in tested
        if name != "assessment"
    }
    must = set(target.misses(seen))
    for size in range(len(must), len(choices) + 1):
        some = sorted(combinations(choices, size), key=lambda n: sum(not getattr(target.when, one) for one in n))
        for names in some:
            if must <= set(names):
                for picked in product(*(choices[name] for name in names)):
                    change = dict(zip(names, picked, strict=True))
                    if possible(changed := {**seen, **change}) and first(same_kind, changed) is target:
                        return change
    return None


def values(rules: RuleSet, name: str, seen: Mapping[str, object], target: Rule) -> Iterator[object]:
    """What a condition may be changed to: what the rule accepts, else whatever the facts can say. Another municipality
    is proposed only where the rule asks for one."""
    groups = sorted(rules.problem_groups)
    accepted: frozenset[object] = getattr(target.when, name)
    if accepted:
        yield from sorted(accepted, key=order)
    elif name == "problem_groups":
        yield from (frozenset(some) for n in range(len(groups) + 1) for some in combinations(groups, n))
    elif name == "main_problem_group":
        yield from (*groups, None)
    elif name == "asked_by_register":
        yield from ("health", "social", "employment", None)
    elif name in ("own_care_team_known", "urgent"):
        yield from (True, False)
    elif name in ("demanding", "health_check_done"):
        yield from TRUTHS
    else:
        yield seen[name]


def order(value: object) -> tuple[bool, str]:
    """What is said before what is not said; lists by their members, the same in every run."""
    return value is None, str(sorted(value)) if isinstance(value, frozenset) else str(value)


def possible(seen: Mapping[str, object]) -> bool:
    """A main problem is one of the problems."""
    main, groups = seen["main_problem_group"], seen["problem_groups"]
    return main is None or (isinstance(groups, frozenset) and main in groups)


def first(rules: list[Rule], seen: Mapping[str, object]) -> Rule | None:
    return next((rule for rule in rules if not rule.misses(seen)), None)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the decision kept about the people: see `RoutingDecision`. `overridden`: a human chose otherwise."""

    holder: str | None
    rejected: Mapping[str, str]  # person to reason
    considered: frozenset[str]  # everybody whose load was looked at
    seat: str | None
    overridden: bool


def why_not_person(asked: Asked, person: str) -> str:
    """The code of the answer: `chosen`, `rejected`, `rules_chose` (a human decided otherwise), `no_seat` (the decision
    chose none) or `not_on_seat`."""
    if person == asked.holder:
        return "chosen"
    if person in asked.rejected:
        return "rejected"
    if asked.overridden and person in asked.considered:
        return "rules_chose"
    return "not_on_seat" if asked.seat else "no_seat"
