"""The address of a referral onward from a path."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from app.consents.service import ConsentMissing
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.flow import IllegalMove
from app.kit.once import OnceOnly
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.pathways import onward
from app.pathways.queries import worked_pathways
from app.people.actor import Actor, needs
from app.referrals import reading
from app.referrals.answering import UnknownTeam
from app.referrals.content import CodeInText
from app.referrals.schemas import ReferralRead
from app.referrals.sending import AlreadyReferred
from app.referrals.source_schemas import OnwardReferral
from app.security.permissions import Permission as P

router = room("Service paths")
Sender = Annotated[Actor, needs(P.REFERRAL_SEND)]


@router.post(
    "/pathways/{pathway_id}/onward-referrals",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, IllegalMove, UnknownTeam, onward.UnknownStep, ConsentMissing, AlreadyReferred,
        CodeInText,
    ),
)  # fmt: skip
async def refer_onward(
    actor: Sender, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: OnwardReferral
) -> ReferralRead:
    """Ask another team of the area to take the client on; its answer and its feedback come to you."""

    async def work() -> ReferralRead:
        pathway = await one(session, worked_pathways(actor), pathway_id)
        return await reading.show(session, actor, await onward.refer(session, actor, pathway, given, at))

    return await once.run(ReferralRead, work)
