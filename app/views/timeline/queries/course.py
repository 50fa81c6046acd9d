"""Sources of the timeline about the course of a path: how its steps and times moved, services and contacts after them,
how far it came, and what was asked about the feedback. Minutes spent are counted in their own room."""

from __future__ import annotations

from typing import Any

from sqlalchemy import DateTime, case, cast, func

from app.appointments.models import Appointment as Visit
from app.appointments.models import AppointmentStatus
from app.appointments.queries import kind_told, visible_appointments
from app.consultations.models import Consultation, PairWork, PairWorkState
from app.consultations.queries import ANSWERER_SHOWN, THEME_SHOWN, visible_consultations, visible_pair_work
from app.feedbacks.models import FeedbackQuestion
from app.feedbacks.queries import visible_questions
from app.outcomes.models import ClientSummary
from app.outcomes.queries import visible_summaries
from app.participations.models import AfterContact, AfterContactState, ServiceParticipation
from app.participations.queries import visible_after_contacts, visible_participations
from app.pathways.outcome_models import GoalAchievement, PathwayScore
from app.pathways.queries import visible_changes, visible_scores
from app.pathways.step_models import PathwayHold, StepChange, StepChangeKind
from app.plan_references.models import PlanReference, ReferenceState
from app.plan_references.queries import visible_references
from app.referrals.models import Referral
from app.views.timeline.queries.source import Source, caring, end_of

PATH, PLAN, PARTS, AFTER = "getPathway", "getPathwayPlan", "listParticipations", "listAfterContacts"
VISITS = "listAppointments"
Part, After, Question = ServiceParticipation, AfterContact, FeedbackQuestion
TO_REFERRAL = ((Referral, Referral.id == Question.referral_id),)


def midnight(on: Any) -> Any:
    """The first instant of a day in Finland: of what has the day alone."""
    return func.timezone("Europe/Helsinki", cast(on, DateTime))


def no_sooner(on: Any, than: Any) -> Any:
    """A day, in an order that can be: never before what it follows was recorded."""
    return func.greatest(midnight(on), than)


def local_time(at: Any) -> Any:
    """An instant as it is read in Finland; no code set has it, so the sentence tells it as it is."""
    return func.to_char(func.timezone("Europe/Helsinki", at), "FMDD.FMMM.YYYY FMHH24:MI")


COURSE: tuple[Source, ...] = (
    Source(
        ("appointment_booked",), VISITS, visible_appointments, Visit, Visit.booked_at, "appointment",
        pathway=Visit.pathway_id, code=(Visit.kind, "appointment_kind"), code_told=kind_told,
        more=(local_time(Visit.starts_at),),
    ),
    Source(
        ("appointment_kept", "appointment_missed"), VISITS, visible_appointments, Visit, Visit.starts_at, "appointment",
        kind=case((Visit.status == AppointmentStatus.FULFILLED, "appointment_kept"), else_="appointment_missed"),
        pathway=Visit.pathway_id, code=(Visit.kind, "appointment_kind"), code_told=kind_told,
        where=(Visit.status.in_((AppointmentStatus.FULFILLED, AppointmentStatus.NOSHOW)),),
    ),
    Source(
        ("appointment_cancelled",), VISITS, visible_appointments, Visit, Visit.ended_at, "appointment",
        pathway=Visit.pathway_id, code=(Visit.kind, "appointment_kind"), code_told=kind_told,
        where=(Visit.status == AppointmentStatus.CANCELLED, Visit.booked_at.is_not(None)),
    ),
    Source(
        ("step_changed",), "listStepChanges", visible_changes, StepChange, StepChange.changed_at, "step_change",
        pathway=StepChange.pathway_id, by=StepChange.author_id, code=(StepChange.change, "step_change"),
        by_telling=True, where=(StepChange.change != StepChangeKind.SKIPPED,),
    ),
    Source(
        ("path_held",), PATH, caring(PathwayHold), PathwayHold, PathwayHold.created_at, "pathway",
        subject_id=PathwayHold.pathway_id, pathway=PathwayHold.pathway_id, by=PathwayHold.author_id,
        code=(PathwayHold.reason, "hold_reason"),
    ),
    Source(
        ("path_resumed",), PATH, caring(PathwayHold), PathwayHold,
        no_sooner(func.coalesce(PathwayHold.ended_on, PathwayHold.until_on + 1), PathwayHold.created_at), "pathway",
        subject_id=PathwayHold.pathway_id, pathway=PathwayHold.pathway_id, by=PathwayHold.ended_by_id,
    ),
    Source(
        ("participation_planned",), PARTS, visible_participations, Part, Part.created_at, "participation",
        pathway=Part.pathway_id, by=Part.author_id, code=(Part.kind, "service_kind"),
    ),
    Source(
        ("participation_started",), PARTS, visible_participations, Part, no_sooner(Part.started_on, Part.created_at),
        "participation", pathway=Part.pathway_id, code=(Part.kind, "service_kind"),
        where=(Part.started_on.is_not(None),),
    ),
    Source(
        ("participation_ended",), PARTS, visible_participations, Part, Part.ended_at, "participation",
        pathway=Part.pathway_id, by=Part.ended_by_id, code=(Part.kind, "service_kind"),
    ),
    Source(
        ("after_contact_agreed",), AFTER, visible_after_contacts, After, After.created_at, "after_contact",
        pathway=After.pathway_id, by=After.author_id,
    ),
    Source(
        ("after_contact_ended",), AFTER, visible_after_contacts, After, After.ended_at, "after_contact",
        pathway=After.pathway_id, by=After.ended_by_id, code=(After.state, "state"),
        where=(After.state != AfterContactState.PLANNED,),
    ),
    Source(
        ("plan_referred_to",), "listPlanReferences", visible_references, PlanReference, PlanReference.created_at,
        "plan_reference", pathway=PlanReference.pathway_id, by=PlanReference.author_id,
        code=(PlanReference.plan_type, "plan_type"), where=(PlanReference.state != ReferenceState.ENTERED_IN_ERROR,),
    ),
    Source(
        ("consultation_asked",), "listConsultations", visible_consultations, Consultation, Consultation.asked_at,
        "consultation", pathway=Consultation.pathway_id, by=Consultation.asked_by_id,
        code=(THEME_SHOWN, "consultation_theme"),
    ),
    Source(
        ("consultation_answered",), "listConsultations", visible_consultations, Consultation,
        Consultation.answered_at, "consultation", pathway=Consultation.pathway_id, by=ANSWERER_SHOWN,
        code=(THEME_SHOWN, "consultation_theme"),
    ),
    Source(
        ("pair_work_done",), "listPairWork", visible_pair_work, PairWork, end_of(PairWork.done_on),
        "pair_work", day_only=True, pathway=PairWork.pathway_id, by=PairWork.person_id,
        code=(PairWork.kind, "pair_work_kind"),
        where=(PairWork.state == PairWorkState.RECORDED,),
    ),
    Source(
        ("goal_assessed",), PLAN, caring(GoalAchievement), GoalAchievement, GoalAchievement.created_at, "goal",
        subject_id=GoalAchievement.goal_id, pathway=GoalAchievement.pathway_id, by=GoalAchievement.author_id,
        code=(GoalAchievement.achievement, "goal_achievement"),
    ),
    Source(
        ("score_asked",), "listPathwayScores", visible_scores, PathwayScore, end_of(PathwayScore.asked_on),
        "pathway_score", pathway=PathwayScore.pathway_id, day_only=True,
        where=(PathwayScore.score.is_not(None), PathwayScore.entered_in_error_at.is_(None)),
    ),
    Source(
        ("summary_offered",), "listClientSummaries", visible_summaries, ClientSummary, ClientSummary.offered_at,
        "client_summary", pathway=ClientSummary.pathway_id, by=ClientSummary.offered_by_id,
    ),
    Source(
        ("summary_declined",), "listClientSummaries", visible_summaries, ClientSummary, ClientSummary.declined_at,
        "client_summary", pathway=ClientSummary.pathway_id,
    ),
    Source(
        ("feedback_asked",), "listFeedbackQuestions", visible_questions, Question, Question.asked_at,
        "feedback_question", pathway=Referral.pathway_id, joins=TO_REFERRAL,
    ),
    Source(
        ("feedback_answered",), "listFeedbackQuestions", visible_questions, Question, Question.answered_at,
        "feedback_question", pathway=Referral.pathway_id, by=Question.answered_by_id, joins=TO_REFERRAL,
    ),
)  # fmt: skip
