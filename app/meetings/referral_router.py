"""The address of a referral out of a meeting."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from app.consents.service import PermissionTermsInvalid, RecipientUnknown
from app.kit.clock import Now
from app.kit.codesets import CodeNotInForce
from app.kit.db import Session
from app.kit.once import OnceOnly
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.meetings import referring, service
from app.people.actor import Actor, needs
from app.referrals import reading
from app.referrals.bases import StatutoryBasisUnfit
from app.referrals.content import CodeInText, ReferralIncomplete
from app.referrals.schemas import ReferralRead
from app.referrals.sending import AlreadyReferred
from app.referrals.source_schemas import MeetingReferral
from app.referrals.sources import NotYourOrganisation, OwnReferralOnly
from app.security.permissions import Permission as P

router = room("Meetings")
Sender = Annotated[Actor, needs(P.REFERRAL_SEND)]


@router.post(
    "/meetings/{meeting_id}/referrals",
    status_code=201,
    responses=problems(
        MissingPermission,
        NotFound,
        OwnReferralOnly,
        NotYourOrganisation,
        referring.NotInMeeting,
        referring.MeetingCancelled,
        referring.MeetingNotHeld,
        AlreadyReferred,
        ReferralIncomplete,
        CodeInText,
        PermissionTermsInvalid,
        StatutoryBasisUnfit,
        CodeNotInForce,
        RecipientUnknown,
    ),
)
async def refer_from_meeting(
    actor: Sender, session: Session, at: Now, once: OnceOnly, meeting_id: UUID, given: MeetingReferral
) -> ReferralRead:
    """Refer the client of a meeting you took part in: the person is known, and the link to the meeting is kept."""

    async def work() -> ReferralRead:
        meeting = await one(session, await service.visible(session, actor, at), meeting_id)
        return await reading.show(session, actor, await referring.refer(session, actor, meeting, given, at))

    return await once.run(ReferralRead, work)
