"""Anonymous questions of colleagues, their sessions and the library."""

from __future__ import annotations

from app.dev.runs.life.asked.ask import Ask
from app.dev.runs.life.bodies import WORDS

FORUM = {
    "kind": "kuumalinja_session", "name": "KuumaLinja", "askerRoles": ["unemployed_health_nurse"],
    "expertRoles": ["physician_mental_substance_neuro", "physician_msk_somatic"],
    "convenerId": "{person_coordinator}",
}  # fmt: skip
QUESTION = {"body": WORDS, "themes": ["kela_benefits"]}
SAID = {"body": WORDS}
SESSION = {"startsAt": "{until_at}", "place": WORDS, "convenerId": "{person_coordinator}"}
ENTRY = {
    "title": WORDS, "question": WORDS, "answer": WORDS, "themes": ["kela_benefits"], "reviewOn": "{later_on}",
}  # fmt: skip
ENDED = {"reason": WORDS}
ANSWERED = {"forum_question_id": "answered_question"}
REFERRAL = {
    "clientId": "{client_id}", "reason": WORDS, "unemploymentDays": 305, "allowDuplicate": True,
    "permission": {
        "recipientIds": ["{org_area}"], "dataClasses": ["referral_reason"], "purposes": ["work_ability_assessment"],
        "howGiven": "written", "informationGivenAt": "{informed_at}", "validUntil": "{until_at}",
        "evidenceNote": "On paper.",
    },
}  # fmt: skip

ASKED: dict[str, Ask] = {
    "makeForum": Ask("lead", FORUM),
    "updateForum": Ask("lead", {"name": "KuumaLinja"}),
    "getForumReach": Ask("nurse", queries=("?month=2025-01-01",)),
    "planForumSession": Ask("coordinator", SESSION),
    "listForumSessions": Ask("nurse", queries=("", "?forumId={forum_id}")),
    "holdForumSession": Ask("coordinator", {}, {"forum_session_id": "begun_session"}),
    "cancelForumSession": Ask("coordinator", ENDED),
    "askQuestion": Ask("nurse", QUESTION),
    "listQuestions": Ask("nurse", queries=("", "?mine=true")),
    "answerQuestion": Ask("physician_mental", SAID),
    "askFurther": Ask("nurse", SAID),
    "closeQuestion": Ask("nurse", {"reason": "taken_to_client"}, ANSWERED),
    "withdrawQuestion": Ask("nurse", {"reason": "solved_otherwise"}),
    "arrangeQuestion": Ask("coordinator", {"placeInQueue": 1}),
    "referFromQuestion": Ask("nurse", REFERRAL),
    "proposeLibraryEntry": Ask("physician_mental", ENTRY, ANSWERED),
    "listLibraryEntries": Ask("nurse", queries=("", "?words=plain")),
    "updateLibraryEntry": Ask("physician_mental", {"title": WORDS}),
    "agreeToLibraryEntry": Ask("nurse"),
    "publishLibraryEntry": Ask("physician_msk", before=("agreeToLibraryEntry",)),
    "withdrawLibraryEntry": Ask("physician_mental", ENDED),
    "markLibraryEntryOutdated": Ask("physician_mental", ENDED, before=("agreeToLibraryEntry", "publishLibraryEntry")),
}
