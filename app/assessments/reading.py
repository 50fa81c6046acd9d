"""How an assessment is shown: its content to its own register only, and to the client when it is completed."""

from __future__ import annotations

from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments import citing, findings, kind_refusals, kinds, queries, recording, rules
from app.assessments.health_checks import of_draft, ordered_in
from app.assessments.models import FLOW, Assessment, AssessmentState
from app.assessments.refusals import LabNotOrdered, NotYourWork, completion_refusal, holds, wrote
from app.assessments.schemas import AssessmentOwner, AssessmentRead, AuthorRead, ReportStatus
from app.kit.clock import civil_date
from app.kit.problems import Problem
from app.people.actor import Actor
from app.routing.hiding import queue_told, unplaced
from app.routing.queries import names_of
from app.teams.health import health_refusal
from app.work import queries as work_queries

WRITTEN = frozenset({"save_draft", "complete", "amend", "record_laboratory"})


def report_status(assessment: Assessment) -> ReportStatus:
    """FHIR R4's word for it."""
    if assessment.state is AssessmentState.ENTERED_IN_ERROR:
        return "entered-in-error"
    if assessment.state is AssessmentState.CANCELLED:
        return "cancelled"
    if assessment.state is AssessmentState.COMPLETED:
        return "amended" if assessment.amended_at else "final"
    return "preliminary" if assessment.draft else "registered"


def document_state(assessment: Assessment) -> Literal["draft", "signed", "amended"] | None:
    """Where the document is; None when nothing of it is written, or it was cancelled."""
    if assessment.completed_at is not None:
        return "amended" if assessment.amended_at else "signed"
    return "draft" if assessment.draft and assessment.state is AssessmentState.REQUESTED else None


def reads(actor: Actor, assessment: Assessment) -> bool:
    """The client themself, unless it was written in error and may be somebody else's; and whoever reads its
    register."""
    if actor.client_id is not None:
        return assessment.state is not AssessmentState.ENTERED_IN_ERROR
    return assessment.register == "operational" or assessment.register in actor.context.registers


async def found(session: AsyncSession, assessment: Assessment) -> findings.Findings | None:
    """What the content of a health check amounts to; before it is completed, what is saved of it so far."""
    if assessment.kind != "health_check" or (assessment.completed_at is None and not assessment.draft):
        return None
    statuses = await queries.laboratory_of(session, assessment.id)
    if assessment.completed_at is None:
        return findings.of_check(of_draft(assessment), statuses, None)
    return findings.of_check(assessment.content, statuses, civil_date(assessment.completed_at))


async def show(session: AsyncSession, actor: Actor, assessment: Assessment) -> AssessmentRead:
    """Content to its own register; to the client when completed; a draft to whoever holds the work."""
    item = await work_queries.work_of(session, assessment.id, assessment.kind)
    author = assessment.completed_by_id
    names = await names_of(session, [item.holder_id if item else None, author])
    own = actor.client_id is not None
    may_read = reads(actor, assessment)
    told = assessment.content if may_read and assessment.completed_at is not None else None
    mine = holds(actor, item) or wrote(actor, assessment)
    drafting = mine and assessment.state is AssessmentState.REQUESTED
    amounts = await found(session, assessment) if told is not None or drafting else None
    draft = assessment.draft if drafting else None
    unknown = bool(item and item.queue and await unplaced(session, actor, [item.client_id]))
    light = await health_refusal(session, item.team_id, assessment.register) if item and holds(actor, item) else None
    cited, warnings = await citing.shown(session, actor, assessment) if told is not None else ([], [])

    def refused(verb: str) -> Problem | None:
        if verb == "record_laboratory" and not ordered_in(assessment):
            return LabNotOrdered()
        if verb in WRITTEN:
            return completion_refusal(actor, assessment, item) or light
        if verb == "assign" and assessment.kind in kinds.RECORDED:
            return kind_refusals.KindNotRouted()
        if verb == "record_care_team_answer":
            return recording.with_care_team(assessment, item)
        return None if FLOW.verbs[verb].side != "holder" or mine else NotYourWork()

    fields = {n: getattr(assessment, n) for n in AssessmentRead.model_fields if hasattr(assessment, n)}
    fields |= {
        "data_register": assessment.register,
        "report_status": report_status(assessment),
        "document_state": document_state(assessment),
        "author": None,
        "signed_at": assessment.completed_at,
        "contributions": cited,
        "warnings": warnings,
        "content": citing.content_for(citing.readable(actor), told) if told else None,
        "findings": amounts,
        "bmi": amounts.bmi.value if amounts and amounts.bmi else None,
        "draft": draft,
        "open_sections": open_sections(assessment) if drafting else [],
    }
    if may_read and assessment.completed_at is not None:
        name = names.get(author) if author else None
        fields["author"] = AuthorRead(person_id=author, name=name, role=assessment.author_role)
    if not may_read:
        fields |= {"conclusion": None, "question": None, "work_ability": None}
    return AssessmentRead(
        **fields,
        owner=AssessmentOwner(
            person_id=item.holder_id if item else None,
            name=names.get(item.holder_id) if item and item.holder_id else None,
            queue=queue_told(item.queue, unknown) if item else None,
            alarm=item.alarm if item else False,
            suggest=item.suggest if item else None,
        ),
        allowed_actions=FLOW.actions(assessment.state, actor, refused, sides=set() if own else {"team", "holder"}),
    )


def open_sections(assessment: Assessment) -> list[str]:
    """What a health check that is not completed has still to say."""
    if assessment.kind != "health_check":
        return []
    saved = (assessment.draft or {}).get("healthCheck", {}).get("sections") or []
    return rules.missing_sections(section["section"] for section in saved)
