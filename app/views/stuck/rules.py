"""What counts as stuck, how bad it is, and what helps: the declarations behind each code of `stuck_code`. Pure.

The limits are data with a period of validity (`stuck_rule`); own design where no source gives a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from app.feedbacks.models import TO_READ
from app.kit.codesets import codeset
from app.views.board.nobodys_words import NOBODYS, Remedy

# Kinds of work, as the rooms name them.
PATHWAY, TRIAGE, FEEDBACK, GAP = "pathway", "referral_triage", "feedback", "consent_gap"


@dataclass(frozen=True)
class Limits:
    """In calendar days. `quiet`: nothing recorded for so long; `form` and `asked`: asked of the client so long ago;
    `question`: asked of the team; the warnings: so long before a permission ends, or feedback is due."""

    quiet: int
    form: int
    asked: int
    question: int
    consent_warning: int
    feedback_warning: int


def limits_on(on: date) -> Limits:
    """The limits of a day: the newest of the code set that is valid."""
    valid = [code for code in codeset("stuck_rule") if code.is_valid(on)]
    facts = max(valid, key=lambda code: code.valid_from or date.min).facts
    return Limits(
        quiet=facts["quietDays"],
        form=facts["formDays"],
        asked=facts["askedDays"],
        question=facts["questionDays"],
        consent_warning=facts["consentWarningDays"],
        feedback_warning=facts["feedbackWarningDays"],
    )


def days_of(today: date, limits: Limits) -> dict[str, date]:
    """The days that the statement compares with."""
    return {
        "today": today,
        "quiet_before": today - timedelta(days=limits.quiet),
        "form_before": today - timedelta(days=limits.form),
        "asked_before": today - timedelta(days=limits.asked),
        "question_before": today - timedelta(days=limits.question),
        "consent_until": today + timedelta(days=limits.consent_warning),
        "feedback_until": today + timedelta(days=limits.feedback_warning),
    }


def ranks() -> Mapping[str, int]:
    """How bad each state is by itself; 1 is the worst."""
    rank = {one.code: int(one.facts["rank"]) for one in codeset("stuck_severity")}
    return {one.code: rank[one.facts["severity"]] for one in codeset("stuck_code")}


def severity_of(rank: int) -> str:
    return next(one.code for one in codeset("stuck_severity") if one.facts["rank"] == rank)


@dataclass(frozen=True)
class Doing:
    """An operation that helps: its address, whose id stands in it (`subject`, `case`, `client` or `work`), and what its
    body must have."""

    operation: str
    method: str
    path: str
    of: str = "subject"
    required: tuple[str, ...] = ()


CONSENT = ("recipientIds", "dataClasses", "purposes", "howGiven", "kind")
UPDATE_PATH = Doing("updatePathway", "PATCH", "/v1/pathways/{id}", "case")
GIVE_FEEDBACK = Doing("giveReferralFeedback", "POST", "/v1/referrals/{id}/feedback")
ASK = Doing("askClient", "POST", "/v1/consent-gaps/{id}/ask", required=("how",))
CLOSE_GAP = Doing("closeConsentGap", "POST", "/v1/consent-gaps/{id}/close", required=("reason",))
ROUTE_AGAIN = Doing("routeWorkItemAgain", "POST", "/v1/work-items/{id}/route-again", "work", ("cause",))
REDIRECT = Doing("redirectReferral", "POST", "/v1/referrals/{id}/redirect", required=("teamId", "reason"))
ACCEPT = Doing("acceptReferral", "POST", "/v1/referrals/{id}/accept")
OUTCOME = Doing("recordPathwayOutcome", "POST", "/v1/pathways/{id}/record-outcome", "case", ("code",))
RECHECK = Doing("recheckReferral", "POST", "/v1/referrals/{id}/recheck", required=("result", "how"))
CONTACT = Doing("recordContact", "POST", "/v1/clients/{id}/contacts", "client", ("direction", "channel", "result"))
AFTER = Doing("completeAfterContact", "POST", "/v1/after-contacts/{id}/complete", required=("result",))
ANSWER = Doing("answerFeedbackQuestion", "POST", "/v1/feedback-questions/{id}/answer")
# What answers a suggestion of the rules: which of them, the board's remedies say.
ANSWERS: dict[str, Doing] = {
    doing.operation: doing
    for doing in (
        Doing("assignAssessment", "POST", "/v1/assessments/{id}/assign", required=("reason", "seatRole", "personId")),
        Doing("recordProblemAreas", "POST", "/v1/pathways/{id}/problem-areas", "case", ("areas",)),
        Doing("updateClient", "PATCH", "/v1/clients/{id}", "client"),
    )
}
# What helps with each state, whatever it is about.
HELPS: dict[str, Doing] = {
    "feedback_owed": GIVE_FEEDBACK,
    "consent_expiring": Doing("recordConsent", "POST", "/v1/clients/{id}/consents", "client", CONSENT),
    "next_action_overdue": UPDATE_PATH,
    "no_next_action": UPDATE_PATH,
    "step_overdue": Doing("planPathwayStep", "POST", "/v1/pathway-steps/{id}/plan", required=("plannedOn",)),
    "silent_client": CONTACT,
    "waiting_on_record_request": Doing("remindRecordHolder", "POST", "/v1/record-requests/{id}/remind"),
    "follow_up_overdue": Doing("completeFollowUp", "POST", "/v1/follow-ups/{id}/complete"),
    "meeting_not_held": Doing("holdMeeting", "POST", "/v1/meetings/{id}/hold", required=("clientParticipation",)),
    "appointment_not_noted": Doing("fulfilAppointment", "POST", "/v1/appointments/{id}/fulfil"),
    "meeting_without_convener": Doing(
        "changeMeetingConvener", "POST", "/v1/meetings/{id}/change-convener", required=("convenerId", "reason")
    ),
    "safety_unseen": Doing("handleResponseSafety", "POST", "/v1/responses/{id}/handle-safety"),
    "response_unanswered": Doing("createResponseLink", "POST", "/v1/responses/{id}/links"),
    "form_unanswered": Doing("createFormLink", "POST", "/v1/preinformation/{id}/links"),
    "quiet": CONTACT,
    "hold_ended": CONTACT,
    "plan_review_overdue": Doing(
        "reviewPlanReference", "POST", "/v1/plan-references/{id}/review", required=("reviewDueOn",)
    ),
    "consultation_overdue": Doing(
        "followUpConsultation", "POST", "/v1/consultations/{id}/follow-up", required=("body",)
    ),
    "participation_overdue": Doing("endParticipation", "POST", "/v1/participations/{id}/end", required=("reason",)),
    "after_contact_overdue": AFTER,
    "feedback_question_open": ANSWER,
}
# Work that rules do not give out is taken over, or done.
BY_KIND: dict[str, Doing] = {
    PATHWAY: UPDATE_PATH, FEEDBACK: GIVE_FEEDBACK, GAP: ASK, "after_contact": AFTER, "feedback_question": ANSWER
}  # fmt: skip
OF_WORK = frozenset({"no_owner", "owner_left", "owner_away"})


def answering(code: str, suggest: str | None) -> Remedy | None:
    """What is to be said first about work that nobody has, as on the board."""
    return NOBODYS[f"suggest_{suggest}"] if code == "no_owner" and suggest is not None else None


def helps(code: str, kind: str | None, team: UUID | None, status: str | None, suggest: str | None) -> Doing | None:
    """The operation that ends a state, or None where no single one does. `kind` is of the piece of work it is about, if
    it is about one; `team`: whose the work is; `status`: of the referral, or of the gap; `suggest`: what is asked
    before the rules can give the work out."""
    if code in OF_WORK:
        if kind == TO_READ:  # it goes with the work of whoever had it
            return None
        if (remedy := answering(code, suggest)) is not None and remedy.operation is not None:
            doing = ANSWERS[remedy.operation]
            if kind != TRIAGE or doing.of == "client":  # a referral is no assessment, and has no path yet
                return doing
        if kind == TRIAGE and team is None:
            return REDIRECT
        return CLOSE_GAP if kind == GAP and status == "asked" else BY_KIND.get(kind or "", ROUTE_AGAIN)
    if code == "waiting_too_long":
        if kind != TRIAGE:
            return ROUTE_AGAIN
        return RECHECK if status == "waitlisted" else ACCEPT
    if code == "feedback_owed" and kind is None:  # not owed yet: it falls due with the outcome
        return OUTCOME
    if code == "consent_gap":
        return CLOSE_GAP if status == "asked" else ASK
    return HELPS[code]


def operations() -> frozenset[Doing]:
    """Everything that a row may name."""
    more = (ROUTE_AGAIN, REDIRECT, ACCEPT, RECHECK, CLOSE_GAP, OUTCOME)
    return frozenset({*HELPS.values(), *BY_KIND.values(), *ANSWERS.values(), *more})
