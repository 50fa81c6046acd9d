"""Requirements under attack: a draft for each verb, of keys of their own."""

from __future__ import annotations

from typing import Any

from tests.hostile.bodies import Valid
from tests.hostile.stage import Hands, Stage

WORDS = {"fi": "Auttaa.", "sv": "Hjälper.", "en": "It helps."}


def asking(source: str) -> dict[str, Any]:
    items = [
        {"item": "criteria", "required": False, "minimum": None, "criteria": ["everyday_coping"], "why": WORDS},
        {"item": "reason_length", "required": True, "minimum": 40, "criteria": [], "why": None},
    ]
    return {"id": None, "source": source, "askedFor": "social_assessment", "items": items}


async def set_up(hands: Hands) -> None:
    path = f"/v1/teams/{hands.stage.ids['new_team']}/requirements"
    for verb, source in (("update", "kela"), ("publish", "nurse"), ("end", "physician")):
        hands.keep(f"requirements_{verb}", await hands.send("lead", "POST", path, asking(source)))
    ids, of = hands.stage.ids, hands.stage.versions
    published = f"/v1/requirements/{ids['requirements_end']}/publish"
    hands.keep("requirements_end", await hands.send("lead", "POST", published, {}, of["requirements_end"]))


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions

    def row(verb: str) -> str:
        return f"/v1/requirements/{ids[f'requirements_{verb}']}"

    changed = {name: value for name, value in asking("kela").items() if name != "id"}
    return {
        "draftRequirements": Valid("lead", f"/v1/teams/{ids['new_team']}/requirements", asking("other")),
        "updateRequirements": Valid("lead", row("update"), changed, of["requirements_update"]),
        "publishRequirements": Valid(
            "lead", f"{row('publish')}/publish", {"validFrom": "2026-12-01"}, of["requirements_publish"]
        ),
        "endRequirements": Valid("lead", f"{row('end')}/end", {"validTo": "2026-12-31"}, of["requirements_end"]),
    }
