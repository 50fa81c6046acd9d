"""Closing a path: refused while something is owed, and the reasons said before they are met."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.codesets import require_in_force
from app.kit.i18n import Text
from app.kit.problems import Conflict
from app.outbox.events import append
from app.pathways import queries
from app.pathways.models import PATHWAY_FLOW, Pathway, StepState
from app.people.actor import Actor
from app.referrals import history
from app.referrals import queries as referrals
from app.referrals.models import Referral, ReferralState
from app.work import queries as work_queries
from app.work import service as work
from app.work.models import PATHWAY


class FeedbackOwed(Conflict):
    """Feedback to a referrer is neither given nor waived: `referrals` (C-12). The database refuses it too."""

    code = "feedback_owed"
    title = Text("Palaute on antamatta", "Återkoppling saknas", "Feedback is owed")
    detail = Text(
        "Anna ensin palaute lähettäjälle luvan rajoissa, tai sisällötön päättymisilmoitus.",
        "Ge först återkoppling till remittenten inom tillståndet, eller ett meddelande utan innehåll.",
        "First give the referrer feedback within the permission, or a notice without content.",
    )
    constraints = ("feedback_owed",)


class OutcomeMissing(Conflict):
    code = "outcome_missing"
    detail = Text(
        "Kirjaa ensin, mihin polku johti.",
        "Anteckna först vad stigen ledde till.",
        "First record what the path led to.",
    )


class WorkOpen(Conflict):
    """Assessments are still open: `kinds`. Complete or cancel them."""

    code = "work_open"
    detail = Text(
        "Polulla on avoimia arvioita: {kinds}. Tee ne valmiiksi tai peru.",
        "Det finns öppna bedömningar: {kinds}. Slutför eller avbryt dem.",
        "Assessments are still open: {kinds}. Complete or cancel them.",
    )


COMES_TO_NOTHING = (
    ReferralState.REJECTED,
    ReferralState.CANCELLED,
    ReferralState.ENTERED_IN_ERROR,
)


class OnwardOpen(Conflict):
    """Referrals onward are not answered yet: `referrals`. Say who reads what comes back: `onwardFeedbackTo`."""

    code = "onward_open"
    detail = Text(
        "Toinen tiimi ei ole vielä vastannut. Kerro, kuka saa sen palautteen: onwardFeedbackTo.",
        "Ett annat team har inte svarat ännu. Ange vem som får dess återkoppling: onwardFeedbackTo.",
        "Another team has not answered yet. Say who gets its feedback: onwardFeedbackTo.",
    )


async def open_onward(session: AsyncSession, sent: list[Referral]) -> list[str]:
    """Referrals onward that can still come back with feedback."""
    if not sent:
        return []
    finals = await referrals.final_feedback(session, [r.id for r in sent])
    return [str(r.id) for r in sent if r.id not in finals and r.state not in COMES_TO_NOTHING]


async def closing_refusal(session: AsyncSession, pathway: Pathway, onward: list[Referral]) -> Conflict | None:
    """Why the path cannot be closed now, or None. `onward`: what was sent onward, unless it is said who reads it."""
    if not await queries.outcomes_of(session, pathway.id):
        return OutcomeMissing()
    answered = await referrals.of_pathway(session, pathway.id)
    finals = await referrals.final_feedback(session, [r.id for r in answered])
    owing = [
        str(r.id)
        for r in answered
        if r.id not in finals and r.state not in (ReferralState.CANCELLED, ReferralState.ENTERED_IN_ERROR)
    ]
    if owing:
        return FeedbackOwed(referrals=owing)
    items = await work_queries.open_of_client_team(session, pathway.client_id, pathway.team_id, "assessment")
    if items:
        return WorkOpen(kinds=sorted({item.kind for item in items}))
    if waiting := await open_onward(session, onward):
        return OnwardOpen(referrals=waiting)
    return None


async def close(
    session: AsyncSession,
    actor: Actor,
    pathway: Pathway,
    reason: str,
    at: datetime,
    onward_feedback_to: str | None = None,
) -> None:
    """End the path and its referrals. Raises `FeedbackOwed`, `OutcomeMissing`, `WorkOpen`, `OnwardOpen`."""
    PATHWAY_FLOW.check(pathway.state, "close")
    require_in_force("closing_reason", reason, civil_date(at))
    answered = await referrals.of_pathway(session, pathway.id, lock=True)
    sent = await queries.onward_of(session, pathway.id) if onward_feedback_to is None else []
    refusal = await closing_refusal(session, pathway, sent)
    if refusal is not None:
        raise refusal
    for referral in answered:
        if referral.close(at):
            history.note(session, referral, "ended", at, by=actor.person_id)
    for step in await queries.steps_of(session, actor, pathway.id):
        if step.state is StepState.PLANNED:
            step.skip("not_needed", actor.person_id, at)
    pathway.close(reason, at)
    pathway.onward_feedback_to = onward_feedback_to
    await work.finish(session, pathway.id, PATHWAY, at)
    append(session, "pathway.closed", pathway, client=pathway.client_id, team=pathway.team_id)
    await session.flush()
