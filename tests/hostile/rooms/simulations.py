"""Simulations under attack: everything that can be changed at once, on a team with a history."""

from __future__ import annotations

import json
from pathlib import Path

from app.routing import rulesets
from tests.hostile.bodies import Valid
from tests.hostile.stage import Hands, Stage


async def set_up(hands: Hands) -> None:
    """The referrals of the stage are history enough."""


def bodies(stage: Stage) -> dict[str, Valid]:
    kept = json.loads(Path(rulesets.__file__).with_name("heinola.v1.json").read_text("utf-8"))
    rules = {"problemGroups": kept["problem_groups"], "settings": kept["settings"], "rules": kept["rules"][:3]}
    given = {
        "months": 6,
        "rules": rules,
        "ruleSetId": None,
        "vacancies": ["physician_msk_somatic"],
        "absences": [{"personId": stage.person("nurse"), "firstOn": "2026-12-01", "lastOn": "2026-12-14"}],
        "capacities": [{"seatRole": "unemployed_health_nurse", "personId": stage.person("nurse"), "maxOpen": 70}],
    }
    return {"simulateTeam": Valid("lead", f"/v1/teams/{stage.world.team}/simulations", given)}
