"""What is known already when an assessment is written: with its source and day, for a human to copy (C-57)."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments import kinds, queries
from app.assessments.contents import LEAST_MINUTES, MOST_MINUTES
from app.assessments.models import Assessment
from app.assessments.schemas import Prefilled
from app.audit.trail import used
from app.clients.queries import visible_clients
from app.kit.clock import civil_date
from app.kit.codesets import called
from app.kit.i18n import speaking
from app.kit.queries import one
from app.people.actor import Actor
from app.plans import queries as plans
from app.plans.models import BarrierStanding
from app.preinformation import service as preinformation
from app.referrals.models import Referral
from app.referrals.queries import visible_referrals
from app.responses.queries import scored
from app.responses.service import reads

# Which field of a content takes the barriers of the plan.
NEEDS_OF = {"need_identification": "needs", "coordinator": "findings"}


async def known(session: AsyncSession, actor: Actor, assessment: Assessment) -> list[Prefilled]:
    """Every row it is taken from goes to the use log. Of health only into an assessment of the health register."""
    found = await of_client(session, actor, assessment) + await of_referrals(session, actor, assessment)
    if kinds.content_of(assessment.kind) in NEEDS_OF:
        found += await of_plan(session, assessment)
    if kinds.content_of(assessment.kind) == "overall":
        found += await of_contributions(session, actor, assessment)
    if assessment.register == "health":
        found += await of_form(session, assessment)
        found += await of_last_check(session, actor, assessment)
        found += await of_visit(session, assessment)
        found += await of_responses(session, actor, assessment)
    return found


async def of_client(session: AsyncSession, actor: Actor, assessment: Assessment) -> list[Prefilled]:
    client = await one(session, visible_clients(actor), assessment.client_id)
    await used(session, "clients", [(client.id, client.id)], fields=["language", "interpreter_needed"])
    common = {"section": None, "source": "client", "source_id": client.id, "on": None}
    items = [{"field": "language", "lines": [called("language", client.language)], "value": client.language}]
    if client.interpreter_needed:
        items.append({"field": "interpreterNeeded", "lines": [], "value": "yes"})
    return [Prefilled.model_validate({**common, **item}) for item in items]


async def of_referrals(session: AsyncSession, actor: Actor, assessment: Assessment) -> list[Prefilled]:
    """Days without work and barriers, as each referral of the path said them."""
    rows = visible_referrals(actor).where(Referral.pathway_id == assessment.pathway_id).order_by(Referral.id)
    found = []
    for referral in await session.scalars(rows):
        await used(session, "referrals", [(referral.id, referral.client_id)], fields=["barriers", "unemployment_days"])
        on = civil_date(referral.submitted_at) if referral.submitted_at else None
        common = {"source": "referral", "source_id": referral.id, "on": on}
        if referral.unemployment_days is not None:
            days = {"field": "unemploymentDays", "section": "bg_education_work_history", "lines": []}
            found.append({**common, **days, "value": referral.unemployment_days})
        if referral.barriers:
            lines = [called("barrier", code) for code in referral.barriers]
            found.append(
                {**common, "field": "barriers", "section": None, "lines": lines, "value": list(referral.barriers)}
            )
    return [Prefilled.model_validate(item) for item in found]


async def of_plan(session: AsyncSession, assessment: Assessment) -> list[Prefilled]:
    """Barriers that the plan of the path says are there, the newest word of each; codes only, for words are of the
    register that wrote them."""
    newest = {record.barrier: record for record in reversed(await plans.barriers_of(session, assessment.pathway_id))}
    field = NEEDS_OF[kinds.content_of(assessment.kind)]
    found = []
    for record in newest.values():
        await used(session, "barrier_records", [(record.id, record.client_id)], fields=["barrier"])
        if record.standing is not BarrierStanding.PRESENT:
            continue
        found.append(
            Prefilled(
                field=field,
                section=None,
                lines=[called("barrier", record.barrier)],
                value={"barrier": record.barrier} if field == "needs" else None,
                source="plan",
                source_id=record.id,
                on=record.recorded_on,
            )
        )
    return found


async def of_contributions(session: AsyncSession, actor: Actor, assessment: Assessment) -> list[Prefilled]:
    """What an overall statement could rest on: the completed ones of the path that the author reads (C-17)."""
    rows = await queries.citable(session, actor, assessment.pathway_id, but=assessment.id)
    await used(session, "assessments", [(row.id, row.client_id) for row in rows], fields=["kind", "author_role"])
    answers = await queries.citable_responses(session, actor, assessment.pathway_id)
    await used(session, "instrument_responses", [(row.id, row.client_id) for row in answers], fields=["instrument"])
    answered = [
        Prefilled(
            field="contributions",
            section=None,
            lines=[called("instrument", row.instrument)],
            value={"kind": "response", "id": str(row.id)},
            source="response",
            source_id=row.id,
            on=row.answered_on,
        )
        for row in answers
    ]
    held = await queries.citable_meetings(session, assessment.pathway_id)
    await used(session, "meetings", [(id, client) for id, client, *_ in held], fields=["kind", "starts_at"])
    met = [
        Prefilled(
            field="contributions",
            section=None,
            lines=[called("meeting_type", kind)],
            value={"kind": "meeting", "id": str(id)},
            source="meeting",
            source_id=id,
            on=civil_date(began),
        )
        for id, _, kind, began in held
    ]
    return (
        met
        + answered
        + [
            Prefilled(
                field="contributions",
                section=None,
                lines=[
                    called("assessment_kind", row.kind),
                    *([called("role", row.author_role)] if row.author_role else []),
                ],
                value={"kind": "assessment", "id": str(row.id)},
                source="assessment",
                source_id=row.id,
                on=civil_date(row.completed_at) if row.completed_at else None,
            )
            for row in rows
            if row.kind != assessment.kind
        ]
    )


async def of_form(session: AsyncSession, assessment: Assessment) -> list[Prefilled]:
    """What the client told in the newest pre-information form, section by section, and the scores in it."""
    found: list[dict[str, Any]] = []
    for told in await preinformation.sections(session, assessment.pathway_id, speaking.get()):
        on = civil_date(told.submitted_at)
        common = {"source": "preinformation", "source_id": told.form_id, "on": on, "section": told.section}
        lines = [f"{question}: {answer}" for question, answer in told.lines]
        found.append({**common, "field": "sections", "lines": lines, "value": None})
        found += [
            {**common, "field": "instruments", "lines": [called("instrument", code)],
             "value": {"instrument": code, "score": score, "answeredOn": on.isoformat()}}
            for code, score in told.scores.items()
        ]  # fmt: skip
    return [Prefilled.model_validate(item) for item in found]


async def of_last_check(session: AsyncSession, actor: Actor, assessment: Assessment) -> list[Prefilled]:
    """The height: it does not change from one check to the next; everything else is measured anew."""
    last = await queries.last_check(session, actor, assessment.client_id, but=assessment.id)
    height = (last.content.get("measures") or {}).get("heightCm") if last else None
    if last is None or height is None or last.completed_at is None:
        return []
    await used(session, "assessments", [(last.id, last.client_id)], fields=["content"])
    return [
        Prefilled(
            field="measures.heightCm",
            section="measures",
            lines=[],
            value=height,
            source="assessment",
            source_id=last.id,
            on=civil_date(last.completed_at),
        )
    ]


async def of_visit(session: AsyncSession, assessment: Assessment) -> list[Prefilled]:
    """How long the health check's visit took, as it was noted when it was kept."""
    if kinds.content_of(assessment.kind) != "health_check":
        return []
    visit = await queries.visit_of(session, assessment)
    if visit is None or not LEAST_MINUTES <= visit[2] <= MOST_MINUTES:
        return []
    id, begins, minutes = visit
    await used(session, "appointments", [(id, assessment.client_id)], fields=["contact_id"])
    on = civil_date(begins)
    return [
        Prefilled(field="minutes", section=None, lines=[], value=minutes, source="appointment", source_id=id, on=on)
    ]


async def of_responses(session: AsyncSession, actor: Actor, assessment: Assessment) -> list[Prefilled]:
    """The newest answered instrument of each kind that has a score, to be cited: `responseId`."""
    newest = {
        row.instrument: row for row in await session.scalars(scored(actor, assessment.client_id)) if reads(actor, row)
    }
    await used(session, "instrument_responses", [(row.id, row.client_id) for row in newest.values()], fields=["score"])
    return [
        Prefilled(
            field="instruments",
            section=None,
            lines=[called("instrument", row.instrument)],
            value={
                "instrument": row.instrument,
                "version": row.instrument_version,
                "edition": row.edition,
                "score": row.score,
                "mode": row.mode,
                "answeredOn": row.answered_on.isoformat() if row.answered_on else None,
                "responseId": str(row.id),
            },
            source="response",
            source_id=row.id,
            on=row.answered_on,
        )
        for row in newest.values()
    ]
