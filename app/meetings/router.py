"""Addresses of meetings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.audit.trail import used
from app.calendars.faults import OutsideWorkingHours, PersonAbsent, RoomNotInUse
from app.calendars.service import PersonBooked, RoomBooked
from app.consents.queries import lock_client
from app.consents.service import ConsentMissing
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import Forbidden, MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.meetings import deciding, moving, parts, queries, service
from app.meetings.models import Meeting, MeetingState
from app.meetings.schemas import (
    MeetingCancel,
    MeetingHold,
    MeetingInvite,
    MeetingPage,
    MeetingPlan,
    MeetingRead,
)
from app.pathways import step_refusals as steps
from app.pathways.models import PathClosed, Pathway, over
from app.pathways.queries import worked_pathways
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.security.permissions import Permission as P
from app.teams.health import NoHealthDataHere
from app.work.queries import concerns

router = room("Meetings")
Reader = Annotated[Actor, needs(P.MEETING_READ)]
Writer = Annotated[Actor, needs(P.MEETING_WRITE)]
CHANGES = (MissingPermission, NotFound, IllegalMove, PathClosed, PreconditionRequired, PreconditionFailed, CodeInText)

BOOKED = (PersonBooked, RoomBooked, RoomNotInUse)
HOURS = (PersonAbsent, OutsideWorkingHours)
DECIDING = (
    NoHealthDataHere,
    deciding.DecisionOwnerUnknown,
    deciding.DecisionDayMissing,
    deciding.StepOwnerMissing,
    steps.NotAnOwner,
    steps.TooManySteps,
    steps.DayPassed,
    steps.TooFarAhead,
)


@router.post(
    "/pathways/{pathway_id}/meetings",
    status_code=201,
    responses=problems(
        MissingPermission,
        NotFound,
        IllegalMove,
        ConsentMissing,
        CodeInText,
        service.UnknownParticipant,
        moving.MeetingInThePast,
        moving.MeetingKindUnfit,
        moving.MeetingWithoutConvener,
        moving.ConvenerUnfit,
        parts.PresenterUnknown,
        *parts.REFUSALS,
        NoHealthDataHere,
        *BOOKED,
        *HOURS,
    ),
)
async def plan_meeting(
    actor: Writer, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: MeetingPlan
) -> MeetingRead:
    """Invite to a meeting about the client; consent is asked for each organisation invited."""

    async def work() -> MeetingRead:
        pathway = await one(session, worked_pathways(actor), pathway_id)
        return await service.show(session, actor, await service.plan(session, actor, pathway, given, at))

    return await once.run(MeetingRead, work)


@router.get("/meetings", responses=problems(MissingPermission, BadCursor))
async def list_meetings(
    actor: Reader,
    session: Session,
    at: Now,
    paging: Paged,
    pathway_id: Annotated[UUID | None, Query(alias="pathwayId")] = None,
    client_id: Annotated[UUID | None, Query(alias="clientId")] = None,
    state: MeetingState | None = None,
    first: Annotated[
        date | None, Query(alias="from", description="In Finland; that begin on this day or later.")
    ] = None,
    last: Annotated[date | None, Query(alias="to", description="That begin on this day or before.")] = None,
) -> MeetingPage:
    """Meetings of my clients, and those I am invited to, the latest first."""
    rows = await service.visible(session, actor, at)
    if pathway_id is not None or client_id is not None:
        # To a guest neither is told, so nothing is found by asking.
        rows = rows.where(concerns(actor, Meeting.client_id))
    rows = queries.chosen(rows, pathway_id, client_id, state, first, last)
    found, after, count = await paging.run(session, rows, Meeting.starts_at, Meeting.id, caller=actor.login_id)
    await used(session, "meetings", [(m.id, m.client_id) for m in found], action="search")
    return MeetingPage(items=await service.summaries(session, actor, found), next_cursor=after, count=count)


@router.get("/meetings/{meeting_id}", responses=problems(MissingPermission, NotFound))
async def get_meeting(actor: Reader, session: Session, at: Now, meeting_id: UUID, response: Response) -> MeetingRead:
    meeting = await one(session, await service.visible(session, actor, at), meeting_id)
    await used(session, "meetings", [(meeting.id, meeting.client_id)])
    stamp(response, meeting.version)
    return await service.show(session, actor, meeting)


async def change(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    meeting_id: UUID,
    do: Callable[[Pathway, Meeting], Awaitable[None]],
    *,
    discloses: bool = False,
    after: bool = False,
) -> MeetingRead:
    """One verb on one meeting of my team's client, once, on the version the caller knew. `after`: also when the path
    has closed. Raises `PathClosed`."""
    paths: list[Pathway] = []

    async def find() -> Meeting:
        rows = await service.visible(session, actor, actor.at)
        meeting = await one(session, rows, meeting_id)
        if not (await service.show(session, actor, meeting)).allowed_actions:
            raise Forbidden()
        if discloses:
            await lock_client(session, meeting.client_id, to_change=False)
        paths.append(await one(session, worked_pathways(actor), meeting.pathway_id, lock=True))
        return await one(session, rows, meeting_id, lock=True)

    async def act(meeting: Meeting) -> None:
        if not after and (problem := over(paths[-1].state)):
            raise problem
        await do(paths[-1], meeting)

    return await once.change(MeetingRead, find, expected, lambda m: service.show(session, actor, m), act)


@router.post(
    "/meetings/{meeting_id}/hold",
    responses=problems(
        *CHANGES, moving.MeetingNotBegun, service.WrittenDeclineUnclear, *parts.REFUSALS, parts.PartTwice, *DECIDING
    ),
)
async def hold_meeting(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, meeting_id: UUID, given: MeetingHold
) -> MeetingRead:
    """It was held: how the client took part, notes and decisions. Decisions with a step become steps of the path."""
    return await change(
        session,
        actor,
        once,
        expected,
        meeting_id,
        lambda path, m: service.hold(session, actor, path, m, given, at),
        discloses=True,
    )


@router.post(
    "/meetings/{meeting_id}/invite",
    responses=problems(*CHANGES, ConsentMissing, service.UnknownParticipant, moving.MeetingInThePast, *BOOKED),
)
async def invite_to_meeting(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, meeting_id: UUID, given: MeetingInvite
) -> MeetingRead:
    """Invite more people, or again those whose invitation was closed, as the client permits."""
    return await change(
        session,
        actor,
        once,
        expected,
        meeting_id,
        lambda _, m: service.invite(session, actor, m, given, at),
        discloses=True,
    )


@router.post("/meetings/{meeting_id}/cancel", responses=problems(*CHANGES))
async def cancel_meeting(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, meeting_id: UUID, given: MeetingCancel
) -> MeetingRead:
    """Called off, with the reason."""
    return await change(
        session,
        actor,
        once,
        expected,
        meeting_id,
        lambda _, m: service.cancel(session, actor, m, given.reason, at),
        after=True,
    )
