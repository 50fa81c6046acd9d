"""What is written without routing: a kind that whoever is there records (C-39), signed at once or kept as a draft; and
the answer of the client's own care team to what waited for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments import checking, kind_refusals, kinds, queries, rules, writing
from app.assessments.models import FLOW, Assessment
from app.assessments.parts import PhysicianPart
from app.assessments.refusals import at as wrong
from app.assessments.schemas import AssessmentRecord, CareTeamAnswer
from app.instruments.use_refusals import DateInFuture
from app.kit.clock import civil_date
from app.kit.ownid import own_id
from app.pathways.models import PATHWAY_FLOW, Pathway
from app.people.actor import Actor
from app.referrals.content import refuse_codes
from app.teams.health import health_refusal, keep_health_out
from app.work import queries as work_queries
from app.work.models import WorkItem


async def record(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: AssessmentRecord, at: datetime
) -> Assessment:
    """Write it: signed when this returns, unless it is kept as its author's draft.

    Raises `IllegalMove`, `KindNotRecorded`, `NoHealthDataHere`, and what the content is refused for.
    """
    PATHWAY_FLOW.check(pathway.state, "record_assessment")
    if given.kind not in kinds.RECORDED:
        raise wrong(kind_refusals.KindNotRecorded, ["/body/kind"])
    if (refusal := kind_refusals.writer_refusal(actor, given.kind)) is not None:
        raise refusal
    # In a team without health data a health professional writes like the others there, and of health nothing (C-59).
    light = await health_refusal(session, pathway.team_id) is not None
    registers = [one for one in actor.context.registers if not (light and one == kinds.HEALTH)]
    assessment = Assessment(
        id=own_id(given.id, at),
        client_id=pathway.client_id,
        pathway_id=pathway.id,
        kind=given.kind,
        register=kinds.written_as(given.kind, registers),
        question=None,
        urgency="routine",
        requested_at=at,
        requested_by_id=actor.person_id,
        continuity_declined=False,
    )
    await keep_health_out(session, pathway.team_id, assessment.register)
    # Nothing is written before it is known to be whole.
    if given.sign:
        await writing.sign(session, actor, assessment, None, given, at)
        session.add(assessment)
        await session.flush()
        await writing.signed(session, actor, assessment, at)
    else:
        writing.keep(assessment, given, at)
        session.add(assessment)
        await session.flush()
    return assessment


def with_care_team(assessment: Assessment, item: WorkItem | None) -> kind_refusals.NotWithOwnCareTeam | None:
    """Why there is no answer of the own care team to record, if so."""
    queue = item.queue if item is not None and item.holder_id is None else None
    waiting = queue is not None and queue.partition(":")[0] == kinds.OWN_CARE_TEAM  # and which team, after the colon
    answered_here = kinds.content_of(assessment.kind) == "physician"
    return None if waiting and answered_here else kind_refusals.NotWithOwnCareTeam()


async def record_answer(
    session: AsyncSession, actor: Actor, assessment: Assessment, pathway: Pathway, given: CareTeamAnswer, at: datetime
) -> None:
    """The own care team answered: the assessment is completed with what it said, who said it, and under which
    permission or disclosure it was asked. Whoever writes it down concludes nothing of their own (C-16).

    Raises `IllegalMove`, `NotWithOwnCareTeam`, `NoHealthDataHere`, `AskedUnderUnclear`, `AskedUnderUnknown`,
    `AnsweredBeforeAsked`, `DateInFuture`, `IncapacityByStatement`, and what statements are refused for.
    """
    FLOW.check(assessment.state, "record_care_team_answer")
    item = await work_queries.work_of(session, assessment.id, assessment.kind, lock=True)
    if (refusal := with_care_team(assessment, item)) is not None:
        raise refusal
    await keep_health_out(session, pathway.team_id, assessment.register)
    if given.answered_on < given.asked_on:
        raise wrong(kind_refusals.AnsweredBeforeAsked, ["/body/answeredOn"])
    if given.answered_on > civil_date(at):
        raise wrong(DateInFuture, ["/body/answeredOn"])
    await asked_under(session, actor, assessment, given)
    if given.conclusion in rules.PHYSICIAN_ONLY:
        raise kind_refusals.IncapacityByStatement()
    statements = given.model_dump(mode="json", by_alias=True)["statements"]
    by_physician = given.answered_by_role == "physician"
    await checking.check_statements(session, actor, assessment, statements, by_physician, at, "")
    words = "\n".join(writing.words([given.answered_by, *(one["keptAt"] for one in statements)]))
    refuse_codes(findings=given.findings, workAbility=given.work_ability, answeredBy=words)
    part = PhysicianPart.model_validate({"findings": given.findings, "statementWritten": bool(statements) or None})
    who = given.model_dump(
        mode="json", by_alias=True,
        include={"answered_by", "answered_by_role", "asked_on", "answered_on", "consent_id", "disclosure_id"},
    )  # fmt: skip
    content = {**part.model_dump(mode="json", by_alias=True), "statements": statements, "ownCareTeam": who}
    assessment.say(content, given.conclusion, given.work_ability)
    assessment.answer(actor.person_id, kinds.OWN_CARE_TEAM, at)
    await writing.signed(session, actor, assessment, at)


async def asked_under(session: AsyncSession, actor: Actor, assessment: Assessment, given: CareTeamAnswer) -> None:
    """Raises `AskedUnderUnclear`, `AskedUnderUnknown`."""
    if (given.consent_id is None) is (given.disclosure_id is None):
        raise wrong(kind_refusals.AskedUnderUnclear, ["/body/consentId"])
    client, day = assessment.client_id, given.asked_on
    if given.consent_id is not None:
        known = await queries.permitted_on(session, actor, client, given.consent_id, day)
        place = "/body/consentId"
    else:
        assert given.disclosure_id is not None
        known = await queries.disclosed_by(session, actor, client, given.disclosure_id, day)
        place = "/body/disclosureId"
    if not known:
        raise wrong(kind_refusals.AskedUnderUnknown, [place])
