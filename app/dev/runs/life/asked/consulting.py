"""Named consultations, pair work, and how they are counted."""

from __future__ import annotations

from app.dev.runs.life.asked.ask import Ask
from app.dev.runs.life.asked.managing import QUARTER
from app.dev.runs.life.asked.services import BY_PATH
from app.dev.runs.life.bodies import WORDS

AGREED = {"agreed": True, "on": "{days_ago}", "how": "phone"}
QUESTION = {
    "seatId": "{seat_physician_msk_somatic}", "theme": "next_step", "question": WORDS, "dataClasses": ["service_path"],
    "register": "health", "agreedWithClient": AGREED,
}  # fmt: skip
PAIR = {
    "kind": "joint_call", "counterpartRole": "physiotherapist", "counterpartOrganisationId": "{org_area}",
    "doneOn": "{days_ago}", "minutes": 20, "pathwayId": "{pathway_id}",
}  # fmt: skip
PLAN = {
    "planType": "multi_sector_plan", "organiserId": "{org_area}", "madeOn": "{days_ago}", "validFrom": "{days_ago}",
    "clientPermits": {"permitted": True, "on": "{days_ago}", "how": "phone"}, "externalId": "M-1",
}  # fmt: skip
ANSWERED = {"consultation_id": "answered_consultation"}
STOPPED = {"consultation_id": "stopped_consultation"}

ASKED: dict[str, Ask] = {
    "askConsultation": Ask("nurse", QUESTION),
    "listConsultations": Ask("nurse", queries=("", BY_PATH)),
    "answerConsultation": Ask("physician_msk", {"answer": WORDS, "minutes": 5}),
    "declineConsultation": Ask("physician_msk", {"reason": "not_enough_told"}),
    "replyInConsultation": Ask("physician_msk", {"body": WORDS}),
    "followUpConsultation": Ask("nurse", {"body": WORDS}),
    "askConsultationAgain": Ask("nurse", {}, STOPPED),
    "closeConsultation": Ask("nurse", {}, ANSWERED),
    "withdrawConsultation": Ask("nurse", {"reason": "no_longer_needed"}),
    "recordPlanReference": Ask("nurse", PLAN),
    "listPlanReferences": Ask("nurse", queries=("", BY_PATH)),
    "reviewPlanReference": Ask("nurse", {"reviewDueOn": "{soon_on}"}),
    "endPlanReference": Ask("nurse", {"reason": "period_over"}),
    "markPlanReferenceInError": Ask("nurse", {"reason": WORDS}),
    "recordPairWork": Ask("nurse", PAIR),
    "listPairWork": Ask("nurse", queries=("", BY_PATH)),
    "markPairWorkInError": Ask("nurse", {"reason": WORDS}),
    "getConsultationFigures": Ask("lead", queries=(QUARTER,)),
}
