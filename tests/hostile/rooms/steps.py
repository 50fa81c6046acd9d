"""Steps under attack: a path with a branch and a version behind it, one that is held, and steps of every state."""

from __future__ import annotations

from sqlalchemy import text

from tests.hostile.bodies import Valid
from tests.hostile.stage import Hands, Stage

WORDS = "Plain words."
# As if the path had begun before the first version, and gone by the branch of one of its steps.
EARLIER = (
    "UPDATE pathways SET template_version = 0 WHERE id = '{id}'",
    "UPDATE pathway_steps SET branch = 'group' WHERE pathway_id = '{id}' AND kind = 'follow_up'",
)
ADDED = {
    "kind": "follow_up", "ownerRole": "work_ability_coordinator", "purpose": {"fi": WORDS, "sv": WORDS, "en": WORDS},
    "bring": {"fi": WORDS, "sv": WORDS, "en": WORDS}, "dueDays": 10, "plannedOn": "2026-12-01",
    "afterKey": "health_check", "optional": True, "clientVisible": True, "expectedMinutes": 60,
    "reason": "client_wishes",
}  # fmt: skip
HELD = {"untilOn": "2026-12-31", "reason": "client_wishes", "nextAction": WORDS, "nextActionOn": "2027-01-04"}
AGAIN = {"reason": "situation_changed", "dueDays": 5, "plannedOn": "2026-12-01"}


async def set_up(hands: Hands) -> None:
    stage, send = hands.stage, hands.send
    path = f"/v1/pathways/{stage.ids['of_aino_path']}"
    await hands.judge.connection.execute(text("SET LOCAL ROLE NONE"))
    for statement in EARLIER:
        await hands.judge.connection.execute(text(statement.format(id=stage.ids["of_aino_path"])))
    await hands.judge.connection.execute(text("SET LOCAL ROLE heinola_app"))
    steps = (await send("nurse", "GET", path))["steps"]
    for name, verb, body, n in (
        ("skipped_step", "skip", {"reason": "not_needed"}, 1),
        ("done_step", "complete", {}, 2),
    ):
        where = f"/v1/pathway-steps/{steps[n]['id']}/{verb}"
        found = await send("nurse", "POST", where, body, steps[n]["version"])
        hands.keep(name, found["steps"][n])
    hands.keep("of_aino_path", found)
    stage.ids["planned_steps"] = ",".join(s["id"] for s in found["steps"] if s["state"] == "planned")
    stage.ids["upgrade_token"] = (await send("nurse", "POST", f"{path}/preview-upgrade", {"toVersion": 1}))["token"]
    ending = f"/v1/pathways/{stage.ids['ending_path']}"
    held = await send("nurse", "POST", f"{ending}/hold", HELD, stage.versions["ending_path"])
    hands.keep("ending_path", held)


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    path, version = f"/v1/pathways/{ids['of_aino_path']}", of["of_aino_path"]
    ending = f"/v1/pathways/{ids['ending_path']}"
    order = {"stepIds": ids["planned_steps"].split(","), "reason": "client_wishes"}
    verbs = {
        "addPathwayStep": ("add-step", ADDED),
        "reorderPathwaySteps": ("reorder-steps", order),
        "choosePathwayBranch": ("choose-branch", {"branch": "group", "reason": "client_wishes"}),
        "holdPathway": ("hold", HELD),
        "upgradePathway": ("upgrade", {"toVersion": 1, "token": ids["upgrade_token"]}),
    }
    now = {"nextAction": WORDS, "nextActionOn": "2026-12-01"}
    over = {"reason": "moved_away", "outcome": "work_trial"}
    return {
        **{name: Valid("nurse", f"{path}/{verb}", body, version) for name, (verb, body) in verbs.items()},
        "previewPathwayUpgrade": Valid("nurse", f"{path}/preview-upgrade", {"toVersion": 1}),
        "endPathwayHold": Valid("nurse", f"{ending}/end-hold", now, of["ending_path"]),
        "discontinuePathway": Valid("nurse", f"{ending}/discontinue", over, of["ending_path"]),
        "reopenPathwayStep": Valid(
            "nurse",
            f"/v1/pathway-steps/{ids['skipped_step']}/reopen",
            {"reason": "situation_changed"},
            of["skipped_step"],
        ),
        "repeatPathwayStep": Valid("nurse", f"/v1/pathway-steps/{ids['done_step']}/repeat", AGAIN, of["done_step"]),
    }
