"""What is tried while a path goes on, and after it: its steps, pauses and scores, services, summaries, and what is
written, asked and answered about feedback."""

from __future__ import annotations

from app.dev.runs.life.asked.services import PARTIES, PERIOD
from app.dev.runs.lifecycle.move import (
    CLIENTS,
    EVERYBODY,
    FULL,
    PATHS,
    REFERRALS,
    SENDERS,
    STEPS,
    TEAM,
    WORDS,
    Move,
    on,
    on_path,
    on_step,
    states_of,
)
from app.feedbacks.models import DRAFT_FLOW, QUESTION_FLOW
from app.outcomes.models import SUMMARY_FLOW
from app.participations.models import AFTER_CONTACT_FLOW, PARTICIPATION_FLOW
from app.pathways.models import STEP_FLOW
from app.referrals.models import FLOW as REFERRAL

WHY = {"reason": "client_wishes"}
REORDERED = (
    "SELECT p.id, p.state, (SELECT string_agg(CAST(s.id AS text), ' ' ORDER BY s.position DESC) FROM pathway_steps s"
    " WHERE s.pathway_id = p.id AND s.state = 'planned') AS planned FROM pathways p ORDER BY p.id DESC"
)
PARTS = "SELECT id, state FROM service_participations ORDER BY id DESC"
AFTERWARDS = "SELECT id, state FROM after_contacts ORDER BY id DESC"
SUMMARIES = "SELECT id, state FROM client_summaries ORDER BY id DESC"
DRAFTS = "SELECT id, state, referral_id AS referral FROM feedback_drafts ORDER BY id DESC"
TOLD = "SELECT id FROM feedbacks WHERE level IS NOT NULL ORDER BY id DESC"
QUESTIONS = (
    "SELECT id, CASE WHEN answered_at IS NULL THEN 'open' ELSE 'answered' END AS state FROM feedback_questions"
    " ORDER BY id DESC"
)
PART, PART_AT = {**PARTIES, **PERIOD, "place": WORDS}, "/v1/participations/{id}"
AFTER_AT, SUMMARY_AT, DRAFT_AT = "/v1/after-contacts/{id}", "/v1/client-summaries/{id}", "/v1/feedback-drafts/{id}"
MISSED = {"reason": "not_reached", "words": WORDS}

ON_THE_WAY: tuple[Move, ...] = (
    on_step("complete", {}),
    # Out of the usual order the list refuses it, and the reason is the remedy (C-10): so nothing is held against it.
    Move("step_complete_sooner", TEAM, "/v1/pathway-steps/{id}/complete", ({"reason": "done_elsewhere"},), STEPS,
         states=states_of(STEP_FLOW, "complete")),
    on_step("skip", {"reason": "not_needed"}, {"reason": "client_declined"}),
    on_step("plan", {"plannedOn": "{soon_on}"}, {"plannedOn": None}),
    on_step("reopen", {"reason": "situation_changed"}),
    on_step("repeat", {"reason": "situation_changed"}, {"reason": "client_wishes", "dueDays": 5}),
    on_path("reorder_steps", "reorder-steps", {"stepIds": ["{planned}"], **WHY}, rows=REORDERED,
            may=FULL | {"order_breaks_rule", "unknown_steps"}, weight=3),
    on_path("add_step", "add-step",
            {"kind": "follow_up", "ownerRole": "work_ability_coordinator", "dueDays": 10, **WHY},
            {"kind": "follow_up", "ownerRole": "unemployed_health_nurse", "plannedOn": "{soon_on}", **WHY}, weight=3),
    on_path("choose_branch", "choose-branch", {"branch": "group", **WHY}, {"branch": "individual", **WHY}, weight=3),
    on_path("put_on_hold", "hold", {"untilOn": "{soon_on}", **WHY, "nextAction": WORDS}, weight=3),
    on_path("end_hold", "end-hold", weight=3),
    on_path("discontinue", "discontinue", {"reason": "not_timely"}, {"reason": "plan_completed"},
            {"reason": "deceased", "outcome": "client_withdrew"}, by=EVERYBODY,
            may=FULL | {"not_a_discontinuation"}, weight=2),
    on_path("record_score", "scores", {"moment": "start", "score": 4, "askedHow": "in_person"},
            {"moment": "end", "score": 6, "askedHow": "in_person"},
            {"moment": "end", "missingBecause": "client_declined"}),
    on_path("plan_participation", "participations", {"kind": "training", **PART}, {"kind": "job_coaching", **PART}),
    on(PARTICIPATION_FLOW, PARTS, PART_AT, "participation_check", "check_timeliness",
       {"finding": "timely", "grounds": ["own_wish"], "words": WORDS},
       {"finding": "unclear", "grounds": ["not_known_enough"], "words": WORDS},
       {"finding": "not_timely", "grounds": ["not_wished_now"], "words": WORDS}),
    on(PARTICIPATION_FLOW, PARTS, PART_AT, "participation_start", "start"),
    on(PARTICIPATION_FLOW, PARTS, PART_AT, "participation_pause", "pause",
       {"reason": "client_wishes", "until": "{soon_on}"}),
    on(PARTICIPATION_FLOW, PARTS, PART_AT, "participation_resume", "resume"),
    on(PARTICIPATION_FLOW, PARTS, PART_AT, "participation_end", "end",
       {"reason": "client_stopped", "words": WORDS}, {"reason": "client_stopped", "afterContactMonths": 3}),
    on_path("plan_after_contact", "after-contacts", {"months": 3}, weight=3),
    on(AFTER_CONTACT_FLOW, AFTERWARDS, AFTER_AT, "after_contact_complete", "complete",
       {"result": "same", "words": WORDS}),
    on(AFTER_CONTACT_FLOW, AFTERWARDS, AFTER_AT, "after_contact_miss", "miss", MISSED),
    on(AFTER_CONTACT_FLOW, AFTERWARDS, AFTER_AT, "after_contact_cancel", "cancel", MISSED),
    # The path says nothing of the summaries above it: the refusal names the draft that there is.
    on_path("draft_summary", "client-summaries", may=FULL | {"draft_exists"}, weight=3),
    on(SUMMARY_FLOW, SUMMARIES, SUMMARY_AT, "summary_update", "update",
       {"sections": [{"section": "next", "text": WORDS}]}, method="PATCH"),
    on(SUMMARY_FLOW, SUMMARIES, SUMMARY_AT, "summary_offer", "offer"),
    on(SUMMARY_FLOW, SUMMARIES, SUMMARY_AT, "summary_decline", "decline", by=("client", "nurse")),
    Move("draft_feedback", ("nurse", "coordinator"), "/v1/referrals/{id}/draft-feedback",
         ({}, {"level": "closure_notice"}, {"interim": True}), REFERRALS,
         states=states_of(REFERRAL, "give_feedback"), may=frozenset({"notice_is_final"})),
    on(DRAFT_FLOW, DRAFTS, DRAFT_AT, "draft_update", "update", {"body": WORDS}, {"level": "closure_notice"},
       method="PATCH", may=frozenset({"notice_has_no_words", "notice_is_final"})),
    on(DRAFT_FLOW, DRAFTS, DRAFT_AT, "draft_discard", "discard"),
    Move("draft_give", ("nurse", "coordinator"), "/v1/referrals/{referral}/feedback", ({"draftId": "{id}"},), DRAFTS,
         states=states_of(DRAFT_FLOW, "give_feedback"), weight=4),
    Move("ask_about_feedback", SENDERS, "/v1/feedbacks/{id}/ask", ({"question": "Does it hold for evenings?"},), TOLD),
    Move("answer_question", ("nurse", "coordinator"), "/v1/feedback-questions/{id}/answer",
         ({"code": "answered", "answer": WORDS}, {"code": "ask_client"}, {"code": "not_answered"}), QUESTIONS,
         states=states_of(QUESTION_FLOW, "answer")),
    Move("record_contact", ("nurse", "coordinator"), "/v1/clients/{id}/contacts",
         tuple({"direction": "outgoing", "channel": "phone", "result": result}
               for result in ("no_answer", "reached")), CLIENTS),
    Move("record_time", ("nurse", "coordinator"), "/v1/pathways/{id}/time-entries",
         ({"subjectType": "other", "minutes": 15},), PATHS, read="/v1/pathways/{id}", verb="record_time", weight=1),
)  # fmt: skip
