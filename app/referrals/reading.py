"""How a referral is shown: to its sender, to the team that has it, and to the client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.protecting import blot
from app.clients.queries import protected
from app.clients.service import hides
from app.kit.clock import civil_date
from app.kit.problems import Problem, camel
from app.people.actor import Actor
from app.referrals import clocks, queries, rules, sender_sees, side_roads, waiting
from app.referrals.bases import word_on_feedback
from app.referrals.completeness import incomplete
from app.referrals.content import person_shown
from app.referrals.masking import masked, shown_to_sender
from app.referrals.models import FLOW, Feedback, Referral, ReferralState
from app.referrals.refusals import (
    FeedbackGiven,
    FeedbackProhibited,
    NoCapacityYet,
    NoTeamYet,
    NothingToAcknowledge,
    PathRunning,
    SenderUnknown,
    fits_no_waiver,
    no_waiver,
    nothing_to_acknowledge,
)  # fmt: skip
from app.referrals.schemas import FeedbackDue, FeedbackRead, Owner, ReferralRead, ReferralSummary
from app.routing import queries as routing
from app.routing.hiding import queue_told
from app.work import queries as work
from app.work.models import PATHWAY, TRIAGE, WorkItem
from app.work.service import SeatFull

# Where a sender reads when it was decided: an ending tells neither that nor anything else.
WORDS = ("reason", "hoped_for", "sender_description", "decision_advice", "ended_reason")
DECIDED = ("in_progress", "returned_for_info", "rejected")


@dataclass(frozen=True)
class Around:
    """What stands around a set of referrals, read once."""

    finals: dict[UUID, Feedback]
    works: dict[tuple[UUID, str], WorkItem]
    running: dict[tuple[UUID, UUID | None], UUID]
    names: dict[UUID, str]
    protected: set[UUID]


async def around(session: AsyncSession, referrals: Sequence[Referral], *, inside: bool = True) -> Around:
    """`inside` is for readers on the receiving side; a sender sees no work, no owner and no path."""
    ids = [r.id for r in referrals]
    if not inside:
        return Around(await queries.final_feedback(session, ids), {}, {}, {}, set())
    works = await work.works_of(session, ids)
    clients = [r.client_id for r in referrals if r.client_id]
    running = {(w.client_id, w.team_id): w.subject_id for w in await work.open_of_clients(session, clients, PATHWAY)}
    names = await routing.names_of(session, [w.holder_id for w in works.values()])
    return Around(await queries.final_feedback(session, ids), works, running, names, await protected(session, clients))


def is_receiver(actor: Actor, referral: Referral) -> bool:
    """The team it came to, or whoever minds the area's queue where it stands. A draft that was thrown away came to
    nobody."""
    if referral.submitted_at is None or referral.client_id in actor.kept_from:
        return False
    return referral.team_id in actor.teams if referral.team_id else referral.area_id in actor.context.areas


def is_sender(actor: Actor, referral: Referral) -> bool:
    """As `queries.sent_by`: the partner organisation, or the person for an organisation they work in today."""
    sender = referral.sender_organisation_id
    in_person = actor.person_id is not None and referral.sender_person_id == actor.person_id
    return sender in actor.organisations or (in_person and (sender or referral.area_id) in actor.organisation_ids)


def view_of(actor: Actor, referral: Referral) -> str:
    """Whose eyes: the client's, the sender's, or the team's. Who is both sender and receiver reads as the team; so
    does another team that has a care relationship with the client, with no verbs."""
    if actor.client_id is not None:
        return "client"
    return "sender" if is_sender(actor, referral) and not is_receiver(actor, referral) else "team"


def sides(actor: Actor, referral: Referral) -> set[str]:
    """Whose verbs the caller has on this referral; none for a reader who is neither."""
    found = set()
    if actor.client_id is not None:
        found.add("client")
        if referral.source == "self":
            found.add("sender")
    elif is_receiver(actor, referral):
        found.add("receiver")
    if is_sender(actor, referral):
        found.add("sender")
    return found


def state_for(actor: Actor, referral: Referral, final: Feedback | None) -> ReferralState:
    """The state that the caller's actions are judged by."""
    return masked(referral, final) if view_of(actor, referral) == "sender" else referral.state


def feedback_due(referral: Referral, view: str, known: Around) -> FeedbackDue:
    """Computed from what has happened. A sender sees only coming and given, and onward within the area not_coming."""
    final = known.finals.get(referral.id)
    owed = known.works.get((referral.id, "feedback"))
    sent = final is not None and final.level is not None
    state = "coming"
    if sent:
        state = "given"
    elif view != "sender" and final is not None:
        state = "waived"
    elif final is not None and referral.origin_pathway_id is not None:
        state = "not_coming"
    elif view != "sender" and owed is not None and owed.closed_at is None:
        state = "owed"
    due: date | None = None
    if state == "owed" and owed is not None:
        due = civil_date(owed.opened_at)
    elif state == "coming" and referral.pathway_id is not None and referral.decided_at is not None:
        due = clocks.feedback_due(referral.decided_at)
    return FeedbackDue(
        state=state,
        due_on=due,
        feedback_id=final.id if final and sent else None,
        level=final.level if final and sent else None,
        given_at=final.given_at if final and sent else None,
        acknowledged_at=final.acknowledged_at if final else None,
    )


def next_date(
    session: AsyncSession, referral: Referral, view: str, status: str, feedback: FeedbackDue, at: datetime
) -> tuple[date | None, str | None]:
    """The next date of this reader, and what it is. A sender's answer is due by what the sender asked for: what the
    receiver made of it does not show."""
    if status == "received" and referral.submitted_at:
        if view == "sender":
            return clocks.answer_due(referral.submitted_at, referral.urgency == "urgent"), "answer_due"
        answer = side_roads.clocks_of(session, referral, None, None)[0]
        return answer.due_on, "answer_due"
    if status == "waitlisted" and view != "sender":
        return side_roads.recheck_of(session, referral, at)[0], "recheck_due"
    if status == "in_progress":
        return feedback.due_on, "feedback_due"
    return None, None


async def show(session: AsyncSession, actor: Actor, referral: Referral) -> ReferralRead:
    view = view_of(actor, referral)
    known = await around(session, [referral], inside=view != "sender")
    status = status_for(referral, view, known)
    feedback = feedback_due(referral, view, known)
    next_on, next_is = next_date(session, referral, view, status, feedback, actor.at)
    inside = view != "sender"
    final = known.finals.get(referral.id)
    running_clocks = side_roads.clocks_of(session, referral, final, known.works.get((referral.id, "feedback")))
    room = "receiver" not in sides(actor, referral) or await waiting.room_for(session, referral, actor.at)
    triage = known.works.get((referral.id, TRIAGE))
    unplaced = inside and hides(actor, referral.client_id in known.protected, "residence")
    owner = None
    if inside and triage is not None:
        decision = await routing.newest(session, referral.id)
        owner = Owner(
            person_id=triage.holder_id,
            name=known.names.get(triage.holder_id) if triage.holder_id else None,
            seat_role=decision.seat_role if decision else None,
            queue=queue_told(triage.queue, unplaced),
            alarm=triage.alarm,
        )
    running = known.running.get((referral.client_id, referral.team_id)) if referral.client_id else None
    kept = {"id", "version", "source", "sender_organisation_id", "sender_person_id", "channel", "reason", "asked_for",
            "urgency", "unemployment_days", "criteria_version", "criteria_answers", "barriers", "submitted_at",
            "hoped_for", "sender_description", "origin_meeting_id", "origin_pathway_id", "representative_id",
            "statutory_basis"}  # fmt: skip
    concealed = inside and hides(actor, referral.client_id in known.protected)
    answered = status in ("returned_for_info", "rejected") or inside
    state, mine = state_for(actor, referral, known.finals.get(referral.id)), sides(actor, referral)
    sendable = "sender" in mine and state in FLOW.verbs["submit"].source
    unsendable = await incomplete(session, referral, actor.at) if sendable else None
    taking = "receiver" in mine and running is None and state in FLOW.verbs["accept"].source
    full = taking and await no_place(session, actor, referral, triage)
    answering = "receiver" in mine and final is None and state in FLOW.verbs["give_feedback"].source
    word = await word_on_feedback(session, referral, actor.at) if answering else None

    def refusal(verb: str) -> Problem | None:
        if verb in ("give_feedback", "waive_feedback") and final is not None:
            return FeedbackGiven()
        if verb == "acknowledge_feedback" and nothing_to_acknowledge(referral, final):
            return NothingToAcknowledge()
        if verb in ("accept", "give_feedback", "waive_feedback", "waitlist") and referral.team_id is None:
            return NoTeamYet()
        if verb == "give_feedback" and referral.sender_unknown:
            return SenderUnknown()
        if verb == "give_feedback" and word is not None and word.prohibited:
            return FeedbackProhibited()
        if verb == "waive_feedback":
            return no_waiver(referral) or fits_no_waiver(referral, word)
        if verb == "accept" and running is not None:
            return PathRunning(pathway_id=str(running))
        if verb == "accept" and not room:
            return NoCapacityYet()
        if verb == "accept" and full:
            return SeatFull()
        if verb == "submit":
            return unsendable
        return None

    shown = ReferralRead(
        **{name: getattr(referral, name) for name in kept},
        origin_question_id=referral.origin_question_id if referral.sender_person_id == actor.person_id else None,
        view=view,
        status=status,
        # A redirect may tell where a protected client lives.
        team_id=referral.team_id if inside or not referral.teams_left else None,
        client_id=referral.client_id if inside else None,
        person=person_shown(session, actor, referral, view, protected=referral.client_id in known.protected),
        reach_when=None if concealed else referral.reach_when,
        late=referral.unemployment_days > rules.LATE_AFTER_DAYS
        if view == "team" and referral.unemployment_days is not None
        else None,
        permission={camel(k): v for k, v in referral.permission.items()} if referral.permission else None,
        meeting_held={camel(k): v for k, v in referral.meeting_held.items()} or None,
        decided_at=referral.decided_at if inside or status in DECIDED else None,
        decision_reason=referral.decision_reason if answered else None,
        decision_advice=referral.decision_advice if answered else None,
        ended_reason=referral.ended_reason if inside or status in ("cancelled", "entered_in_error") else None,
        next_on=next_on,
        next_is=next_is,
        feedback=feedback,
        waiting_reason=referral.waiting_reason if status == "waitlisted" else None,
        **await side_roads.in_full(session, referral, view, running_clocks, actor.at, concealed=unplaced),
        owner=owner,
        pathway_id=referral.pathway_id if inside else None,
        sender_sees=sender_sees.of_case(actor, referral.source != "self"),
        running_pathway_id=running if view == "team" else None,
        allowed_actions=FLOW.actions(state, actor, refusal, sides=mine),
    )
    if inside:
        await blot(session, actor, [(referral.client_id, shown)], *WORDS)
    return shown


async def no_place(session: AsyncSession, actor: Actor, referral: Referral, triage: WorkItem | None) -> bool:
    """Whether the caller could not be responsible for the path that acceptance starts: their seat is full, also once
    the referral itself is off it (C-23). Somebody else of the team may have room."""
    if referral.team_id is None or actor.person_id is None:
        return False
    seat = triage.seat_id if triage else None
    on = civil_date(actor.at)
    place = await work.place_in_team(session, actor.person_id, referral.team_id, referral.area_id, on, seat)
    mine = triage is not None and triage.closed_at is None and triage.holder_id == actor.person_id
    return place is not None and place.full(less=mine and seat == place.seat_id)


def status_for(referral: Referral, view: str, known: Around) -> str:
    if view != "sender":
        return referral.state.value
    return shown_to_sender(referral, known.finals.get(referral.id))


async def summaries(session: AsyncSession, actor: Actor, referrals: Sequence[Referral]) -> list[ReferralSummary]:
    """List rows, in a fixed number of statements."""
    known = await around(session, referrals, inside=any(view_of(actor, r) != "sender" for r in referrals))
    rows = []
    for referral in referrals:
        view = view_of(actor, referral)
        status = status_for(referral, view, known)
        feedback = feedback_due(referral, view, known)
        rows.append(
            ReferralSummary(
                id=referral.id,
                status=status,
                view=view,
                person=person_shown(session, actor, referral, view, protected=referral.client_id in known.protected),
                source=referral.source,
                sender_organisation_id=referral.sender_organisation_id,
                urgency=referral.urgency,
                submitted_at=referral.submitted_at,
                next_on=next_date(session, referral, view, status, feedback, actor.at)[0],
                feedback=feedback,
                **side_roads.in_list(session, referral, view, actor.at),
            )
        )
    return rows


def show_feedback(feedback: Feedback, names: dict[UUID, str]) -> FeedbackRead:
    fields = {n: getattr(feedback, n) for n in FeedbackRead.model_fields if hasattr(feedback, n)}
    return FeedbackRead(**fields, given_by=names.get(feedback.given_by_id) if feedback.given_by_id else None)
