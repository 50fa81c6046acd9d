"""How an assessment is shown: its content to its own register only, and to the client when it is completed."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments import rules
from app.assessments.models import FLOW, Assessment, AssessmentState
from app.assessments.schemas import AssessmentOwner, AssessmentRead
from app.assessments.service import NotYourWork, completion_refusal, holds
from app.kit.problems import Problem
from app.people.actor import Actor
from app.routing.queries import names_of
from app.work import queries as work_queries


async def show(session: AsyncSession, actor: Actor, assessment: Assessment) -> AssessmentRead:
    """Content to its own register; to the client when completed."""
    item = await work_queries.work_of(session, assessment.id, assessment.kind)
    names = await names_of(session, [item.holder_id if item else None])
    own = actor.client_id is not None
    reads = own or assessment.register == "operational" or assessment.register in actor.context.registers
    released = assessment.state is not AssessmentState.REQUESTED
    measures = assessment.content.get("measures") or {}

    def refused(verb: str) -> Problem | None:
        if verb == "complete":
            return completion_refusal(actor, assessment, item)
        held = FLOW.verbs[verb].side != "holder" or holds(actor, item)
        return None if held else NotYourWork()

    fields = {n: getattr(assessment, n) for n in AssessmentRead.model_fields if hasattr(assessment, n)}
    fields |= {
        "data_register": assessment.register,
        "content": assessment.content if reads and released and assessment.content else None,
    }
    if not reads:
        fields |= {"conclusion": None, "question": None}
    return AssessmentRead(
        **fields,
        owner=AssessmentOwner(
            person_id=item.holder_id if item else None,
            name=names.get(item.holder_id) if item and item.holder_id else None,
            queue=item.queue if item else None,
            alarm=item.alarm if item else False,
        ),
        bmi=rules.bmi(measures.get("heightCm"), measures.get("weightKg")) if reads and released else None,
        allowed_actions=FLOW.actions(assessment.state, actor, refused, sides=set() if own else {"team", "holder"}),
    )
