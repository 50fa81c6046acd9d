"""What tests of simulations over HTTP ask for, and the history they ask about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx

from app.routing import rulesets
from tests import factories as f
from tests.conftest import As
from tests.factories import act
from tests.world import World

MSK, MENTAL, NURSE = "physician_msk_somatic", "physician_mental_substance_neuro", "unemployed_health_nurse"
COORDINATOR = "work_ability_coordinator"


async def simulated(who: As, world: World, by: str = "lead", **given: Any) -> httpx.Response:
    return await act(who(by), f"/v1/teams/{world.team}/simulations", given)


async def asked_physicians(who: As, world: World, *areas: str) -> list[f.Json]:
    """A path each, with problems of that area, and a physician asked for."""
    made = []
    for area in areas:
        _, path = await f.accepted(who, world)
        await f.problems(who, path, area)
        made.append(await f.an_assessment(who, path, "physician_assessment"))
    return made


async def nurse_leads(who: As, world: World) -> None:
    """The nurse, of the health register, may simulate too."""
    lead = {"organisationId": str(world.organisations["area"]), "role": "team_lead", "register": "none",
            "validFrom": "2026-01-01"}  # fmt: skip
    f.ok(await act(who("admin"), f"/v1/persons/{world.persons['nurse']}/memberships", lead))


def rules(**changed: Any) -> f.Json:
    """The shipped rules as a document on the wire, with every seat another one if `seat` says which."""
    kept: f.Json = json.loads(Path(rulesets.__file__).with_name("heinola.v1.json").read_text("utf-8"))
    document = {"problemGroups": kept["problem_groups"], "settings": kept["settings"], "rules": kept["rules"]}
    if seat := changed.pop("seat", None):
        for rule in document["rules"]:
            rule["then"] = {"seat": seat}
    return document | changed
