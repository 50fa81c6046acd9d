"""Templates of the tests' own: with an order, hard rules and branches, in as many versions as a test needs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.kit.i18n import Text
from app.path_templates import rules
from app.path_templates.rules import Template, TemplateStep
from tests import factories as f

WORDS = Text("Tapaatte.", "Ni träffas.", "You meet.")
NURSES, COORDINATORS, TESTER = "unemployed_health_nurse", "work_ability_coordinator", "physiotherapist"
MINDS = "physician_mental_substance_neuro"


def a_step(key: str, kind: str = "follow_up", owner: str = NURSES, **over: Any) -> TemplateStep:
    usual: dict[str, Any] = {"due_days": 10, "urgent_due_days": 5, "optional": True, "client_visible": True}
    return TemplateStep(key=key, kind=kind, owner_role=owner, purpose=WORDS, **usual | over)


# The check, then the physician; tests only once the check is done; the outcome after one of two branches.
ONE = Template(
    code="heinola",
    version=1,
    title=WORDS,
    source="of the tests",
    own_design=True,
    steps=(
        a_step("check", "health_check"),
        a_step("visit", "physician_visit", MINDS, after=("check",)),
        a_step("tests", "functional_tests", TESTER, requires=("check",)),
        a_step("report", "further_examinations", requires=("tests",), client_visible=False),
        a_step("alone", "follow_up", COORDINATORS, branch="alone"),
        a_step("group", "network_meeting", COORDINATORS, branch="group"),
        a_step("outcome", "outcome", after=("visit",)),
    ),
)


def version(n: int, *steps: TemplateStep) -> Template:
    return replace(ONE, version=n, steps=steps or ONE.steps)


def ship(monkeypatch: pytest.MonkeyPatch, *templates: Template) -> None:
    """Paths of the test start from the newest of these."""
    monkeypatch.setattr(rules, "templates", lambda: {(t.code, t.version): t for t in templates})


def step(path: f.Json, key: str) -> f.Json:
    return next(s for s in path["steps"] if s["key"] == key)


def standing(path: f.Json) -> dict[str, str]:
    return {s["key"]: s["standing"] for s in path["steps"]}
