"""Conclusions in plain words: written with the assessment, read by more than its register (domain 5.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.matrix import cell
from app.assessments import queries
from app.assessments.models import Assessment, AssessmentState, Conclusion
from app.assessments.schemas import ConclusionRead
from app.clients.models import Client
from app.consents import service as consents
from app.kit.clock import civil_date
from app.kit.problems import NotFound
from app.people.actor import Actor

ROW, CLASSES, PURPOSE = "work_ability_conclusion", frozenset({"work_ability_conclusion"}), "service_coordination"


def score_of(assessment: Assessment) -> int | None:
    """The client's own score of the newest WAS in a health check."""
    used = [use for use in assessment.content.get("instruments") or [] if use["instrument"] == "was"]
    newest = max(used, key=lambda use: str(use["answeredOn"]), default=None)
    return None if newest is None or newest["score"] is None else int(newest["score"])


async def said(session: AsyncSession, assessment: Assessment, at: datetime) -> None:
    """At completion, or anew: the plain words and the score of a health professional's assessment. What another
    register concludes stays in that register."""
    if assessment.register != "health":
        return
    words, score = assessment.work_ability, score_of(assessment)
    found = await queries.conclusion_of(session, assessment.id) if assessment.amended_at else None
    if found is not None:
        found.work_ability, found.work_ability_score, found.amended_at = words, score, at
    elif words is not None or score is not None:
        session.add(
            Conclusion(
                client_id=assessment.client_id,
                pathway_id=assessment.pathway_id,
                assessment_id=assessment.id,
                work_ability=words,
                work_ability_score=score,
                said_at=assessment.completed_at or at,
            )
        )


async def taken_back(session: AsyncSession, assessment: Assessment) -> None:
    """With an assessment that was entered in error."""
    found = await queries.conclusion_of(session, assessment.id)
    if found is not None:
        found.in_error = assessment.state is AssessmentState.ENTERED_IN_ERROR


async def check_reader(session: AsyncSession, actor: Actor, client: Client, at: datetime) -> None:
    """Whether the caller reads the client's conclusions: by the matrix, and where it says so with the client's
    permission, asked at each reading. The refusal is the same whether there is anything to read.

    Raises `NotFound`, and `ConsentMissing` with what to ask the client for.
    """
    may = cell(ROW, actor.roles, actor.context.registers)
    if may == "with_permission":
        ruling = await consents.ask(session, client.id, client.area_id, CLASSES, PURPOSE, at)
        if not ruling.permitted:
            missing = ruling.missing or CLASSES
            raise consents.lacking(client.id, ruling, client.area_id, CLASSES, PURPOSE, missing=missing)
    elif may != "Y":
        raise NotFound()


def show(rows: Sequence[Conclusion]) -> list[ConclusionRead]:
    """Days, not times: when somebody wrote would tell who it was."""
    return [
        ConclusionRead(
            id=row.id,
            pathway_id=row.pathway_id,
            said_on=civil_date(row.said_at),
            amended_on=civil_date(row.amended_at) if row.amended_at else None,
            work_ability=row.work_ability,
            work_ability_score=row.work_ability_score,
        )
        for row in rows
    ]
