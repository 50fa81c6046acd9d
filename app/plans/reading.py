"""How the plan of a path is shown: in one shape, in a fixed number of statements, and in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.protecting import blot
from app.kit.clock import civil_date
from app.kit.codesets import called, codeset
from app.kit.i18n import speaking
from app.kit.schemas import AllowedAction
from app.path_templates.choosing import in_language
from app.pathways.models import PATHWAY_FLOW, Pathway
from app.pathways.queries import achievements_of, goals_of
from app.pathways.reading import WORDS, show_goal, sides
from app.people.actor import Actor
from app.plan_references import service as references
from app.plans import queries, rules
from app.plans.models import FOLLOW_UP_FLOW, BarrierRecord, FollowUp, SmallStep
from app.plans.schemas import (
    BarrierRead,
    BarrierRecordRead,
    BarrierSuggested,
    FollowUpRead,
    PlanRead,
    SmallStepRead,
)  # fmt: skip
from app.plans.service import step_refusal
from app.referrals import queries as referrals
from app.referrals.models import Referral, ReferralState
from app.routing.queries import names_of

PLANNING = ("agree_plan", "record_barrier", "mark_goal", "agree_follow_up")
UNSAID = (ReferralState.CANCELLED, ReferralState.ENTERED_IN_ERROR)


def show_barrier_record(record: BarrierRecord, words: str | None, names: Mapping[UUID, str]) -> BarrierRecordRead:
    fields = {n: getattr(record, n) for n in BarrierRecordRead.model_fields if hasattr(record, n)}
    return BarrierRecordRead(**fields, words=words, author=names.get(record.author_id) if record.author_id else None)


def show_step(step: SmallStep, names: Mapping[UUID, str]) -> SmallStepRead:
    fields = {n: getattr(step, n) for n in SmallStepRead.model_fields if hasattr(step, n)}
    return SmallStepRead(**fields, author=names.get(step.author_id) if step.author_id else None)


def show_follow_up(
    actor: Actor,
    row: FollowUp,
    words: Mapping[UUID, str],
    names: Mapping[UUID, str],
    after: Mapping[UUID, UUID],
) -> FollowUpRead:
    fields = {n: getattr(row, n) for n in FollowUpRead.model_fields if hasattr(row, n)}
    mine = {"team"} if row.team_id in actor.teams and actor.client_id is None else set()
    return FollowUpRead(
        **fields,
        party_label=called("follow_up_party", row.party),
        person=names.get(row.person_id) if row.person_id else None,
        next_id=after.get(row.id),
        overdue=rules.overdue(row.state.value, row.due_on, civil_date(actor.at)),
        result=words.get(row.id),
        allowed_actions=FOLLOW_UP_FLOW.actions(row.state, actor, sides=mine),
    )


async def follow_ups(session: AsyncSession, actor: Actor, rows: Sequence[FollowUp]) -> list[FollowUpRead]:
    """In a fixed number of statements."""
    ids = [row.id for row in rows]
    words = await queries.words_of(session, actor, ids)
    after = await queries.next_of(session, ids)
    names = await names_of(session, [row.person_id for row in rows])
    shown = [(row.client_id, show_follow_up(actor, row, words, names, after)) for row in rows]
    await blot(session, actor, shown, "what", "place", "result")
    return [row for _, row in shown]


async def follow_up(session: AsyncSession, actor: Actor, row: FollowUp) -> FollowUpRead:
    return (await follow_ups(session, actor, [row]))[0]


async def barrier_record(session: AsyncSession, actor: Actor, record: BarrierRecord) -> BarrierRecordRead:
    words = await queries.words_of(session, actor, [record.id])
    shown = show_barrier_record(record, words.get(record.id), await names_of(session, [record.author_id]))
    await blot(session, actor, [(record.client_id, shown)], "words")
    return shown


async def small_step(session: AsyncSession, actor: Actor, step: SmallStep) -> SmallStepRead:
    shown = show_step(step, await names_of(session, [step.author_id]))
    await blot(session, actor, [(step.client_id, shown)], "words")
    return shown


def show_barriers(
    records: Sequence[BarrierRecord],
    answered: Sequence[Referral],
    words: Mapping[UUID, str],
    names: Mapping[UUID, str],
) -> list[BarrierRead]:
    """The five, in their own order. What a sender noted stands beside, and is the sender's still."""
    found = []
    for code in codeset("barrier"):
        history = [show_barrier_record(r, words.get(r.id), names) for r in records if r.barrier == code.code]
        found.append(
            BarrierRead(
                barrier=code.code,
                label=called("barrier", code.code),
                now=history[0] if history else None,
                history=history,
                suggested_by=[
                    BarrierSuggested(referral_id=r.id, source=r.source, submitted_at=r.submitted_at)
                    for r in answered
                    if code.code in r.barriers and r.state not in UNSAID
                ],
            )
        )
    return found


async def show(session: AsyncSession, actor: Actor, pathway: Pathway) -> PlanRead:
    goals = await goals_of(session, pathway.id)
    came = await achievements_of(session, pathway.id) if goals else {}
    records = await queries.barriers_of(session, pathway.id)
    steps = await queries.steps_of(session, pathway.id)
    kept = await queries.follow_ups_of(session, pathway.id)
    answered = await referrals.of_pathway(session, pathway.id)
    words = await queries.words_of(session, actor, [*(r.id for r in records), *(f.id for f in kept)])
    after = await queries.next_of(session, [f.id for f in kept])
    people = [pathway.responsible_person_id, *(r.author_id for r in records), *(s.author_id for s in steps)]
    names = await names_of(session, [*people, *(f.person_id for f in kept)])

    elsewhere = await references.beside_plan(session, actor, pathway.id)
    verbs = PATHWAY_FLOW.actions(pathway.state, actor, sides=sides(actor, pathway))
    added = AllowedAction.of("add_small_step", step_refusal(actor, pathway))
    fields = {n: getattr(pathway, n) for n in PlanRead.model_fields if hasattr(pathway, n)}
    fields["next_action"] = in_language(pathway.next_action, speaking.get())
    shown = PlanRead(
        **fields,
        pathway_id=pathway.id,
        pathway_version=pathway.version,
        responsible_person=names.get(pathway.responsible_person_id),
        goals=[show_goal(goal, mark, came.get(goal.id)) for goal, mark in goals],
        plan_references=elsewhere,
        barriers=show_barriers(records, answered, words, names),
        small_steps=[show_step(step, names) for step in steps],
        follow_ups=[show_follow_up(actor, row, words, names, after) for row in kept],
        allowed_actions=[*(verb for verb in verbs if verb.action in PLANNING), added],
    )
    said = [record for barrier in shown.barriers for record in barrier.history]
    achieved = [goal.achievement for goal in shown.goals if goal.achievement]
    whole = [shown, *shown.goals, *achieved, *said, *shown.small_steps, *shown.follow_ups]
    await blot(session, actor, [(pathway.client_id, one) for one in whole], *WORDS, "words", "what", "place", "result")
    return shown
