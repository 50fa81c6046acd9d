"""Bad states of what goes on beside a path and after it: also of paths that have closed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Date, and_, bindparam, case, func, literal, select, true

from app.appointments.models import COMING, Appointment
from app.consultations.models import Consultation, ConsultationState
from app.consultations.queries import due_on
from app.feedbacks.models import QUESTION, FeedbackQuestion
from app.kit.calendar import civil
from app.participations.models import AFTER_CONTACT, OPEN, AfterContact, AfterContactState, ServiceParticipation
from app.participations.queries import DUE_ON
from app.pathways.models import Pathway
from app.plan_references.models import PlanReference, ReferenceState
from app.referrals.models import Referral
from app.views.stuck.queries.ground import NO_DAY, NO_ID, TODAY, Ground, line, of_teams
from app.work.models import WorkItem


def participation_overdue(_: Ground) -> Any:
    """Its last day has passed, and it neither ended nor goes on (`participations.queries.late_on`)."""
    part = ServiceParticipation
    late = (
        select(
            part.pathway_id.label("case_id"),
            part.client_id.label("client_id"),
            part.team_id.label("team_id"),
            Pathway.responsible_person_id.label("holder_id"),
            part.id.label("id"),
            part.ends_on.label("due_on"),
        )
        .join(Pathway, Pathway.id == part.pathway_id)
        .where(of_teams(part), part.state.in_(OPEN), part.ends_on < TODAY)
        .subquery("late_part")
        .c
    )
    return beside("participation_overdue", late, late.due_on + 1, late.due_on, literal("participation"))


def appointment_not_noted(_: Ground) -> Any:
    """Its day has passed, and nobody noted whether the client came. Whoever received notes it; for a partner's person
    whoever answers for the path."""
    visit = Appointment
    over = (
        select(
            visit.pathway_id.label("case_id"),
            visit.client_id.label("client_id"),
            visit.team_id.label("team_id"),
            case((visit.organisation_id.is_(None), visit.person_id), else_=Pathway.responsible_person_id).label(
                "holder_id"
            ),
            visit.id.label("id"),
            civil(visit.ends_at).label("due_on"),
        )
        .join(Pathway, Pathway.id == visit.pathway_id)
        .where(of_teams(visit), visit.status.in_(COMING), civil(visit.ends_at) < TODAY)
        .subquery("over_visit")
        .c
    )
    return beside("appointment_not_noted", over, over.due_on + 1, over.due_on, literal("appointment"))


def consultation_overdue(g: Ground) -> Any:
    """Asked of a seat, and not answered by its day."""
    late = (
        select(
            Consultation.pathway_id.label("case_id"),
            Consultation.client_id.label("client_id"),
            Consultation.team_id.label("team_id"),
            Consultation.asked_by_id.label("holder_id"),
            Consultation.id.label("id"),
            due_on(g.days).label("due_on"),
        )
        .join(g.days, true())
        .where(of_teams(Consultation), Consultation.state == ConsultationState.ASKED, due_on(g.days) < TODAY)
        .subquery("late_answer")
        .c
    )
    return beside("consultation_overdue", late, late.due_on + 1, late.due_on, literal("consultation"))


def plan_review_overdue(_: Ground) -> Any:
    """A plan that is kept elsewhere was to be looked at before (`plan_references.queries.late_on`)."""
    late = (
        select(
            PlanReference.pathway_id.label("case_id"),
            PlanReference.client_id.label("client_id"),
            PlanReference.team_id.label("team_id"),
            PlanReference.author_id.label("holder_id"),
            PlanReference.id.label("id"),
            PlanReference.review_due_on.label("due_on"),
        )
        .where(
            of_teams(PlanReference),
            PlanReference.state == ReferenceState.IN_FORCE,
            PlanReference.review_due_on < TODAY,
        )
        .subquery("late_review")
        .c
    )
    return beside("plan_review_overdue", late, late.due_on + 1, late.due_on, literal("plan_reference"))


def after_contact_overdue(_: Ground) -> Any:
    """Nobody asked yet how it goes (C-46)."""
    late = (
        select(
            AfterContact.pathway_id.label("case_id"),
            AfterContact.client_id.label("client_id"),
            AfterContact.team_id.label("team_id"),
            WorkItem.holder_id.label("holder_id"),
            AfterContact.id.label("id"),
            DUE_ON.label("due_on"),
        )
        .join(Pathway, Pathway.id == AfterContact.pathway_id)
        .outerjoin(ServiceParticipation, ServiceParticipation.id == AfterContact.participation_id)
        .outerjoin(WorkItem, and_(WorkItem.subject_id == AfterContact.id, WorkItem.kind == AFTER_CONTACT))
        .where(of_teams(AfterContact), AfterContact.state == AfterContactState.PLANNED, TODAY > DUE_ON)
        .subquery("late_contact")
        .c
    )
    return beside("after_contact_overdue", late, late.due_on + 1, late.due_on, literal("after_contact"))


def feedback_question_open(_: Ground) -> Any:
    """The sender, or the client, asked about the feedback some days ago and has no answer."""
    asked = (
        select(
            func.coalesce(Referral.pathway_id, Referral.id).label("case_id"),
            FeedbackQuestion.client_id.label("client_id"),
            WorkItem.team_id.label("team_id"),
            WorkItem.holder_id.label("holder_id"),
            FeedbackQuestion.id.label("id"),
            civil(FeedbackQuestion.asked_at).label("asked_on"),
            case((Referral.pathway_id.is_not(None), "pathway"), else_="referral").label("case_type"),
        )
        .join(Referral, Referral.id == FeedbackQuestion.referral_id)
        .join(WorkItem, and_(WorkItem.subject_id == FeedbackQuestion.id, WorkItem.kind == QUESTION))
        .where(
            of_teams(WorkItem),
            FeedbackQuestion.answered_at.is_(None),
            civil(FeedbackQuestion.asked_at) < bindparam("question_before", type_=Date),
        )
        .subquery("asked_about")
        .c
    )
    return beside("feedback_question_open", asked, asked.asked_on, NO_DAY, literal(QUESTION), asked.case_type)


def beside(
    code: str, of: Any, since_on: Any, due_on: Any, subject_type: Any, case_type: Any = literal("pathway")
) -> Any:  # fmt: skip
    found = line(code, of, since_on, due_on, case_type, subject_type, of.id)
    return found.add_columns(NO_ID.label("area_id"))
