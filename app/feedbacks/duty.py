"""What is owed to whoever referred: since when, by when, how much may be told now, and when it is spoken of."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.feedbacks import giving, levels, queries, rules
from app.feedbacks.levels import helps, label
from app.feedbacks.schemas import FeedbackDuty, InterimRead, LevelRead, WarningRead
from app.kit.clock import civil_date
from app.kit.i18n import speaking
from app.kit.schemas import AllowedAction
from app.people.actor import Actor
from app.referrals import queries as referrals
from app.referrals import reading
from app.referrals.models import FeedbackLevel, Referral
from app.referrals.side_roads import clocks_of

VERBS = ("give_feedback", "waive_feedback")


async def show(session: AsyncSession, actor: Actor, referral: Referral) -> FeedbackDuty:
    """For the receiving side only: a sender learns nothing of what is permitted."""
    at, today = actor.at, civil_date(actor.at)
    known = await reading.around(session, [referral])
    final, owed = known.finals.get(referral.id), known.works.get((referral.id, "feedback"))
    due = reading.feedback_due(referral, "team", known)
    clock = next((c for c in clocks_of(session, referral, final, owed) if c.clock == "feedback"), None)
    open_now = final is None and clock is not None
    since = clock.since if clock else None
    began = civil_date(referral.decided_at) if referral.decided_at else today
    steps = rules.ladder(clock.due_on, began) if clock and open_now else []
    said = await levels.said(session, referral, at) if referral.client_id else []
    recipient = await name_of(session, referral)
    last = await queries.last_given(session, referral.id)
    weeks = rules.in_force(began).interim_every_weeks
    suggested = rules.interim_on(referral.decided_at, last, began) if open_now and referral.decided_at else None
    actions = (await reading.show(session, actor, referral)).allowed_actions
    if await giving.too_early(session, referral):
        actions = [early(one) for one in actions]
    return FeedbackDuty(
        referral_id=referral.id,
        state=due.state if clock or final else "none",
        since=since,
        due_on=clock.due_on if clock else None,
        due_rule=clock.rule.pick(speaking.get()) if clock else None,
        overdue=clock.overdue(at) if clock else False,
        due_soon=bool(steps) and clock is not None and rules.due_soon(clock.due_on, began, today),
        levels=[
            LevelRead(
                level=FeedbackLevel(one.level),
                label=label(one.level),
                allowed=one.allowed,
                because=one.because,
                remedy=helps(one, recipient),
            )
            for one in said
        ],
        allowed_level=rules.best(said),
        warnings=[WarningRead(step=step, on=on, reached=on <= today) for step, on in steps],
        interim=InterimRead(
            every_weeks=weeks,
            last_given_at=last,
            suggested_on=suggested,
            suggested=suggested is not None and suggested <= today,
        ),
        draft_ids=await queries.open_drafts(session, actor, referral.id),
        allowed_actions=[one for one in actions if one.action in VERBS],
    )


def early(action: AllowedAction) -> AllowedAction:
    """Final feedback is what is owed, and interim feedback is not that."""
    waits = action.action == "give_feedback" and action.allowed
    return AllowedAction.of(action.action, giving.FeedbackTooEarly()) if waits else action


async def name_of(session: AsyncSession, referral: Referral) -> str:
    if referral.sender_organisation_id is None:
        return ""
    found = await referrals.organisation(session, referral.sender_organisation_id)
    return found.name if found else ""
