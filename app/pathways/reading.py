"""How a path is shown: what is done, now and next, with the dates computed when it is read."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.protecting import blot
from app.kit.clock import civil_date
from app.kit.codesets import called
from app.kit.i18n import speaking
from app.kit.problems import Problem
from app.path_templates.choosing import in_language
from app.pathways import holds, onward_reading, queries, scoring, step_reading, upgrading
from app.pathways.closing import OutcomeMissing, closing_refusal
from app.pathways.models import PATHWAY_FLOW, Goal, GoalMark, Outcome, Pathway, PathwayState
from app.pathways.outcome_models import GoalAchievement
from app.pathways.outcome_schemas import AchievementRead
from app.pathways.schemas import GoalRead, OutcomeRead, PathwayRead, PathwayReferral, PathwaySummary, StepRead
from app.pathways.step_models import PathwayHold
from app.pathways.step_refusals import NoBranches, TooManySteps
from app.pathways.step_rules import MOST_STEPS
from app.people.actor import Actor
from app.referrals import queries as referrals
from app.referrals import sender_sees
from app.referrals.reading import around, feedback_due
from app.routing.queries import names_of
from app.teams.health import health_refusal

# What people write freely on a path, its goals and its outcomes.
WORDS = (
    "next_action", "commitment", "strengths", "description", "marked_words", "note", "work_ability", "purpose", "bring",
    "words",
)  # fmt: skip


def show_achievement(row: GoalAchievement) -> AchievementRead:
    fields = {n: getattr(row, n) for n in AchievementRead.model_fields if hasattr(row, n)}
    return AchievementRead(**fields, label=called("goal_achievement", row.achievement))


def show_goal(goal: Goal, mark: GoalMark | None, achieved: GoalAchievement | None = None) -> GoalRead:
    fields = {n: getattr(goal, n) for n in GoalRead.model_fields if hasattr(goal, n)}
    return GoalRead(
        **fields,
        state=mark.ending.value if mark else "open",
        marked_on=mark.marked_on if mark else None,
        marked_words=mark.words if mark else None,
        replaced_by_id=mark.replaced_by_id if mark else None,
        achievement=show_achievement(achieved) if achieved else None,
    )


def show_outcome(actor: Actor, outcome: Outcome) -> OutcomeRead:
    """The note is written for the health register; of work ability the coordinator reads too (domain 5.3). To the
    client everything."""
    fields = {n: getattr(outcome, n) for n in OutcomeRead.model_fields if hasattr(outcome, n)}
    if actor.client_id is None and not actor.health_professional:
        fields["note"] = None
        if "work_ability_coordinator" not in actor.roles:
            fields["work_ability"] = None
    return OutcomeRead(**fields, label=called("outcome", outcome.code))


def sides(actor: Actor, pathway: Pathway) -> set[str]:
    """Whose verbs the caller has: the path's own team's, the client's, or none for a reader of another team."""
    if actor.client_id is not None:
        return {"client"}
    return {"team"} if pathway.team_id in actor.teams else set()


async def show(session: AsyncSession, actor: Actor, pathway: Pathway) -> PathwayRead:
    today = civil_date(actor.at)
    held = await queries.holds_of(session, pathway.id)
    resting = holds.running(held, today) if pathway.state is PathwayState.ACTIVE else None
    steps = await step_reading.show_steps(session, actor, pathway, held, sides(actor, pathway))
    answered = await referrals.of_pathway(session, pathway.id)
    sent = await queries.onward_of(session, pathway.id)
    known = await around(session, answered)
    view = "client" if actor.client_id is not None else "team"
    names = await names_of(session, [pathway.responsible_person_id])
    running = pathway.state is PathwayState.ACTIVE
    outcomes = await queries.every_outcome_of(session, pathway.id)
    led = any(one.entered_in_error_at is None for one in outcomes)
    unfinished = await closing_refusal(session, pathway, sent, outcome=False, led=led) if running else None
    refusals: dict[str, Problem | None] = {
        "close": unfinished if led else OutcomeMissing(),
        "discontinue": unfinished,
        **await moving_refusals(session, pathway, steps, resting),
        "record_problem_areas": await health_refusal(session, pathway.team_id),
    }

    goals = await queries.goals_of(session, pathway.id)
    came = await queries.achievements_of(session, pathway.id) if goals else {}
    fields = {n: getattr(pathway, n) for n in PathwayRead.model_fields if hasattr(pathway, n)}
    fields["next_action"] = in_language(pathway.next_action, speaking.get())
    shown = PathwayRead(
        **fields,
        responsible_person=names.get(pathway.responsible_person_id),
        sender_sees=sender_sees.of_case(actor, any(r.source != "self" for r in answered)),
        next_action_overdue=overdue(actor, pathway),
        held_until=resting.until_on if resting else None,
        holds=[step_reading.show_hold(hold, today) for hold in held],
        steps=steps,
        goals=[show_goal(goal, mark, came.get(goal.id)) for goal, mark in goals],
        outcomes=[show_outcome(actor, outcome) for outcome in outcomes],
        scores=await scoring.shown_on(session, actor, pathway),
        referrals=[
            PathwayReferral(
                referral_id=r.id,
                source=r.source,
                feedback=feedback_due(r, view, known).state,
                origin_pathway_id=r.origin_pathway_id,
            )
            for r in answered
        ],
        onward=await onward_reading.shown(session, actor, pathway, sent),
        allowed_actions=PATHWAY_FLOW.actions(pathway.state, actor, refusals.get, sides=sides(actor, pathway)),
    )
    came_to = [goal.achievement for goal in shown.goals if goal.achievement]
    whole = [shown, *shown.goals, *shown.outcomes, *came_to, *(step for step in shown.steps if step.added)]
    await blot(session, actor, [(pathway.client_id, one) for one in whole], *WORDS)
    return shown


async def moving_refusals(
    session: AsyncSession, pathway: Pathway, steps: Sequence[StepRead], resting: PathwayHold | None
) -> dict[str, Problem | None]:
    """Why the path cannot be held, moved on or changed in its steps now."""
    full = TooManySteps(most=MOST_STEPS) if len(steps) >= MOST_STEPS else None
    newest = max([*await upgrading.versions_of(session, pathway), pathway.template_version])
    return {
        "add_step": full,
        "choose_branch": None if any(step.branch for step in steps) else NoBranches(),
        "put_on_hold": holds.AlreadyHeld(until=resting.until_on.isoformat()) if resting else None,
        "end_hold": None if resting else holds.NotHeld(),
        "upgrade": upgrading.AlreadyNewest() if newest == pathway.template_version else None,
    }


def overdue(actor: Actor, pathway: Pathway) -> bool:
    return pathway.state is PathwayState.ACTIVE and pathway.next_action_on < civil_date(actor.at)


async def summaries(session: AsyncSession, actor: Actor, pathways: Sequence[Pathway]) -> list[PathwaySummary]:
    """Rows of a list, in one statement more."""
    shown = [
        PathwaySummary(
            **{n: getattr(p, n) for n in PathwaySummary.model_fields if hasattr(p, n) and n != "next_action"},
            next_action=in_language(p.next_action, speaking.get()),
            next_action_overdue=overdue(actor, p),
        )
        for p in pathways
    ]
    await blot(session, actor, [(p.client_id, one) for p, one in zip(pathways, shown, strict=True)], *WORDS)
    return shown
