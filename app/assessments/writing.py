"""Writing the findings: saved in parts by whoever holds the work, completed, amended with the original kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments import checking, cited, kind_refusals, kinds, plain_words, queries, refusals, rules
from app.assessments.contents import NEEDED, PARTS
from app.assessments.health_checks import plain, usable, whole_check
from app.assessments.models import FLOW, Assessment, AssessmentVersion
from app.assessments.refusals import at as wrong
from app.assessments.schemas import AssessmentAmend, AssessmentComplete, AssessmentDraft
from app.kit.problems import camel
from app.outbox.events import append
from app.pathways import service as pathways
from app.pathways.rules import STEP_OF_KIND
from app.people.actor import Actor
from app.referrals.content import refuse_codes
from app.teams.health import keep_health_out
from app.work import queries as work_queries
from app.work import service as work
from app.work.models import WorkItem


async def held(session: AsyncSession, actor: Actor, assessment: Assessment) -> WorkItem | None:
    """Its work, locked. Raises why the caller may not write it: `NotYourWork`, `DesignatedOnly`, `NoHealthDataHere`."""
    item = await work_queries.work_of(session, assessment.id, assessment.kind, lock=True)
    refusal = refusals.completion_refusal(actor, assessment, item)
    if refusal is not None:
        raise refusal
    team = item.team_id if item else await queries.team_of(session, assessment.pathway_id)
    await keep_health_out(session, team, assessment.register)
    return item


def part_of(assessment: Assessment, given: AssessmentDraft) -> dict[str, Any]:
    """What was sent of the findings, as it goes over the wire. Raises `ContentMismatch` for those of another kind."""
    expected = kinds.content_of(assessment.kind)
    if any(getattr(given, name) is not None for name in PARTS if name != expected):
        raise refusals.ContentMismatch(expected=camel(expected))
    part = getattr(given, expected)
    return {} if part is None else dict(part.model_dump(mode="json", by_alias=True, exclude_unset=True))


def said(given: AssessmentDraft, before: Mapping[str, Any]) -> dict[str, Any]:
    """Conclusion and plain words: as sent, or as they were."""
    sent = given.model_dump(mode="json", by_alias=True, include={"conclusion", "work_ability"}, exclude_unset=True)
    return {name: {**before, **sent}.get(name) for name in ("conclusion", "workAbility")}


def words(value: Any) -> Iterator[str]:
    """Every free text inside."""
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from words(inner)


def finished(
    actor: Actor, assessment: Assessment, saved: Mapping[str, Any], given: AssessmentDraft, at: datetime
) -> tuple[dict[str, Any], str | None, str | None]:
    """Content, conclusion and plain words to keep: what was saved with what was sent on top. Raises what is wrong."""
    name = kinds.content_of(assessment.kind)
    wire, sent = camel(name), part_of(assessment, given)
    part = rules.merged(saved.get(wire, {}), sent)
    if not part:
        raise refusals.ContentMismatch(expected=wire)
    content = plain(name, part)
    missing = [field for field in NEEDED[name] if not content[field]]
    if missing:
        raise wrong(refusals.CheckIncomplete, [f"/body/{wire}/{field}" for field in missing], missing=missing)
    if name == "health_check":
        usable(content, at, assessment.completed_at)
        content = whole_check(content)
    told = said(given, saved)
    answered = assessment.author_role == kinds.OWN_CARE_TEAM
    if answered and told["conclusion"] in rules.PHYSICIAN_ONLY:
        raise kind_refusals.IncapacityByStatement()
    if assessment.kind in kinds.CONCLUDES and not answered and told["conclusion"] is None:
        raise wrong(refusals.ConclusionMissing, ["/body/conclusion"])
    if told["conclusion"] and not rules.may_conclude(assessment.kind, told["conclusion"], actor.roles):
        raise refusals.PhysicianConcludes()
    refuse_codes(workAbility=told["workAbility"], **{wire: "\n".join(words(content))})
    return content, told["conclusion"], told["workAbility"]


def keep(assessment: Assessment, given: AssessmentDraft, at: datetime) -> None:
    """What is known so far, as its draft. Raises what is wrong with it in whatever state."""
    name = kinds.content_of(assessment.kind)
    wire, sent, saved = camel(name), part_of(assessment, given), assessment.draft or {}
    part = rules.merged(saved.get(wire, {}), sent)
    if name == "health_check":
        usable(plain(name, part), at)
    draft = {**said(given, saved), wire: part}
    refuse_codes(workAbility=draft["workAbility"], **{wire: "\n".join(words(part))})
    assessment.draft = draft


async def save_draft(
    session: AsyncSession, actor: Actor, assessment: Assessment, given: AssessmentDraft, at: datetime
) -> None:
    """Keep what is known so far: seen by whoever holds the work, and used by completing it."""
    FLOW.check(assessment.state, "save_draft")
    await held(session, actor, assessment)
    await cited.taken(session, actor, assessment, given)
    keep(assessment, given, at)
    await session.flush()


async def sign(
    session: AsyncSession,
    actor: Actor,
    assessment: Assessment,
    item: WorkItem | None,
    given: AssessmentDraft,
    at: datetime,
) -> None:
    """The findings and the conclusion, and who signs as what. `item`: its work, if it is anybody's. Raises what is
    wrong with them."""
    await cited.taken(session, actor, assessment, given)
    content, conclusion, told = finished(actor, assessment, assessment.draft or {}, given, at)
    await cited.still_stand(session, actor, assessment, content)
    content = await checking.settled(session, actor, assessment, content, {}, at)
    assessment.say(content, conclusion, told)
    seats = {seat.role for seat in actor.seats if item is not None and seat.seat_id == item.seat_id}
    assessment.complete(actor.person_id, kinds.author_role(actor.roles, seats, assessment.kind), at)


async def signed(session: AsyncSession, actor: Actor, assessment: Assessment, at: datetime) -> None:
    """What follows: the work is done, the plain words are told, the path's step is completed."""
    await work.finish(session, assessment.id, assessment.kind, at)
    await plain_words.said(session, assessment, at)
    step = STEP_OF_KIND.get(assessment.kind)
    if step is not None:
        await pathways.complete_step_of(session, actor, assessment.pathway_id, step, at)
    append(session, "assessment.completed", assessment, client=assessment.client_id, assessment_kind=assessment.kind)
    await session.flush()


async def complete(
    session: AsyncSession, actor: Actor, assessment: Assessment, given: AssessmentComplete, at: datetime
) -> None:
    """Write the findings and the conclusion; the path's step is done with it."""
    FLOW.check(assessment.state, "complete")
    item = await held(session, actor, assessment)
    await sign(session, actor, assessment, item, given, at)
    await signed(session, actor, assessment, at)


async def amend(
    session: AsyncSession, actor: Actor, assessment: Assessment, given: AssessmentAmend, at: datetime
) -> None:
    """Say it anew; what was said is kept as a version, with the reason. Raises `AmendReasonMissing` without one."""
    FLOW.check(assessment.state, "amend")
    await held(session, actor, assessment)
    if given.reason is None:
        raise wrong(kind_refusals.AmendReasonMissing, ["/body/reason"])
    refuse_codes(reason=given.reason)
    await cited.taken(session, actor, assessment, given)
    wire, old = camel(kinds.content_of(assessment.kind)), assessment.content
    before = {"conclusion": assessment.conclusion, "workAbility": assessment.work_ability}
    content, *told = finished(actor, assessment, {**before, wire: checking.own_of(old)}, given, at)
    kept_register = assessment.register
    content = await checking.settled(session, actor, assessment, content, old, at)
    if "ownCareTeam" in old:
        content["ownCareTeam"] = old["ownCareTeam"]
    session.add(
        AssessmentVersion(
            assessment_id=assessment.id,
            client_id=assessment.client_id,
            register=kept_register,
            number=await queries.versions_count(session, assessment.id) + 1,
            content=old,
            conclusion=assessment.conclusion,
            work_ability=assessment.work_ability,
            replaced_at=at,
            replaced_by_id=actor.person_id,
            reason=given.reason,
        )
    )
    assessment.say(content, *told)
    assessment.amended_at = at
    await plain_words.said(session, assessment, at)
    append(session, "assessment.amended", assessment, client=assessment.client_id, assessment_kind=assessment.kind)
    await session.flush()
