"""A rule set from JSON, read strictly, because a typo must not route people. Pure and total: whatever is given, the
answer is a rule set or a list of faults, each with its JSON pointer. One form everywhere: file, database and wire.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from string import Formatter

from app.kit.i18n import LANGUAGES
from app.routing.facts import MUNICIPALITY, AssessmentKind, Facts, ProblemArea, Register
from app.routing.rules import (
    OWN_CARE_TEAM,
    SEATS,
    SUGGESTIONS,
    UNSAID,
    Example,
    Expected,
    Rule,
    RuleSet,
    Settings,
    Then,
    When,
)
from app.routing.rulesets.reading import BadDocument, Place

MOST_RULES, MOST_EXAMPLES, MOST_MUNICIPALITIES = 200, 200, 50
MOST_RANK = 1_000_000
HEAD = {"id", "version", "valid_from"}
BODY = {"problem_groups", "settings", "rules"}
# Own design: bounds within which dates stay dates and waiting stays waiting.
MOST_OF = {"continuity_months": 120, "short_absence_working_days": 60, "recheck_after_days": 366}
TRUTHS = frozenset({True, False, None})
# What an example says of a case: everything that a rule can look at.
EXAMPLE_FACTS = frozenset(
    {"assessment", "municipality", "problem_areas", "main_problem", "demanding", "health_check_done",
     "asked_by_register", "own_care_team", "urgent"}
)  # fmt: skip


def parse_rule_set(given: object, seats: Iterable[str] = SEATS) -> RuleSet:
    """A rule set from the JSON of a file, with its head. Raises `BadDocument`, a ValueError that names the places."""
    top = Place((), [])
    members = top.shape(given, HEAD | BODY, {"examples"})
    head = {
        "id": (top / "id").code(members.get("id", "missing")),
        "version": (top / "version").number(members.get("version", 1), 1, MOST_RANK),
        "valid_from": _day(top / "valid_from", members.get("valid_from", "2000-01-01")),
    }
    return _made(top, members, frozenset(seats), **head)


def rule_set_of(
    content: object, code: str, number: int, valid_from: date, seats: Iterable[str] = SEATS
) -> RuleSet:  # fmt: skip
    """A rule set whose head is kept beside it. Raises `BadDocument`."""
    top = Place((), [])
    members = top.shape(content, BODY, {"examples"})
    return _made(top, members, frozenset(seats), id=code, version=number, valid_from=valid_from)


def load_rule_set(source: str | Path, seats: Iterable[str] = SEATS) -> RuleSet:
    """A shipped rule set by name (`heinola.v1`), or one from a file. Raises ValueError; OSError when not there."""
    file = Path(source) if isinstance(source, Path) else Path(__file__).with_name(f"{source}.json")
    return parse_rule_set(json.loads(file.read_text(encoding="utf-8")), seats)


def _made(top: Place, members: Mapping[str, object], seats: frozenset[str], **head: object) -> RuleSet:
    groups = _groups(top / "problem_groups", members.get("problem_groups", _ONE_GROUP))
    settings = (top / "settings").shape(members.get("settings", dict(MOST_OF)), MOST_OF)
    numbers = {name: (top / "settings" / name).number(value, 0, MOST_OF[name]) for name, value in settings.items()}
    listed = (top / "rules").items(members.get("rules", []), MOST_RULES)
    rules = [_rule(top / "rules" / n, rule, groups, seats) for n, rule in enumerate(listed)]
    _once(top / "rules", "id", "rule id", [rule.id for rule in rules])
    _once(top / "rules", "rank", "rank", [rule.rank for rule in rules])
    if len({code for rule in rules for code in rule.when.municipality}) > MOST_MUNICIPALITIES:
        (top / "rules").fault("too_many_municipalities", f"at most {MOST_MUNICIPALITIES} municipalities")
    named = (top / "examples").items(members.get("examples", []), MOST_EXAMPLES)
    examples = [_example(top / "examples" / n, example, seats) for n, example in enumerate(named)]
    _once(top / "examples", "name", "name", [example.name for example in examples])
    if top.faults:
        raise BadDocument(top.faults)
    return RuleSet(
        **head,  # type: ignore[arg-type]
        problem_groups=groups,
        settings=Settings(**numbers),
        rules=tuple(sorted(rules, key=lambda rule: rule.rank)),
        examples=tuple(examples),
    )


def _once(place: Place, name: str, called: str, values: Sequence[object]) -> None:
    seen: set[object] = set()
    for n, value in enumerate(values):
        if value in seen and value != "":
            (place / n / name).fault("twice", f"the same {called} twice: {value}")
        seen.add(value)


def _rule(place: Place, given: object, groups: Mapping[str, object], seats: frozenset[str]) -> Rule:
    raw = place.shape(given, {"id", "rank", "source", "because", "why", "when", "then"})
    why = (place / "why").shape(raw.get("why", dict.fromkeys(LANGUAGES, "-")), LANGUAGES)
    return Rule(
        id=(place / "id").code(raw.get("id", "missing")),
        rank=(place / "rank").number(raw.get("rank", 0), 0, MOST_RANK),
        source=(place / "source").text(raw.get("source", "-"), 200),
        because=tuple(
            (place / "because" / n).text(code, 60)
            for n, code in enumerate((place / "because").items(raw.get("because", []), 10))
        ),
        why={name: _sentence(place / "why" / name, why.get(name, "-")) for name in LANGUAGES},
        when=_when(place / "when", raw.get("when", {}), groups),
        then=_then(place / "then", raw.get("then", {"queue": OWN_CARE_TEAM}), seats),
    )


def _when(place: Place, given: object, groups: Mapping[str, object]) -> When:
    raw = place.shape(given, (), When.__dataclass_fields__, "unknown_fact")
    allowed: dict[str, frozenset[object]] = {
        "assessment": frozenset(AssessmentKind),
        "demanding": TRUTHS,
        "health_check_done": TRUTHS,
        "asked_by_register": frozenset({*Register, None}),
        "problem_groups": frozenset(groups),
        "main_problem_group": frozenset({*groups, None}),
        "own_care_team_known": TRUTHS - {None},
        "urgent": TRUTHS - {None},
    }
    found: dict[str, frozenset[object]] = {}
    for name, value in raw.items():
        here = place / name
        values = value if isinstance(value, list) else [value]
        if not all(one is None or isinstance(one, str | bool | int | float) for one in values):
            here.fault("wrong_type", f"condition {name}: a value or a list is wanted")
        elif len(values) > 60:
            here.fault("too_many", f"condition {name}: at most 60 values")
        elif unknown := [one for one in values if not _fits(name, one, allowed)]:
            here.fault("unknown_value", f"condition {name}: unknown value {', '.join(map(str, unknown))}")
        elif not values and name != "problem_groups":
            here.fault("unknown_value", f"condition {name}: unknown value []")
        else:  # a list of groups is one value: exactly these are present, [] for none
            found[name] = frozenset({frozenset(values)} if name == "problem_groups" else values)
    return When(**found)


def _fits(name: str, value: object, allowed: Mapping[str, frozenset[object]]) -> bool:
    if name == "municipality":
        return isinstance(value, str) and MUNICIPALITY.fullmatch(value) is not None
    if isinstance(value, str):
        return value in {code for code in allowed[name] if isinstance(code, str)}
    return any(value is one for one in allowed[name])  # `is`, because JSON's 1 equals true in Python


def _then(place: Place, given: object, seats: frozenset[str]) -> Then:
    raw = place.shape(given, (), Then.__dataclass_fields__)
    kinds = [kind for kind in ("seat", "queue", "manual") if kind in raw]
    if len(kinds) != 1:
        place.fault("one_outcome", "exactly one of seat, queue and manual is wanted")
        return Then()
    belongs = {"seat": {"consulting"}, "queue": set(), "manual": {"asks", "candidates"}}[kinds[0]]
    for stray in sorted(raw.keys() - belongs - {kinds[0]}):
        (place / stray).fault("does_not_go_with", f"{stray} does not go with {kinds[0]}")
    said: dict[str, str] = {
        name: (place / name).member(raw[name], seats, "unknown_seat", "seat")
        for name in ("seat", "consulting", "asks")
        if name in raw
    }
    listed = (place / "candidates").items(raw.get("candidates", []), 10)
    candidates = tuple(
        (place / "candidates" / n).member(seat, seats, "unknown_seat", "seat") for n, seat in enumerate(listed)
    )
    if "queue" in raw:
        said["queue"] = (place / "queue").member(raw["queue"], {OWN_CARE_TEAM}, "unknown_value", "queue")
    if "manual" in raw:
        said["manual"] = (place / "manual").member(raw["manual"], SUGGESTIONS, "unknown_value", "known suggestion")
        if "asks" not in raw:
            (place / "asks").fault("missing", "a known suggestion has a seat that it asks: asks is missing")
    if len(set(candidates)) < len(candidates) or (said.get("consulting") and said["consulting"] == said.get("seat")):
        place.fault("twice", "the same seat twice")
    return Then(**said, candidates=candidates)


def _example(place: Place, given: object, seats: frozenset[str]) -> Example:
    raw = place.shape(given, {"name", "facts", "expect"})
    said = (place / "facts").shape(raw.get("facts", {}), {"assessment"}, EXAMPLE_FACTS, "unknown_fact")
    facts = Facts(assessment=AssessmentKind.REFERRAL_TRIAGE)
    try:
        if "assessment" in said:
            facts = Facts.parse(said)
    except (ValueError, TypeError) as error:
        (place / "facts").fault("unknown_value", str(error))
    (place / "facts" / "own_care_team").text(said.get("own_care_team") or "-", 200)
    expect = (place / "expect").shape(raw.get("expect", {"queue": OWN_CARE_TEAM}), (), _fields(Expected))
    kinds = [kind for kind in ("seat", "queue", "manual") if kind in expect]
    if len(kinds) != 1 or ("consulting" in expect and kinds != ["seat"]):
        (place / "expect").fault("one_outcome", "exactly one of seat, queue and manual is expected")
        return Example("", facts, Expected())
    among = {"seat": seats, "queue": {OWN_CARE_TEAM}, "manual": SUGGESTIONS}[kinds[0]]
    code = "unknown_seat" if kinds[0] == "seat" else "unknown_value"
    right: dict[str, str | None] = {
        kinds[0]: (place / "expect" / kinds[0]).member(expect[kinds[0]], among, code, kinds[0])
    }
    if "consulting" in expect:
        asked = expect["consulting"]
        right["consulting"] = (
            None if asked is None else (place / "expect" / "consulting").member(asked, seats, "unknown_seat", "seat")
        )
    return Example((place / "name").text(raw.get("name", "-"), 200), facts, Expected(**{"consulting": UNSAID, **right}))


_ONE_GROUP: dict[str, object] = {"all": [*ProblemArea]}


def _groups(place: Place, given: object) -> dict[str, frozenset[ProblemArea]]:
    found: dict[str, frozenset[ProblemArea]] = {}
    listed: list[str] = []
    for name, areas in list((place.members(given) or {}).items())[: len(ProblemArea) + 1]:
        place.code(name)
        own = [
            place.member(area, frozenset(ProblemArea), "unknown_value", "problem area")
            for area in place.items(areas, 5)
        ]
        listed += own
        found[name] = frozenset(ProblemArea(area) for area in own if area)
    if sorted(listed) != sorted(ProblemArea) or not all(found.values()):
        place.fault("not_one_group", "every problem area belongs to exactly one group, and no group is empty")
    return found


def _sentence(place: Place, given: object) -> str:
    """A text whose only blank is `{main_problem}`, as it stands: no conversion and no width."""
    text = place.text(given, 500)
    try:
        blanks = [(name, spec, how) for _, name, spec, how in Formatter().parse(text) if name is not None]
    except ValueError:
        blanks = [("{", "", None)]
    if unknown := [name for name, spec, how in blanks if (name, spec, how) != ("main_problem", "", None)]:
        place.fault("unknown_blank", f"unknown blank {', '.join(map(str, unknown))}")
    return text


def _day(place: Place, given: object) -> date:
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        place.fault("not_a_date", "valid_from is a date, as in 2026-01-01")
        return date.min


def _fields(kind: type) -> list[str]:
    return [field.name for field in fields(kind)]
