"""Addresses of what a referral leads to: acceptance, and the feedback to whoever sent it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from app.audit.trail import used
from app.clients.protecting import blot
from app.consents.queries import lock_client
from app.consents.service import ConsentMissing
from app.kit.clock import Now
from app.kit.codesets import CodeNotInForce
from app.kit.db import Receiving, Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired
from app.kit.flow import IllegalMove
from app.kit.once import OnceOnly
from app.kit.problems import Forbidden, MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.path_templates.refusals import TemplateNotForTeam, TemplateNotInForce
from app.pathways import feedback, service
from app.pathways import reading as paths
from app.pathways.responsible import NotInTeam
from app.pathways.schemas import FeedbackAcknowledge, FeedbackGive, FeedbackWaive, PathwayRead, ReferralAccept
from app.people.actor import Actor, needs
from app.referrals import reading
from app.referrals.content import CodeInText
from app.referrals.models import FLOW, Feedback, Referral
from app.referrals.queries import feedback_of, visible_referrals
from app.referrals.refusals import (
    FeedbackGiven,
    FeedbackProhibited,
    NoCapacityYet,
    NoTeamYet,
    NothingToAcknowledge,
    NoticeEndsIt,
    PathRunning,
    SenderUnknown,
    WaiverNotAllowed,
)  # fmt: skip
from app.referrals.schemas import FeedbackList, FeedbackRead, ReferralRead
from app.routing.queries import names_of
from app.routing.service import NotInSeat
from app.security.permissions import Permission as P
from app.teams.health import NoHealthDataHere
from app.work.service import InConflict, SeatFull

router = room("Referrals", "/referrals")
Decider = Annotated[Actor, needs(P.REFERRAL_DECIDE)]
Giver = Annotated[Actor, needs(P.FEEDBACK_GIVE)]
Acknowledger = Annotated[Actor, needs(P.FEEDBACK_ACKNOWLEDGE)]
Reader = Annotated[Actor, needs(P.REFERRAL_READ)]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)


async def locked(session: Session, actor: Actor, referral_id: UUID, verb: str, *, to_change: bool) -> Referral:
    """The referral for a verb of the caller's side: the client's row is locked first (one order everywhere)."""
    found = await one(session, visible_referrals(actor), referral_id)
    if FLOW.verbs[verb].side not in reading.sides(actor, found):
        raise Forbidden()
    if found.client_id is not None:
        await lock_client(session, found.client_id, to_change=to_change)
    return await one(session, visible_referrals(actor), referral_id, lock=True)


@router.post(
    "/{referral_id}/accept",
    responses=problems(
        *CHANGES,
        IllegalMove,
        PathRunning,
        NoTeamYet,
        NoCapacityYet,
        NotInTeam,
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


async def shown(session: Session, actor: Actor, referral: Referral, rows: list[Feedback]) -> list[FeedbackRead]:
    """The words are a conclusion: not every reader of the referral reads them."""
    names = await names_of(session, [row.given_by_id for row in rows])
    found = [reading.show_feedback(row, names) for row in rows]
    for row, read in zip(rows, found, strict=True):
        if row.body is not None and not await feedback.reads_words(session, actor, referral, row, actor.at):
            read.body = None
    told = [(referral.client_id, read) for read in found if read.body is not None]
    if reading.view_of(actor, referral) != "sender":
        await blot(session, actor, told, "body")
    elif told:
        # A sender does not see the client: the area looks, and only the words come out.
        async with Receiving(session, team=None, area=referral.area_id):
            await blot(session, actor, told, "body")
    return found


@router.post(
    "/{referral_id}/feedback",
    status_code=201,
    responses=problems(
        *CHANGES,
        IllegalMove,
        ConsentMissing,
        FeedbackGiven,
        SenderUnknown,
        feedback.ConclusionNotForParty,
        FeedbackProhibited,
        feedback.FeedbackTooEarly,
        feedback.NoticeHasNoWords,
        feedback.FeedbackWithoutWords,
        CodeInText,
    ),
)
async def give_referral_feedback(
    actor: Giver, session: Session, at: Now, once: OnceOnly, expected: IfMatch, referral_id: UUID, given: FeedbackGive
) -> FeedbackRead:
    """Tell the referrer, within what the client permits; or that it has ended, without content."""

    async def work() -> FeedbackRead:
        referral = await locked(session, actor, referral_id, "give_feedback", to_change=False)
        await expected.check(referral, lambda: reading.show(session, actor, referral))
        row = await feedback.give(session, actor, referral, given, at)
        return (await shown(session, actor, referral, [row]))[0]

    return await once.run(FeedbackRead, work)


@router.post(
    "/{referral_id}/waive-feedback",
    responses=problems(*CHANGES, FeedbackGiven, WaiverNotAllowed, NoticeEndsIt, CodeNotInForce),
)
async def waive_referral_feedback(
    actor: Giver, session: Session, at: Now, once: OnceOnly, expected: IfMatch, referral_id: UUID, given: FeedbackWaive
) -> ReferralRead:
    """Nothing will be sent, for a coded reason that fits."""

    return await once.change(
        ReferralRead,
        lambda: locked(session, actor, referral_id, "waive_feedback", to_change=False),
        expected,
        lambda r: reading.show(session, actor, r),
        lambda r: feedback.waive(session, actor, r, given.reason, at),
    )


@router.get("/{referral_id}/feedback", responses=problems(MissingPermission, NotFound))
async def list_referral_feedback(actor: Reader, session: Session, referral_id: UUID) -> FeedbackList:
    """Feedback as it went out, interim and final."""
    referral = await one(session, visible_referrals(actor), referral_id)
    rows = feedback_of(referral.id).where(Feedback.level.is_not(None)).order_by(Feedback.id)
    found = list(await session.scalars(rows))
    await used(session, "feedbacks", [(f.id, referral.client_id) for f in found])
    return FeedbackList(items=await shown(session, actor, referral, found))


@router.post("/{referral_id}/acknowledge-feedback", responses=problems(*CHANGES, IllegalMove, NothingToAcknowledge))
async def acknowledge_referral_feedback(
    actor: Acknowledger,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    referral_id: UUID,
    given: FeedbackAcknowledge,
) -> ReferralRead:
    """The sender has received the feedback."""

    return await once.change(
        ReferralRead,
        lambda: locked(session, actor, referral_id, "acknowledge_feedback", to_change=False),
        expected,
        lambda r: reading.show(session, actor, r),
        lambda r: feedback.acknowledge(session, actor, r, at),
    )
