"""Feedback is spoken of before it is late: on the worklist by its date, and by a job, each step of the ladder once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.feedbacks import queries, rules
from app.feedbacks.queries import Owing
from app.kit.clock import civil_date
from app.outbox.events import append
from app.referrals.clocks import feedback_due

# The event of each step. The lead reads no client: it names the team and the referral, and no more.
TOLD = {"owner": "feedback.due_soon", "coordinator": "feedback.due_soon_coordinator", "lead": "feedback.late_lead"}
LAST = "lead"


def due_on(one: Owing) -> date:
    """With the outcome (C-12), or so many working days after the acceptance."""
    return civil_date(one.owed_at) if one.owed_at else feedback_due(one.decided_at)


def reached(one: Owing, today: date) -> list[str]:
    """The steps of the ladder that a day has reached. What is owed already, with the outcome, is told of when late."""
    steps = rules.ladder(due_on(one), civil_date(one.decided_at))
    return [step for step, on in steps if on <= today and (one.owed_at is None or step == LAST)]


async def due_soon_on(session: AsyncSession, pathway_ids: Collection[UUID], today: date) -> set[UUID]:
    """Of these paths those whose feedback falls due soon. What is owed already stands on the list by itself."""
    found = await queries.owing(session, pathway_ids=pathway_ids)
    return {
        one.referral.pathway_id
        for one in found
        if one.owed_at is None
        and one.referral.pathway_id
        and rules.due_soon(due_on(one), civil_date(one.decided_at), today)
    }


async def escalate(session: AsyncSession, at: datetime, most: int) -> int:
    """Tell of every step that was reached and not told of yet. The dates are computed; the event is what is kept."""
    today, done = civil_date(at), 0
    found = [(one, step) for one in await queries.owing(session, before=at) for step in reached(one, today)]
    told = await queries.told_of(session, {one.referral.id for one, _ in found}, TOLD.values())
    for one, step in found:
        kind = TOLD[step]
        if (one.referral.id, kind) in told:
            continue
        if done == most:
            break
        client = None if step == "lead" else one.referral.client_id
        append(session, kind, one.referral, client=client, team=one.referral.team_id, step=step)
        done += 1
    await session.flush()
    return done
