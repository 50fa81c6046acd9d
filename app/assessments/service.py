"""Asking for an assessment and routing it, ending it, and saying what the problem is. What is written: `writing`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments import kind_refusals, kinds, plain_words, queries
from app.assessments.models import FLOW, Assessment, ProblemRecord
from app.assessments.refusals import NotYourWork, holds, wrote
from app.assessments.schemas import (
    AssessmentAssign,
    AssessmentRequest,
    ProblemAreasRecord,
)  # fmt: skip
from app.clients.models import Client
from app.kit.db import Receiving
from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Forbidden, Invalid
from app.outbox.events import append
from app.pathways import service as pathways
from app.pathways.models import PATHWAY_FLOW, Pathway
from app.pathways.rules import STEP_OF_KIND
from app.people.actor import Actor
from app.referrals.content import refuse_codes
from app.routing import service as routing
from app.routing.facts import AssessmentKind, Facts, ProblemArea, Register
from app.routing.keeping import Asked
from app.teams.health import keep_health_out
from app.work import queries as work_queries
from app.work import service as work


class KindNotAsked(Invalid):
    code = "kind_not_asked"
    detail = Text("Tätä ei pyydetä erikseen.", "Detta begärs inte separat.", "This kind is not asked for by itself.")


class NotHealthProfessional(Forbidden):
    code = "not_health_professional"
    detail = Text(
        "Ongelma-alueet ja vaativuuden sanoo terveydenhuollon ammattilainen.",
        "Problemområden och om ärendet är krävande sägs av en yrkesperson inom hälso- och sjukvården.",
        "Problem areas, and whether a case is demanding, are said by a health professional.",
    )


class MainAreaNotListed(Invalid):
    code = "main_area_not_listed"
    detail = Text(
        "Pääongelman on oltava ongelma-alueissa.",
        "Huvudproblemet ska finnas bland problemområdena.",
        "The main problem must be among the areas.",
    )


async def record_problems(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: ProblemAreasRecord, at: datetime
) -> ProblemRecord:
    """What the problem is and whether it is demanding: the newest counts, the earlier stay."""
    if not actor.health_professional:
        raise NotHealthProfessional()
    PATHWAY_FLOW.check(pathway.state, "record_problem_areas")
    await keep_health_out(session, pathway.team_id)
    if given.main_area is not None and given.main_area not in given.areas:
        pointer = "/body/mainArea"
        raise MainAreaNotListed(
            errors=[{"pointer": pointer, "code": MainAreaNotListed.code, "detail": MainAreaNotListed.detail}]
        )
    record = ProblemRecord(
        client_id=pathway.client_id,
        pathway_id=pathway.id,
        areas=sorted({area.value for area in given.areas}),
        main_area=given.main_area.value if given.main_area else None,
        demanding=given.demanding,
        recorded_at=at,
        recorded_by_id=actor.person_id,
    )
    session.add(record)
    await session.flush()
    return record


async def request(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: AssessmentRequest, at: datetime
) -> Assessment:
    """Ask for it; it has its owner (or its queue with the reason) when this returns.

    Raises `IllegalMove`, `KindNotAsked`, `CodeInText`, and `NoHealthDataHere` for what a team without health data
    cannot hold.
    """
    PATHWAY_FLOW.check(pathway.state, "request_assessment")
    if given.kind not in kinds.ASKABLE:
        raise KindNotAsked(errors=[{"pointer": "/body/kind", "code": KindNotAsked.code, "detail": KindNotAsked.detail}])
    await keep_health_out(session, pathway.team_id, kinds.register_of(given.kind))
    refuse_codes(question=given.question)
    assessment = Assessment(
        id=own_id(given.id, at),
        client_id=pathway.client_id,
        pathway_id=pathway.id,
        kind=given.kind,
        register=kinds.register_of(given.kind),
        question=given.question,
        urgency=given.urgency,
        requested_at=at,
        requested_by_id=actor.person_id,
        continuity_declined=given.continuity_declined,
    )
    # The asker may be of another register than the findings will be: the team writes and routes it.
    async with Receiving(session, team=pathway.team_id, area=actor.area_id):
        session.add(assessment)
        await session.flush()
        asked = await asked_of(session, actor, assessment, pathway)
        decision, _ = await routing.route(session, actor, asked, at)
        assessment.decision_id = decision.id
        step = STEP_OF_KIND.get(assessment.kind)
        if step is not None and decision.seat_role is not None:
            await pathways.name_step_owner(session, pathway.id, step, decision.seat_role)
        append(session, "assessment.requested", assessment, client=pathway.client_id, team=pathway.team_id)
    return assessment


async def asked_of(session: AsyncSession, actor: Actor, assessment: Assessment, pathway: Pathway) -> Asked:
    """The facts of this work, from what is recorded and nothing else."""
    client, team = await queries.client_and_team(session, pathway.client_id, pathway.team_id)
    problems = await queries.newest_problems(session, pathway.id)
    item = await work_queries.work_of(session, assessment.id, assessment.kind)
    registers = set(actor.context.registers)
    register = next((r for r in ("health", "social", "employment") if r in registers), None)
    checked = await queries.health_check_done(session, pathway.id)
    facts = facts_of(assessment, client, problems, checked, register, item.declined_by if item else ())
    return Asked(client.id, client.area_id, "assessment", assessment.id, facts, team)


def facts_of(
    assessment: Assessment,
    client: Client,
    problems: ProblemRecord | None,
    checked: bool,
    register: str | None,
    declined_by: Iterable[UUID],
) -> Facts:
    """`checked`: a health check is completed on the path. `register`: of whoever asked for it."""
    return Facts(
        assessment=AssessmentKind(assessment.kind),
        municipality=client.municipality,
        problem_areas=frozenset(ProblemArea(a) for a in problems.areas) if problems else frozenset(),
        main_problem=ProblemArea(problems.main_area) if problems and problems.main_area else None,
        demanding=problems.demanding if problems else None,
        health_check_done=checked,
        asked_by_register=Register(register) if register else None,
        own_care_team=client.own_care_team,
        urgent=assessment.urgency == "urgent",
        continuity_declined=assessment.continuity_declined,
        conflict_with=frozenset(map(str, client.conflict_person_ids)),
        declined_by=frozenset(map(str, declined_by)),
    )


async def assign(
    session: AsyncSession, actor: Actor, assessment: Assessment, pathway: Pathway, given: AssessmentAssign, at: datetime
) -> None:
    """A human decides, with a reason: for what routing left to humans, and to decide otherwise (C-02)."""
    FLOW.check(assessment.state, "assign")
    if assessment.kind in kinds.RECORDED:
        raise kind_refusals.KindNotRouted()
    refuse_codes(words=given.words)
    asked = await asked_of(session, actor, assessment, pathway)
    assert asked.team is not None
    decision = await routing.override(session, actor, asked, asked.team, given.seat_role, given.person_id, given, at)
    assessment.decision_id = decision.id
    await session.flush()


async def end(
    session: AsyncSession, actor: Actor, assessment: Assessment, verb: str, reason: str, at: datetime
) -> None:
    """`cancel`, or `mark_entered_in_error` by whoever holds it."""
    FLOW.check(assessment.state, verb)
    if verb == "mark_entered_in_error":
        item = await work_queries.work_of(session, assessment.id, assessment.kind)
        if not holds(actor, item) and not wrote(actor, assessment):
            raise NotYourWork()
    refuse_codes(reason=reason)
    assessment.end(verb, reason)
    await plain_words.taken_back(session, assessment)
    await work.finish(session, assessment.id, assessment.kind, at)
    append(session, "assessment.ended", assessment, client=assessment.client_id, assessment_kind=assessment.kind)
    await session.flush()
