"""Rule sets under attack: a version for each verb, of codes of their own."""

from __future__ import annotations

from typing import Any

from tests.hostile.bodies import Valid
from tests.hostile.stage import Hands, Stage
from tests.routing.rulesets_made import HERE, document, rule

EXAMPLE = {
    "name": "Check",
    "facts": {"assessment": "health_check"},
    "expect": {"seat": "unemployed_health_nurse", "consulting": None},
}


def whole() -> dict[str, Any]:
    """With every member that a rule can have."""
    manual = rule("asked", 5, {"urgent": True}, manual="choose_test_kind", asks="unemployed_health_nurse")
    manual["then"]["candidates"] = ["physiotherapist"]
    return document(manual, rule("all", 10, {}, seat="unemployed_health_nurse"), examples=[EXAMPLE])


async def set_up(hands: Hands) -> None:
    ids, of = hands.stage.ids, hands.stage.versions
    for verb in ("update", "put", "retire"):
        made = {"code": f"hostile_{verb}", **whole()}
        hands.keep(f"rules_{verb}", await hands.send("lead", "POST", HERE, made))
    for verb in ("put", "retire"):
        path = f"{HERE}/{ids[f'rules_{verb}']}/sign-off"
        hands.keep(f"rules_{verb}", await hands.send("admin", "POST", path, {}, of[f"rules_{verb}"]))
    path = f"{HERE}/{ids['rules_retire']}/put-in-force"
    hands.keep("rules_retire", await hands.send("lead", "POST", path, {}, of["rules_retire"]))


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions

    def row(verb: str) -> str:
        return f"{HERE}/{ids[f'rules_{verb}']}"

    copied = {"id": None, "code": "hostile_new", "from": {"code": "heinola", "number": 1}, **whole()}
    return {
        "draftRoutingRuleSet": Valid("lead", HERE, copied),
        "checkRoutingRuleSet": Valid("lead", f"{HERE}/check", whole()),
        "updateRoutingRuleSet": Valid("lead", row("update"), whole(), of["rules_update"]),
        "putRoutingRuleSetInForce": Valid(
            "lead", f"{row('put')}/put-in-force", {"validFrom": "2026-12-01"}, of["rules_put"]
        ),
        "retireRoutingRuleSet": Valid("lead", f"{row('retire')}/retire", {"validTo": "2026-12-31"}, of["rules_retire"]),
    }
