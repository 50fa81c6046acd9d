"""What the end of a consent does to referrals: those sent onward that nobody has answered, the feedback owed, and those
that came on it, which stay.

What the client takes back stops. What only ran out goes on while the client is asked.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents.consequences import Consequence, Lacking, Touched, when_ended
from app.consents.models import Consent
from app.consents.remaining import Change, change_by, to_be_asked
from app.consents.rules import Terms, rule
from app.gaps import service as gaps
from app.pathways import queries
from app.pathways.onward import TOLD
from app.pathways.rules import FEEDBACK_PURPOSE, LEVEL_CLASSES
from app.referrals import history
from app.referrals import queries as referrals
from app.referrals.answering import told
from app.referrals.models import UNDECIDED, Referral, ReferralState
from app.referrals.rules import RECEIVING_PURPOSE

UNANSWERED = frozenset({*UNDECIDED, ReferralState.RETURNED_FOR_INFO})


async def resting(session: AsyncSession, consent: Consent, at: datetime, *, lock: bool) -> list[Referral]:
    """Referrals onward, not answered yet, that no permission covers once it has ended."""
    open_ones = await referrals.unanswered_onward(session, consent.client_id, lock=lock)
    if not open_ones:
        return []
    change = await change_by(session, consent, at)
    return [r for r in open_ones if stops(change, r)]


def stops(change: Change, referral: Referral) -> bool:
    """Whether a referral onward, not answered yet, has no permission left to rest on."""
    unanswered = referral.origin_pathway_id is not None and referral.state in UNANSWERED
    return unanswered and not change.now(referral.area_id, TOLD, RECEIVING_PURPOSE).permitted


def onward(found: list[Referral]) -> list[Touched]:
    return [Touched("onward_referral", "referral", r.id, r.area_id, r.submitted_at, tuple(TOLD)) for r in found]


async def preview_onward(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    return onward(await resting(session, consent, at, lock=False))


async def stop_onward(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    """Withdrawn as by the client, who has said no; or the client is asked, for the team that sent it."""
    found = await resting(session, consent, at, lock=True)
    for referral in found:
        if not to_be_asked(consent):
            referral.end("withdraw", None, at)
            history.note(session, referral, "withdrawn", at, side="client")
            told(session, "referral.withdrawn", referral)
        elif (path := await queries.path_of_origin(session, referral)) is not None:
            lacking = Lacking(consent.client_id, (referral.area_id,), TOLD, RECEIVING_PURPOSE, path.team_id, path.id)
            await gaps.ended(session, lacking, at)
    await session.flush()
    return onward(found)


def best_level(terms: tuple[Terms, ...], referral: Referral) -> str:
    """The most that feedback to the sender may tell; empty when not even a notice may leave."""
    assert referral.sender_organisation_id is not None
    for level, classes in sorted(LEVEL_CLASSES.items(), key=lambda one: -len(one[1])):
        ruling = rule(terms, referral.sender_organisation_id, classes, FEEDBACK_PURPOSE)
        if ruling.permitted if classes else not ruling.prohibited:
            return level
    return ""


def lost(change: Change, referral: Referral) -> tuple[str, ...] | None:
    """The data classes that feedback can no longer tell, or None when it tells as much as before."""
    before, after = best_level(change.before, referral), best_level(change.after, referral)
    if before == after:
        return None
    return tuple(sorted(LEVEL_CLASSES.get(before, frozenset()) - LEVEL_CLASSES.get(after, frozenset())))


async def preview_feedback(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    """Feedback still owed that tells less without it. Nothing has to be done: the gate asks again when it is given."""
    owed = await referrals.owing_feedback(session, consent.client_id)
    if not owed:
        return []
    change = await change_by(session, consent, at)
    less = [(referral, lost(change, referral)) for referral in owed if not stops(change, referral)]
    return [
        Touched("feedback", "referral", r.id, r.sender_organisation_id, None, classes)
        for r, classes in less
        if classes is not None
    ]


async def preview_sent(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    """Referrals that came on it. They have arrived, and the client withdraws them by themselves."""
    found = await referrals.sent_on(session, consent.id)
    return [
        Touched("referral_sent", "referral", r.id, r.area_id, r.submitted_at)
        for r in found
        if r.origin_pathway_id is None
    ]


when_ended(Consequence("open_work", preview_onward, stop_onward))
when_ended(Consequence("feedback", preview_feedback, preview_feedback))
when_ended(Consequence("referrals_sent", preview_sent, preview_sent))
