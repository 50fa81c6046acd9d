"""Parts in services under attack: one for each verb, a group, and after-contacts."""

from __future__ import annotations

from typing import Any

from tests.hostile.bodies import Valid
from tests.hostile.stage import Hands, Stage

WORDS = "Plain words."
TIMELY = {"finding": "timely", "grounds": ["own_wish"], "words": WORDS, "checkedOn": "2026-11-20"}
PERIOD = {"startsOn": "2026-11-20", "endsOn": "2027-02-20"}
REVIEW = {
    "id": None, "side": "payer", "criteriaVersion": "1", "reviewedOn": "2026-11-20",
    "answers": [{"criterion": "soon", "answer": "met", "words": WORDS}],
}  # fmt: skip
PAUSE = {"reason": "client_wishes", "until": "2026-12-20"}


def part(stage: Stage, **over: Any) -> dict[str, Any]:
    area = stage.org("area")
    return {
        "id": None, "kind": "work_trial", "organiserId": area, "payerId": area, "providerId": area,
        "contactName": "Somebody", "goalId": None,
        "stepId": stage.ids["running_other_step"], "groupId": None, "mode": None,
        "employer": "A cafe", "place": "Room 2", "weeklyHours": 20, "observe": WORDS, **PERIOD, **over,
    }  # fmt: skip


def group(stage: Stage) -> dict[str, Any]:
    return {
        "id": None, "teamId": stage.ids["team"], "name": "Kitchen", "site": "House", "instructor": "Somebody",
        "providerId": stage.org("area"), "maxMembers": 10, **PERIOD,
    }  # fmt: skip


async def set_up(hands: Hands) -> None:
    stage, send = hands.stage, hands.send
    path = f"/v1/pathways/{stage.ids['running_path']}"
    for verb in ("update", "check", "start", "pause", "resume", "end"):
        row = hands.keep(f"part_{verb}", await send("nurse", "POST", f"{path}/participations", part(stage)))
        here = f"/v1/participations/{row['id']}"
        if verb in ("pause", "resume", "end"):
            row = hands.keep(f"part_{verb}", await send("nurse", "POST", f"{here}/start", {}, row["version"]))
        if verb == "resume":
            hands.keep("part_resume", await send("nurse", "POST", f"{here}/pause", PAUSE, row["version"]))
    hands.keep("group", await send("nurse", "POST", "/v1/service-groups", group(stage)))
    for verb in ("complete", "miss", "cancel"):
        hands.keep(f"after_{verb}", await send("nurse", "POST", f"{path}/after-contacts", {"months": 3}))


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    path = f"/v1/pathways/{ids['running_path']}"

    def on(verb: str, suffix: str, body: dict[str, Any]) -> Valid:
        return Valid("nurse", f"/v1/participations/{ids[f'part_{verb}']}{suffix}", body, of[f"part_{verb}"])

    def after(verb: str, body: dict[str, Any]) -> Valid:
        return Valid("nurse", f"/v1/after-contacts/{ids[f'after_{verb}']}/{verb}", body, of[f"after_{verb}"])

    changed = {
        "contactName": "Another", "goalId": None, "stepId": None, "place": "Room 3", "weeklyHours": 10,
        "observe": WORDS, **PERIOD,
    }  # fmt: skip
    ended = {
        "reason": "completed", "endedOn": "2026-11-23", "words": WORDS, "afterContactMonths": 3,
        "afterContactById": stage.person("nurse"),
    }  # fmt: skip
    kept_not = {"reason": "not_reached", "words": WORDS}
    larger = {"name": "Laundry", "site": "House", "instructor": "Another", "endsOn": "2027-03-20", "maxMembers": 12}
    return {
        "planParticipation": Valid("nurse", f"{path}/participations", part(stage)),
        "updateParticipation": on("update", "", changed),
        "checkTimeliness": on("check", "/check-timeliness", TIMELY),
        "startParticipation": on("start", "/start", {"startedOn": "2026-11-20", "despiteUnclear": None}),
        "pauseParticipation": on("pause", "/pause", PAUSE),
        "resumeParticipation": on("resume", "/resume", {}),
        "endParticipation": on("end", "/end", ended),
        "recordQualityReview": Valid("nurse", f"/v1/participations/{ids['part_pause']}/quality-reviews", REVIEW),
        "makeServiceGroup": Valid("nurse", "/v1/service-groups", group(stage)),
        "updateServiceGroup": Valid("nurse", f"/v1/service-groups/{ids['group']}", larger, of["group"]),
        "planAfterContact": Valid(
            "nurse",
            f"{path}/after-contacts",
            {"id": None, "months": 3, "participationId": ids["part_update"], "holderId": stage.person("nurse")},
        ),
        "completeAfterContact": after("complete", {"result": "same", "endedOn": "2026-11-20", "words": WORDS}),
        "missAfterContact": after("miss", kept_not),
        "cancelAfterContact": after("cancel", kept_not),
    }
