"""Addresses of a referral's side roads: the waiting list, the re-check, the priority, the history."""

from __future__ import annotations

from uuid import UUID

from app.audit.trail import used
from app.kit.clock import Now
from app.kit.codesets import CodeNotInForce
from app.kit.db import Session
from app.kit.etags import IfMatch
from app.kit.once import OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.referrals import history, reading, waiting
from app.referrals.content import CodeInText
from app.referrals.history_models import ReferralEvent
from app.referrals.queries import events_of, visible_referrals
from app.referrals.refusals import NoTeamYet
from app.referrals.road_schemas import ReferralHistory, ReferralPrioritise, ReferralRecheck, ReferralWaitlist
from app.referrals.router import CHANGES, Decider, Reader, change
from app.referrals.schemas import ReferralRead
from app.routing.hiding import unplaced

router = room("Referrals", "/referrals")


@router.post(
    "/{referral_id}/waitlist", responses=problems(*CHANGES, NoTeamYet, waiting.RecheckNotAhead, CodeNotInForce)
)
async def waitlist_referral(
    actor: Decider,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    referral_id: UUID,
    given: ReferralWaitlist,
) -> ReferralRead:
    """Nobody of the team has room: it waits, and its need is checked again. The sender reads `waitlisted`, no date."""
    return await change(
        session, actor, once, expected, referral_id, "waitlist",
        lambda r: waiting.waitlist(session, actor, r, given, at),
    )  # fmt: skip


@router.post(
    "/{referral_id}/recheck", responses=problems(*CHANGES, CodeInText, waiting.RecheckNotAhead, CodeNotInForce)
)
async def recheck_referral(
    actor: Decider,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    referral_id: UUID,
    given: ReferralRecheck,
) -> ReferralRead:
    """The need of somebody who waits, looked at again (C-24). Added to the history; the sender notices nothing."""
    return await change(
        session, actor, once, expected, referral_id, "recheck",
        lambda r: waiting.recheck(session, actor, r, given, at),
    )  # fmt: skip


@router.post("/{referral_id}/prioritise", responses=problems(*CHANGES, CodeInText, CodeNotInForce))
async def prioritise_referral(
    actor: Decider,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    referral_id: UUID,
    given: ReferralPrioritise,
) -> ReferralRead:
    """The receiver's own priority: deadlines follow it. The sender goes on seeing the urgency it asked for."""
    return await change(
        session, actor, once, expected, referral_id, "prioritise",
        lambda r: waiting.prioritise(session, actor, r, given, at),
    )  # fmt: skip


@router.get("/{referral_id}/history", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_referral_history(actor: Reader, session: Session, paging: Paged, referral_id: UUID) -> ReferralHistory:
    """What happened to it, the first first; for the receiving side and the client. To its sender it is not there: a
    history would tell what the status hides."""
    referral = await one(session, visible_referrals(actor), referral_id)
    if reading.view_of(actor, referral) == "sender":
        raise NotFound()
    found, after, count = await paging.run(
        session, events_of(referral.id), ReferralEvent.at, ReferralEvent.id, caller=actor.login_id, descending=False
    )
    concealed = referral.client_id in await unplaced(session, actor, [referral.client_id] if referral.client_id else [])
    await used(session, "referral_events", [(e.id, e.client_id) for e in found] or [(referral.id, referral.client_id)])
    return ReferralHistory(
        items=await history.show(session, found, concealed=concealed), next_cursor=after, count=count
    )
