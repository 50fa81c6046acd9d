"""What came of a path under attack: a goal, an outcome, scores, summaries and time."""

from __future__ import annotations

from tests.hostile.bodies import Valid
from tests.hostile.stage import Hands, Stage

WORDS = "Plain words."
MISTAKE = {"reason": "wrong_code"}
SPENT = {
    "id": None, "subjectType": "other", "subjectId": None, "minutes": 20, "role": "unemployed_health_nurse",
    "spentOn": "2026-11-20", "forEverybody": False,
}  # fmt: skip


async def set_up(hands: Hands) -> None:
    stage, send = hands.stage, hands.send
    path = f"/v1/pathways/{stage.ids['running_path']}"
    score = {"moment": "during", "score": 4, "askedHow": "in_person"}
    stage.ids["score"] = (await send("nurse", "POST", f"{path}/scores", score))["id"]
    stage.ids["entry"] = (await send("nurse", "POST", f"{path}/time-entries", SPENT))["items"][0]["id"]
    ended = await send("nurse", "GET", f"/v1/pathways/{stage.ids['ending_path']}")
    stage.ids["outcome"] = ended["outcomes"][0]["id"]
    hands.keep("ending_path", ended)
    of_aino = f"/v1/pathways/{stage.ids['of_aino_path']}/client-summaries"
    drafted = await send("nurse", "POST", of_aino, {})
    there = f"/v1/client-summaries/{drafted['id']}/offer"
    hands.keep("offered_summary", await send("nurse", "POST", there, {}, drafted["version"]))
    for name, pathway in (("offer_summary", "ending_path"), ("update_summary", "of_aino_path")):
        where = f"/v1/pathways/{stage.ids[pathway]}/client-summaries"
        hands.keep(name, await send("nurse", "POST", where, {}))


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    path = f"/v1/pathways/{ids['running_path']}"
    score = {"moment": "start", "score": 4, "askedHow": "in_person", "askedOn": "2026-11-20", "missingBecause": None}
    came = {"achievement": "improving", "agreedWithClient": True, "assessedOn": "2026-11-20", "words": WORDS}

    def summary(name: str) -> str:
        return f"/v1/client-summaries/{ids[name]}"

    return {
        "recordGoalAchievement": Valid("nurse", f"/v1/goals/{ids['goal']}/achievements", came),
        "markOutcomeEnteredInError": Valid(
            "nurse", f"/v1/outcomes/{ids['outcome']}/mark-entered-in-error", MISTAKE, of["ending_path"]
        ),
        "recordPathwayScore": Valid("nurse", f"{path}/scores", score),
        "markPathwayScoreEnteredInError": Valid(
            "nurse", f"/v1/pathway-scores/{ids['score']}/mark-entered-in-error", MISTAKE
        ),
        "draftClientSummary": Valid("nurse", f"{path}/client-summaries", {"language": "fi"}),
        "updateClientSummary": Valid(
            "nurse",
            summary("update_summary"),
            {"sections": [{"section": "next", "text": WORDS}]},
            of["update_summary"],
        ),
        "offerClientSummary": Valid("nurse", f"{summary('offer_summary')}/offer", {}, of["offer_summary"]),
        "declineClientSummary": Valid("client", f"{summary('offered_summary')}/decline", {}, of["offered_summary"]),
        "recordTimeEntry": Valid("nurse", f"{path}/time-entries", SPENT),
        "reverseTimeEntry": Valid("nurse", f"/v1/time-entries/{ids['entry']}/reverse", MISTAKE),
    }
