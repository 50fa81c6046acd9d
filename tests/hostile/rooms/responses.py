"""Instruments: one answered, one asked, one asked by a link."""

from __future__ import annotations

from typing import Any

from tests.hostile.bodies import WORDS, Valid
from tests.hostile.stage import Hands, Stage, referral

ANSWERS: list[dict[str, Any]] = [{"item": f"phq9_{number}", "value": 1} for number in range(1, 10)]
CONTENT: dict[str, Any] = {
    "version": "2", "edition": None, "mode": "interview", "answeredOn": "2026-11-20", "language": "fi",
    "sex": "female", "answers": ANSWERS, "score": None,
}  # fmt: skip
GUIDED = {"decision": "guided", "targets": ["own_care_team"], "note": WORDS, "agreedWithClient": True}


async def set_up(hands: Hands) -> None:
    stage, send = hands.stage, hands.send
    sent = await send("employment", "POST", "/v1/referrals", referral(stage, "090909-908N"))
    path = await send("nurse", "POST", f"/v1/referrals/{sent['id']}/accept", {}, sent["version"])
    here = f"/v1/pathways/{path['id']}"
    hands.keep("answers_path", path)
    hands.keep("answered", await send("nurse", "POST", f"{here}/responses", {**CONTENT, "instrument": "phq9"}))
    seen_to = {**CONTENT, "instrument": "phq9", "safetyHandled": {"note": WORDS}}
    hands.keep("answers_seen_to", await send("nurse", "POST", f"{here}/responses", seen_to))
    for name in ("answers_asked", "answers_linked"):
        asked = {"instrument": "phq9", "language": "en"}
        hands.keep(name, await send("nurse", "POST", f"{here}/response-requests", asked))
    linked = f"/v1/responses/{stage.ids['answers_linked']}/links"
    link = await send("nurse", "POST", linked, {}, stage.versions["answers_linked"])
    stage.ids["answers_token"] = link["token"]
    stage.versions["answers_linked"] = link["version"]


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    path = f"/v1/pathways/{ids['answers_path']}"
    done, asked = f"/v1/responses/{ids['answered']}", f"/v1/responses/{ids['answers_asked']}"
    token = ((b"form-token", ids["answers_token"].encode()),)
    whole = {**CONTENT, "id": None, "instrument": "phq9", "guidance": GUIDED, "safetyHandled": {"note": WORDS}}
    corrected = {**CONTENT, "reason": WORDS, "safetyHandled": {"note": WORDS}}
    request = {"id": None, "instrument": "phq9", "language": "en", "sex": "male"}
    link = {"days": 7, "representativeId": None}
    return {
        "recordResponse": Valid("nurse", f"{path}/responses", whole),
        "requestResponse": Valid("nurse", f"{path}/response-requests", request),
        "updateResponse": Valid("nurse", asked, {"answers": ANSWERS}, of["answers_asked"]),
        "submitResponse": Valid(
            "nurse", f"{asked}/submit", {"answers": ANSWERS, "mode": "interview"}, of["answers_asked"]
        ),
        "createResponseLink": Valid("nurse", f"{asked}/links", link, of["answers_asked"]),
        "cancelResponse": Valid("nurse", f"{asked}/cancel", {"reason": WORDS}, of["answers_asked"]),
        "answerResponseGuidance": Valid("nurse", f"{done}/answer-guidance", GUIDED, of["answered"]),
        "handleResponseSafety": Valid("nurse", f"{done}/handle-safety", {"note": WORDS}, of["answered"]),
        "correctResponse": Valid("nurse", f"{done}/correct", corrected, of["answered"]),
        "markResponseEnteredInError": Valid(
            "nurse",
            f"/v1/responses/{ids['answers_seen_to']}/mark-entered-in-error",
            {"reason": WORDS},
            of["answers_seen_to"],
        ),
        "updateAnswering": Valid("", "/v1/answering", {"answers": ANSWERS}, of["answers_linked"], token),
        "submitAnswering": Valid("", "/v1/answering/submit", {"answers": ANSWERS}, of["answers_linked"], token),
    }
