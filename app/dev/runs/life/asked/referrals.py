"""Referrals, from whoever sends them to what becomes of them."""

from __future__ import annotations

from app.dev.runs.life.asked.ask import Ask
from app.dev.runs.life.bodies import WORDS

NEW_CODE = "050585-904B"
PERMISSION = {
    "recipientIds": ["{org_area}", "{org_employment}"],
    "dataClasses": ["referral_reason", "work_ability_conclusion", "participation"],
    "purposes": ["work_ability_assessment", "referral_feedback", "network_meeting"],
    "howGiven": "written", "informationGivenAt": "{informed_at}", "validUntil": "{until_at}",
}  # fmt: skip
SAID = {
    "reason": WORDS, "askedFor": "health_check", "urgency": "routine", "unemploymentDays": 305,
    "barriers": ["barrier_health"], "allowDuplicate": True,
}  # fmt: skip
# The code is the client's own: who sends it knows it, and must not learn that there is such a client.
CLIENT = {"identityCode": "{identity_code}", "givenName": "Joku", "familyName": "Muu", "municipality": "111"}
NEW = {**SAID, "client": CLIENT, "permission": PERMISSION}
OWN = {
    "reason": WORDS, "hopedFor": WORDS, "barriers": ["barrier_health"], "unemploymentDays": 0,
    "phone": "+358 40 0000 000", "municipality": "111", "reachWhen": WORDS, "allowDuplicate": True,
}  # fmt: skip
RECEIVED, WAITING, DRAFT = {"referral_id": "received"}, {"referral_id": "waiting"}, {"referral_id": "draft"}
NOTICE = {"level": "conclusion", "body": WORDS}

ASKED: dict[str, Ask] = {
    "listReferrals": Ask("employment", queries=("", "?clientId={client_id}")),
    "createReferral": Ask("employment", NEW),
    "preflightReferral": Ask("employment", NEW),
    "searchReferrals": Ask("employment", {"identityCode": "{identity_code}"}),
    "createOwnReferral": Ask("client", OWN),
    "preflightOwnReferral": Ask("client", OWN),
    "updateReferral": Ask("employment", {"reason": WORDS, "unemploymentDays": 310}, DRAFT),
    "submitReferral": Ask("employment", None, DRAFT),
    "acceptReferral": Ask("nurse", {"joinPathwayId": "{pathway_id}"}, RECEIVED),
    "returnReferral": Ask("nurse", {"reason": "other", "advice": WORDS}, RECEIVED),
    "redirectReferral": Ask("nurse", {"teamId": "{other_team}", "reason": "other", "words": WORDS}, RECEIVED),
    "rejectReferral": Ask("nurse", {"reason": "other", "advice": WORDS}, RECEIVED),
    "cancelReferral": Ask("employment", {"reason": WORDS}, RECEIVED),
    "markReferralEnteredInError": Ask("employment", {"reason": WORDS}, RECEIVED),
    "withdrawReferral": Ask("client", {"reason": WORDS}, RECEIVED),
    "waitlistReferral": Ask("nurse", {"reason": "no_free_times", "recheckOn": "{recheck_on}"}, RECEIVED),
    "recheckReferral": Ask(
        "nurse", {"result": "still_needed", "how": "phone", "note": WORDS, "recheckOn": "{recheck_on}"}, WAITING
    ),
    "prioritiseReferral": Ask(
        "nurse", {"priority": "urgent", "reason": "need_changed", "words": WORDS}, RECEIVED
    ),
    "giveReferralFeedback": Ask("nurse", NOTICE, before=("recordPathwayOutcome",)),
    "listReferralFeedback": Ask("nurse", before=("recordPathwayOutcome", "giveReferralFeedback")),
    "waiveReferralFeedback": Ask("nurse", {"reason": "party_unknown"}, {"referral_id": "unknown"}),
    "acknowledgeReferralFeedback": Ask(
        "employment", {}, before=("recordPathwayOutcome", "giveReferralFeedback")
    ),
    "getFeedbackDuty": Ask("nurse"),
    "draftReferralFeedback": Ask("nurse", {"language": "fi"}),
    "getFeedbackDraft": Ask("nurse"),
    "updateFeedbackDraft": Ask("nurse", {"body": WORDS}),
    "discardFeedbackDraft": Ask("nurse", {}),
    "getFeedbackCopy": Ask("nurse"),
    "listFeedbackQuestions": Ask("nurse"),
    "answerFeedbackQuestion": Ask("nurse", {"code": "answered", "answer": WORDS}),
    "askAboutFeedback": Ask("employment", {"question": WORDS}, before=("answerFeedbackQuestion",)),
    "addReferralAttachment": Ask(
        "employment",
        {
            "kind": "statement", "fileName": "statement.txt", "mediaType": "text/plain", "sizeBytes": 26,
            "sha256": "{sha256}",
        },
    ),
    "referFromMeeting": Ask(
        "nurse", {**SAID, "source": "joint_meeting", "permission": PERMISSION}, {"meeting_id": "begun_meeting"}
    ),
    "referOnward": Ask("coordinator", {**SAID, "teamId": "{other_team}"}),
}  # fmt: skip
