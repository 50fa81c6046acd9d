"""The address of what a referral leads to: a service path."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired
from app.kit.flow import IllegalMove
from app.kit.once import OnceOnly
from app.kit.problems import MissingPermission, NotFound
from app.kit.routes import problems, room
from app.path_templates.refusals import TemplateNotForTeam, TemplateNotInForce
from app.pathways import reading as paths
from app.pathways import service
from app.pathways.locking import locked
from app.pathways.next_action import NextActionDay
from app.pathways.responsible import NotInTeam
from app.pathways.schemas import PathwayRead, ReferralAccept
from app.people.actor import Actor, needs
from app.referrals import reading
from app.referrals.content import CodeInText
from app.referrals.refusals import NoCapacityYet, NoTeamYet, PathRunning
from app.routing.service import NotInSeat
from app.security.permissions import Permission as P
from app.teams.health import NoHealthDataHere
from app.work.service import InConflict, SeatFull

router = room("Referrals", "/referrals")
Decider = Annotated[Actor, needs(P.REFERRAL_DECIDE)]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)


@router.post(
    "/{referral_id}/accept",
    responses=problems(
        *CHANGES,
        IllegalMove,
        PathRunning,
        NoTeamYet,
        NoCapacityYet,
        NotInTeam,
        NextActionDay,
        TemplateNotInForce,
        TemplateNotForTeam,
        NoHealthDataHere,
        CodeInText,
        InConflict,
        SeatFull,
        NotInSeat,
    ),
)
async def accept_referral(
    actor: Decider,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    referral_id: UUID,
    given: ReferralAccept,
) -> PathwayRead:
    """Take the client on: a service path starts from the template, or the running one is joined.

    One open case takes one place (C-23): the path stands on a seat of its responsible worker. Accepting one's own
    referral changes nothing in one's load; somebody who is full is not made responsible (`seat_full`).
    """

    async def work() -> PathwayRead:
        referral = await locked(session, actor, referral_id, "accept", to_change=True)
        await expected.check(referral, lambda: reading.show(session, actor, referral))
        pathway = await service.accept(session, actor, referral, given, at)
        return await paths.show(session, actor, pathway)

    return await once.run(PathwayRead, work)
