"""The duty ends: with feedback, or waived for a coded reason; and whoever referred says that it was received."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.trail import used
from app.consents import service as consents
from app.feedbacks import onward
from app.kit.clock import civil_date
from app.kit.codesets import require_in_force
from app.outbox.events import append
from app.pathways import queries, rules
from app.pathways.steps import NOT_GIVEN, recorded, skip_step
from app.people.actor import Actor
from app.referrals import history
from app.referrals import queries as referrals
from app.referrals.models import FLOW, Feedback, Referral
from app.referrals.reading import sides, state_for
from app.referrals.refusals import (
    FeedbackGiven,
    NoTeamYet,
    NothingToAcknowledge,
    WaiverNotAllowed,
    no_waiver,
    nothing_to_acknowledge,
)
from app.work import service as work


async def waive(session: AsyncSession, actor: Actor, referral: Referral, reason: str, at: datetime) -> Feedback:
    """Nothing will be sent, for a coded reason that fits (C-12). Raises `WaiverNotAllowed`, `NoticeEndsIt`, …"""
    FLOW.check(referral.state, "waive_feedback", sides(actor, referral))
    require_in_force("waiver_reason", reason, civil_date(at))
    if referral.team_id is None:
        raise NoTeamYet()
    assert referral.client_id is not None
    if refused := no_waiver(referral):
        raise refused
    if referral.id in await referrals.final_feedback(session, [referral.id]):
        raise FeedbackGiven()
    own = referral.source == "self"
    recipient = referral.sender_organisation_id
    if reason == "client_forbade":
        ruling = (
            await consents.ask(session, referral.client_id, recipient, frozenset(), rules.FEEDBACK_PURPOSE, at)
            if recipient
            else None
        )
        fits = ruling is not None and (ruling.prohibited or ruling.refused)
    elif reason == "self_referral_declined":
        fits = own
    else:
        fits = referral.sender_unknown
    if not fits:
        raise WaiverNotAllowed()
    feedback = Feedback(
        referral_id=referral.id,
        client_id=referral.client_id,
        sender_organisation_id=recipient,
        level=None,
        interim=False,
        outcomes=[],
        body=None,
        waived_because=reason,
        given_by_id=actor.person_id,
        given_at=at,
    )
    session.add(feedback)
    await session.flush()
    await onward.to_be_read(session, referral, feedback, at)
    await discharge(session, actor, referral, at)
    await session.flush()
    return feedback


async def discharge(session: AsyncSession, actor: Actor, referral: Referral, at: datetime) -> None:
    """The duty is done: off the list, and the path's feedback step when it was the last one owed. Where nobody was told
    anything the step is not done but skipped."""
    await work.finish(session, referral.id, "feedback", at)
    if referral.pathway_id is None:
        await session.flush()
        if referral.close(at):
            history.note(session, referral, "ended", at, by=actor.person_id)
        await work.finish(session, referral.id, "referral_triage", at)
        return
    answered = await referrals.of_pathway(session, referral.pathway_id)
    await session.flush()
    finals = await referrals.final_feedback(session, [r.id for r in answered])
    if all(r.id in finals for r in answered):
        if any(final.level is not None for final in finals.values()):
            await recorded(session, actor, referral.pathway_id, "feedback", at)
        elif (step := await queries.planned_step(session, referral.pathway_id, "feedback")) is not None:
            skip_step(session, actor, step, NOT_GIVEN, at)


async def acknowledge(session: AsyncSession, actor: Actor, referral: Referral, at: datetime) -> Feedback:
    """The referrer says it was received; of a referral onward also whoever has it to read, and that none will come.
    Raises `IllegalMove`, `NothingToAcknowledge`."""
    final = (await referrals.final_feedback(session, [referral.id])).get(referral.id)
    mine = await onward.sides_of(session, actor, referral)
    FLOW.check(state_for(actor, referral, final), "acknowledge_feedback", mine)
    if nothing_to_acknowledge(referral, final):
        raise NothingToAcknowledge()
    assert final is not None
    final.acknowledged_at, final.acknowledged_by_id = at, actor.login_id
    if final.received_at is None:
        final.received_at = at
    await onward.is_read(session, referral, final, at)
    await used(session, "feedbacks", [(final.id, referral.client_id)], action="acknowledge")
    append(
        session,
        "feedback.acknowledged",
        final,
        client=referral.client_id,
        team=referral.team_id,
        referral=str(referral.id),
    )
    await session.flush()
    return final
