"""The client, what the client permits, who speaks for the client, contacts, notes, documents, forms."""

from __future__ import annotations

from app.dev.runs.life.asked.ask import Ask
from app.dev.runs.life.asked.referrals import PERMISSION
from app.dev.runs.life.bodies import ANSWERED, ANSWERS, DOCUMENT, TEXT, WORDS

WRONG = {"reason": WORDS}
REQUIRED = [
    {"linkId": "health_now", "code": "middling"},
    {"linkId": "work_ability_score", "number": 4},
    {"linkId": "information_read", "yes": True},
]
LINK = {"Form-Token": "{form_token}"}
ANSWERING = {"Form-Token": "{answering_token}"}
ON_ASKED = {"response_id": "response_asked"}
SENT = ("submitPreinformation",)

ASKED: dict[str, Ask] = {
    "registerClient": Ask(
        "nurse", {"teamId": "{team_id}", "givenName": "Joku", "familyName": "Muu", "municipality": "111"}
    ),
    "updateClient": Ask("nurse", {"preferredTimes": WORDS}),
    "searchClients": Ask("nurse", {"identityCode": "{identity_code}"}),
    "markClientEnteredInError": Ask("nurse", WRONG, {"client_id": "idle"}),
    "revealIdentityCode": Ask("nurse", {"purpose": "work_ability_assessment"}),
    "listClientUseLog": Ask("dpo"),
    "recordConsent": Ask("nurse", {**PERMISSION, "kind": "permission"}),
    "withdrawConsent": Ask("nurse", {}),
    "markConsentEnteredInError": Ask("nurse", WRONG),
    "recordRepresentative": Ask(
        "nurse",
        {
            "name": "Toinen Esimerkki", "relation": "close_person", "mandate": "written_authorisation",
            "scopes": ["book_and_cancel"], "evidence": WORDS,
        },
    ),
    "updateRepresentative": Ask("nurse", {"phone": "+358 40 0000 001"}),
    "endRepresentative": Ask("nurse", {"reason": "client_ended"}),
    "markRepresentativeEnteredInError": Ask("nurse", WRONG),
    "recordContact": Ask("nurse", {"direction": "outgoing", "channel": "phone", "result": "no_answer"}),
    "markContactEnteredInError": Ask("nurse", WRONG),
    "writeNote": Ask("nurse", {"dataRegister": "operational", "body": WORDS, "clientVisible": True}),
    "markNoteEnteredInError": Ask("nurse", WRONG),
    "addPathwayAttachment": Ask("nurse", DOCUMENT),
    "putAttachmentContent": Ask(
        "nurse", None, {"attachment_id": "announced"}, headers={"Content-Type": "text/plain"}, content=TEXT.encode()
    ),
    "markAttachmentEnteredInError": Ask("nurse", WRONG),
    "requestRecords": Ask(
        "nurse",
        {
            "what": "bg_paper_orders", "register": "health", "holderName": "The old clinic", "channel": "letter",
            "basis": "client_asks", "note": WORDS,
        },
    ),
    "remindRecordHolder": Ask("nurse", {"dueOn": "{later_on}"}),
    "recordArrivalOfRecords": Ask("nurse", {"arrivedOn": "{today}"}),
    "markRecordsNotAvailable": Ask("nurse", {"because": "not_found"}),
    "cancelRecordRequest": Ask("nurse", WRONG),
    "listResponses": Ask("nurse", queries=("", "?clientId={client_id}", "?pathwayId={pathway_id}", "?safetyOpen=true")),
    "recordResponse": Ask("nurse", ANSWERED),
    "requestResponse": Ask("nurse", {"instrument": "phq9", "language": "en"}),
    "getResponse": Ask("nurse"),
    "answerResponseGuidance": Ask("nurse", {"decision": "guided", "targets": ["own_care_team"], "note": WORDS}),
    "handleResponseSafety": Ask("nurse", {"note": WORDS}),
    "correctResponse": Ask(
        "nurse", {"mode": "interview", "answeredOn": "2026-01-01", "answers": ANSWERS, "reason": WORDS},
        before=("handleResponseSafety",),
    ),
    "markResponseEnteredInError": Ask("nurse", WRONG, before=("handleResponseSafety",)),
    "updateResponse": Ask("nurse", {"answers": ANSWERS}, ON_ASKED),
    "submitResponse": Ask("nurse", {"answers": ANSWERS}, ON_ASKED),
    "createResponseLink": Ask("nurse", {"days": 7}, ON_ASKED),
    "revokeResponseLink": Ask("nurse", None, ON_ASKED),
    "cancelResponse": Ask("nurse", WRONG, ON_ASKED),
    "getAnswering": Ask("", headers=ANSWERING),
    "updateAnswering": Ask("", {"answers": ANSWERS}, headers=ANSWERING),
    "submitAnswering": Ask("", {"answers": ANSWERS}, headers=ANSWERING),
    "listInstrumentChanges": Ask("nurse"),
    "getInstrumentCurve": Ask("nurse"),
    "listPreinformation": Ask("nurse", queries=("", "?clientId={client_id}", "?pathwayId={pathway_id}")),
    "requestPreinformation": Ask("nurse", {"form": "heinola"}, before=("cancelPreinformation",)),
    "updatePreinformation": Ask("nurse", {"answers": REQUIRED, "mode": "interview"}),
    "submitPreinformation": Ask("nurse", {"answers": REQUIRED, "mode": "interview"}),
    "addToPreinformation": Ask("nurse", {"linkId": "hopes", "body": WORDS, "mode": "paper"}, before=SENT),
    "getPreinformationRecordText": Ask("nurse", before=SENT),
    "createFormLink": Ask("nurse", {"days": 7}),
    "revokeFormLink": Ask("nurse"),
    "cancelPreinformation": Ask("nurse", WRONG),
    "markPreinformationEnteredInError": Ask("nurse", WRONG, before=SENT),
    "getFilling": Ask("", headers=LINK),
    "updateFilling": Ask("", {"answers": REQUIRED}, headers=LINK),
    "submitFilling": Ask("", {"answers": REQUIRED}, headers=LINK),
}  # fmt: skip
