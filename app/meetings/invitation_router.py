"""Addresses of invitations to a partner's own meeting, and of the free times that a partner sees."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response

from app.audit.trail import used
from app.calendars import service as calendars
from app.calendars.faults import PERIOD
from app.calendars.service import PersonBooked
from app.consents.service import PermissionTermsInvalid, RecipientUnknown
from app.kit.clock import Now
from app.kit.codesets import CodeNotInForce
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.routes import problems, room
from app.kit.schemas import Day
from app.meetings import invitations, queries
from app.meetings.invitation_models import MeetingInvitation
from app.meetings.invitation_schemas import (
    FreeSlot,
    FreeSlots,
    InvitationCreate,
    InvitationDecline,
    InvitationFollow,
    InvitationPage,
    InvitationPropose,
    InvitationRead,
    InvitationReferral,
    InvitationWithdraw,
)
from app.meetings.models import InvitationState
from app.meetings.moving import MeetingInThePast
from app.meetings.referring import MeetingNotHeld
from app.people.actor import Actor, needs
from app.referrals import reading
from app.referrals.bases import StatutoryBasisUnfit
from app.referrals.content import CodeInText, ReferralIncomplete
from app.referrals.schemas import ReferralRead
from app.referrals.sending import AlreadyReferred
from app.referrals.sources import NotYourOrganisation, PersonGivenTwice, PersonMissing
from app.security.permissions import Permission as P

router = room("Meetings")
Reader = Annotated[Actor, needs(P.MEETING_READ)]
Inviter = Annotated[Actor, needs(P.MEETING_INVITE)]
Writer = Annotated[Actor, needs(P.MEETING_WRITE)]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed, invitations.NotYourSeat)
OVER = (MeetingNotHeld, invitations.InvitationFollowed)


@router.get("/meeting-invitations/free-times", responses=problems(MissingPermission, NotFound, *PERIOD))
async def list_seat_free_times(
    actor: Inviter,
    session: Session,
    at: Now,
    seat_id: Annotated[UUID, Query(alias="seatId")],
    first: Annotated[Day, Query(alias="from", examples=["2026-11-23"])],
    last: Annotated[Day, Query(alias="to", description="Included.", examples=["2026-11-27"])],
    minutes: Annotated[int, Query(ge=5, le=480)] = calendars.MINUTES,
) -> FreeSlots:
    """When whoever is on a seat could come to a meeting: starts and ends, nothing else."""
    people = await calendars.asked_people(session, actor, (), seat_id, first, last)
    held = await queries.holding(session, seat_id, first, last) & people
    found = await calendars.free_times(session, held or people, first, last, minutes, at=at)
    times = sorted({(one.starts_at, one.ends_at) for one in found})
    return FreeSlots(items=[FreeSlot(starts_at=start, ends_at=end) for start, end in times])


@router.post(
    "/meeting-invitations",
    status_code=201,
    responses=problems(
        MissingPermission,
        NotYourOrganisation,
        invitations.SeatUnknown,
        MeetingInThePast,
        invitations.NamedWithoutPermission,
        CodeInText,
        PermissionTermsInvalid,
        RecipientUnknown,
        CodeNotInForce,
    ),
)
async def invite_seat(
    actor: Inviter, session: Session, at: Now, once: OnceOnly, given: InvitationCreate
) -> InvitationRead:
    """Invite the nurse, or whoever is on another seat, to a meeting of yours."""

    async def work() -> InvitationRead:
        return await invitations.show(session, actor, await invitations.create(session, actor, given, at))

    return await once.run(InvitationRead, work)


@router.get("/meeting-invitations", responses=problems(MissingPermission, BadCursor))
async def list_meeting_invitations(
    actor: Reader,
    session: Session,
    paging: Paged,
    box: Annotated[
        Literal["to_my_seats", "from_us"] | None, Query(description="Those that I answer, or those of my house.")
    ] = None,
    state: Annotated[InvitationState | None, Query()] = None,
) -> InvitationPage:
    """What my house invites to, and what seats of my teams are invited to, the latest first."""
    rows = queries.visible_invitations(actor)
    if box == "to_my_seats":
        rows = rows.where(queries.invitations_to(actor))
    elif box == "from_us":
        rows = rows.where(MeetingInvitation.sender_organisation_id.in_(actor.organisations))
    if state is not None:
        rows = rows.where(MeetingInvitation.state == state)
    found, after, count = await paging.run(
        session, rows, MeetingInvitation.starts_at, MeetingInvitation.id, caller=actor.login_id
    )
    await used(session, "meeting_invitations", [(row.id, None) for row in found], action="search")
    return InvitationPage(items=await invitations.summaries(session, found), next_cursor=after, count=count)


@router.get("/meeting-invitations/{invitation_id}", responses=problems(MissingPermission, NotFound))
async def get_meeting_invitation(
    actor: Reader, session: Session, invitation_id: UUID, response: Response
) -> InvitationRead:
    row = await invitations.found(session, actor, invitation_id)
    await used(session, "meeting_invitations", [(row.id, None)])
    stamp(response, row.version)
    return await invitations.show(session, actor, row)


async def change(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    invitation_id: UUID,
    do: Callable[[MeetingInvitation], Awaitable[None]],
) -> InvitationRead:
    """One verb on one invitation, once, on the version the caller knew."""

    async def find() -> MeetingInvitation:
        return await invitations.found(session, actor, invitation_id, lock=True)

    return await once.change(InvitationRead, find, expected, lambda row: invitations.show(session, actor, row), do)


@router.post(
    "/meeting-invitations/{invitation_id}/accept", responses=problems(*CHANGES, MeetingInThePast, PersonBooked)
)
async def accept_meeting_invitation(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, invitation_id: UUID
) -> InvitationRead:
    """I come, and my time is taken."""
    return await change(
        session, actor, once, expected, invitation_id, lambda row: invitations.accept(session, actor, row, at)
    )


@router.post("/meeting-invitations/{invitation_id}/propose", responses=problems(*CHANGES, MeetingInThePast))
async def propose_meeting_time(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    invitation_id: UUID,
    given: InvitationPropose,
) -> InvitationRead:
    """I could come at another time."""
    return await change(
        session,
        actor,
        once,
        expected,
        invitation_id,
        lambda row: invitations.propose(session, actor, row, given.starts_at, at),
    )


@router.post("/meeting-invitations/{invitation_id}/agree", responses=problems(*CHANGES, MeetingInThePast, PersonBooked))
async def agree_meeting_time(
    actor: Inviter, session: Session, at: Now, once: OnceOnly, expected: IfMatch, invitation_id: UUID
) -> InvitationRead:
    """The time that was proposed suits the organiser: it is taken."""
    return await change(
        session, actor, once, expected, invitation_id, lambda row: invitations.agree(session, actor, row, at)
    )


@router.post("/meeting-invitations/{invitation_id}/decline", responses=problems(*CHANGES))
async def decline_meeting_invitation(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    invitation_id: UUID,
    given: InvitationDecline,
) -> InvitationRead:
    """I do not come, by a coded reason that tells nothing of anybody."""
    return await change(
        session,
        actor,
        once,
        expected,
        invitation_id,
        lambda row: invitations.decline(session, actor, row, given.reason, at),
    )


@router.post("/meeting-invitations/{invitation_id}/withdraw", responses=problems(*CHANGES))
async def withdraw_meeting_invitation(
    actor: Inviter,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    invitation_id: UUID,
    given: InvitationWithdraw,
) -> InvitationRead:
    """The organiser takes it back."""
    return await change(
        session,
        actor,
        once,
        expected,
        invitation_id,
        lambda row: invitations.withdraw(session, actor, row, given.reason, at),
    )


@router.post("/meeting-invitations/{invitation_id}/follow", responses=problems(*CHANGES, *OVER))
async def follow_meeting_invitation(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    invitation_id: UUID,
    given: InvitationFollow,
) -> InvitationRead:
    """Record that nothing came of it. The organiser is not told."""
    return await change(
        session, actor, once, expected, invitation_id, lambda row: invitations.follow(session, actor, row, given, at)
    )


@router.post(
    "/meeting-invitations/{invitation_id}/referrals",
    status_code=201,
    responses=problems(
        MissingPermission,
        NotFound,
        IllegalMove,
        invitations.NotYourSeat,
        *OVER,
        PersonGivenTwice,
        PersonMissing,
        AlreadyReferred,
        ReferralIncomplete,
        CodeInText,
        PermissionTermsInvalid,
        StatutoryBasisUnfit,
        CodeNotInForce,
        RecipientUnknown,
    ),
)
async def refer_from_invitation(
    actor: Writer, session: Session, at: Now, once: OnceOnly, invitation_id: UUID, given: InvitationReferral
) -> ReferralRead:
    """A referral agreed on in a partner's meeting: it says in which, and the invitation says which referral (C-09)."""

    async def work() -> ReferralRead:
        row = await invitations.found(session, actor, invitation_id, lock=True)
        return await reading.show(session, actor, await invitations.refer(session, actor, row, given, at))

    return await once.run(ReferralRead, work)
