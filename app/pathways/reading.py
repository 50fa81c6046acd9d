"""How a path is shown: what is done, now and next, with the dates computed when it is read."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.protecting import blot
from app.kit.clock import civil_date
from app.kit.codesets import called
from app.kit.i18n import Text, speaking
from app.kit.problems import Problem
from app.pathways import onward_reading, queries, rules
from app.pathways.closing import closing_refusal
from app.pathways.models import (
    PATHWAY_FLOW,
    STEP_FLOW,
    Goal,
    GoalMark,
    Outcome,
    Pathway,
    PathwayState,
    PathwayStep,
    StepState,
)  # fmt: skip
from app.pathways.schemas import GoalRead, OutcomeRead, PathwayRead, PathwayReferral, PathwaySummary, StepRead
from app.people.actor import Actor
from app.referrals import queries as referrals
from app.referrals import sender_sees
from app.referrals.reading import around, feedback_due
from app.routing.queries import names_of
from app.teams.health import health_refusal

# What people write freely on a path, its goals and its outcomes.
WORDS = ("next_action", "commitment", "strengths", "description", "marked_words", "note", "work_ability")
AGREED = Text("sovittu asiakkaan kanssa", "överenskommet med klienten", "agreed with the client")
COUNTED_URGENT = Text(
    "kiireellinen: {days} arkipäivää polun alusta",
    "brådskande: {days} arbetsdagar från stigens början",
    "urgent: {days} working days from the start",
)
COUNTED = Text(
    "{days} arkipäivää polun alusta", "{days} arbetsdagar från stigens början", "{days} working days from the start"
)


def show_step(actor: Actor, pathway: Pathway, step: PathwayStep) -> StepRead:
    due = rules.due_on(pathway.started_at, step.due_days, step.planned_on)
    fields = {n: getattr(step, n) for n in StepRead.model_fields if hasattr(step, n) and n != "purpose"}
    if step.owner_role in rules.TELLING_ROLES and not (actor.health_professional or actor.client_id is not None):
        fields["owner_role"] = rules.SOME_PHYSICIAN
    counted = COUNTED_URGENT if pathway.urgent else COUNTED
    open_step = step.state is StepState.PLANNED and pathway.state is PathwayState.ACTIVE
    return StepRead(
        **fields,
        label=called("step_kind", step.kind),
        purpose=step.purpose.get(speaking.get()),
        due_on=due,
        due_rule=(AGREED if step.planned_on else counted.format(days=step.due_days)).pick(speaking.get()),
        overdue=open_step and due < civil_date(actor.at),
        allowed_actions=STEP_FLOW.actions(step.state, actor, sides=sides(actor, pathway)),
    )


def show_goal(goal: Goal, mark: GoalMark | None) -> GoalRead:
    fields = {n: getattr(goal, n) for n in GoalRead.model_fields if hasattr(goal, n)}
    return GoalRead(
        **fields,
        state=mark.ending.value if mark else "open",
        marked_on=mark.marked_on if mark else None,
        marked_words=mark.words if mark else None,
        replaced_by_id=mark.replaced_by_id if mark else None,
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
    steps = await queries.steps_of(session, actor, pathway.id)
    answered = await referrals.of_pathway(session, pathway.id)
    sent = await queries.onward_of(session, pathway.id)
    known = await around(session, answered)
    view = "client" if actor.client_id is not None else "team"
    names = await names_of(session, [pathway.responsible_person_id])
    refusals: dict[str, Problem | None] = {
        "close": await closing_refusal(session, pathway, sent) if pathway.state is PathwayState.ACTIVE else None,
        "record_problem_areas": await health_refusal(session, pathway.team_id),
    }

    fields = {n: getattr(pathway, n) for n in PathwayRead.model_fields if hasattr(pathway, n)}
    shown = PathwayRead(
        **fields,
        responsible_person=names.get(pathway.responsible_person_id),
        sender_sees=sender_sees.of_case(actor, any(r.source != "self" for r in answered)),
        next_action_overdue=overdue(actor, pathway),
        steps=[show_step(actor, pathway, step) for step in steps],
        goals=[show_goal(goal, mark) for goal, mark in await queries.goals_of(session, pathway.id)],
        outcomes=[show_outcome(actor, outcome) for outcome in await queries.outcomes_of(session, pathway.id)],
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
    whole = [shown, *shown.goals, *shown.outcomes]
    await blot(session, actor, [(pathway.client_id, one) for one in whole], *WORDS)
    return shown


def overdue(actor: Actor, pathway: Pathway) -> bool:
    return pathway.state is PathwayState.ACTIVE and pathway.next_action_on < civil_date(actor.at)


async def summaries(session: AsyncSession, actor: Actor, pathways: Sequence[Pathway]) -> list[PathwaySummary]:
    """Rows of a list, in one statement more."""
    shown = [
        PathwaySummary(
            **{n: getattr(p, n) for n in PathwaySummary.model_fields if hasattr(p, n)},
            next_action_overdue=overdue(actor, p),
        )
        for p in pathways
    ]
    await blot(session, actor, [(p.client_id, one) for p, one in zip(pathways, shown, strict=True)], *WORDS)
    return shown
