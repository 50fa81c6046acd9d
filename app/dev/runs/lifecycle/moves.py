"""What people of the town may try, as a register: a new verb is one entry.

A move is chosen whether it is allowed or not. Where its subject lists `allowedActions`, what is listed as allowed has
to succeed and what is not has to be refused; elsewhere either may happen. Whatever is refused changes nothing.
"""

from __future__ import annotations

from app.dev.runs.life.asked.referrals import PERMISSION, SAID
from app.dev.runs.life.bodies import CHECK
from app.dev.runs.lifecycle.move import (
    CLIENTS,
    CODES,
    CONSENTS,
    EVERYBODY,
    FULL,
    HOLDERS,
    LAST_DAYS,
    PATHS,
    SENDERS,
    TEAM,
    WORDS,
    Move,
    on_path,
    on_referral,
    sent,
    states_of,
)
from app.dev.runs.lifecycle.on_the_way import ON_THE_WAY
from app.pathways.models import PATHWAY_FLOW
from app.referrals.models import FLOW as REFERRAL

MOVES: tuple[Move, ...] = (
    Move(
        "send",
        ("employment", "kela", "nurse"),
        "/v1/referrals",
        tuple(
            sent(code, **over)
            for code in CODES
            for over in ({}, {"urgency": "urgent"}, {"draft": True})
        ),
    ),
    Move("send_own", ("client",), "/v1/referrals/own", ({"reason": WORDS, "allowDuplicate": True},)),
    on_referral("submit", by=SENDERS),
    on_referral("cancel", {"reason": WORDS}, by=SENDERS),
    on_referral("mark_entered_in_error", {"reason": WORDS}, by=SENDERS),
    on_referral("withdraw", {}, {"reason": WORDS}, by=("client", "nurse")),
    on_referral(
        "accept",
        {"template": "heinola"},
        {"template": "heinola", "nextAction": "Call.", "nextActionOn": "{soon_on}"},
        {"responsiblePersonId": "{person_coordinator}"},
        {"template": "job_coaching"},
        by=EVERYBODY,
        may=FULL | {"path_running", "not_in_team", "no_capacity_yet", "no_team_yet", "template_not_for_team"},
        weight=16,
    ),
    # `accept` lists a running path as its reason against it, and joining as the remedy.
    Move(
        "join",
        TEAM,
        "/v1/referrals/{id}/accept",
        ({"joinPathwayId": "{path}"},),
        "SELECT r.id, r.state, p.id AS path FROM referrals r JOIN pathways p USING (client_id) ORDER BY r.id DESC, 2",
        may=FULL | {"path_running", "not_found", "no_capacity_yet", "no_team_yet"},
        states=states_of(REFERRAL, "accept"),
        weight=6,
    ),
    on_referral("waitlist", {"reason": "no_free_times"}, {"reason": "capacity_full", "recheckOn": "{recheck_on}"}),
    on_referral("recheck", {"result": "still_needed", "how": "phone"}),
    on_referral("prioritise", {"priority": "urgent", "reason": "need_changed"}),
    on_referral("redirect", {"teamId": "{other_team}", "reason": "other", "words": WORDS},
                by=(*TEAM, "hollola_nurse"), may=frozenset({"unknown_team"})),  # to where it stands already
    on_referral("return_for_info", {"reason": "other", "advice": WORDS}, path="return"),
    on_referral("reject", {"reason": "other", "advice": WORDS}, by=(*TEAM, "hollola_nurse")),
    on_referral(
        "give_feedback",
        {"level": "closure_notice"},
        {"level": "conclusion", "body": WORDS},
        {"level": "summary", "body": WORDS},
        {"level": "conclusion", "body": WORDS, "interim": True},
        path="feedback",
        weight=6,
        may=FULL | {"feedback_too_early", "consent_missing", "feedback_beyond_consent", "consent_required"},
    ),
    on_referral(
        "waive_feedback",
        {"reason": "party_unknown"},
        {"reason": "client_forbade"},
        {"reason": "self_referral_declined"},
        may=frozenset({"waiver_not_allowed", "feedback_too_early"}),
    ),
    on_referral("acknowledge_feedback", by=SENDERS),
    on_path("agree_plan", "agree-plan", {"goals": [{"description": WORDS, "agreedWithClient": True}]}),
    on_path(
        "record_outcome",
        "record-outcome",
        *({"code": code} for code in ("work_trial", "client_withdrew", "not_reached", "studies")),
        by=EVERYBODY,
    ),
    on_path("close", "close", *({"reason": code, **over} for code in ("plan_completed", "client_withdrew")
                                for over in ({}, {"onwardFeedbackTo": "responsible_worker"})), by=EVERYBODY),
    on_path("request_assessment", "assessments", {"kind": "health_check"}, {"kind": "functional_test_physical"}),
    on_path("record_assessment", "recorded-assessments",
            {"kind": "need_identification", "needIdentification": {"noNeedFound": True, "nextStep": WORDS}}),
    on_path("refer_onward", "onward-referrals", {**SAID, "teamId": "{other_team}"}, by=("coordinator", "nurse"),
            may=frozenset({"consent_missing"})),
    Move(
        "update",
        EVERYBODY,
        "/v1/pathways/{id}",
        (
            {"responsiblePersonId": "{person_coordinator}"},
            {"responsiblePersonId": "{person_nurse_deputy}"},
            {"responsiblePersonId": "{person_employment}"},
            {"nextAction": "Write a letter.", "nextActionOn": "{soon_on}"},
        ),
        PATHS,
        read="/v1/pathways/{id}",
        verb="update",
        states=states_of(PATHWAY_FLOW, "update"),
        weight=6,
        method="PATCH",
        may=FULL | {"not_in_team"},
    ),
    Move("update_to_nothing", TEAM, "/v1/pathways/{id}", ({"nextAction": ""}, {"responsiblePersonId": None}), PATHS,
         method="PATCH"),
    Move(
        "consent_give",
        TEAM,
        "/v1/clients/{id}/consents",
        (
            {**PERMISSION, "kind": "permission"},
            {**PERMISSION, "kind": "permission", "dataClasses": ["work_ability_conclusion", "service_path"]},
            {**PERMISSION, "kind": "prohibition", "dataClasses": ["work_ability_conclusion"]},
        ),
        CLIENTS,
    ),
    Move("consent_withdraw", ("nurse", "client"), "/v1/consents/{id}/withdraw", ({},), CONSENTS),
    Move("consent_verify", TEAM, "/v1/consents/{id}/verify", ({"how": "asked_the_client"},), CONSENTS),
    Move(
        "assessment_cancel",
        TEAM,
        "/v1/assessments/{id}/cancel",
        ({"reason": WORDS},),
        "SELECT id, state FROM assessments ORDER BY id DESC",
        read="/v1/assessments/{id}",
        verb="cancel",
        unseen=True,
    ),
    Move(
        "assessment_complete",
        TEAM,
        "/v1/assessments/{id}/complete",
        ({"conclusion": "undetermined_needs_more", "workAbility": WORDS, "healthCheck": CHECK},),
        "SELECT id, state FROM assessments WHERE kind = 'health_check' ORDER BY id DESC",
    ),
    Move(
        "absence",
        ("lead",),
        "/v1/absences",
        tuple({"personId": f"{{person_{who}}}", "firstOn": "{today}", "lastOn": "{soon_on}"}
              for who in ("nurse", "coordinator", "nurse_deputy")),
    ),
    Move("end_period", ("lead",), "/v1/holders/{id}/end", LAST_DAYS, HOLDERS, weight=1),
    Move("hand_over", ("lead",), "/v1/holders/{id}/handover", LAST_DAYS, HOLDERS,
         preview="/v1/holders/{id}/handover-preview", weight=1),
    *ON_THE_WAY,
)  # fmt: skip

# Walks to the end: who does which move, with which of its bodies, on the newest row that usually allows it.
Step = tuple[str, str, int]
STARTED: tuple[Step, ...] = (("nurse", "accept", 0), ("nurse", "record_outcome", 0))
SCORED: tuple[Step, ...] = (("nurse", "record_score", 1),)
ENDED: tuple[Step, ...] = (*SCORED, ("nurse", "close", 1))
WALKS: tuple[tuple[Step, ...], ...] = (
    (("employment", "send", 0), *STARTED, ("nurse", "give_feedback", 0), *ENDED),
    (("employment", "send", 1), *STARTED, ("nurse", "draft_feedback", 0), ("nurse", "draft_give", 0),
     ("employment", "ask_about_feedback", 0), ("nurse", "answer_question", 1), *ENDED),
    (("client", "send_own", 0), *STARTED, ("nurse", "waive_feedback", 2), *ENDED),
    (("employment", "send", 0), ("nurse", "consent_give", 2), *STARTED, ("nurse", "waive_feedback", 1), *ENDED),
    (("employment", "send", 3), ("nurse", "accept", 3), ("nurse", "choose_branch", 0), ("nurse", "step_skip", 0),
     ("nurse", "step_reopen", 0), ("nurse", "put_on_hold", 0), ("nurse", "end_hold", 0)),
    (("kela", "send", 3), ("nurse", "accept", 0), ("nurse", "plan_participation", 1),
     ("nurse", "participation_check", 0), ("nurse", "participation_start", 0), ("nurse", "participation_end", 1),
     ("nurse", "after_contact_complete", 0)),
    (("kela", "send", 3), ("nurse", "accept", 0), ("nurse", "draft_summary", 0), ("nurse", "summary_offer", 0),
     ("client", "summary_decline", 0)),
    (*STARTED, ("nurse", "give_feedback", 0), ("nurse", "give_feedback", 0), *SCORED, ("nurse", "close", 1)),
    (("nurse", "give_feedback", 0), ("nurse", "give_feedback", 0), *SCORED, ("nurse", "discontinue", 0)),
)  # fmt: skip
