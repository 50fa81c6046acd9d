"""What a sender may notice: the status in the sender's words, and the state that their verbs are judged by."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.referrals import queries, rules
from app.referrals.models import Feedback, Referral, ReferralState


def shown_to_sender(referral: Referral, final: Feedback | None) -> str:
    """The status in the sender's words."""
    return rules.shown_status(
        referral.state.value,
        on_path=referral.pathway_id is not None,
        returned=referral.decision_reason is not None,
        waiting=referral.waiting_since is not None,
        final_sent=final is not None and final.level is not None,
    )


def masked(referral: Referral, final: Feedback | None) -> ReferralState:
    """The state as a sender's actions are judged by: a withdrawal by the client does not show (C-13), and once the
    final feedback is given every ending is the same."""
    shown = shown_to_sender(referral, final)
    return ReferralState.CLOSED if shown == "ended" else ReferralState(shown)


async def masked_now(session: AsyncSession, referral: Referral) -> ReferralState:
    finals = await queries.final_feedback(session, [referral.id])
    return masked(referral, finals.get(referral.id))
