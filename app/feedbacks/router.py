"""Addresses of the feedback to whoever sent a referral: what is owed, giving it, waiving it, having received it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from app.audit.trail import used
from app.consents.service import ConsentMissing
from app.feedbacks import drafting, duty, ending, gating, giving, onward, reading
from app.feedbacks.schemas import (
    DraftCompose,
    DraftRead,
    FeedbackAcknowledge,
    FeedbackDuty,
    FeedbackGive,
    FeedbackWaive,
)  # fmt: skip
from app.kit.clock import Now
from app.kit.codesets import CodeNotInForce
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired
from app.kit.flow import IllegalMove
from app.kit.once import OnceOnly
from app.kit.problems import Forbidden, MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.pathways.locking import locked
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.referrals.models import Feedback
from app.referrals.queries import feedback_of, visible_referrals
from app.referrals.reading import show as show_referral
from app.referrals.reading import sides
from app.referrals.refusals import (
    FeedbackGiven,
    FeedbackProhibited,
    NoTeamYet,
    NothingToAcknowledge,
    NoticeEndsIt,
    SenderUnknown,
    WaiverNotAllowed,
)  # fmt: skip
from app.referrals.schemas import FeedbackList, FeedbackRead, ReferralRead
from app.security.permissions import Permission as P

router = room("Feedback", "/referrals")
Giver = Annotated[Actor, needs(P.FEEDBACK_GIVE)]
Acknowledger = Annotated[Actor, needs(P.FEEDBACK_ACKNOWLEDGE)]
Reader = Annotated[Actor, needs(P.REFERRAL_READ)]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)
BEYOND = (ConsentMissing, gating.ConclusionNotForParty, FeedbackProhibited)


@router.get("/{referral_id}/feedback-duty", responses=problems(MissingPermission, NotFound, Forbidden))
async def get_feedback_duty(actor: Giver, session: Session, referral_id: UUID) -> FeedbackDuty:
    """What is owed to whoever referred, by when, and how much the client permits now. For the receiving team."""
    referral = await one(session, visible_referrals(actor), referral_id)
    if "receiver" not in sides(actor, referral):
        raise Forbidden()
    await used(session, "referrals", [(referral.id, referral.client_id)], fields=["feedback_duty"])
    return await duty.show(session, actor, referral)


@router.post(
    "/{referral_id}/draft-feedback",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, Forbidden, IllegalMove, *BEYOND, FeedbackGiven, SenderUnknown, NoTeamYet,
        drafting.DraftOpen, gating.NoticeIsFinal,
    ),
)  # fmt: skip
async def draft_referral_feedback(
    actor: Giver, session: Session, at: Now, once: OnceOnly, referral_id: UUID, given: DraftCompose
) -> DraftRead:
    """Put what is recorded into words, at the highest level that the client permits or a lower one. Nothing leaves."""

    async def work() -> DraftRead:
        referral = await locked(session, actor, referral_id, "give_feedback", to_change=False)
        return await reading.draft(session, actor, await drafting.compose(session, actor, referral, given, at))

    return await once.run(DraftRead, work)


@router.post(
    "/{referral_id}/feedback",
    status_code=201,
    responses=problems(
        *CHANGES,
        IllegalMove,
        *BEYOND,
        FeedbackGiven,
        SenderUnknown,
        giving.LevelOrDraft,
        gating.NoticeIsFinal,
        gating.DraftOutdated,
        giving.FeedbackTooEarly,
        giving.NoticeHasNoWords,
        giving.FeedbackWithoutWords,
        CodeInText,
    ),
)
async def give_referral_feedback(
    actor: Giver, session: Session, at: Now, once: OnceOnly, expected: IfMatch, referral_id: UUID, given: FeedbackGive
) -> FeedbackRead:
    """Tell the referrer, within what the client permits; or that it has ended, without content."""

    async def work() -> FeedbackRead:
        referral = await locked(session, actor, referral_id, "give_feedback", to_change=False)
        await expected.check(referral, lambda: show_referral(session, actor, referral))
        draft = None
        if given.draft_id is not None:
            draft = await drafting.of_referral(session, actor, referral, given.draft_id)
            if draft is None:
                raise NotFound()
        row = await giving.give(session, actor, referral, given, at, draft)
        return (await reading.feedbacks(session, actor, referral, [row]))[0]

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
        lambda r: show_referral(session, actor, r),
        lambda r: ending.waive(session, actor, r, given.reason, at),
    )


@router.get("/{referral_id}/feedback", responses=problems(MissingPermission, NotFound))
async def list_referral_feedback(actor: Reader, session: Session, referral_id: UUID) -> FeedbackList:
    """Feedback as it went out, interim and final."""
    referral = await one(session, visible_referrals(actor), referral_id)
    rows = feedback_of(referral.id).where(Feedback.level.is_not(None)).order_by(Feedback.id)
    found = list(await session.scalars(rows))
    await used(session, "feedbacks", [(f.id, referral.client_id) for f in found])
    await reading.receive(session, actor, referral, found)
    return FeedbackList(items=await reading.feedbacks(session, actor, referral, found))


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
    """The sender has received the feedback; of a referral onward also whoever has it to read."""
    return await once.change(
        ReferralRead,
        lambda: locked(session, actor, referral_id, "acknowledge_feedback", to_change=False, sides=onward.sides_of),
        expected,
        lambda r: show_referral(session, actor, r),
        lambda r: ending.acknowledge(session, actor, r, at),
    )
