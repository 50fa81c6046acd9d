"""Addresses of what came of a path: achievements, mistakes, scores, and which step is enough."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from app.audit.trail import used
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired
from app.kit.flow import IllegalMove
from app.kit.once import OnceOnly
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.outcomes import reading
from app.outcomes.schemas import Suggestions
from app.pathways import outcomes, recording, scoring, steps
from app.pathways import reading as paths
from app.pathways.models import PathClosed, Pathway
from app.pathways.outcome_schemas import (
    AchievementGiven,
    AchievementRead,
    AchievementRecord,
    ErrorMark,
    ScoreList,
    ScoreRead,
    ScoreRecord,
)  # fmt: skip
from app.pathways.queries import visible_outcomes, visible_pathways, visible_scores, worked_pathways
from app.pathways.schemas import PathwayRead
from app.people.actor import Actor, needs
from app.plans.queries import visible_goals
from app.referrals.content import CodeInText
from app.security.permissions import Permission as P

router = room("Outcomes")
Reader = Annotated[Actor, needs(P.PATHWAY_READ)]
Writer = Annotated[Actor, needs(P.PATHWAY_WRITE)]
ADDS = (MissingPermission, NotFound, IllegalMove, PathClosed, recording.AssessedInTheFuture)


@router.post("/goals/{goal_id}/achievements", status_code=201, responses=problems(*ADDS, CodeInText))
async def record_goal_achievement(
    actor: Writer, session: Session, at: Now, once: OnceOnly, goal_id: UUID, given: AchievementRecord
) -> AchievementRead:
    """How far an agreed goal has come, by the codes of FHIR. Earlier assessments stay; the newest counts."""

    async def work() -> AchievementRead:
        goal = await one(session, visible_goals(actor), goal_id)
        pathway = await one(session, worked_pathways(actor), goal.pathway_id, lock=True)
        said = AchievementGiven.model_validate({"goalId": goal.id, **given.model_dump(by_alias=True)})
        rows = await outcomes.achieve(session, actor, pathway, [said], at)
        return paths.show_achievement(rows[0])

    return await once.run(AchievementRead, work)


@router.post(
    "/outcomes/{outcome_id}/mark-entered-in-error",
    responses=problems(MissingPermission, NotFound, PreconditionRequired, PreconditionFailed, recording.InErrorAlready),
)
async def mark_outcome_entered_in_error(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, outcome_id: UUID, given: ErrorMark
) -> PathwayRead:
    """Recorded wrongly: it stays as it was and counts no more. Feedback that told of it stays as it went out. If-Match
    is the path's version."""

    async def find() -> Pathway:
        outcome = await one(session, visible_outcomes(actor), outcome_id)
        return await one(session, worked_pathways(actor), outcome.pathway_id, lock=True)

    async def do(pathway: Pathway) -> None:
        await outcomes.mark_outcome_in_error(session, actor, pathway, outcome_id, given.reason, at)
        pathway.touch()
        await session.flush()

    return await once.change(PathwayRead, find, expected, lambda p: paths.show(session, actor, p), do)


@router.post(
    "/pathways/{pathway_id}/scores",
    status_code=201,
    responses=problems(*ADDS, scoring.ScoreOrReason, scoring.ScoreNotYours),
)
async def record_pathway_score(
    actor: Writer, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: ScoreRecord
) -> ScoreRead:
    """The client's own estimate of their work ability, 0 to 10, at the start, meanwhile or at the end (C-27). The step
    that asks for it is done with it, or left out when there is none."""

    async def work() -> ScoreRead:
        pathway = await one(session, worked_pathways(actor), pathway_id, lock=True)
        row = await scoring.record(session, actor, pathway, given, at)
        for moment in scoring.moments(given):
            await steps.score_said(session, actor, pathway, f"{moment}_score", given.missing_because is None, at)
        return reading.show_score(row)

    return await once.run(ScoreRead, work)


@router.get("/pathways/{pathway_id}/scores", responses=problems(MissingPermission, NotFound, scoring.ScoreNotYours))
async def list_pathway_scores(actor: Reader, session: Session, pathway_id: UUID) -> ScoreList:
    """All of a path, with the change from the start to the end."""
    pathway = await one(session, visible_pathways(actor), pathway_id)
    if not scoring.reads_scores(actor):
        raise scoring.ScoreNotYours()
    shown = await reading.scores(session, pathway)
    # Without any it still says whether the path asks for scores.
    rows = [(row.id, pathway.client_id) for row in shown.items]
    await used(session, "pathway_scores", rows, action="search")
    if not rows:
        await used(session, "pathways", [(pathway.id, pathway.client_id)], fields=["scores"])
    return shown


@router.post(
    "/pathway-scores/{score_id}/mark-entered-in-error",
    responses=problems(MissingPermission, NotFound, recording.InErrorAlready),
)
async def mark_pathway_score_entered_in_error(
    actor: Writer, session: Session, at: Now, once: OnceOnly, score_id: UUID, given: ErrorMark
) -> ScoreRead:
    """Recorded wrongly: it stays and counts no more. An end score that is in error is missing again."""

    async def work() -> ScoreRead:
        row = await one(session, visible_scores(actor), score_id, lock=True)
        await one(session, worked_pathways(actor), row.pathway_id, lock=True)
        await scoring.mark_in_error(session, actor, row, given.reason, at)
        return reading.show_score(row)

    return await once.run(ScoreRead, work)


@router.get("/pathways/{pathway_id}/suggestions", responses=problems(MissingPermission, NotFound))
async def list_pathway_suggestions(actor: Reader, session: Session, pathway_id: UUID) -> Suggestions:
    """Consultation, check, physician, network meeting: the lightest that is enough first, with its person-minutes and
    why (C-34). By what you may read of the case; it never blocks anything."""
    pathway = await one(session, visible_pathways(actor), pathway_id)
    await used(session, "pathways", [(pathway.id, pathway.client_id)], fields=["suggestions"])
    return await reading.suggestions(session, actor, pathway)
