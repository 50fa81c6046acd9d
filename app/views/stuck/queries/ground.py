"""What every branch stands on: open work with its case, and running paths with the day something was last recorded.

Built of bound parameters only, so that the statement is made once; executed with `asking` and the days of `rules`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Date,
    Select,
    String,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.orm import aliased

from app.appointments.models import Appointment
from app.assessments.models import Assessment
from app.consultations.models import Consultation
from app.contacts.models import Contact, EntryState
from app.gaps.models import GAP, ConsentGap
from app.kit.calendar import calendar, civil
from app.meetings.models import Meeting
from app.participations.models import AfterContact, ServiceParticipation
from app.pathways.models import Goal, Outcome, Pathway, PathwayState, PathwayStep
from app.pathways.outcome_models import GoalAchievement
from app.pathways.step_models import PathwayHold, StepChange
from app.plans.models import BarrierRecord, FollowUp, SmallStep
from app.preinformation.models import Preinformation
from app.referrals.models import Referral
from app.views.queries import over
from app.work.models import PATHWAY, TRIAGE, WorkItem

TODAY = bindparam("today", type_=Date)
NO_DAY, NO_ID, NO_CODE = cast(null(), Date), cast(null(), Uuid), cast(null(), String)


def of_teams(model: Any) -> ColumnElement[bool]:
    """Of the caller's teams, and not about whom the caller is kept from: the worklist's rule, on another table."""
    ours = model.team_id == any_(bindparam("teams", type_=ARRAY(Uuid)))
    return and_(ours, ~(model.client_id == any_(bindparam("kept_from", type_=ARRAY(Uuid)))))


class Ground(NamedTuple):
    """`days` is the calendar of working days, `work` and `paths` as below."""

    days: CTE
    work: CTE
    paths: CTE


def ground() -> Ground:
    days = calendar()
    return Ground(days, working(days), running())


def working(days: CTE) -> CTE:
    """Open work of a case. Not yet decided, a referral is its own case; what else there is belongs to a path: its own,
    or the one that runs for the client in the team (an assessment may be of a register the caller does not read)."""
    rows, path = over(days), aliased(Pathway)
    of_path = func.coalesce(
        Assessment.pathway_id,
        Referral.pathway_id,
        ConsentGap.pathway_id,
        AfterContact.pathway_id,
        Consultation.pathway_id,
        path.id,
    )
    case_path = case((WorkItem.kind == PATHWAY, WorkItem.subject_id), (WorkItem.kind != TRIAGE, of_path), else_=NO_ID)
    own = case((WorkItem.subject_type == "referral", WorkItem.subject_id), else_=NO_ID)
    return (
        rows.with_only_columns(
            WorkItem.id.label("work_id"),
            WorkItem.kind.label("kind"),
            WorkItem.subject_type.label("subject_type"),
            WorkItem.subject_id.label("subject_id"),
            WorkItem.client_id.label("client_id"),
            WorkItem.team_id.label("team_id"),
            WorkItem.area_id.label("area_id"),
            WorkItem.seat_id.label("seat_id"),
            WorkItem.holder_id.label("holder_id"),
            WorkItem.queue.label("queue"),
            WorkItem.alarm.label("alarm"),
            WorkItem.suggest.label("suggest"),
            WorkItem.recheck_on.label("recheck_on"),
            civil(WorkItem.opened_at).label("opened_on"),
            civil(func.coalesce(WorkItem.assigned_at, WorkItem.opened_at)).label("since_on"),
            rows.selected_columns.due_on.label("due_on"),
            func.coalesce(cast(Referral.state, String), cast(ConsentGap.state, String)).label("status"),
            ConsentGap.asked_at.label("asked_at"),
            case((case_path.is_not(None), "pathway"), else_="referral").label("case_type"),
            func.coalesce(case_path, own).label("case_id"),
        )
        .outerjoin(ConsentGap, and_(WorkItem.kind == GAP, ConsentGap.id == WorkItem.subject_id))
        .outerjoin(
            path,
            and_(
                path.client_id == WorkItem.client_id,
                path.team_id == WorkItem.team_id,
                path.state == PathwayState.ACTIVE,
            ),
        )
        .where(func.coalesce(case_path, own).is_not(None))
        .cte("work")
    )


def running() -> CTE:
    """Running paths, with the day on which something was last recorded of the case, of whatever every reader of the
    path sees: so that it is the same day for all of them."""
    return (
        select(
            Pathway.id.label("case_id"),
            Pathway.client_id.label("client_id"),
            Pathway.team_id.label("team_id"),
            Pathway.responsible_person_id.label("holder_id"),
            Pathway.started_at.label("started_at"),
            Pathway.next_action_on.label("next_action_on"),
            last_recorded().label("last_on"),
        )
        .where(of_teams(Pathway), Pathway.state == PathwayState.ACTIVE)
        .cte("paths")
    )


def last_recorded() -> ColumnElement[Any]:
    """Contacts, steps and how they were moved, holds, meetings, the plan, how goals went and small steps, follow-ups,
    forms, services, outcomes, and work that was done."""

    def newest(day: Any, model: Any, *more: Any) -> Any:
        return select(func.max(day)).where(model.pathway_id == Pathway.id, *more).correlate(Pathway).scalar_subquery()

    contact = select(func.max(civil(Contact.at))).where(
        Contact.client_id == Pathway.client_id, Contact.state == EntryState.RECORDED
    )
    done = select(func.max(civil(func.greatest(WorkItem.closed_at, WorkItem.confirmed_at)))).where(
        WorkItem.client_id == Pathway.client_id, WorkItem.team_id == Pathway.team_id, WorkItem.kind != GAP
    )
    return func.greatest(
        civil(Pathway.started_at),
        civil(Pathway.plan_agreed_at),
        contact.correlate(Pathway).scalar_subquery(),
        done.correlate(Pathway).scalar_subquery(),
        newest(civil(PathwayStep.done_at), PathwayStep),
        newest(civil(Meeting.created_at), Meeting),
        newest(civil(Appointment.booked_at), Appointment),
        newest(Goal.agreed_on, Goal),
        newest(SmallStep.taken_on, SmallStep),
        newest(BarrierRecord.recorded_on, BarrierRecord),
        newest(func.greatest(FollowUp.agreed_on, civil(FollowUp.ended_at)), FollowUp),
        newest(civil(func.greatest(Preinformation.saved_at, Preinformation.submitted_at)), Preinformation),
        newest(civil(Outcome.recorded_at), Outcome),
        newest(civil(StepChange.changed_at), StepChange),
        newest(civil(PathwayHold.created_at), PathwayHold),
        newest(civil(GoalAchievement.created_at), GoalAchievement),
        newest(
            civil(func.greatest(ServiceParticipation.created_at, ServiceParticipation.ended_at)), ServiceParticipation
        ),
    )


def of_work(code: str, w: CTE, since_on: Any, due_on: Any = NO_DAY, suggest: Any = NO_CODE) -> Select[Any]:
    """A line about a piece of work. `suggest`: what is to be answered first."""
    c = w.c
    of = (c.case_type, c.subject_type, c.subject_id, c.work_id, c.kind, c.status, c.alarm, suggest)
    return line(code, c, since_on, due_on, *of).add_columns(c.area_id.label("area_id"))


def of_path(
    code: str, p: CTE, since_on: Any, due_on: Any = NO_DAY, subject_type: str = "pathway", subject_id: Any = None
) -> Select[Any]:
    """A line about a running path, or something on it."""
    subject = p.c.case_id if subject_id is None else subject_id
    kind = literal(subject_type)
    return line(code, p.c, since_on, due_on, literal("pathway"), kind, subject).add_columns(NO_ID.label("area_id"))


def line(
    code: str,
    of: Any,
    since_on: Any,
    due_on: Any,
    case_type: Any,
    subject_type: Any,
    subject_id: Any,
    work_id: Any = NO_ID,
    kind: Any = null(),
    status: Any = null(),
    alarm: Any = literal(False),
    suggest: Any = NO_CODE,
) -> Select[Any]:
    return select(
        literal(code).label("code"),
        since_on.label("since_on"),
        due_on.label("due_on"),
        case_type.label("case_type"),
        of.case_id.label("case_id"),
        of.client_id.label("client_id"),
        of.team_id.label("team_id"),
        of.holder_id.label("holder_id"),
        subject_type.label("subject_type"),
        subject_id.label("subject_id"),
        work_id.label("work_id"),
        kind.label("kind"),
        status.label("status"),
        alarm.label("alarm"),
        suggest.label("suggest"),
    )
