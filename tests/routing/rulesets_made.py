"""Rule sets for tests: a small sound document, and the way of one into force over HTTP."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from app.routing import rulesets
from app.routing.facts import AssessmentKind
from tests.conftest import As
from tests.factories import Json, act, ok

HERE = "/v1/routing-rule-sets"
HEINOLA: Json = json.loads((Path(rulesets.__file__).parent / "heinola.v1.json").read_text(encoding="utf-8"))
WHY = {"fi": "näin on sovittu", "sv": "så är det överenskommet", "en": "so it was agreed"}
KINDS = [kind.value for kind in AssessmentKind]


def rule(id: str, rank: int, when: Json, **then: Any) -> Json:
    said = then or {"seat": "work_ability_coordinator"}
    return {"id": id, "rank": rank, "source": "own design", "because": [], "why": WHY, "when": when, "then": said}


def document(*rules: Json, **over: Any) -> Json:
    """Sound as it is: everything goes to the nurse."""
    return {
        "problemGroups": copy.deepcopy(HEINOLA["problem_groups"]),
        "settings": dict(HEINOLA["settings"]),
        "rules": list(rules) or [rule("all", 10, {"assessment": KINDS}, seat="unemployed_health_nurse")],
        "examples": [],
        **over,
    }


def row(made: Json) -> str:
    return f"{HERE}/{made['id']}"


async def drafted(who: As, code: str = "heinola", by: str = "lead", **over: Any) -> Json:
    return ok(await act(who(by), HERE, {"code": code, **document(**over)}))


async def signed(who: As, code: str = "heinola", **over: Any) -> Json:
    made = await drafted(who, code, **over)
    return ok(await act(who("admin"), f"{row(made)}/sign-off", None, made))


async def in_force(who: As, code: str = "heinola", valid_from: str | None = None, **over: Any) -> Json:
    made = await signed(who, code, **over)
    return ok(await act(who("lead"), f"{row(made)}/put-in-force", {"validFrom": valid_from}, made))
