"""Does a rule set make sense? Checked by trying every combination of facts that its rules can tell apart."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, product

from app.routing.facts import AssessmentKind, Register
from app.routing.rules import RuleSet, When


def lint(rules: RuleSet) -> list[str]:
    """Rules that can never decide, and combinations of facts that no rule decides; empty when all is well."""
    groups = list(rules.problem_groups)
    present = [frozenset(some) for n in range(len(groups) + 1) for some in combinations(groups, n)]
    named = {code for rule in rules.rules for code in rule.when.municipality}
    truths = (True, False, None)
    spaces: dict[str, Iterable[object]] = {
        "assessment": AssessmentKind,
        "demanding": truths,
        "health_check_done": truths,
        "asked_by_register": (*Register, None),
        "problem_groups": present,
        "main_problem_group": (None, *groups),
        "own_care_team_known": (True, False),
        "urgent": (True, False),
        "municipality": (None, *sorted(named, key=str)),
    }
    used: set[str] = set()
    gaps: set[str] = set()
    tested = {name for rule in rules.rules for name in When.__dataclass_fields__ if getattr(rule.when, name)}
    names = [name for name in spaces if name in tested]  # what no rule looks at cannot change the answer
    for values in product(*(spaces[name] for name in names)):
        seen = dict(zip(names, values, strict=True))
        main, present_groups = seen.get("main_problem_group"), seen.get("problem_groups")
        if main is not None and isinstance(present_groups, frozenset) and main not in present_groups:
            continue
        rule, _ = rules.first_match(seen)
        if rule:
            used.add(rule.id)
        else:
            gaps.add(str(seen.get("assessment", "any assessment")))
    unreachable = [f"rule {rule.id} can never decide" for rule in rules.rules if rule.id not in used]
    return unreachable + [f"{kind}: some cases fit no rule" for kind in sorted(gaps)]
