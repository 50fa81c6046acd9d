"""Rule sets as they are kept: one JSON file a version, checked strictly, because a typo must not route people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from string import Formatter

from app.kit.i18n import LANGUAGES
from app.routing.facts import MUNICIPALITY, AssessmentKind, ProblemArea, Register
from app.routing.rules import OWN_CARE_TEAM, SEATS, SUGGESTIONS, Rule, RuleSet, Settings, Then, When


def parse_rule_set(given: object, seats: Iterable[str] = SEATS) -> RuleSet:
    """A rule set from JSON. Raises ValueError that names the rule, for whatever is unknown, missing or twice."""
    top = _shape("rule set", given, {"id", "version", "valid_from", "problem_groups", "settings", "rules"})
    groups = _groups(top["problem_groups"])
    known = frozenset(seats)
    rules = [_rule(rule, groups, known) for rule in _items("rules", top["rules"])]
    for name, values in (("rule id", [rule.id for rule in rules]), ("rank", [rule.rank for rule in rules])):
        if twice := sorted({str(value) for value in values if values.count(value) > 1}):  # type: ignore[arg-type]
            raise ValueError(f"the same {name} twice: {', '.join(twice)}")
    settings = _shape("settings", top["settings"], set(Settings.__dataclass_fields__))
    try:
        valid_from = date.fromisoformat(str(top["valid_from"]))
    except ValueError:
        raise ValueError("rule set: valid_from is a date, as in 2026-01-01") from None
    return RuleSet(
        id=_word("rule set id", top["id"]),
        version=_number("version", top["version"], least=1),
        valid_from=valid_from,
        problem_groups=groups,
        settings=Settings(**{name: _number(name, value, least=0) for name, value in settings.items()}),
        rules=tuple(sorted(rules, key=lambda rule: rule.rank)),
    )


def load_rule_set(source: str | Path, seats: Iterable[str] = SEATS) -> RuleSet:
    """A shipped rule set by name (`heinola.v1`), or one from a file. Raises ValueError; OSError when not there."""
    file = Path(source) if isinstance(source, Path) else Path(__file__).with_name(f"{source}.json")
    return parse_rule_set(json.loads(file.read_text(encoding="utf-8")), seats)


def _rule(given: object, groups: Mapping[str, object], seats: frozenset[str]) -> Rule:
    raw = _shape("rule", given, {"id", "rank", "source", "because", "why", "when", "then"})
    id = _word("rule id", raw["id"])
    try:
        why = _shape("why", raw["why"], set(LANGUAGES))
        return Rule(
            id=id,
            rank=_number("rank", raw["rank"], least=0),
            source=_word("source", raw["source"]),
            because=tuple(_word("because", code) for code in _items("because", raw["because"])),
            why={language: _sentence(why[language]) for language in LANGUAGES},
            when=_when(raw["when"], groups),
            then=_then(raw["then"], seats),
        )
    except ValueError as error:
        raise ValueError(f"rule {id}: {error}") from None


def _when(given: object, groups: Mapping[str, object]) -> When:
    raw = _shape("when", given, (), When.__dataclass_fields__)
    truths = frozenset({True, False, None})
    allowed: dict[str, frozenset[object]] = {
        "assessment": frozenset(AssessmentKind),
        "demanding": truths,
        "health_check_done": truths,
        "asked_by_register": frozenset({*Register, None}),
        "main_problem_group": frozenset({*groups, None}),
        "own_care_team_known": truths - {None},
        "urgent": truths - {None},
    }
    found: dict[str, frozenset[object]] = {}
    for name, value in raw.items():
        values = _items(name, value if isinstance(value, list) else [value])
        if name == "problem_groups":  # the list is one value: exactly these groups, [] for none
            unknown = [code for code in values if code not in groups]
            found[name] = frozenset({frozenset(values)})
        elif name == "municipality":
            unknown = [code for code in values if not (isinstance(code, str) and MUNICIPALITY.fullmatch(code))]
            found[name] = frozenset(values)
        else:  # `is`, because JSON's 1 equals true in Python
            codes = {code for code in allowed[name] if isinstance(code, str)}
            unknown = [code for code in values if code not in codes and not any(code is one for one in allowed[name])]
            found[name] = frozenset(values)
        if unknown or (not values and name != "problem_groups"):
            raise ValueError(f"condition {name}: unknown value {', '.join(map(str, unknown)) or '[]'}")
    return When(**found)


def _then(given: object, seats: frozenset[str]) -> Then:
    raw = _shape("then", given, (), Then.__dataclass_fields__)
    kinds = [kind for kind in ("seat", "queue", "manual") if kind in raw]
    if len(kinds) != 1:
        raise ValueError("then: exactly one of seat, queue and manual is wanted")
    belongs = {"seat": {"consulting"}, "queue": set(), "manual": {"asks", "candidates"}}[kinds[0]]
    if stray := sorted(raw.keys() - belongs - {kinds[0]}):
        raise ValueError(f"then: {', '.join(stray)} does not go with {kinds[0]}")
    candidates = tuple(str(seat) for seat in _items("candidates", raw.get("candidates", [])))
    named = [raw[name] for name in ("seat", "consulting", "asks") if name in raw]
    if unknown := sorted(str(seat) for seat in (*named, *candidates) if seat not in seats):
        raise ValueError(f"unknown seat {', '.join(unknown)}")
    if "queue" in raw and raw["queue"] != OWN_CARE_TEAM:
        raise ValueError(f"unknown queue {raw['queue']}")
    if "manual" in raw and ("asks" not in raw or raw["manual"] not in SUGGESTIONS):
        raise ValueError("then: a manual decision has a known suggestion and a seat that it asks")
    return Then(**{**raw, "candidates": candidates})  # type: ignore[arg-type]


def _groups(given: object) -> dict[str, frozenset[ProblemArea]]:
    raw = _object("problem_groups", given)
    listed = [area for areas in raw.values() for area in _items("problem_groups", areas)]
    if sorted(map(str, listed)) != sorted(ProblemArea):
        raise ValueError("problem_groups: every problem area belongs to exactly one group")
    return {group: frozenset(ProblemArea(str(area)) for area in _items(group, areas)) for group, areas in raw.items()}


def _shape(what: str, given: object, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, object]:
    """The members of a JSON object that has all the required and no unknown ones."""
    members = _object(what, given)
    if missing := sorted(set(required) - members.keys()):
        raise ValueError(f"{what}: {', '.join(missing)} is missing")
    if unknown := sorted(members.keys() - set(required) - set(optional)):
        raise ValueError(f"{what}: unknown {', '.join(unknown)}")
    return members


def _object(what: str, given: object) -> dict[str, object]:
    if not isinstance(given, dict) or not all(isinstance(name, str) for name in given):
        raise ValueError(f"{what}: an object is wanted")
    return given


def _items(what: str, given: object) -> list[object]:
    if not isinstance(given, list) or any(isinstance(item, dict | list) and what != "rules" for item in given):
        raise ValueError(f"{what}: a list is wanted")
    return given


def _word(what: str, given: object) -> str:
    if not isinstance(given, str) or not given:
        raise ValueError(f"{what}: a text is wanted")
    return given


def _sentence(given: object) -> str:
    """A text whose only blank is `{main_problem}`."""
    text = _word("why", given)
    if unknown := {name for _, name, _, _ in Formatter().parse(text) if name not in (None, "main_problem")}:
        raise ValueError(f"why: unknown blank {', '.join(map(str, unknown))}")
    return text


def _number(what: str, given: object, *, least: int) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or given < least:
        raise ValueError(f"{what}: a whole number from {least} is wanted")
    return given
