"""Addresses: a completed assessment as text and on paper, what it said before, and what is known beforehand."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments import citing, plain_words, prefill, queries, reading, record
from app.assessments.models import Assessment, AssessmentState, AssessmentVersion, Conclusion
from app.assessments.queries import versions_of, visible_assessments
from app.assessments.refusals import NotCompleted
from app.assessments.schemas import ConclusionPage, PrefillRead, VersionPage, VersionRead
from app.audit.trail import used
from app.clients.queries import visible_clients
from app.consents.service import ConsentMissing
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.i18n import Language, speaking
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.routing.queries import names_of
from app.security.permissions import Permission as P

router = room("Assessments")
Reader = Annotated[Actor, needs(P.ASSESSMENT_READ)]
Writer = Annotated[Actor, needs(P.ASSESSMENT_WRITE)]
TEXT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Record text."}
}
PAGE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "A page to print."}
}


async def completed(session: AsyncSession, actor: Actor, assessment_id: UUID) -> Assessment:
    """Seen as its content is seen. Raises `NotFound`, `NotCompleted`."""
    assessment = await one(session, visible_assessments(actor), assessment_id)
    if assessment.completed_at is None or not reading.reads(actor, assessment):
        raise NotCompleted(state=assessment.state.value)
    return assessment


async def written(session: AsyncSession, actor: Actor, assessment_id: UUID, form: str) -> record.Document:
    """The document, and its line in the use log."""
    assessment = await completed(session, actor, assessment_id)
    client = await one(session, visible_clients(actor), assessment.client_id)
    author = assessment.completed_by_id
    names = await names_of(session, [author])
    assert assessment.completed_at is not None
    wrong = assessment.state is AssessmentState.ENTERED_IN_ERROR
    cited, warnings = await citing.shown(session, actor, assessment)
    facts = record.Facts(
        kind=assessment.kind,
        client=f"{client.given_name} {client.family_name}",
        author=names.get(author, "-") if author else "-",
        completed_at=assessment.completed_at,
        amended_at=assessment.amended_at,
        amended_because=await queries.newest_reason(session, assessment.id) if assessment.amended_at else None,
        in_error=assessment.ended_reason if wrong else None,
        question=assessment.question,
        conclusion=assessment.conclusion,
        work_ability=assessment.work_ability,
        content=assessment.content,
        findings=await reading.found(session, assessment),
        author_role=assessment.author_role,
        contributions=cited,
        warnings=warnings,
    )
    await used(session, "assessments", [(assessment.id, assessment.client_id)], fields=[form])
    return record.document(facts, speaking.get())


def spoken(language: Language, **more: str) -> dict[str, str]:
    return {"Content-Language": language, "Vary": "Accept-Language", **more}


@router.get(
    "/assessments/{assessment_id}/record-text",
    response_class=Response,
    responses={**problems(MissingPermission, NotFound, NotCompleted), **TEXT},
)
async def get_assessment_record_text(actor: Reader, session: Session, assessment_id: UUID) -> Response:
    """The whole assessment as plain text in the language asked for, to copy into the patient record: headings, units,
    classes, who and when; no identity code."""
    found = await written(session, actor, assessment_id, "record_text")
    return Response(record.as_text(found), media_type="text/plain", headers=spoken(speaking.get()))


@router.get(
    "/assessments/{assessment_id}/print",
    response_class=Response,
    responses={**problems(MissingPermission, NotFound, NotCompleted), **PAGE},
)
async def print_assessment(actor: Reader, session: Session, assessment_id: UUID) -> Response:
    """The same as a page for A4 paper, without scripts."""
    found, language = await written(session, actor, assessment_id, "print"), speaking.get()
    headers = spoken(language, **{"Content-Security-Policy": record.POLICY})
    return Response(record.as_page(found, language), media_type="text/html", headers=headers)


@router.get(
    "/assessments/{assessment_id}/versions",
    responses=problems(MissingPermission, NotFound, NotCompleted, BadCursor),
)
async def list_assessment_versions(actor: Reader, session: Session, paging: Paged, assessment_id: UUID) -> VersionPage:
    """What it said before each amendment, the last one first."""
    assessment = await completed(session, actor, assessment_id)
    rows = versions_of(assessment.id)
    found, after, count = await paging.run(session, rows, AssessmentVersion.id, caller=actor.login_id)
    await used(session, "assessment_versions", [(v.id, v.client_id) for v in found])
    if not found:
        await used(session, "assessments", [(assessment.id, assessment.client_id)])
    return VersionPage(items=[told(actor, version) for version in found], next_cursor=after, count=count)


def told(actor: Actor, version: AssessmentVersion) -> VersionRead:
    """A version as this reader is shown it: without citations that are not for them."""
    read = VersionRead.model_validate(version, from_attributes=True)
    return read.model_copy(update={"content": citing.content_for(citing.readable(actor), version.content)})


@router.get(
    "/clients/{client_id}/conclusions", responses=problems(MissingPermission, NotFound, ConsentMissing, BadCursor)
)
async def list_conclusions(actor: Reader, session: Session, at: Now, paging: Paged, client_id: UUID) -> ConclusionPage:
    """What health professionals concluded of the client's work ability, in plain words, the newest first: for the
    client, the health register and the coordinator; for social care with the client's permission."""
    client = await one(session, visible_clients(actor), client_id)
    await plain_words.check_reader(session, actor, client, at)
    rows = queries.visible_conclusions(actor).where(Conclusion.client_id == client_id)
    found, after, count = await paging.run(session, rows, Conclusion.said_at, Conclusion.id, caller=actor.login_id)
    await used(session, "conclusions", [(c.id, c.client_id) for c in found] or [(None, client.id)])
    return ConclusionPage(items=plain_words.show(found), next_cursor=after, count=count)


@router.get("/assessments/{assessment_id}/prefill", responses=problems(MissingPermission, NotFound))
async def get_assessment_prefill(actor: Writer, session: Session, assessment_id: UUID) -> PrefillRead:
    """What is known already, each with its source and day: the pre-information form, the referral, the last check.
    A human copies it; nothing is written by itself."""
    assessment = await one(session, visible_assessments(actor), assessment_id)
    await used(session, "assessments", [(assessment.id, assessment.client_id)])
    return PrefillRead(items=await prefill.known(session, actor, assessment))
