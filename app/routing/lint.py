"""Does a rule set make sense? Tried on every combination of facts that its rules can tell apart. Pure.

Each value of a fact is the set of rules that accept it, as bits of a number; values that the same rules accept are one.
The rules that fit a case are what its values have in common, and cases with the same rules left are one case: so the
whole space is walked without trying its millions of combinations one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from itertools import combinations
from operator import and_, or_

from app.routing.facts import AssessmentKind, Register
from app.routing.rules import SEATS, Expected, Rule, RuleSet, Then, When

MOST_STEPS = 4_000_000
MOST_GAPS, MOST_PAIRS = 20, 50
PREFIXES = 5_000
Case = dict[str, object]


class Kind(StrEnum):
    """All but the order of two rules, and seats that teams lack today, keep a rule set from being signed off."""

    GAP = "gap"
    NEVER_FIRES = "never_fires"
    UNKNOWN_SEAT = "unknown_seat"
    EXAMPLE_FAILS = "example_fails"
    ORDER_DECIDES = "order_decides"
    SEAT_NOT_IN_TEAMS = "seat_not_in_teams"


@dataclass(frozen=True, slots=True)
class Finding:
    """`case` are the facts that matter, as conditions see them; of a gap every case like it is one. `rules` are ids: of
    a rule that never fires the earlier ones that take its cases follow it. `about` is a seat or an example, and
    `expected` and `got` belong to the example. `teams` are those that lack the seat."""

    kind: Kind
    rules: tuple[str, ...] = ()
    case: Case = field(default_factory=dict)
    about: str | None = None
    expected: Expected | None = None
    got: Then | None = None
    teams: tuple[str, ...] = ()

    @property
    def is_error(self) -> bool:
        return self.kind not in (Kind.ORDER_DECIDES, Kind.SEAT_NOT_IN_TEAMS)


class TooIntricate(ValueError):
    """The rules tell more cases apart than can be tried in a second or two."""


@dataclass(frozen=True, slots=True)
class Report:
    """Errors first, then warnings, each in the order of the rules. `left_out` is how many more there are."""

    findings: tuple[Finding, ...]
    left_out: int = 0

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.is_error)


def lint(rules: RuleSet, seats: Iterable[str] = SEATS) -> Report:
    """Every finding; `seats` are those that some team can have. Raises `TooIntricate`."""
    walked = _Walk(rules.rules, dimensions(rules))
    gaps, pairs = walked.gaps(), walked.pairs()
    found = [
        *gaps[:MOST_GAPS],
        *walked.idle(),
        *unknown_seats(rules, frozenset(seats)),
        *failing(rules),
        *pairs[:MOST_PAIRS],
    ]
    return Report(tuple(found), len(gaps[MOST_GAPS:]) + len(pairs[MOST_PAIRS:]))


def dimensions(rules: RuleSet) -> list[list[Case]]:
    """The values of each fact that a rule tests, the plainest first. Groups and main problem go together: what is the
    main problem is among the problems."""
    groups = list(rules.problem_groups)
    problems: list[Case] = [
        {"problem_groups": frozenset(some), "main_problem_group": main}
        for n in range(len(groups) + 1)
        for some in combinations(groups, n)
        for main in (None, *some)
    ]
    named = sorted({str(code) for rule in rules.rules for code in rule.when.municipality})
    spaces: list[list[Case]] = [
        [{"assessment": kind} for kind in AssessmentKind],
        [{"municipality": code} for code in (None, *named)],
        problems,
        [{"asked_by_register": register} for register in (None, *Register)],
        [{"demanding": truth} for truth in (None, False, True)],
        [{"health_check_done": truth} for truth in (None, False, True)],
        [{"own_care_team_known": truth} for truth in (False, True)],
        [{"urgent": truth} for truth in (False, True)],
    ]
    tested = {name for rule in rules.rules for name in When.__dataclass_fields__ if getattr(rule.when, name)}
    return [values for values in spaces if tested & values[0].keys()]


def accepts(rule: Rule, value: Case) -> bool:
    return all(not (wanted := getattr(rule.when, name)) or said in wanted for name, said in value.items())


@dataclass(frozen=True, slots=True)
class _Class:
    """Values of one fact that the same rules accept: `rules` as bits."""

    values: list[Case]
    rules: int


Trace = tuple["Trace | None", int]  # the classes chosen so far, the last one first


class _Walk:
    """The rules as bits, and what every case comes to: nothing, or the first rule that fits."""

    def __init__(self, rules: Sequence[Rule], spaces: list[list[Case]]) -> None:
        self.rules = rules
        self.all = (1 << len(rules)) - 1
        self.dims = [self.classes(values) for values in spaces]
        # Large ones early, while few cases are told apart; the kind of assessment before all: most rules are of one.
        self.dims.sort(key=lambda classes: ("assessment" not in classes[0].values[0], -len(classes)))
        # Of each rule, which classes of each fact it accepts.
        self.wide = [
            [sum(1 << n for n, one in enumerate(c) if one.rules >> r & 1) for c in self.dims] for r in range(len(rules))
        ]
        self.firing = 0
        self.empty: list[Trace | None] = []
        self.walk()

    def classes(self, values: list[Case]) -> list[_Class]:
        found: dict[int, list[Case]] = {}
        for value in values:
            fitting = sum(1 << n for n, rule in enumerate(self.rules) if accepts(rule, value))
            found.setdefault(fitting, []).append(value)
        return [_Class(same, fitting) for fitting, same in found.items()]

    def walk(self) -> None:
        """A fact at a time. A rule that asks nothing further is settled: those after it cannot decide any more, and
        when none is before it the case is done."""
        settled = [self.all]
        for classes in reversed(self.dims):
            settled.append(reduce(and_, (one.rules for one in classes), settled[-1]))
        settled.reverse()
        layer: dict[int, Trace | None] = {}
        self.keep(layer, self.all, settled[0], None)
        steps = 0
        for classes, sure in zip(self.dims, settled[1:], strict=True):
            steps += len(layer) * len(classes)
            if steps > MOST_STEPS:
                raise TooIntricate()
            masks = list(enumerate(one.rules for one in classes))
            following: dict[int, Trace | None] = {}
            for left, trace in layer.items():
                for n, mask in masks:
                    kept = left & mask
                    if kept not in following:
                        self.keep(following, kept, sure, (trace, n))
            layer = following

    def keep(self, layer: dict[int, Trace | None], left: int, sure: int, trace: Trace | None) -> None:
        if not left:
            if len(self.empty) < PREFIXES:
                self.empty.append(trace)
            return
        if safe := left & sure:
            last = safe & -safe
            left &= (last << 1) - 1
            if left == last:
                self.firing |= last
                return
        if left not in layer:
            layer[left] = trace

    def case(self, chosen: Mapping[int, int]) -> Case:
        return {name: said for d, n in chosen.items() for name, said in self.dims[d][n].values[0].items()}

    def gaps(self) -> list[Finding]:
        """Each said by as few facts as will do, the most general first, once for each kind of assessment."""
        possible = reduce(and_, (reduce(or_, (one.rules for one in classes)) for classes in self.dims), self.all)
        least: set[frozenset[tuple[int, int]]] = set()
        for trace in self.empty:
            fixed = dict(enumerate(chosen(trace)))
            for d in sorted(fixed, reverse=True):  # the kind of assessment goes last
                others = {k: n for k, n in fixed.items() if k != d}
                if not reduce(and_, (self.dims[k][n].rules for k, n in others.items()), possible):
                    fixed = others
            least.add(frozenset(fixed.items()))
        found = []
        for few in sorted(least, key=lambda items: (len(items), sorted(items))):
            wanted = dict(sorted(few))
            kinds = self.dims[0][wanted[0]].values if 0 in wanted else []
            named = kinds if kinds and "assessment" in kinds[0] else [{}]
            found += [Finding(Kind.GAP, case=self.case(wanted) | kind) for kind in named]
        return found

    def idle(self) -> list[Finding]:
        """Rules that decide nothing, each with the earlier ones that fit cases of its own and decide."""
        never = [n for n in range(len(self.rules)) if not self.firing >> n & 1]
        taken = {n: [k for k in range(n) if self.firing >> k & 1 and self.meeting(k, n) is not None] for n in never}
        return [Finding(Kind.NEVER_FIRES, tuple(self.rules[k].id for k in (n, *taken[n]))) for n in never]

    def meeting(self, a: int, b: int) -> list[int] | None:
        """The classes of each fact that both rules accept; nothing when no case fits both."""
        both = list(map(and_, self.wide[a], self.wide[b]))
        return both if all(both) else None

    def pairs(self) -> list[Finding]:
        """Pairs that fit the same case with different outcomes. An exception before the rule that it is an exception of
        is left out: turned round it would never fire, which is told by itself."""
        found = []
        firing = [n for n in range(len(self.rules)) if self.firing >> n & 1]
        for a, b in combinations(firing, 2):
            both = self.meeting(a, b) if self.rules[a].then != self.rules[b].then else None
            if both is not None and both != self.wide[a]:
                case = self.case({d: (mask & -mask).bit_length() - 1 for d, mask in enumerate(both)})
                found.append(Finding(Kind.ORDER_DECIDES, (self.rules[a].id, self.rules[b].id), case))
        return found


def chosen(trace: Trace | None) -> list[int]:
    """The class of each fact, in the order of the facts."""
    found = []
    while trace is not None:
        trace, n = trace
        found.append(n)
    return found[::-1]


def unknown_seats(rules: RuleSet, seats: frozenset[str]) -> list[Finding]:
    return [Finding(Kind.UNKNOWN_SEAT, tuple(ids), about=seat) for seat, ids in seats_beyond(rules, seats)]


def not_in_teams(rules: RuleSet, teams: Mapping[str, Iterable[str]]) -> list[Finding]:
    """Seats that none of the teams has, which are given with their seats; nothing when no team is given."""
    here = frozenset(role for roles in teams.values() for role in roles)
    found = seats_beyond(rules, here) if teams else []
    names = tuple(sorted(teams))
    return [Finding(Kind.SEAT_NOT_IN_TEAMS, tuple(ids), about=seat, teams=names) for seat, ids in found]


def seats_beyond(rules: RuleSet, seats: frozenset[str]) -> list[tuple[str, list[str]]]:
    """Seats besides these, each with the rules that name it."""
    naming: dict[str, list[str]] = {}
    for rule in rules.rules:
        then = rule.then
        for seat in {seat for seat in (then.seat, then.consulting, then.asks, *then.candidates) if seat} - seats:
            naming.setdefault(seat, []).append(rule.id)
    return sorted(naming.items())


def failing(rules: RuleSet) -> list[Finding]:
    """Examples that go elsewhere than they say, with the rule that decides."""
    found = []
    for example in rules.examples:
        seen = rules.view(example.facts)
        rule, _ = rules.first_match(seen)
        if rule is None or not example.expect.is_met(rule.then):
            ids = (rule.id,) if rule else ()
            case = example.facts.as_dict()
            said = {name: value for name, value in case.items() if value not in (None, [], False)}
            found.append(
                Finding(Kind.EXAMPLE_FAILS, ids, said, example.name, example.expect, rule.then if rule else None)
            )
    return found
