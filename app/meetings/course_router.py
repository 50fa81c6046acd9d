"""Addresses of what happens to a meeting on its way: another time, another convener, parts opened, decisions owned."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch
from app.kit.once import OnceOnly
from app.kit.routes import problems, room
from app.meetings import deciding, moving, opening, parts, queries
from app.meetings.models import Meeting
from app.meetings.part_schemas import ConvenerChange, DecisionAssign, MeetingMove, PartsOpen
from app.meetings.router import BOOKED, CHANGES, DECIDING, HOURS, change
from app.meetings.schemas import MeetingRead
from app.pathways.models import Pathway
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P

router = room("Meetings")
Writer = Annotated[Actor, needs(P.MEETING_WRITE)]


@router.post("/meetings/{meeting_id}/move", responses=problems(*CHANGES, moving.MeetingInThePast, *BOOKED, *HOURS))
async def move_meeting(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, meeting_id: UUID, given: MeetingMove
) -> MeetingRead:
    """Another time, with the reason. Whoever is invited is told; the time of the area's people is taken anew."""
    return await change(
        session, actor, once, expected, meeting_id, lambda _, m: moving.move(session, actor, m, given, at)
    )


@router.post(
    "/meetings/{meeting_id}/change-convener",
    responses=problems(*CHANGES, moving.ConvenerUnfit, moving.ConvenerAlready, *BOOKED),
)
async def change_meeting_convener(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, meeting_id: UUID, given: ConvenerChange
) -> MeetingRead:
    """Somebody else of the team convenes it, with the reason: the convener has left, or hands it over."""
    return await change(
        session,
        actor,
        once,
        expected,
        meeting_id,
        lambda _, m: moving.change_convener(session, actor, m, given, at),
        discloses=True,
    )


@router.post(
    "/meetings/{meeting_id}/open-parts",
    responses=problems(*CHANGES, parts.RecipientNotInvited, parts.ParticipantNotPermitted),
)
async def open_meeting_parts(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, meeting_id: UUID, given: PartsOpen
) -> MeetingRead:
    """Open to partners what the client permits now, also again after a withdrawal. Each opening is a disclosure."""
    return await change(
        session,
        actor,
        once,
        expected,
        meeting_id,
        lambda _, m: opening.open_parts(session, actor, m, given.organisation_ids, at),
        discloses=True,
        after=True,
    )


@router.post(
    "/meetings/{meeting_id}/decisions/{decision_id}/assign",
    responses=problems(*CHANGES, *DECIDING, deciding.DecisionHasStep),
)
async def assign_meeting_decision(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    meeting_id: UUID,
    decision_id: UUID,
    given: DecisionAssign,
) -> MeetingRead:
    """Say whose a decision is, and make a step of it. If-Match is the meeting's version."""

    async def do(pathway: Pathway, meeting: Meeting) -> None:
        decision = await queries.decision_of(session, meeting.id, decision_id)
        await deciding.assign(session, actor, pathway, meeting, decision, given, at)

    return await change(session, actor, once, expected, meeting_id, do, discloses=True)
