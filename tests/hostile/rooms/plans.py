"""A plan under attack: a goal, and follow-ups for each verb."""

from __future__ import annotations

from tests.hostile.bodies import Valid
from tests.hostile.stage import Hands, Stage

FOLLOW = {
    "id": None, "party": "kela", "personId": None, "organisationId": None, "stepKind": "follow_up",
    "what": "Plain words.", "channel": "phone", "place": "Room 2", "dueOn": "2026-12-01", "everyWeeks": 4,
    "untilOn": "2027-06-01", "agreedWithClient": True, "agreedOn": "2026-11-23",
}  # fmt: skip
WORDS = "Plain words."


async def set_up(hands: Hands) -> None:
    stage, send = hands.stage, hands.send
    path = f"/v1/pathways/{stage.ids['running_path']}"
    version = stage.versions["running_path"]
    goals = {"goals": [{"description": WORDS, "agreedWithClient": True}]}
    planned = await send("nurse", "POST", f"{path}/agree-plan", goals, version)
    stage.ids["goal"] = planned["goals"][0]["id"]
    hands.keep("running_path", planned)
    named = {"personId": stage.person("kela"), "organisationId": stage.org("kela")}
    for verb in ("update", "complete", "miss", "cancel"):
        hands.keep(f"follow_up_{verb}", await send("nurse", "POST", f"{path}/follow-ups", FOLLOW | named))


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    path = f"/v1/pathways/{ids['running_path']}"
    named = {"personId": stage.person("kela"), "organisationId": stage.org("kela")}
    barrier = {
        "id": None, "barrier": "barrier_health", "standing": "present", "agreedWithClient": True,
        "recordedOn": "2026-11-20", "words": WORDS,
    }  # fmt: skip
    marked = {
        "ending": "changed", "markedOn": "2026-11-20", "words": WORDS, "newDescription": WORDS,
        "agreedWithClient": True,
    }  # fmt: skip
    changed = {k: v for k, v in (FOLLOW | named).items() if k not in ("id", "party", "stepKind", "agreedOn")}

    def follow_up(verb: str) -> str:
        return f"/v1/follow-ups/{ids[f'follow_up_{verb}']}"

    ended = {"reason": "not_reached", "result": WORDS}
    return {
        "recordBarrier": Valid("nurse", f"{path}/barriers", barrier),
        "addSmallStep": Valid(
            "nurse",
            f"{path}/small-steps",
            {"id": None, "words": WORDS, "takenOn": "2026-11-20", "goalId": ids["goal"]},
        ),
        "markGoal": Valid("nurse", f"/v1/goals/{ids['goal']}/mark", marked, of["running_path"]),
        "agreeFollowUp": Valid("nurse", f"{path}/follow-ups", FOLLOW | named),
        "updateFollowUp": Valid("nurse", follow_up("update"), changed, of["follow_up_update"]),
        "completeFollowUp": Valid(
            "nurse",
            f"{follow_up('complete')}/complete",
            {"endedOn": "2026-11-20", "result": WORDS},
            of["follow_up_complete"],
        ),
        "missFollowUp": Valid("nurse", f"{follow_up('miss')}/miss", ended, of["follow_up_miss"]),
        "cancelFollowUp": Valid("nurse", f"{follow_up('cancel')}/cancel", ended, of["follow_up_cancel"]),
    }
