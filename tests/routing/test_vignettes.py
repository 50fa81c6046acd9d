"""The shared routing cases, run over the shipped rule set: as they are, and with names, order and dates changed."""

from __future__ import annotations

import ast
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import app
from app.routing.decide import decide
from app.routing.rulesets import load_rule_set
from tests.routing import vignettes

GIVEN = vignettes.load()
RULES = load_rule_set("heinola.v1")
VISITED = {seat["seat"] for seat in GIVEN["roster"]["seats"] if "visiting_days" in seat}
MOVABLE = [case for case in GIVEN["vignettes"] if case["expect"].get("consulting_seat") not in VISITED]
CASES = pytest.mark.parametrize("case", GIVEN["vignettes"], ids=lambda case: case["id"])


def wrong(case: Any, given: Any, *, turn: bool = False) -> dict[str, Any]:
    roster = vignettes.roster(given["roster"], case)
    decision = decide(
        vignettes.facts(case),
        RULES,
        vignettes.turned(roster) if turn else roster,
        date.fromisoformat(case["asked_on"]),
    )
    return vignettes.differences(decision, case, given["roster"])


def test_the_cases_are_there() -> None:
    assert len(GIVEN["vignettes"]) >= 30
    assert all({"outcome", "because"} <= case["expect"].keys() for case in GIVEN["vignettes"])


@CASES
def test_case(case: Any) -> None:
    assert not wrong(case, GIVEN), case["text"]


@CASES
@pytest.mark.parametrize("step", [1, -1], ids=["names forward", "names backward"])
def test_names_and_order_do_not_matter(case: Any, step: int) -> None:
    """Every person gets another's place in the alphabet, and every list is turned round."""
    ids = vignettes.people(GIVEN["roster"])
    names = {id: f"p{(step * n) % len(ids):03}" for n, id in enumerate(ids)}
    assert len(set(names.values())) == len(ids)
    assert not wrong(vignettes.renamed(case, names), vignettes.renamed(GIVEN, names), turn=True)


def shifted(value: Any, days: int) -> Any:
    if isinstance(value, dict):
        return {key: shifted(item, days) for key, item in value.items()}
    if isinstance(value, list):
        return [shifted(item, days) for item in value]
    try:
        return (date.fromisoformat(value) + timedelta(days=days)).isoformat()
    except (TypeError, ValueError):
        return value


@pytest.mark.parametrize("case", MOVABLE, ids=lambda case: case["id"])
@pytest.mark.parametrize("weeks", [-8, -7, -1, 1, 12, 15, 52], ids="{:+} weeks".format)
def test_the_date_does_not_matter(case: Any, weeks: int) -> None:
    """Whole weeks keep weekdays. They do not keep first Tuesdays, public holidays or the lengths of months:

    - these shifts put no holiday from Monday to Friday in the three weeks after the question;
    - a case whose expectation rests on the visiting day is left out, since the first Tuesday moves by 28 or 35 days;
    - the ages of earlier work (6 and 14 months) are far enough from 12 months for the lengths of months.
    """
    assert not wrong(shifted(case, 7 * weeks), GIVEN)


def test_the_code_knows_no_case_and_no_person() -> None:
    """No id of a case or a person of the shared roster stands anywhere in the product."""
    roster = GIVEN["roster"]
    secret = {*vignettes.people(roster), *(case["id"] for case in GIVEN["vignettes"]), roster["unassigned_queue"]}
    found = []
    for path in Path(app.__path__[0]).joinpath("routing").rglob("*"):
        if path.suffix == ".py":
            tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            words = {node.value for node in tree if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        elif path.suffix == ".json":
            words = set(json.dumps(json.loads(path.read_text(encoding="utf-8"))).split('"'))
        else:
            continue
        found += [(path.name, word) for word in words if word in secret]
    assert not found
