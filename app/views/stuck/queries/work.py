"""Bad states of a piece of work: who has it, how long it waits, what is owed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, Date, Uuid, and_, bindparam, case, column, func, null, or_, select
from sqlalchemy.orm import aliased

from app.assessments.models import ProblemRecord
from app.clients.models import Client
from app.gaps.models import GAP, GapState
from app.kit.calendar import civil
from app.people.models import Membership
from app.referrals.models import ReferralState
from app.routing.models import RoutingDecision
from app.teams.models import Absence, Holder, Seat, Standing
from app.views.stuck.queries.ground import TODAY, Ground, of_work
from app.work.models import PATHWAY, TRIAGE

WAITING = "seat_waiting_list"


def in_force(row: Any) -> Any:
    return and_(row.valid_from <= TODAY, or_(row.valid_to.is_(None), row.valid_to >= TODAY))


def on_seat(holder: Any, seat: Any, w: Any) -> Any:
    """The periods that a piece of work rests on: on its seat, or on any of the team where it has none (feedback)."""
    return and_(seat.team_id == w.team_id, or_(w.seat_id.is_(None), holder.seat_id == w.seat_id))


def sits(w: Any) -> Any:
    """Whoever has it works for the area today, on the seat, and has not handed over (C-43)."""
    holder = (
        select(Holder.id)
        .join(Seat, Seat.id == Holder.seat_id)
        .join(Membership, Membership.person_id == Holder.person_id)
        .where(
            Holder.person_id == w.holder_id,
            on_seat(Holder, Seat, w),
            in_force(Holder),
            Holder.handed_over_at.is_(None),
            Membership.organisation_id == w.area_id,
            in_force(Membership),
        )
    )
    return holder.correlate_except(Holder, Seat, Membership).exists()


def no_owner(g: Ground) -> Any:
    """It stands in a queue that is not a waiting list."""
    w = g.work
    waits = w.c.queue.startswith(WAITING)
    return of_work("no_owner", w, w.c.opened_on, suggest=unanswered(w.c)).where(w.c.queue.is_not(None), ~waits)


def unanswered(w: Any) -> Any:
    """What somebody is asked to say before the rules can decide; null once it was said since they were asked last."""
    asked_at = select(func.max(RoutingDecision.decided_at)).where(RoutingDecision.subject_id == w.subject_id)
    said = (
        select(ProblemRecord.id)
        .where(ProblemRecord.pathway_id == w.case_id, ProblemRecord.recorded_at > asked_at.scalar_subquery())
        .exists()
    )
    named = select(Client.id).where(Client.id == w.client_id, Client.own_care_team.is_not(None)).exists()
    given = or_(
        and_(w.suggest.in_(("decide_demanding", "record_problem_area")), said),
        and_(w.suggest == "name_own_care_team", named),
    )
    return case((given, null()), else_=w.suggest)


def owner_left(g: Ground) -> Any:
    """The holder's period ended, or they have handed over, and the work is still there."""
    w = g.work
    left = (
        select(func.max(func.least(Holder.valid_to + 1, civil(Holder.handed_over_at))))
        .join(Seat, Seat.id == Holder.seat_id)
        .where(Holder.person_id == w.c.holder_id, on_seat(Holder, Seat, w.c))
        .correlate(w)
        .scalar_subquery()
    )
    since = func.least(func.coalesce(left, w.c.since_on), TODAY)
    return of_work("owner_left", w, since).where(w.c.holder_id.is_not(None), w.c.team_id.is_not(None), ~sits(w.c))


def owner_away(g: Ground) -> Any:
    """The holder is absent, and nobody who is there deputises on the seat."""
    w, other, its = g.work, aliased(Holder), aliased(Seat)
    since = (
        select(func.min(Absence.first_on))
        .where(Absence.person_id == w.c.holder_id, Absence.first_on <= TODAY, Absence.last_on >= TODAY)
        .correlate(w)
        .scalar_subquery()
    )
    away = select(Absence.id).where(
        Absence.person_id == other.person_id, Absence.first_on <= TODAY, Absence.last_on >= TODAY
    )
    stands_in = (
        select(other.id)
        .join(its, its.id == other.seat_id)
        .where(
            on_seat(other, its, w.c),
            other.standing == Standing.DEPUTY,
            other.person_id != w.c.holder_id,
            in_force(other),
            other.handed_over_at.is_(None),
            ~away.exists(),
        )
        .correlate_except(other, its, Absence)
    )
    return of_work("owner_away", w, since).where(since.is_not(None), sits(w.c), ~stands_in.exists())


def waiting_too_long(g: Ground) -> Any:
    """An answer is overdue, or the day of looking at the need again has passed (C-24)."""
    w = g.work
    undecided = and_(w.c.kind == TRIAGE, w.c.status.in_((ReferralState.RECEIVED, ReferralState.WAITLISTED)))
    waits = and_(
        w.c.kind != TRIAGE, w.c.queue.startswith(WAITING), w.c.status.is_distinct_from(ReferralState.RETURNED_FOR_INFO)
    )
    due = case((undecided, w.c.due_on), (waits, w.c.recheck_on))
    return of_work("waiting_too_long", w, due + 1, due).where(due < TODAY)


def feedback_owed(g: Ground) -> Any:
    """An outcome is recorded, and the referrer was not told (C-12)."""
    w = g.work
    return of_work("feedback_owed", w, w.c.opened_on, w.c.due_on).where(w.c.kind == "feedback")


def consent_gap(g: Ground) -> Any:
    """To be asked of the client; or asked so long ago that the answer should be here."""
    w = g.work
    asked_on = civil(w.c.asked_at)
    long_ago = and_(w.c.status == GapState.ASKED, asked_on < bindparam("asked_before", type_=Date))
    since = case((long_ago, asked_on), else_=w.c.opened_on)
    return of_work("consent_gap", w, since).where(w.c.kind == GAP, or_(w.c.status == GapState.OPEN, long_ago))


def silent_client(g: Ground) -> Any:
    """By the contact log (C-54): computed before, because its rule counts days of attempts. Two arrays side by side."""
    w = g.work
    clients, days = bindparam("silent", type_=ARRAY(Uuid)), bindparam("silent_on", type_=ARRAY(Date))
    listed = func.unnest(clients, days).table_valued(column("client_id", Uuid), column("since_on", Date), name="told")
    told = listed.render_derived().c
    return of_work("silent_client", w, told.since_on).where(
        told.client_id == w.c.client_id, w.c.kind.in_((PATHWAY, TRIAGE))
    )
