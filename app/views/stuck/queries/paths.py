"""Bad states of a running path: what comes next, what is late on it, what somebody was asked for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Date, DateTime, Integer, bindparam, func, literal, or_, select, true

from app.kit.calendar import civil, due
from app.meetings.models import Meeting, MeetingState
from app.pathways.models import Pathway, PathwayStep, StepState
from app.pathways.queries import endings, held
from app.pathways.step_models import PathwayHold
from app.plans.models import FollowUp, FollowUpState
from app.preinformation.models import OPEN as FORM_OPEN
from app.preinformation.models import FormLink, Preinformation
from app.records.models import OPEN as REQUEST_OPEN
from app.records.models import RecordRequest
from app.referrals.models import Feedback, Referral, ReferralState
from app.teams.models import Holder, Seat
from app.views.queries import by_version
from app.views.stuck.queries.ground import NO_ID, TODAY, Ground, line, of_path, of_teams
from app.work.models import WorkItem


def next_action_overdue(g: Ground) -> Any:
    """Its day has passed, and something was done since: what comes next is not agreed yet."""
    p = g.paths.c
    return of_path("next_action_overdue", g.paths, p.next_action_on + 1, p.next_action_on).where(
        p.next_action_on < TODAY, p.last_on >= p.next_action_on
    )


def no_next_action(g: Ground) -> Any:
    """Its day has passed, and nothing was recorded since (C-35): there is no next action any more."""
    p = g.paths.c
    return of_path("no_next_action", g.paths, p.next_action_on + 1, p.next_action_on).where(
        p.next_action_on < TODAY, p.last_on < p.next_action_on
    )


def step_overdue(g: Ground) -> Any:
    """As `pathways.step_reading` says it of each step: of a path that is held none is, and what was held while it
    was still to come is added."""
    p, holds = g.paths.c, held(g.days, TODAY, PathwayStep.due_days, PathwayStep)
    on = func.coalesce(PathwayStep.planned_on, due(g.days, p.started_at, PathwayStep.due_days + holds.c.days))
    return (
        of_path("step_overdue", g.paths, on + 1, on, "pathway_step", PathwayStep.id)
        .join(PathwayStep, PathwayStep.pathway_id == p.case_id)
        .join(Pathway, Pathway.id == p.case_id)
        .join(g.days, true())
        .join(holds, true())
        .where(PathwayStep.state == StepState.PLANNED, on < TODAY, ~holds.c.now)
    )


def feedback_near(g: Ground) -> Any:
    """No outcome yet, and the day for feedback (`clocks.feedback_due`) comes near, or has passed."""
    p = g.paths.c
    on = by_version(
        Referral.decided_at,
        lambda rules: due(g.days, Referral.decided_at, literal(rules.feedback_days, Integer), rules.cutoff_hour),
    )
    said = select(Feedback.id).where(Feedback.referral_id == Referral.id, ~Feedback.interim)
    owed = select(WorkItem.id).where(WorkItem.subject_id == Referral.id, WorkItem.kind == "feedback")
    return (
        of_path("feedback_owed", g.paths, func.least(on, TODAY), on, "referral", Referral.id)
        .join(Referral, Referral.pathway_id == p.case_id)
        .join(g.days, true())
        .where(
            Referral.state == ReferralState.IN_PROGRESS,
            on <= bindparam("feedback_until", type_=Date),
            ~said.correlate(Referral).exists(),
            ~owed.correlate(Referral).exists(),
        )
    )


def consent_expiring(g: Ground) -> Any:
    """A permission that the path relies on ends soon."""
    until = bindparam("consent_until", type_=Date)
    ending = endings(bindparam("at", type_=DateTime(timezone=True)), until).where(of_teams(Pathway)).subquery("ending")
    on = civil(ending.c.ends_at)
    return of_path("consent_expiring", g.paths, func.least(on, TODAY), on).join(
        ending, ending.c.pathway_id == g.paths.c.case_id
    )


def waiting_on_record_request(g: Ground) -> Any:
    """As `records.rules.is_overdue`; of the registers the caller reads."""
    on = RecordRequest.due_on
    return (
        of_path("waiting_on_record_request", g.paths, on + 1, on, "record_request", RecordRequest.id)
        .join(RecordRequest, RecordRequest.pathway_id == g.paths.c.case_id)
        .where(RecordRequest.state.in_(REQUEST_OPEN), on < TODAY)
    )


def follow_up_overdue(g: Ground) -> Any:
    """Follow-ups outlive their path (C-46): of a closed one they stand here too."""
    followed = (
        select(
            FollowUp.pathway_id.label("case_id"),
            FollowUp.client_id.label("client_id"),
            FollowUp.team_id.label("team_id"),
            func.coalesce(FollowUp.person_id, Pathway.responsible_person_id).label("holder_id"),
            FollowUp.id.label("id"),
            FollowUp.due_on.label("due_on"),
        )
        .join(Pathway, Pathway.id == FollowUp.pathway_id)
        .where(of_teams(FollowUp), FollowUp.state == FollowUpState.PLANNED, FollowUp.due_on < TODAY)
        .subquery("followed")
        .c
    )
    kind = literal("follow_up")
    return line(
        "follow_up_overdue", followed, followed.due_on + 1, followed.due_on, literal("pathway"), kind, followed.id
    ).add_columns(NO_ID.label("area_id"))


def meeting_not_held(g: Ground) -> Any:
    """Its day has passed, and it is neither held nor cancelled."""
    on = civil(Meeting.starts_at)
    return (
        of_path("meeting_not_held", g.paths, on + 1, on, "meeting", Meeting.id)
        .join(Meeting, Meeting.pathway_id == g.paths.c.case_id)
        .where(Meeting.state == MeetingState.PLANNED, on < TODAY)
    )


def meeting_without_convener(g: Ground) -> Any:
    """It is still to come, and who convenes it holds no seat in the path's team any more."""
    there = (
        select(Holder.id)
        .join(Seat, Seat.id == Holder.seat_id)
        .where(
            Seat.team_id == g.paths.c.team_id,
            Holder.person_id == Meeting.convener_id,
            Holder.valid_from <= TODAY,
            or_(Holder.valid_to.is_(None), Holder.valid_to >= TODAY),
        )
        .correlate(g.paths, Meeting)
    )
    on = civil(Meeting.starts_at)
    return (
        of_path("meeting_without_convener", g.paths, TODAY, on, "meeting", Meeting.id)
        .join(Meeting, Meeting.pathway_id == g.paths.c.case_id)
        .where(Meeting.state == MeetingState.PLANNED, on >= TODAY, ~there.exists())
    )


def form_unanswered(g: Ground) -> Any:
    """Asked of the client some days ago; another link counts as asking again."""
    link = (
        select(func.max(FormLink.issued_at))
        .where(FormLink.form_id == Preinformation.id)
        .correlate(Preinformation)
        .scalar_subquery()
    )
    asked_on = civil(func.greatest(Preinformation.requested_at, Preinformation.saved_at, link))
    return (
        of_path("form_unanswered", g.paths, asked_on, subject_type="preinformation", subject_id=Preinformation.id)
        .join(Preinformation, Preinformation.pathway_id == g.paths.c.case_id)
        .where(Preinformation.state.in_(FORM_OPEN), asked_on < bindparam("form_before", type_=Date))
    )


def quiet(g: Ground) -> Any:
    """Nothing was recorded for long, and the path is not held: that it rests was agreed."""
    p = g.paths.c
    rests = select(PathwayHold.id).where(
        PathwayHold.pathway_id == p.case_id,
        PathwayHold.from_on <= TODAY,
        func.coalesce(PathwayHold.ended_on, PathwayHold.until_on + 1) > TODAY,
    )
    long_ago = p.last_on < bindparam("quiet_before", type_=Date)
    return of_path("quiet", g.paths, p.last_on).where(long_ago, ~rests.correlate(g.paths).exists())


def hold_ended(g: Ground) -> Any:
    """A hold ran out by itself, and nothing was recorded since: nobody took the path up again."""
    p = g.paths.c
    return (
        of_path("hold_ended", g.paths, PathwayHold.until_on + 1)
        .join(PathwayHold, PathwayHold.pathway_id == p.case_id)
        .where(PathwayHold.ended_on.is_(None), PathwayHold.until_on < TODAY, p.last_on <= PathwayHold.until_on)
    )
