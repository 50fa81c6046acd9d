"""Feedback on a referral onward comes back to the path it was sent from: somebody there has it to read (C-25)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.feedbacks.holders import give_work
from app.feedbacks.models import TO_READ
from app.kit.db import Receiving
from app.outbox.events import append
from app.pathways import queries
from app.pathways.models import StepState
from app.pathways.steps import NOT_GIVEN
from app.people.actor import Actor
from app.referrals import queries as referrals
from app.referrals.models import Feedback, Referral
from app.referrals.reading import sides
from app.work import queries as work_queries
from app.work import service as work

SENDER = "sender"  # of `onward_feedback_to`: whoever sent it; otherwise the responsible worker of the path


async def to_be_read(session: AsyncSession, referral: Referral, feedback: Feedback, at: datetime) -> None:
    """On the worklist of the path it was sent from, and its step there is done; or, of one that was waived, that none
    will come, without the reason, and the step is skipped."""
    if referral.origin_pathway_id is None or referral.client_id is None:
        return
    async with Receiving(session, team=None, area=referral.area_id):
        path = await queries.path_of_origin(session, referral)
        step = await queries.step_of_origin(session, referral)
        if step is not None and step.state is StepState.PLANNED:
            if feedback.level is not None:
                step.complete(feedback.given_by_id, at)
            else:
                step.skip(NOT_GIVEN, feedback.given_by_id, at)
    if path is None:
        return
    to_sender = path.onward_feedback_to == SENDER and referral.sender_person_id is not None
    holder = referral.sender_person_id if to_sender else path.responsible_person_id
    assert holder is not None
    await give_work(
        session,
        kind=TO_READ,
        client_id=referral.client_id,
        area_id=referral.area_id,
        team_id=path.team_id,
        subject_type="feedback",
        subject_id=feedback.id,
        holder_id=holder,
        at=at,
    )
    if feedback.level is not None:
        append(session, "feedback.came_back", feedback, client=referral.client_id, team=path.team_id, path=str(path.id))


async def sides_of(session: AsyncSession, actor: Actor, referral: Referral) -> set[str]:
    """Whose verbs the caller has: as for every referral, and the sender's where its feedback is theirs to read."""
    found = sides(actor, referral)
    if referral.origin_pathway_id is None or actor.person_id is None or SENDER in found:
        return found
    final = (await referrals.final_feedback(session, [referral.id])).get(referral.id)
    item = await work_queries.work_of(session, final.id, TO_READ) if final else None
    return found | {SENDER} if item is not None and item.holder_id == actor.person_id else found


async def is_read(session: AsyncSession, referral: Referral, final: Feedback, at: datetime) -> None:
    if referral.origin_pathway_id is not None:
        await work.finish(session, final.id, TO_READ, at)
