"""Paths, assessments, meetings, plans, decisions and the work itself."""

from __future__ import annotations

from app.dev.runs.life.asked.ask import Ask
from app.dev.runs.life.bodies import CHECK, SOON, WORDS

WRONG = {"reason": WORDS}
MISTAKE = {"reason": "wrong_code"}
DRAFT = {"summary_id": "summary_draft"}
CHECKED = {"conclusion": "undetermined_needs_more", "workAbility": WORDS, "healthCheck": CHECK}
FOLLOW = {"party": "kela", "what": WORDS, "dueOn": "{soon_on}", "agreedWithClient": True}
NEEDED = {"needs": [{"barrier": "barrier_skills", "words": WORDS}], "helps": WORDS, "nextStep": WORDS}
ANSWERED = {
    "answeredBy": "The health station's physician", "answeredByRole": "physician", "askedOn": "{today}",
    "answeredOn": "{today}", "disclosureId": "{disclosure_id}", "findings": WORDS,
    "statements": [{"kind": "b_statement", "datedOn": "{days_ago}", "keptAt": "Patient record"}],
}  # fmt: skip
OPEN, TEST = {"assessment_id": "check"}, {"assessment_id": "test"}
ENDED = {"reason": "not_reached", "result": WORDS}
# What has to be done before a path ends.
SETTLED = (
    "cancelAssessment", "cancelAssessment:assessment_id=test", "cancelAssessment:assessment_id=with_care_team",
    "handleResponseSafety", "closeConsultation", "cancelMeeting:meeting_id=begun_meeting", "recordPathwayOutcome",
    "giveReferralFeedback",
)  # fmt: skip
LISTS = ("inbox", "mine", "team", "unassigned", "waiting", "overdue", "feedback", "silent", "referred")
BY_CLIENT, BY_PATH = "?clientId={client_id}", "?pathwayId={pathway_id}"

ASKED: dict[str, Ask] = {
    "listPathways": Ask("nurse", queries=("", BY_CLIENT)),
    "updatePathway": Ask("nurse", {"nextAction": WORDS, "nextActionOn": "{soon_on}"}),
    "agreePathwayPlan": Ask("nurse", {"goals": [{"description": WORDS, "agreedWithClient": True}]}),
    "getPathwayPicture": Ask("nurse", queries=("", "?format=html&layout=wide&forClient=true")),
    "getPathTemplatePicture": Ask("nurse", queries=("", "?format=html")),
    "recordPathwayOutcome": Ask("nurse", {"code": "work_trial", "workAbility": WORDS}),
    "recordGoalAchievement": Ask("nurse", {"achievement": "improving", "agreedWithClient": True, "words": WORDS}),
    "markOutcomeEnteredInError": Ask("nurse", MISTAKE),
    "recordPathwayScore": Ask("nurse", {"moment": "end", "score": 6, "askedHow": "in_person"}),
    "markPathwayScoreEnteredInError": Ask("nurse", MISTAKE),
    "draftClientSummary": Ask("nurse", {}, before=("offerClientSummary",)),
    "listClientSummaries": Ask("nurse"),
    "updateClientSummary": Ask("nurse", {"sections": [{"section": "next", "text": WORDS}]}, DRAFT),
    "offerClientSummary": Ask("nurse", {}, DRAFT),
    "declineClientSummary": Ask("client", {}),
    "recordTimeEntry": Ask("nurse", {"subjectType": "other", "minutes": 15}),
    "listTimeEntries": Ask("nurse"),
    "reverseTimeEntry": Ask("nurse", MISTAKE),
    "recordProblemAreas": Ask(
        "nurse", {"areas": ["mental_health"], "mainArea": "mental_health", "demanding": True}
    ),
    "requestAssessment": Ask("nurse", {"kind": "functional_test_daily", "question": WORDS}),
    "recordAssessment": Ask("nurse", {"kind": "need_identification", "needIdentification": NEEDED}),
    "recordCareTeamAnswer": Ask("nurse", ANSWERED, {"assessment_id": "with_care_team"}),
    "closePathway": Ask(
        "nurse", {"reason": "plan_completed"}, before=SETTLED,
    ),
    "addPathwayStep": Ask(
        "nurse",
        {"kind": "follow_up", "ownerRole": "work_ability_coordinator", "dueDays": 10, "reason": "client_wishes",
         "purpose": {"en": WORDS}},
    ),
    "reorderPathwaySteps": Ask("nurse", {"stepIds": ["{planned_steps}"], "reason": "client_wishes"}),
    "choosePathwayBranch": Ask("nurse", {"branch": "group_employment", "reason": "client_wishes"}),
    "listStepChanges": Ask("nurse"),
    "reopenPathwayStep": Ask("nurse", {"reason": "situation_changed"}, before=("skipPathwayStep",)),
    "repeatPathwayStep": Ask("nurse", {"reason": "situation_changed"}, before=("completePathwayStep",)),
    "holdPathway": Ask("nurse", {"untilOn": "{soon_on}", "reason": "client_wishes", "nextAction": WORDS}),
    "endPathwayHold": Ask("nurse", {}, before=("holdPathway",)),
    "discontinuePathway": Ask("nurse", {"reason": "not_timely"}, before=SETTLED),
    "previewPathwayUpgrade": Ask("nurse", {}),
    "upgradePathway": Ask("nurse", {"toVersion": 2, "token": "{upgrade_token}"}),
    "completePathwayStep": Ask("nurse", {"reason": "urgent_need"}),
    "skipPathwayStep": Ask("nurse", {"reason": "not_needed"}),
    "planPathwayStep": Ask("nurse", {"plannedOn": "{soon_on}"}),
    "listAssessments": Ask("nurse", queries=("", BY_CLIENT, BY_PATH)),
    "saveAssessmentDraft": Ask("nurse", CHECKED, OPEN),
    "completeAssessment": Ask("nurse", CHECKED, OPEN),
    "cancelAssessment": Ask("nurse", WRONG, OPEN),
    "assignAssessment": Ask(
        "nurse",
        {"seatRole": "physiotherapist", "personId": "{person_physiotherapist}", "reason": "agreed_together",
         "words": WORDS},
        TEST,
    ),
    "amendAssessment": Ask("nurse", {"reason": WORDS, "workAbility": "Half days."}),
    "markAssessmentEnteredInError": Ask("nurse", WRONG),
    "recordAssessmentLaboratory": Ask("nurse", {"statuses": [{"lab": "alat", "status": "result_seen",
                                                              "on": "{days_ago}", "flag": "normal"}]}),
    "getAssessmentPrefill": Ask("nurse", None, OPEN),
    "listMeetings": Ask("nurse", queries=("", BY_PATH)),
    "planMeeting": Ask(
        "nurse",
        {"startsAt": SOON, "minutes": 60, "place": "Room 2", "reserve": False,
         "participantIds": ["{person_coordinator}"]},
    ),
    "holdMeeting": Ask(
        "nurse",
        {"clientParticipation": "present", "notes": WORDS, "decisions": [WORDS]},
        {"meeting_id": "begun_meeting"},
    ),
    "cancelMeeting": Ask("nurse", WRONG),
    "recordBarrier": Ask("nurse", {"barrier": "barrier_skills", "agreedWithClient": True, "words": WORDS}),
    "addSmallStep": Ask("nurse", {"words": WORDS, "takenOn": "{days_ago}", "goalId": "{goal_id}"}),
    "markGoal": Ask("nurse", {"ending": "reached", "words": WORDS}),
    "listFollowUps": Ask("nurse", queries=("", BY_PATH)),
    "agreeFollowUp": Ask("nurse", FOLLOW),
    "updateFollowUp": Ask("nurse", {"what": WORDS}),
    "completeFollowUp": Ask("nurse", {"endedOn": "{days_ago}", "result": WORDS}),
    "missFollowUp": Ask("nurse", ENDED),
    "cancelFollowUp": Ask("nurse", ENDED),
    "listRoutingDecisions": Ask("nurse", queries=("", BY_CLIENT, "?subjectId={received}")),
    "getRoutingWhyNot": Ask("nurse", queries=("?seatRole=physiotherapist",)),
    "listWork": Ask("nurse", queries=(*(f"?list={name}" for name in LISTS), "?list=team&clientId={client_id}")),
    "listStuckCases": Ask("nurse", queries=("", "?mine=true&code=no_owner&code=quiet", BY_CLIENT)),
    "getStuckCounts": Ask("nurse", queries=("", "?mine=true")),
    "getPathwayTimeline": Ask("nurse", queries=("", "?order=oldest&kind=path_started")),
    "getClientTimeline": Ask("nurse", queries=("", BY_PATH, "?from=2026-01-01&to=2027-12-31")),
    "confirmWorkItem": Ask("nurse"),
    "declineWorkItem": Ask("nurse", {"reason": "other", "words": WORDS}),
    "routeWorkItemAgain": Ask("nurse", {"cause": "facts", "preview": True}),
}  # fmt: skip
