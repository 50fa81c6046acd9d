"""Addresses of what is written without routing: a kind recorded by who is there, and the own care team's answer."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from app.assessments import kind_refusals, reading, recording, refusals
from app.assessments.models import Assessment
from app.assessments.router import CHANGES, change
from app.assessments.schemas import AssessmentRead, AssessmentRecord, CareTeamAnswer
from app.instruments.use_refusals import DateInFuture
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch
from app.kit.flow import IllegalMove
from app.kit.once import OnceOnly
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.pathways.queries import worked_pathways
from app.people.actor import Actor, needs
from app.plans.service import OtherRegister
from app.referrals.content import CodeInText
from app.security.permissions import Permission as P
from app.teams.health import NoHealthDataHere

router = room("Assessments")
Writer = Annotated[Actor, needs(P.ASSESSMENT_WRITE)]


@router.post(
    "/pathways/{pathway_id}/recorded-assessments",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, IllegalMove, NoHealthDataHere, CodeInText, OtherRegister,
        kind_refusals.KindNotRecorded, refusals.ContentMismatch, refusals.CheckIncomplete, refusals.PhysicianConcludes,
        DateInFuture, *kind_refusals.BY_KIND,
    ),
)  # fmt: skip
async def record_assessment(
    actor: Writer, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: AssessmentRecord
) -> AssessmentRead:
    """Write an assessment that nobody has to be asked for: the need of support as any professional sees it, a
    consultation, a fitness test, an overall statement. Signed at once, or a draft of yours. It is of the register that
    you write to. `warnings` say what an overall statement lacks; they block nothing."""

    async def work() -> AssessmentRead:
        pathway = await one(session, worked_pathways(actor), pathway_id, lock=True)
        assessment = await recording.record(session, actor, pathway, given, at)
        return await reading.show(session, actor, assessment)

    return await once.run(AssessmentRead, work)


@router.post(
    "/assessments/{assessment_id}/record-care-team-answer",
    responses=problems(
        *CHANGES, NoHealthDataHere, kind_refusals.NotWithOwnCareTeam, kind_refusals.AskedUnderUnclear,
        kind_refusals.AskedUnderUnknown, kind_refusals.AnsweredBeforeAsked, kind_refusals.IncapacityByStatement,
        DateInFuture, *kind_refusals.STATEMENTS,
    ),
)  # fmt: skip
async def record_care_team_answer(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    assessment_id: UUID,
    given: CareTeamAnswer,
) -> AssessmentRead:
    """Write down what the client's own care team answered to an assessment that waits for it; that completes it."""

    async def do(assessment: Assessment) -> None:
        pathway = await one(session, worked_pathways(actor), assessment.pathway_id)
        await recording.record_answer(session, actor, assessment, pathway, given, at)

    return await change(session, actor, once, expected, assessment_id, do)
