"""The sources of a referral that have an address of their own."""

from __future__ import annotations

from tests.hostile.bodies import WORDS, Valid
from tests.hostile.stage import Hands, Stage, permission, referral

NOW = "2026-11-23T10:00:00Z"  # the noon of the tests: a meeting of this moment is no more to come


async def set_up(hands: Hands) -> None:
    """A meeting that has begun, on the path at work."""
    plan = {
        "startsAt": NOW, "minutes": 60, "place": "Room 2", "reserve": False,
        "participantIds": [hands.stage.person("coordinator")],
    }  # fmt: skip
    path = f"/v1/pathways/{hands.stage.ids['running_path']}/meetings"
    hands.keep("begun_meeting", await hands.send("nurse", "POST", path, plan))


def bodies(stage: Stage) -> dict[str, Valid]:
    own = {
        "id": None, "draft": False, "reason": WORDS, "hopedFor": WORDS, "barriers": ["barrier_health"],
        "unemploymentDays": 0, "phone": "+358 40 0000 000", "municipality": "111", "reachWhen": WORDS,
        "allowDuplicate": True,
    }  # fmt: skip
    said = {key: value for key, value in referral(stage, None).items() if key not in ("client", "permission")}
    shared = {**said, "id": None, "hopedFor": WORDS, "reachWhen": WORDS, "allowDuplicate": True}
    met = {**shared, "draft": False, "source": "joint_meeting", "permission": permission(stage)}
    return {
        "preflightOwnReferral": Valid("client", "/v1/referrals/own/preflight", own),
        "createOwnReferral": Valid("client", "/v1/referrals/own", own),
        "referFromMeeting": Valid("nurse", f"/v1/meetings/{stage.ids['begun_meeting']}/referrals", met),
        "referOnward": Valid(
            "coordinator",
            f"/v1/pathways/{stage.ids['running_path']}/onward-referrals",
            {**shared, "teamId": stage.ids["new_team"], "stepId": stage.ids["running_step"]},
        ),
    }
