"""A piece of work to be confirmed, declined and asked again, and a period to be handed over with nothing on it."""

from __future__ import annotations

from tests.hostile.bodies import Valid
from tests.hostile.stage import Hands, Stage

WORDS = "Plain words."


async def set_up(hands: Hands) -> None:
    stage, send = hands.stage, hands.send
    listed = await send("nurse", "GET", "/v1/worklist?list=mine&limit=200")
    row = next(w for w in listed["items"] if w["subjectId"] == stage.ids["check"])
    hands.keep("work", await send("nurse", "GET", f"/v1/work-items/{row['id']}"))
    held = await send("lead", "GET", f"/v1/seats/{stage.world.seats['unemployed_health_nurse']}/holders")
    hands.keep("nurse_period", next(h for h in held["items"] if h["personId"] == stage.person("nurse")))


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    work, team = f"/v1/work-items/{ids['work']}", f"/v1/teams/{ids['team']}"
    move = {
        "workItemId": ids["work"], "version": of["work"], "personId": stage.person("nurse_deputy"),
        "seatRole": "unemployed_health_nurse", "note": WORDS,
    }  # fmt: skip
    return {
        "declineWorkItem": Valid("nurse", f"{work}/decline", {"reason": "other", "words": WORDS}, of["work"]),
        "routeWorkItemAgain": Valid("nurse", f"{work}/route-again", {"cause": "facts", "preview": True}, of["work"]),
        "previewAbsence": Valid(
            "lead", "/v1/absences/preview",
            {"personId": stage.person("nurse"), "firstOn": "2026-12-01", "lastOn": "2026-12-03"},
        ),
        "previewHandover": Valid(
            "lead", f"/v1/holders/{ids['nurse_period']}/handover-preview", {"validTo": "2026-12-01"}
        ),
        "handOver": Valid(
            "lead", f"/v1/holders/{ids['holder']}/handover", {"validTo": "2026-12-01", "moves": []}, of["holder"]
        ),
        "previewReroutes": Valid(
            "lead", f"{team}/reroute-previews",
            {"cause": "rules", "personId": stage.person("nurse"), "seatId": str(stage.world.seats["physiotherapist"])},
        ),
        "rerouteWork": Valid("lead", f"{team}/reroutes", {"cause": "handover", "moves": [move]}),
    }  # fmt: skip
