"""A client's own way in: referring oneself (C-08), with nothing typed that is known already (C-57)."""

from __future__ import annotations

from typing import Annotated

from app.kit.clock import Now
from app.kit.db import Session
from app.kit.once import OnceOnly
from app.kit.problems import MissingPermission
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.referrals import reading, sending
from app.referrals.content import CodeInText
from app.referrals.schemas import PreflightResult, ReferralRead
from app.referrals.source_schemas import OwnReferral
from app.security.permissions import Permission as P

router = room("Referrals", "/referrals/own")
Sender = Annotated[Actor, needs(P.REFERRAL_SEND)]


@router.post("/preflight", responses=problems(MissingPermission, sending.NotAClient, CodeInText))
async def preflight_own_referral(actor: Sender, session: Session, at: Now, given: OwnReferral) -> PreflightResult:
    """What would help the team, who would take it, and by when I hear. Nothing is written."""
    return await sending.preflight_own(session, actor, given, at)


@router.post(
    "", status_code=201, responses=problems(MissingPermission, sending.NotAClient, CodeInText, sending.AlreadyReferred)
)
async def create_own_referral(
    actor: Sender, session: Session, at: Now, once: OnceOnly, given: OwnReferral
) -> ReferralRead:
    """I ask for support for myself. No permission is needed, and I get the feedback in plain words."""

    async def work() -> ReferralRead:
        return await reading.show(session, actor, await sending.create_own(session, actor, given, at))

    return await once.run(ReferralRead, work)
