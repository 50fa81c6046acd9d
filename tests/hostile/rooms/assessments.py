"""A health check to be saved, one to be amended, and one with a laboratory order."""

from __future__ import annotations

from typing import Any

from tests.factories import sections
from tests.hostile.bodies import Valid
from tests.hostile.stage import Hands, Stage, permission

WORDS = "Plain words."
NEED = {
    "needs": [{"barrier": "barrier_skills", "words": WORDS}], "noNeedFound": False, "helps": WORDS, "nextStep": WORDS,
    "agreedWithClient": True,
}  # fmt: skip
ANSWER = {
    "answeredBy": WORDS, "answeredByRole": "physician", "askedOn": "2026-11-23", "answeredOn": "2026-11-23",
    "disclosureId": None, "findings": WORDS, "conclusion": "undetermined_needs_more", "workAbility": WORDS,
    "statements": [{"kind": "b_statement", "datedOn": "2026-11-20", "keptAt": WORDS, "attachmentId": None,
                    "saysIncapacity": False}],
}  # fmt: skip


def check(**over: Any) -> dict[str, Any]:
    """Every field of a health check that the schema knows."""
    return {
        "informedOfPurposeAt": "2026-11-23T08:00:00Z",
        "minutes": 130,
        "minutesBecause": "interpreter",
        "recordingMinutes": 30,
        "sections": [{"notDoneBecause": None, "note": WORDS, **one} for one in sections(laboratory={"done": True})],
        "measures": {"heightCm": 168.5, "weightKg": 71.5, "bloodPressure": [{"systolic": 128, "diastolic": 82}]},
        "instruments": [
            {
                "instrument": "bdi", "version": "1", "edition": "bdi_ii", "score": 12, "mode": "interview",
                "answeredOn": "2026-11-20", "language": "fi", "sex": "female", "guidanceDecision": "guided",
                "note": WORDS,
            }
        ],
        "laboratory": {
            "baseline": True, "added": ["ekg"], "removed": [{"lab": "cdt", "reason": "not_needed"}],
        },
        "guidance": [{"target": "mental_health_substance", "note": WORDS, "agreedWithClient": True}],
        **over,
    }  # fmt: skip


async def set_up(hands: Hands) -> None:
    stage, send = hands.stage, hands.send
    for name, path in (("saved_check", "running_path"), ("done_check", "of_aino_path")):
        at = f"/v1/pathways/{stage.ids[path]}/assessments"
        hands.keep(name, await send("nurse", "POST", at, {"kind": "health_check"}))
    done = {"conclusion": "undetermined_needs_more", "workAbility": WORDS, "healthCheck": check()}
    at = f"/v1/assessments/{stage.ids['done_check']}/complete"
    hands.keep("done_check", await send("nurse", "POST", at, done, stage.versions["done_check"]))
    client = stage.ids["client"]
    row = await send("nurse", "GET", f"/v1/clients/{client}")
    named = {"ownCareTeam": "Station 1"}
    hands.keep("client", await send("nurse", "PATCH", f"/v1/clients/{client}", named, row["version"]))
    health = {**permission(stage), "kind": "permission", "recipientIds": [stage.org("area")], "dataClasses": ["health"]}
    stage.ids["asked_on"] = (await send("nurse", "POST", f"/v1/clients/{client}/consents", health))["id"]
    at = f"/v1/pathways/{stage.ids['of_aino_path']}"
    await send("nurse", "POST", f"{at}/problem-areas", {"areas": ["somatic"], "demanding": False})
    hands.keep("with_care_team", await send("nurse", "POST", f"{at}/assessments", {"kind": "physician_assessment"}))


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    done, said = f"/v1/assessments/{ids['done_check']}", {"conclusion": "undetermined_needs_more", "workAbility": WORDS}
    status = {
        "lab": "alat", "status": "result_seen", "on": "2026-11-20", "notDoneBecause": None, "flag": "normal",
        "note": WORDS,
    }  # fmt: skip
    return {
        "recordAssessment": Valid(
            "nurse",
            f"/v1/pathways/{ids['running_path']}/recorded-assessments",
            {"id": None, "sign": True, "kind": "need_identification", **said, "needIdentification": NEED},
        ),
        "recordCareTeamAnswer": Valid(
            "nurse",
            f"/v1/assessments/{ids['with_care_team']}/record-care-team-answer",
            {**ANSWER, "consentId": ids["asked_on"]},
            of["with_care_team"],
        ),
        "saveAssessmentDraft": Valid(
            "nurse", f"/v1/assessments/{ids['saved_check']}", {**said, "healthCheck": check()}, of["saved_check"]
        ),
        "amendAssessment": Valid(
            "nurse", f"{done}/amend", {**said, "reason": WORDS, "healthCheck": check()}, of["done_check"]
        ),
        "recordAssessmentLaboratory": Valid(
            "nurse", f"{done}/record-laboratory", {"statuses": [status]}, of["done_check"]
        ),
    }
