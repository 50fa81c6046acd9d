"""Blueprints under attack: a small one, with rules of its own."""

from __future__ import annotations

from typing import Any

from tests.hostile.bodies import Valid
from tests.hostile.stage import Hands, Stage

WHY = {"fi": "Syy.", "sv": "Skäl.", "en": "Reason."}


async def set_up(hands: Hands) -> None:
    """The team of the stage is enough."""


def blueprint() -> dict[str, Any]:
    rule = {
        "id": "all", "rank": 1, "source": "own design", "because": ["roster"], "why": WHY,
        "when": {"assessment": ["coordination"]}, "then": {"seat": "work_ability_coordinator"},
    }  # fmt: skip
    document = {
        "problemGroups": {"mind": ["mental_health", "substance_use", "neuropsychiatric"],
                          "body": ["musculoskeletal", "somatic"]},
        "settings": {"continuity_months": 12, "short_absence_working_days": 10, "recheck_after_days": 30},
        "rules": [rule], "examples": [],
    }  # fmt: skip
    seat = {"role": "unemployed_health_nurse", "maxOpen": 60, "clientsPerDay": 4, "visitingDays": None}
    return {
        "format": "heinola-blueprint", "formatVersion": 1, "name": "Heinola", "template": "heinola",
        "silentAfterDays": 14, "seats": [seat], "rules": {"code": "heinola", "number": 1, "document": document},
        "paths": [{"code": "heinola", "version": 1}],
    }  # fmt: skip


def bodies(stage: Stage) -> dict[str, Valid]:
    path = f"/v1/teams/{stage.world.team}/blueprint"
    return {
        "diffBlueprint": Valid("lead", f"{path}/diff", {"blueprint": blueprint()}),
        "applyBlueprint": Valid("lead", f"{path}/apply", {"blueprint": blueprint(), "dryRun": True}, 1),
    }
