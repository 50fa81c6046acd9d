"""Consultations and pair work under attack: one for each verb."""

from __future__ import annotations

from typing import Any

from tests.hostile.bodies import Valid
from tests.hostile.stage import Hands, Stage, permission

WORDS = "Plain words."
VERBS = ("answer", "decline", "reply", "follow-up", "close", "withdraw")


def question(stage: Stage) -> dict[str, Any]:
    return {
        "id": None, "seatId": stage.ids["asked_seat"], "theme": "next_step", "urgency": "urgent", "question": WORDS,
        "register": "operational", "dataClasses": ["service_path"], "askLater": False,
        "agreedWithClient": {"agreed": True, "on": "2026-11-20", "how": "phone"},
    }  # fmt: skip


def pair(stage: Stage) -> dict[str, Any]:
    return {
        "kind": "joint_call", "counterpartRole": "physiotherapist", "counterpartOrganisationId": stage.org("area"),
        "doneOn": "2026-11-20", "minutes": 20, "pathwayId": stage.ids["running_path"], "meetingId": None,
    }  # fmt: skip


def plan(stage: Stage) -> dict[str, Any]:
    return {
        "id": None, "planType": "multi_sector_plan", "externalId": "M-1", "organiserId": stage.org("area"),
        "legalBasis": "act_381_2023", "madeOn": "2026-11-20", "validFrom": "2026-11-20", "validTo": "2027-11-20",
        "needAssessedOn": "2026-11-02", "reviewDueOn": "2027-02-20", "tymClient": "yes", "socialAssistance": None,
        "weeklyDays": None, "dailyHours": None, "plannedDays": None, "supersedesId": None,
        "clientPermits": {"permitted": True, "on": "2026-11-20", "how": "phone"},
    }  # fmt: skip


async def set_up(hands: Hands) -> None:
    stage, send = hands.stage, hands.send
    stage.ids["asked_seat"] = str(stage.world.seats["physician_msk_somatic"])
    path = f"/v1/pathways/{stage.ids['running_path']}/consultations"
    for verb in VERBS:
        row = hands.keep(f"consultation_{verb}", await send("nurse", "POST", path, question(stage)))
        if verb == "close":
            here = f"/v1/consultations/{row['id']}/answer"
            answer = await send("physician_msk", "POST", here, {"answer": WORDS}, row["version"])
            hands.keep("consultation_close", answer)
    await permission_ended(hands, path)
    plans = f"/v1/pathways/{stage.ids['running_path']}/plan-references"
    for verb in ("review", "end", "mark-entered-in-error"):
        hands.keep(f"reference_{verb}", await send("nurse", "POST", plans, plan(stage)))
    work = await send("nurse", "POST", f"/v1/teams/{stage.ids['team']}/pair-work", pair(stage))
    hands.keep("pair_work", work)


async def permission_ended(hands: Hands, path: str) -> None:
    """Asked of Kela, whose permission ended; the client has permitted it again since."""
    stage, send = hands.stage, hands.send
    client = (await send("nurse", "GET", f"/v1/pathways/{stage.ids['running_path']}"))["clientId"]
    told = {"dataClasses": ["participation", "service_path"], "purposes": ["service_coordination"]}
    terms = permission(stage) | told | {"kind": "permission", "recipientIds": [stage.org("kela")]}
    consents = f"/v1/clients/{client}/consents"
    given = await send("nurse", "POST", consents, terms)
    of_kela = question(stage) | {"seatId": str(stage.world.seats["kela_work_ability_adviser"])}
    row = await send("nurse", "POST", path, of_kela)
    await send("nurse", "POST", f"/v1/consents/{given['id']}/withdraw", {}, given["version"])
    await send("nurse", "POST", consents, terms)
    hands.keep("consultation_ask-again", await send("nurse", "GET", f"/v1/consultations/{row['id']}"))


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions

    def on(verb: str, body: dict[str, Any], by: str = "nurse") -> Valid:
        here = f"/v1/consultations/{ids[f'consultation_{verb}']}/{verb}"
        return Valid(by, here, body, of[f"consultation_{verb}"])

    def on_plan(verb: str, body: dict[str, Any]) -> Valid:
        row = f"reference_{verb}"
        return Valid("nurse", f"/v1/plan-references/{ids[row]}/{verb}", body, of[row])

    answer = {"answer": WORDS, "register": "health", "minutes": 10}
    decline = {"reason": "not_enough_told", "suggestedSeatId": None}
    return {
        "askConsultation": Valid("nurse", f"/v1/pathways/{ids['running_path']}/consultations", question(stage)),
        "answerConsultation": on("answer", answer, "physician_msk"),
        "declineConsultation": on("decline", decline, "physician_msk"),
        "replyInConsultation": on("reply", {"body": WORDS}, "physician_msk"),
        "followUpConsultation": on("follow-up", {"body": WORDS}),
        "askConsultationAgain": on("ask-again", {}),
        "closeConsultation": on("close", {}),
        "withdrawConsultation": on("withdraw", {"reason": "no_longer_needed"}),
        "recordPlanReference": Valid("nurse", f"/v1/pathways/{ids['running_path']}/plan-references", plan(stage)),
        "reviewPlanReference": on_plan("review", {"reviewDueOn": "2027-03-01"}),
        "endPlanReference": on_plan("end", {"reason": "period_over"}),
        "markPlanReferenceInError": on_plan("mark-entered-in-error", {"reason": WORDS}),
        "recordPairWork": Valid("nurse", f"/v1/teams/{ids['team']}/pair-work", pair(stage)),
        "markPairWorkInError": Valid(
            "nurse", f"/v1/pair-work/{ids['pair_work']}/mark-entered-in-error", {"reason": WORDS}, of["pair_work"]
        ),
    }
