"""Addresses of drafts of feedback: the team's own, until they are given."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Response

from app.audit.trail import used
from app.consents.queries import lock_client
from app.feedbacks import drafting, gating, giving, queries, reading
from app.feedbacks.models import FeedbackDraft
from app.feedbacks.router import BEYOND, CHANGES
from app.feedbacks.schemas import DraftDiscard, DraftRead, DraftUpdate
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, stamp
from app.kit.once import OnceOnly
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.referrals.queries import visible_referrals
from app.security.permissions import Permission as P

router = room("Feedback", "/feedback-drafts")
Giver = Annotated[Actor, needs(P.FEEDBACK_GIVE)]


async def found(session: Session, actor: Actor, draft_id: UUID) -> FeedbackDraft:
    """Locked, the client's row first."""
    seen = await one(session, queries.visible_drafts(actor), draft_id)
    await lock_client(session, seen.client_id, to_change=False)
    return await one(session, queries.visible_drafts(actor), draft_id, lock=True)


@router.get("/{draft_id}", responses=problems(MissingPermission, NotFound))
async def get_feedback_draft(actor: Giver, session: Session, draft_id: UUID, response: Response) -> DraftRead:
    """A draft of your team; not of who does not read conclusions, nor of the client or the sender."""
    draft = await one(session, queries.visible_drafts(actor), draft_id)
    await used(session, "feedback_drafts", [(draft.id, draft.client_id)])
    stamp(response, draft.version)
    return await reading.draft(session, actor, draft)


@router.patch(
    "/{draft_id}",
    responses=problems(
        *CHANGES, *BEYOND, gating.NoticeIsFinal, giving.NoticeHasNoWords, giving.FeedbackWithoutWords, CodeInText
    ),
)
async def update_feedback_draft(
    actor: Giver, session: Session, at: Now, once: OnceOnly, expected: IfMatch, draft_id: UUID, given: DraftUpdate
) -> DraftRead:
    """Other words, or another level within what the client permits now."""

    async def do(draft: FeedbackDraft) -> None:
        referral = await one(session, visible_referrals(actor), draft.referral_id)
        await drafting.update(session, actor, draft, referral, given, at)

    return await once.change(
        DraftRead, lambda: found(session, actor, draft_id), expected, lambda d: reading.draft(session, actor, d), do
    )


@router.post("/{draft_id}/discard", responses=problems(*CHANGES))
async def discard_feedback_draft(
    actor: Giver, session: Session, at: Now, once: OnceOnly, expected: IfMatch, draft_id: UUID, given: DraftDiscard
) -> DraftRead:
    """Lay it aside; it stays readable to the team."""
    return await once.change(
        DraftRead,
        lambda: found(session, actor, draft_id),
        expected,
        lambda d: reading.draft(session, actor, d),
        lambda d: drafting.discard(session, d, at),
    )
