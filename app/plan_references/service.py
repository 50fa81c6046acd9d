"""References to plans: recorded with the client's permission, reviewed, superseded, ended, entered in error."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.trail import used
from app.kit.clock import civil_date
from app.kit.codesets import called
from app.kit.ownid import own_id
from app.kit.queries import one
from app.outbox.events import append
from app.pathways.models import PATHWAY_FLOW, Pathway
from app.people.actor import Actor
from app.people.periods import at_field
from app.plan_references import queries, rules
from app.plan_references.models import FLOW, PlanReference, ReferenceState
from app.plan_references.refusals import (
    ActivityOfAnother,
    LegalBasisNotInForce,
    NotTheSamePlan,
    OrganiserUnknownHere,
    PlanMeetingUnknown,
    PlanNotPermitted,
    PlanTypeNotForClient,
    PlanTypeNotInForce,
    ReferenceDays,
    ReferenceNotYours,
)
from app.plan_references.schemas import PlanReferenceLine, PlanReferenceRead, PlanReferenceRecord, PlanWarning
from app.referrals.content import refuse_codes

ACTIVITY = ("weekly_days", "daily_hours", "planned_days", "social_assistance")
NOT_KEPT = {"id", "legal_basis", "client_permits", "social_assistance"}


def said(session: AsyncSession, kind: str, row: PlanReference) -> None:
    append(session, kind, row, client=row.client_id, team=row.team_id)


def check_days(given: PlanReferenceRecord, at: datetime) -> None:
    """Raises `ReferenceDays`."""
    today = civil_date(at)
    if given.client_permits.on > today:
        raise at_field(ReferenceDays, "clientPermits/on")
    if given.made_on > today:
        raise at_field(ReferenceDays, "madeOn")
    if given.valid_to is not None and given.valid_to < given.valid_from:
        raise at_field(ReferenceDays, "validTo")
    if given.need_assessed_on is not None and given.need_assessed_on > given.made_on:
        raise at_field(ReferenceDays, "needAssessedOn")


def law_of(given: PlanReferenceRecord) -> tuple[str, str]:
    """The version of the law and the legal basis of a plan of this type on the day it was made. Raises
    `PlanTypeNotInForce`, `PlanTypeNotForClient`, `LegalBasisNotInForce`, `ActivityOfAnother`."""
    law = rules.in_force(given.made_on)
    kind = law.plans.get(given.plan_type) if law else None
    if law is None or kind is None:
        there = sorted(law.plans) if law else []
        detail = PlanTypeNotInForce.detail.format(instead=", ".join(called("plan_type", code) for code in there) or "–")
        raise PlanTypeNotInForce(
            errors=[{"pointer": "/body/planType", "code": PlanTypeNotInForce.code, "detail": detail}], instead=there
        )
    if given.plan_type != "activation_plan":
        for name in ACTIVITY:
            if getattr(given, name) is not None:
                raise at_field(ActivityOfAnother, "planType")
    if kind.social_assistance_only and given.social_assistance is not True:
        detail = PlanTypeNotForClient.detail.format(instead=called("plan_type", kind.instead or ""))
        raise PlanTypeNotForClient(
            errors=[{"pointer": "/body/planType", "code": PlanTypeNotForClient.code, "detail": detail}],
            instead=kind.instead,
        )
    if given.legal_basis not in (None, kind.legal_basis):
        detail = LegalBasisNotInForce.detail.format(legal_basis=called("plan_legal_basis", kind.legal_basis))
        raise LegalBasisNotInForce(
            errors=[{"pointer": "/body/legalBasis", "code": LegalBasisNotInForce.code, "detail": detail}],
            legal_basis=kind.legal_basis,
        )
    return law.version, kind.legal_basis


def check_register(actor: Actor, register: str) -> None:
    """Raises `ReferenceNotYours`."""
    if register != "operational" and register not in actor.context.registers:
        raise ReferenceNotYours(register=register)


async def record(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: PlanReferenceRecord, at: datetime
) -> PlanReference:
    """Raises `IllegalMove`, `PlanNotPermitted`, `ReferenceNotYours`, `OrganiserUnknownHere`, `NotTheSamePlan`,
    `PlanMeetingUnknown`, `CodeInText`, what `law_of` and `check_days` raise, and `NotFound` for a superseded plan that
    is not seen."""
    PATHWAY_FLOW.check(pathway.state, "plan_meeting")
    refuse_codes(externalId=given.external_id)
    if not given.client_permits.permitted:
        raise at_field(PlanNotPermitted, "clientPermits/permitted")
    check_register(actor, rules.REGISTER[given.plan_type])
    check_days(given, at)
    version, basis = law_of(given)
    if not await queries.organisation_known(session, given.organiser_id, actor.area_id):
        raise at_field(OrganiserUnknownHere, "organiserId")
    if given.meeting_id is not None and not await queries.met(session, given.meeting_id, pathway.id):
        raise at_field(PlanMeetingUnknown, "meetingId")
    if given.supersedes_id is not None:
        old = await one(session, queries.worked_references(actor), given.supersedes_id, lock=True)
        same = old.pathway_id == pathway.id and old.plan_type == given.plan_type
        if not same or old.state is not ReferenceState.IN_FORCE:
            raise at_field(NotTheSamePlan, "supersedesId")
        old.supersede(civil_date(at))
        said(session, "plan_reference.superseded", old)
    assert actor.person_id is not None
    row = PlanReference(
        **given.model_dump(exclude=NOT_KEPT),
        id=own_id(given.id, at),
        client_id=pathway.client_id,
        pathway_id=pathway.id,
        team_id=pathway.team_id,
        author_id=actor.person_id,
        register=rules.REGISTER[given.plan_type],
        legal_basis=basis,
        law_version=version,
        permitted_on=given.client_permits.on,
        permitted_how=given.client_permits.how,
    )
    session.add(row)
    said(session, "plan_reference.recorded", row)
    await session.flush()
    return row


async def review(session: AsyncSession, row: PlanReference, due_on: date | None) -> None:
    """Raises `IllegalMove`."""
    row.review(due_on)
    said(session, "plan_reference.reviewed", row)
    await session.flush()


async def end(session: AsyncSession, row: PlanReference, reason: str, at: datetime) -> None:
    """Raises `IllegalMove`."""
    row.end(civil_date(at), reason)
    said(session, "plan_reference.ended", row)
    await session.flush()


async def mark_entered_in_error(session: AsyncSession, row: PlanReference, reason: str) -> None:
    """Raises `IllegalMove`, `CodeInText`."""
    refuse_codes(reason=reason)
    row.mark_entered_in_error(reason)
    said(session, "plan_reference.entered_in_error", row)
    await session.flush()


async def beside_plan(session: AsyncSession, actor: Actor, pathway_id: UUID) -> list[PlanReferenceLine]:
    """What the caller may see of a path's references; each goes to the use log."""
    rows = await queries.beside_plan(session, actor, pathway_id)
    await used(session, "plan_references", [(row.id, row.client_id) for row in rows])
    names = [name for name in PlanReferenceLine.model_fields if hasattr(PlanReference, name)]
    return [
        PlanReferenceLine(
            **{name: getattr(row, name) for name in names},
            plan_type_label=called("plan_type", row.plan_type),
            legal_basis_label=called("plan_legal_basis", row.legal_basis),
        )
        for row in rows
    ]


def show(actor: Actor, row: PlanReference) -> PlanReferenceRead:
    """With what stands out today."""
    fields = {name: getattr(row, name) for name in PlanReferenceRead.model_fields if hasattr(row, name)}
    facts = rules.Facts(**{name: getattr(row, name) for name in rules.Facts.__dataclass_fields__})
    found = rules.warnings(facts, civil_date(actor.at)) if row.state is ReferenceState.IN_FORCE else []
    sides = {"team"} if row.team_id in actor.teams and actor.client_id is None else set()
    return PlanReferenceRead(
        **fields,
        data_register=row.register,
        plan_type_label=called("plan_type", row.plan_type),
        legal_basis_label=called("plan_legal_basis", row.legal_basis),
        warnings=[PlanWarning(code=code, label=called("plan_warning", code)) for code in found],
        allowed_actions=[one for one in FLOW.actions(row.state, actor, sides=sides) if one.action != "supersede"],
    )
