"""Asking for an assessment and routing it, completing it, and saying what the problem is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments import queries, rules
from app.assessments.models import FLOW, Assessment, ProblemRecord
from app.assessments.schemas import (
    AssessmentAssign,
    AssessmentComplete,
    AssessmentRequest,
    ProblemAreasRecord,
)  # fmt: skip
from app.kit.db import Receiving
from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Forbidden, Invalid, Problem, camel
from app.outbox.events import append
from app.pathways import service as pathways
from app.pathways.models import PATHWAY_FLOW, Pathway
from app.pathways.rules import STEP_OF_KIND
from app.people.actor import Actor
from app.referrals.content import refuse_codes
from app.routing import service as routing
from app.routing.facts import AssessmentKind, Facts, ProblemArea, Register
from app.routing.keeping import Asked
from app.work import queries as work_queries
from app.work import service as work
from app.work.models import WorkItem


class KindNotAsked(Invalid):
    code = "kind_not_asked"
    detail = Text("Tätä ei pyydetä erikseen.", "Detta begärs inte separat.", "This kind is not asked for by itself.")


class ContentMismatch(Invalid):
    """The findings of a kind stand in its own sub-object: `expected`, and only there."""

    code = "content_mismatch"
    detail = Text(
        "Kirjaa löydökset kenttään {expected} ja jätä muut pois.",
        "Anteckna fynden i fältet {expected} och lämna bort de andra.",
        "Write the findings in {expected}, and leave the others out.",
    )


class ConclusionMissing(Invalid):
    code = "conclusion_missing"
    detail = Text(
        "Sano johtopäätös; undetermined_needs_more on tavallinen tulos.",
        "Ange slutsats; undetermined_needs_more är ett vanligt resultat.",
        "Say the conclusion; undetermined_needs_more is a normal result.",
    )


class PhysicianConcludes(Forbidden):
    """Work incapacity is concluded by a physician only (C-16). A nurse says `incapacity_suspected`."""

    code = "physician_concludes"
    detail = Text(
        "Työkyvyttömyyden toteaa vain lääkäri. Käytä tulosta incapacity_suspected.",
        "Arbetsoförmåga konstateras bara av läkare. Använd incapacity_suspected.",
        "Work incapacity is concluded by a physician only. Use incapacity_suspected.",
    )


class SectionsUnclear(Invalid):
    code = "sections_unclear"
    detail = Text(
        "Jokainen osio kerran; tekemättä jääneelle syy.",
        "Varje avsnitt en gång; orsak till det som inte gjorts.",
        "Each section once; a reason for what was not done.",
    )


class NotYourWork(Forbidden):
    """Only the seat that holds the work completes it."""

    code = "not_your_work"
    detail = Text(
        "Työ on toisella paikalla. Pyydä sen haltijaa, tai anna työ itsellesi perustellen.",
        "Arbetet hör till en annan plats. Be dess innehavare, eller ge arbetet till dig med motivering.",
        "The work stands with another seat. Ask its holder, or have it assigned to you with a reason.",
    )


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
    PATHWAY_FLOW.check(pathway.state, "record_problem_areas")
    if not actor.health_professional:
        raise NotHealthProfessional()
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
    """Ask for it; it has its owner (or its queue with the reason) when this returns."""
    PATHWAY_FLOW.check(pathway.state, "request_assessment")
    if given.kind not in rules.ASKABLE:
        raise KindNotAsked(errors=[{"pointer": "/body/kind", "code": KindNotAsked.code, "detail": KindNotAsked.detail}])
    refuse_codes(question=given.question)
    assessment = Assessment(
        id=own_id(given.id, at),
        client_id=pathway.client_id,
        pathway_id=pathway.id,
        kind=given.kind,
        register=rules.register_of(given.kind),
        question=given.question,
        urgency=given.urgency,
        requested_at=at,
        requested_by_id=actor.person_id,
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
    registers = set(actor.context.registers)
    register = next((r for r in ("health", "social", "employment") if r in registers), None)
    facts = Facts(
        assessment=AssessmentKind(assessment.kind),
        municipality=client.municipality,
        problem_areas=frozenset(ProblemArea(a) for a in problems.areas) if problems else frozenset(),
        main_problem=ProblemArea(problems.main_area) if problems and problems.main_area else None,
        demanding=problems.demanding if problems else None,
        health_check_done=await queries.health_check_done(session, pathway.id),
        asked_by_register=Register(register) if register else None,
        own_care_team=client.own_care_team,
        urgent=assessment.urgency == "urgent",
        conflict_with=frozenset(map(str, client.conflict_person_ids)),
    )
    return Asked(client.id, client.area_id, "assessment", assessment.id, facts, team)


async def assign(
    session: AsyncSession, actor: Actor, assessment: Assessment, pathway: Pathway, given: AssessmentAssign, at: datetime
) -> None:
    """A human decides, with a reason: for what routing left to humans, and to decide otherwise (C-02)."""
    FLOW.check(assessment.state, "assign")
    refuse_codes(reason=given.reason)
    asked = await asked_of(session, actor, assessment, pathway)
    assert asked.team is not None
    decision = await routing.override(
        session, actor, asked, asked.team, given.seat_role, given.person_id, given.reason, at
    )
    assessment.decision_id = decision.id
    await session.flush()


def holds(actor: Actor, item: WorkItem | None) -> bool:
    """The holder, or whoever else sits on (or stands in for) the same seat today."""
    if item is None or actor.person_id is None or item.holder_id is None:
        return False
    return item.holder_id == actor.person_id or any(s.seat_id == item.seat_id for s in actor.seats)


def checked(actor: Actor, assessment: Assessment, given: AssessmentComplete) -> dict[str, Any]:
    """The content to keep. Raises what is wrong with it."""
    expected = rules.content_of(assessment.kind)
    parts = {name: getattr(given, name) for name in ("health_check", "functional_test", "physician", "other")}
    if parts[expected] is None or any(part is not None for name, part in parts.items() if name != expected):
        raise ContentMismatch(expected=camel(expected))
    if assessment.kind in rules.CONCLUDES and given.conclusion is None:
        raise ConclusionMissing(
            errors=[{"pointer": "/body/conclusion", "code": ConclusionMissing.code, "detail": ConclusionMissing.detail}]
        )
    if given.conclusion is not None and not rules.may_conclude(assessment.kind, given.conclusion, actor.roles):
        raise PhysicianConcludes()
    if given.health_check is not None:
        names = [s.section for s in given.health_check.sections]
        unsaid = [s for s in given.health_check.sections if not s.done and s.not_done_because is None]
        if len(set(names)) < len(names) or unsaid:
            place = "/body/healthCheck/sections"
            raise SectionsUnclear(
                errors=[{"pointer": place, "code": SectionsUnclear.code, "detail": SectionsUnclear.detail}]
            )
    content: dict[str, Any] = parts[expected].model_dump(mode="json", by_alias=True)
    refuse_codes(workAbility=given.work_ability, **{camel(expected): parts[expected].model_dump_json()})
    return content


def completion_refusal(actor: Actor, assessment: Assessment, item: WorkItem | None) -> Problem | None:
    """Only who holds the work completes it, and only on a seat that may do this kind: a physician's assessment that
    came to the nurse first (C-58) is given on to a physician, not written by the nurse."""
    if item is None or not holds(actor, item):
        return NotYourWork()
    allowed = routing.ALLOWED_SEATS.get(assessment.kind)
    seats = {s.role for s in actor.seats if s.seat_id == item.seat_id}
    if allowed is not None and not seats & allowed:
        return routing.DesignatedOnly(seats=sorted(allowed))
    return None


async def complete(
    session: AsyncSession, actor: Actor, assessment: Assessment, given: AssessmentComplete, at: datetime
) -> None:
    """Write the findings and the conclusion; the path's step is done with it."""
    FLOW.check(assessment.state, "complete")
    item = await work_queries.work_of(session, assessment.id, assessment.kind, lock=True)
    refusal = completion_refusal(actor, assessment, item)
    if refusal is not None:
        raise refusal
    assessment.content = checked(actor, assessment, given)
    assessment.conclusion, assessment.work_ability = given.conclusion, given.work_ability
    if given.health_check is not None:
        assessment.informed_of_purpose_at = given.health_check.informed_of_purpose_at
    assessment.complete(actor.person_id, at)
    await work.finish(session, assessment.id, assessment.kind, at)
    step = STEP_OF_KIND.get(assessment.kind)
    if step is not None:
        await pathways.complete_step_of(session, actor, assessment.pathway_id, step, at)
    append(session, "assessment.completed", assessment, client=assessment.client_id, assessment_kind=assessment.kind)
    await session.flush()


async def end(
    session: AsyncSession, actor: Actor, assessment: Assessment, verb: str, reason: str, at: datetime
) -> None:
    """`cancel`, or `mark_entered_in_error` by whoever holds it."""
    FLOW.check(assessment.state, verb)
    if verb == "mark_entered_in_error":
        item = await work_queries.work_of(session, assessment.id, assessment.kind)
        if not holds(actor, item):
            raise NotYourWork()
    refuse_codes(reason=reason)
    assessment.end(verb, reason)
    await work.finish(session, assessment.id, assessment.kind, at)
    append(session, "assessment.ended", assessment, client=assessment.client_id, assessment_kind=assessment.kind)
    await session.flush()
