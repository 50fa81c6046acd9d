"""Mixed consents, ended in a random order: the preview is what happens, and who is invited is whom the rule permits."""

from __future__ import annotations

from random import Random

import pytest

from tests import factories as f
from tests.conftest import As
from tests.consents.test_consequences import preview, scene, standings
from tests.factories import act, get, ok
from tests.world import World

CLASSES = ["participation", "work_ability_conclusion", "health"]
PURPOSES = ["network_meeting", "referral_feedback"]
GUESTS = {"kela": "Kaisa Karppinen", "workshop": "Veikko Verstas"}


def permits(consents: list[f.Json], organisation: str) -> bool:
    """The rule once more, in plain words: the last word counts, and a prohibition beats everything."""
    word = False
    for one in sorted(consents, key=lambda c: str(c["id"])):
        if not one["inForce"] or "participation" not in one["dataClasses"]:
            continue
        if organisation not in one["recipientIds"]:
            continue
        if one["kind"] == "prohibition":
            return False
        if one["kind"] == "refusal":
            word = False
        elif "network_meeting" in one["purposes"]:
            word = True
    return word


@pytest.mark.parametrize("seed", range(4))
async def test_the_preview_is_the_effect_and_the_rule_is_kept(who: As, world: World, seed: int) -> None:
    chance = Random(seed)
    made = await scene(who, world, *GUESTS)
    live = list(made["given"].values())
    names = {str(world.organisations[name]): name for name in GUESTS}
    people = {p["organisationId"]: p["name"] for p in made["meeting"]["participants"]}
    for _ in range(6):
        if chance.random() < 0.5 and live:
            consent = live.pop(chance.randrange(len(live)))
            shown = await preview(who, consent)
            done = ok(await act(who("client"), f"/v1/consents/{consent['id']}/withdraw", {}, consent))
            if consent["kind"] == "permission":
                assert done["consequences"] == shown["consequences"]
        else:
            over = {
                "kind": chance.choice(["permission", "permission", "refusal", "prohibition"]),
                "dataClasses": chance.sample(CLASSES, chance.randint(1, 3)),
                "purposes": chance.sample(PURPOSES, chance.randint(1, 2)),
            }
            to = chance.sample(list(GUESTS), chance.randint(1, 2))
            live.append(ok(await act(who("client"), made["consents"], f.consent(world, *to, **over))))
        consents = (await get(who("client"), made["consents"], limit=100))["items"]
        standing = await standings(who, made["meeting"])
        for id in names:
            if standing[people[id]] == "invited":
                assert permits(consents, id), "nothing unpermitted goes on"
            else:
                assert standing[people[id]] == ("may_be_invited" if permits(consents, id) else "closed"), (
                    "nothing permitted is stopped for good"
                )
