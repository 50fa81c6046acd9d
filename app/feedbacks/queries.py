"""Every select on drafts, questions, and what a draft is made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.assessments.models import Conclusion
from app.assessments.queries import visible_conclusions
from app.audit.models import Disclosure
from app.feedbacks.models import DraftState, FeedbackDraft, FeedbackQuestion
from app.outbox.models import OutboxEvent
from app.pathways.models import Outcome
from app.pathways.queries import visible_outcomes
from app.people.actor import Actor
from app.plans.models import SmallStep
from app.referrals.models import Feedback, Referral, ReferralState
from app.work.models import WorkItem

MOST_STEPS = 20


def visible_drafts(actor: Actor) -> Select[FeedbackDraft]:
    """Of the caller's own teams. The database says besides who reads what is in it: as with conclusions."""
    return seen(actor, "feedback_draft", FeedbackDraft).where(FeedbackDraft.team_id.in_(actor.teams))


def told_on(referrals: Select[Referral]) -> Select[Feedback]:
    """What was given on these referrals: who sees a referral sees its feedback."""
    theirs = referrals.with_only_columns(Referral.id)
    return select(Feedback).where(Feedback.referral_id.in_(theirs), Feedback.level.is_not(None))


def visible_questions(actor: Actor) -> Select[FeedbackQuestion]:
    return seen(actor, "feedback_question", FeedbackQuestion)


async def open_draft(session: AsyncSession, referral_id: UUID, interim: bool) -> FeedbackDraft | None:
    rows = select(FeedbackDraft).where(
        FeedbackDraft.referral_id == referral_id,
        FeedbackDraft.interim == interim,
        FeedbackDraft.state == DraftState.OPEN,
    )
    found: FeedbackDraft | None = await session.scalar(rows)
    return found


async def open_drafts(session: AsyncSession, actor: Actor, referral_id: UUID) -> list[UUID]:
    rows = visible_drafts(actor).where(FeedbackDraft.referral_id == referral_id, FeedbackDraft.state == DraftState.OPEN)
    return list(await session.scalars(rows.with_only_columns(FeedbackDraft.id).order_by(FeedbackDraft.id)))


async def outcome_codes(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> list[str]:
    """What these outcomes are, of those that the caller reads."""
    rows = visible_outcomes(actor).where(Outcome.id.in_(ids)).with_only_columns(Outcome.code)
    return list(await session.scalars(rows)) if ids else []


async def conclusions_of(session: AsyncSession, actor: Actor, pathway_id: UUID) -> list[str]:
    """The plain words of a path that the caller reads, the newest first."""
    rows = visible_conclusions(actor).where(Conclusion.pathway_id == pathway_id, Conclusion.work_ability.is_not(None))
    found = await session.scalars(rows.order_by(Conclusion.said_at.desc(), Conclusion.id.desc()))
    return [row.work_ability for row in found if row.work_ability]


async def steps_of(session: AsyncSession, pathway_id: UUID) -> list[str]:
    """The newest small steps forward, in the order they were taken."""
    rows = select(SmallStep.words).where(SmallStep.pathway_id == pathway_id)
    newest = rows.order_by(SmallStep.taken_on.desc(), SmallStep.id.desc()).limit(MOST_STEPS)
    return list(await session.scalars(newest))[::-1]


async def unread(session: AsyncSession, ids: Iterable[UUID]) -> list[Feedback]:
    """Of these what its recipient had not read yet, locked; what another reading holds is left to it."""
    rows = select(Feedback).where(Feedback.id.in_(list(ids)), Feedback.received_at.is_(None))
    rows = rows.with_for_update(key_share=True, skip_locked=True).execution_options(populate_existing=True)
    return list(await session.scalars(rows))


async def questions_of(session: AsyncSession, feedback_ids: Iterable[UUID]) -> list[FeedbackQuestion]:
    rows = select(FeedbackQuestion).where(FeedbackQuestion.feedback_id.in_(list(feedback_ids)))
    return list(await session.scalars(rows.order_by(FeedbackQuestion.feedback_id, FeedbackQuestion.number)))


async def last_given(session: AsyncSession, referral_id: UUID) -> datetime | None:
    """When feedback was last given, interim or final."""
    rows = select(func.max(Feedback.given_at)).where(Feedback.referral_id == referral_id, Feedback.level.is_not(None))
    found: datetime | None = await session.scalar(rows)
    return found


async def disclosure_of(session: AsyncSession, feedback: Feedback) -> Disclosure | None:
    return await session.get(Disclosure, feedback.disclosure_id) if feedback.disclosure_id else None


async def told_of(session: AsyncSession, referral_ids: Collection[UUID], kinds: Iterable[str]) -> set[tuple[UUID, str]]:
    """Which of these kinds of events there are about these referrals."""
    rows = select(OutboxEvent.subject_id, OutboxEvent.kind).where(
        OutboxEvent.subject_id.in_(list(referral_ids)), OutboxEvent.kind.in_(list(kinds))
    )
    return {(row[0], row[1]) for row in await session.execute(rows)}


class Owing(NamedTuple):
    """A referral taken on whose final feedback is not given. `owed_at`: since when it is owed, with the outcome."""

    referral: Referral
    decided_at: datetime
    owed_at: datetime | None


async def owing(
    session: AsyncSession, *, pathway_ids: Iterable[UUID] | None = None, before: datetime | None = None
) -> list[Owing]:
    """Of these paths, or all that were taken on before an instant."""
    final = exists().where(Feedback.referral_id == Referral.id, ~Feedback.interim)
    owed = (
        select(WorkItem.opened_at)
        .where(WorkItem.subject_id == Referral.id, WorkItem.kind == "feedback", WorkItem.closed_at.is_(None))
        .correlate(Referral)
        .scalar_subquery()
    )
    rows = select(Referral, owed).where(
        Referral.state == ReferralState.IN_PROGRESS, Referral.decided_at.is_not(None), ~final
    )
    if pathway_ids is not None:
        rows = rows.where(Referral.pathway_id.in_(list(pathway_ids)))
    if before is not None:
        rows = rows.where(Referral.decided_at < before)
    found = (await session.execute(rows.order_by(Referral.decided_at, Referral.id))).all()
    return [Owing(referral, referral.decided_at, since) for referral, since in found if referral.decided_at]
