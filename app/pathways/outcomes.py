"""What a path led to: outcomes, how far each agreed goal came, and what was recorded wrongly."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.codesets import require_in_force
from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Invalid
from app.outbox.events import append
from app.pathways import queries
from app.pathways.models import PATHWAY_FLOW, Outcome, Pathway
from app.pathways.next_action import agree
from app.pathways.outcome_models import GoalAchievement
from app.pathways.outcome_schemas import AchievementGiven
from app.pathways.recording import AssessedInTheFuture, InErrorAlready, assessed
from app.pathways.schemas import OutcomeRecord
from app.pathways.service import owe_feedback
from app.pathways.steps import recorded
from app.people.actor import Actor
from app.people.periods import at_field
from app.referrals import queries as referrals
from app.referrals.content import refuse_codes
from app.referrals.models import OPEN, ReferralState


class GoalOfAnotherPath(Invalid):
    code = "goal_of_another_path"
    detail = Text(
        "Tavoite ei ole tämän polun tavoite.",
        "Målet hör inte till den här stigen.",
        "The goal is not a goal of this path.",
    )


class GoalTwice(Invalid):
    """One goal has come so far or another way at one time, not both."""

    code = "goal_twice"
    detail = Text(
        "Sama tavoite on luettelossa kahdesti.",
        "Samma mål finns två gånger i listan.",
        "The same goal is in the list twice.",
    )


class SubtypeNotOfCode(Invalid):
    """`subtype` says which rehabilitation it is; no other outcome has one."""

    code = "subtype_not_of_code"
    detail = Text(
        "Tarkenne sopii vain kuntoutukseen.",
        "Preciseringen passar bara rehabilitering.",
        "Only rehabilitation has a subtype.",
    )


REFUSED = (SubtypeNotOfCode, GoalOfAnotherPath, GoalTwice, AssessedInTheFuture)


async def record_outcome(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: OutcomeRecord, at: datetime
) -> Outcome:
    """What the path led to. Feedback to every referrer that has none falls due at this moment (C-12).

    Raises `PathClosed`, `CodeNotInForce`, `SubtypeNotOfCode`, `GoalOfAnotherPath`, `GoalTwice`, `NextActionDay`,
    `CodeInText`.
    """
    PATHWAY_FLOW.check(pathway.state, "record_outcome")
    refuse_codes(workAbility=given.work_ability, note=given.note)
    require_in_force("outcome", given.code, civil_date(at), "/body/code")
    if given.subtype is not None and given.code != "rehabilitation":
        raise at_field(SubtypeNotOfCode, "subtype")
    outcome = Outcome(
        id=own_id(given.id, at),
        pathway_id=pathway.id,
        client_id=pathway.client_id,
        code=given.code,
        recorded_at=at,
        recorded_by_id=actor.person_id,
        work_ability=given.work_ability,
        note=given.note,
        subtype=given.subtype,
        starts_on=given.starts_on,
        agreed_with_client=given.agreed_with_client,
    )
    session.add(outcome)
    await achieve(session, actor, pathway, given.goals, at, "goals")
    await recorded(session, actor, pathway.id, "outcome", at)
    agree(pathway, given, at)
    answered = await referrals.of_pathway(session, pathway.id)
    finals = await referrals.final_feedback(session, [r.id for r in answered])
    for referral in answered:
        if referral.id not in finals and referral.state in (*OPEN, ReferralState.WITHDRAWN):
            await owe_feedback(session, referral, pathway.team_id, pathway.responsible_person_id, at)
    append(session, "outcome.recorded", outcome, client=pathway.client_id, team=pathway.team_id, code=given.code)
    await session.flush()
    return outcome


async def achieve(
    session: AsyncSession,
    actor: Actor,
    pathway: Pathway,
    given: list[AchievementGiven],
    at: datetime,
    field: str = "",
) -> list[GoalAchievement]:
    """How far goals of this path have come; the newest counts. `field` is where they stand in the body.

    Raises `PathClosed`, `GoalOfAnotherPath`, `GoalTwice`, `AssessedInTheFuture`, `CodeInText`.
    """
    PATHWAY_FLOW.check(pathway.state, "record_achievement")
    if not given:
        return []
    own = await queries.goal_ids(session, pathway.id)
    rows: list[GoalAchievement] = []
    for number, one in enumerate(given):
        place = f"{field}/{number}/" if field else ""
        refuse_codes(**{f"{place}words": one.words})
        if one.goal_id not in own:
            raise at_field(GoalOfAnotherPath, f"{place}goalId")
        if one.goal_id in {row.goal_id for row in rows}:
            raise at_field(GoalTwice, f"{place}goalId")
        rows.append(
            GoalAchievement(
                goal_id=one.goal_id,
                pathway_id=pathway.id,
                client_id=pathway.client_id,
                achievement=one.achievement,
                agreed_with_client=one.agreed_with_client,
                assessed_on=assessed(one.assessed_on, at, f"{place}assessedOn"),
                words=one.words,
                author_id=actor.person_id,
            )
        )
    session.add_all(rows)
    append(session, "goal.assessed", pathway, client=pathway.client_id, team=pathway.team_id)
    await session.flush()
    return rows


async def mark_outcome_in_error(
    session: AsyncSession, actor: Actor, pathway: Pathway, outcome_id: UUID, reason: str, at: datetime
) -> None:
    """Recorded wrongly. What was recorded stays, and so does feedback that was given of it, as it went out; a duty of
    feedback that fell due with it stays due. Without another outcome the path cannot close.

    It is done on a closed path too: what is wrong can be said to be wrong at any time. Raises `InErrorAlready`.
    """
    outcome = next(one for one in await queries.every_outcome_of(session, pathway.id) if one.id == outcome_id)
    if outcome.entered_in_error_at is not None:
        raise InErrorAlready()
    outcome.mark_in_error(reason, actor.person_id, at)
    append(session, "outcome.entered_in_error", outcome, client=pathway.client_id, team=pathway.team_id)
    await session.flush()
