"""Reads across rooms: the worklists in one shape, and the numbers of their badges."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from functools import lru_cache
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.selectable import LateralFromClause

from app.assessments.models import Assessment
from app.consultations.models import Consultation, ConsultationState
from app.consultations.queries import due_on as consultation_due
from app.handovers.reading import HELD_UNSEEN
from app.kit.calendar import calendar, civil, due, on_or_after, working_days
from app.kit.clock import civil_date
from app.meetings.invitation_models import MeetingInvitation
from app.meetings.models import InvitationState
from app.meetings.queries import invitations_to
from app.participations.models import AfterContact, ServiceParticipation
from app.participations.queries import DUE_ON as AFTER_DUE
from app.pathways.models import Pathway, PathwayStep, StepState
from app.pathways.queries import held
from app.pathways.rules import STEP_OF_KIND
from app.people.actor import Actor
from app.referrals.clocks import Deadlines, shipped
from app.referrals.models import OPEN, Feedback, Referral, ReferralState
from app.referrals.queries import SHOWN, sent_by
from app.referrals.side_roads import recheck_days
from app.views.chosen import Chosen, Which
from app.work.models import WorkItem
from app.work.queries import VISIBLE_WORK, seeing

WAITING = WorkItem.queue.startswith("seat_waiting_list")
UNANSWERED = MeetingInvitation.state == InvitationState.INVITED
# Past every date: what has none comes last.
NEVER = date(9999, 12, 31)


# What is due, and until when the day counts; NULL where a piece of work has no date.
OF_PATH = func.coalesce(Assessment.pathway_id, AfterContact.pathway_id, Consultation.pathway_id, WorkItem.subject_id)
STEP_KIND = case(*((Assessment.kind == kind, step) for kind, step in STEP_OF_KIND.items()), else_=null())
STEP = (
    select(PathwayStep.planned_on, PathwayStep.due_days)
    .where(
        PathwayStep.pathway_id == Assessment.pathway_id,
        PathwayStep.kind == STEP_KIND,
        PathwayStep.state == StepState.PLANNED,
    )
    .order_by(PathwayStep.position)
    .limit(1)
    .correlate(Assessment)
    .lateral("step")
)
DUE_IS = case(
    (WorkItem.kind == "pathway", "next_action"),
    (WorkItem.kind == "feedback", "feedback"),
    (WorkItem.kind == "after_contact", "after_contact"),
    (WorkItem.subject_type == "consultation", "consultation"),
    (Referral.state == ReferralState.RECEIVED, "answer"),
    (Referral.state == ReferralState.WAITLISTED, "recheck"),
    (WorkItem.subject_type == "assessment", "step"),
    else_=None,
)


PRIORITY = func.coalesce(Referral.priority, Referral.urgency)
URGENT = PRIORITY == "urgent"
RECHECK_DAYS = bindparam("recheck_days", type_=Integer)


def by_version(started_at: Any, value: Callable[[Deadlines], Any]) -> ColumnElement[Any]:
    """What the numbers in force on the day a clock started make of it; `clocks.in_force` in SQL."""
    versions = shipped()
    found = [(civil(started_at) >= version.valid_from, value(version)) for version in versions]
    return case(*found, else_=value(versions[-1]))


def answer_due(days: CTE) -> ColumnElement[date]:
    """`clocks.answer_due`: made urgent later, it counts from then and is never later than it was due before."""
    sent, raised = Referral.submitted_at, func.greatest(Referral.prioritised_at, Referral.submitted_at)
    since = case((Referral.urgency == "urgent", sent), else_=raised)

    def of(version: Deadlines) -> ColumnElement[date]:
        routine = due(days, sent, version.answer_days, version.cutoff_hour)
        urgent = due(days, since, version.urgent_answer_days, version.cutoff_hour)
        return case((URGENT, func.least(routine, urgent)), else_=routine)

    return by_version(sent, of)


def recheck_due(days: CTE) -> ColumnElement[date]:
    """`clocks.recheck_due`."""
    since = func.coalesce(Referral.rechecked_at, Referral.waiting_since)
    shorter = by_version(since, lambda version: func.least(RECHECK_DAYS, version.urgent_recheck_days))
    counted = case((URGENT, shorter), else_=RECHECK_DAYS)
    return func.coalesce(Referral.recheck_planned_on, on_or_after(days, civil(since) + counted))


def due_of(days: CTE, holds: LateralFromClause) -> ColumnElement[date]:
    """The date of a piece of work by its kind. What `referrals.clocks` and `pathways.rules` say."""
    return case(
        (WorkItem.kind == "pathway", Pathway.next_action_on),
        (WorkItem.kind == "feedback", civil(WorkItem.opened_at)),
        (WorkItem.kind == "after_contact", AFTER_DUE),
        (Consultation.state == ConsultationState.ASKED, consultation_due(days)),
        (Referral.state == ReferralState.RECEIVED, answer_due(days)),
        (Referral.state == ReferralState.WAITLISTED, recheck_due(days)),
        (
            WorkItem.subject_type == "assessment",
            func.coalesce(STEP.c.planned_on, due(days, Pathway.started_at, STEP.c.due_days + holds.c.days)),
        ),
        else_=cast(null(), Date),
    )


@lru_cache(maxsize=1)
def everything() -> Select[Any]:
    """Open work that the caller sees (executed with `asking`), with what the
    lists tell of it, by label. Built once: a statement made anew for every request costs more than its rows."""
    return over(calendar())


def over(days: CTE) -> Select[Any]:
    """The same over a calendar that other parts of a statement count with too."""
    holds = held(days, bindparam("today", type_=Date), STEP.c.due_days, STEP)
    found = due_of(days, holds)
    return (
        select(
            WorkItem.id.label("id"),
            WorkItem.opened_at.label("opened_at"),
            WorkItem,
            found.label("due_on"),
            func.coalesce(found, literal(NEVER, Date)).label("due_sort"),
            DUE_IS.label("due_is"),
            func.coalesce(PRIORITY, Assessment.urgency, Consultation.urgency).label("urgency"),
            Referral.source.label("source"),
            Referral.state.label("status"),
            and_(WorkItem.subject_type == "assessment", holds.c.now).label("held"),
        )
        .select_from(WorkItem)
        .join(days, true())
        .outerjoin(Referral, and_(WorkItem.subject_type == "referral", Referral.id == WorkItem.subject_id))
        .outerjoin(Assessment, and_(WorkItem.subject_type == "assessment", Assessment.id == WorkItem.subject_id))
        .outerjoin(Consultation, and_(WorkItem.subject_type == "consultation", Consultation.id == WorkItem.subject_id))
        .outerjoin(AfterContact, and_(WorkItem.kind == "after_contact", AfterContact.id == WorkItem.subject_id))
        .outerjoin(ServiceParticipation, ServiceParticipation.id == AfterContact.participation_id)
        .outerjoin(Pathway, Pathway.id == OF_PATH)
        .outerjoin(STEP, true())
        .outerjoin(holds, true())
        .where(VISIBLE_WORK, WorkItem.closed_at.is_(None))
    )


def asking(actor: Actor, recheck_days: int) -> dict[str, Any]:
    """The parameters of `everything` for this caller today."""
    today = civil_date(actor.at)
    return {**seeing(actor), "today": today, "working_days": list(working_days(today)), "recheck_days": recheck_days}


def on_list(actor: Actor, which: Which, late: ColumnElement[bool], silent: Collection[UUID]) -> ColumnElement[bool]:
    """What a list holds. `referred` is another statement."""
    triage = WorkItem.kind == "referral_triage"
    own: dict[str, ColumnElement[bool]] = {
        "inbox": and_(triage, or_(WorkItem.holder_id == actor.person_id, WorkItem.queue.is_not(None)), ~WAITING_NOW),
        "mine": WorkItem.holder_id == actor.person_id,
        "team": true(),
        "unassigned": WorkItem.queue.is_not(None),
        "waiting": WAITING_NOW,
        "overdue": late,
        "feedback": WorkItem.kind == "feedback",
        "silent": and_(WorkItem.kind.in_(("pathway", "referral_triage")), WorkItem.client_id.in_(list(silent))),
    }
    return own[which]


# What was returned to its sender waits for the sender, whichever queue its work came from.
WAITING_NOW = and_(func.coalesce(WAITING, False), Referral.state.is_distinct_from(ReferralState.RETURNED_FOR_INFO))


def late_on(rows: Select[Any], today: Any) -> ColumnElement[bool]:
    """Past its date: the day itself is in time. A step of a path that is held today is not late."""
    late: ColumnElement[bool] = and_(rows.selected_columns.due_sort < today, ~rows.selected_columns.held)
    return late


def worklist(actor: Actor, chosen: Chosen, recheck_days: int) -> tuple[Select[Any], dict[str, Any]]:
    """The rows of a list, and the columns they can be ordered by."""
    today = civil_date(actor.at)
    rows = everything().params(asking(actor, recheck_days))
    named = rows.selected_columns
    late = late_on(rows, today)
    rows = rows.where(on_list(actor, chosen.which, late, chosen.silent))
    if chosen.kinds:
        rows = rows.where(WorkItem.kind.in_(chosen.kinds))
    for column, value in (
        (named.urgency, chosen.urgency),
        (named.source, chosen.source),
        (WorkItem.team_id, chosen.team_id),
        (WorkItem.holder_id, chosen.holder_id),
        (WorkItem.client_id, chosen.client_id),
    ):
        if value is not None:
            rows = rows.where(column == value)
    if chosen.holder_id not in (None, actor.person_id) and not actor.health_professional:
        # Who has these is not shown to this reader, so it is not found by asking either.
        rows = rows.where(WorkItem.kind.not_in(HELD_UNSEEN))
    if chosen.overdue is not None:
        rows = rows.where(late if chosen.overdue else ~late)
    return rows, {"opened_at": WorkItem.opened_at, "due_sort": named.due_sort, "id": WorkItem.id}


async def counts(session: AsyncSession, actor: Actor, silent: Collection[UUID]) -> dict[str, int]:
    """The number of every list, and of alarms, in one statement."""
    today = civil_date(actor.at)
    rows = everything()
    late = late_on(rows, today)
    lists: list[Which] = [which for which in get_args(Which) if which != "referred"]
    flags = {f"on_{which}": on_list(actor, which, late, silent) for which in lists} | {"on_alarms": WorkItem.alarm}
    told = rows.add_columns(*(flag.label(name) for name, flag in flags.items())).subquery().columns
    counted = select(*(func.count().filter(told[name]) for name in flags))
    row = (await session.execute(counted, asking(actor, recheck_days(session)))).one()
    return dict(zip((*lists, "alarms"), row, strict=True))


def mine_as_sender(actor: Actor) -> ColumnElement[bool]:
    """What one sent oneself: a client's own (a call that a nurse is still writing down is not), a partner's, or what
    somebody of the area sent in person."""
    if actor.client_id is not None:
        theirs = or_(Referral.state != ReferralState.DRAFT, Referral.sender_person_id.is_(None))
        return and_(Referral.client_id == actor.client_id, Referral.source == "self", theirs)
    return sent_by(actor)


def referred(actor: Actor, urgency: str | None) -> Select[Referral]:
    rows = select(Referral).where(mine_as_sender(actor))
    return rows if urgency is None else rows.where(Referral.urgency == urgency)


async def referred_counts(session: AsyncSession, actor: Actor) -> dict[str, int]:
    """How many I have referred that have not ended as I see it, how many answers I have not acknowledged, and how many
    invitations wait for a seat of mine."""
    seen = func.count().filter(SHOWN.in_([ReferralState.DRAFT, *OPEN]))
    unread = select(Feedback.id).where(
        Feedback.referral_id == Referral.id,
        ~Feedback.interim,
        Feedback.level.is_not(None),
        Feedback.acknowledged_at.is_(None),
    )
    answered = func.count().filter(unread.correlate(Referral).exists())
    invited = select(func.count()).where(invitations_to(actor), UNANSWERED, MeetingInvitation.starts_at > actor.at)
    row = (await session.execute(select(seen, answered, invited.scalar_subquery()).where(mine_as_sender(actor)))).one()
    return {"referred": row[0], "unacknowledged": row[1], "invitations": row[2]}
