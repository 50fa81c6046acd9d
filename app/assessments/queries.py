"""Every select on assessments and problem records."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, and_, any_, cast, column, func, literal, or_, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.assessments.models import (
    Assessment,
    AssessmentState,
    AssessmentVersion,
    Conclusion,
    LaboratoryStatus,
    ProblemRecord,
)
from app.audit.models import Disclosure
from app.clients.models import Client
from app.consents.models import Consent, ConsentKind, ConsentState
from app.consents.queries import visible_consents, visible_disclosures
from app.contacts.models import Contact
from app.kit.calendar import civil
from app.pathways.models import Pathway
from app.people.actor import Actor
from app.people.models import Membership
from app.responses.models import InstrumentResponse, ResponseState
from app.responses.queries import visible_responses
from app.teams.models import Holder, Seat, Team
from app.work.models import WorkItem
from app.work.queries import visible_work

# Appointments stand above this room: of one it is asked how long the visit took. Row security shows the rows.
APPOINTMENTS = table(
    "appointments",
    *map(column, ("id", "pathway_id", "kind", "assessment_id", "status", "contact_id", "starts_at")),
)
# Meetings stand above this room: of one it is asked only whether it was held on the path. Row security shows the rows.
MEETINGS = table("meetings", *map(column, ("id", "client_id", "pathway_id", "kind", "state", "starts_at")))


def visible_assessments(actor: Actor) -> Select[Assessment]:
    """Of clients of the caller's teams, in the registers the caller reads; the client's own."""
    return seen(actor, "assessment", Assessment)


def every_assessment() -> Select[Assessment]:
    """Of every register, as the row context shows them; ask `worked_pathways` for its path."""
    return select(Assessment)


async def nobody_has(session: AsyncSession, actor: Actor, assessment_id: UUID) -> UUID | None:
    """The caller's team in whose queue an assessment of a register they do not read still waits."""
    if await session.scalar(visible_assessments(actor).where(Assessment.id == assessment_id)) is not None:
        return None
    rows = visible_work(actor).where(
        WorkItem.subject_id == assessment_id, WorkItem.subject_type == "assessment",
        WorkItem.holder_id.is_(None), WorkItem.team_id.in_(actor.teams),
    ).with_only_columns(WorkItem.team_id)  # fmt: skip
    found: UUID | None = await session.scalar(rows)
    return found


def visible_conclusions(actor: Actor) -> Select[Conclusion]:
    """Of clients of the caller's teams, or the client's own; whether the caller may read them is asked apart."""
    return seen(actor, "conclusion", Conclusion)


async def conclusion_of(session: AsyncSession, assessment_id: UUID) -> Conclusion | None:
    found: Conclusion | None = await session.scalar(select(Conclusion).where(Conclusion.assessment_id == assessment_id))
    return found


async def newest_problems(session: AsyncSession, pathway_id: UUID) -> ProblemRecord | None:
    rows = (
        select(ProblemRecord)
        .where(ProblemRecord.pathway_id == pathway_id)
        .order_by(ProblemRecord.recorded_at.desc(), ProblemRecord.id.desc())
        .limit(1)
    )
    record: ProblemRecord | None = await session.scalar(rows)
    return record


async def health_check_done(session: AsyncSession, pathway_id: UUID) -> bool:
    rows = select(Assessment.id).where(
        Assessment.pathway_id == pathway_id,
        Assessment.kind == "health_check",
        Assessment.state == AssessmentState.COMPLETED,
    )
    return await session.scalar(rows.limit(1)) is not None


async def client_and_team(session: AsyncSession, client_id: UUID, team_id: UUID) -> tuple[Client, Team]:
    client = await session.get_one(Client, client_id)
    return client, await session.get_one(Team, team_id)


async def team_of(session: AsyncSession, pathway_id: UUID) -> UUID:
    """Whose path it is: of an assessment that is nobody's work."""
    return (await session.get_one(Pathway, pathway_id)).team_id


def versions_of(assessment_id: UUID) -> Select[AssessmentVersion]:
    """What an assessment said before its amendments; ask `visible_assessments` for it first."""
    return select(AssessmentVersion).where(AssessmentVersion.assessment_id == assessment_id)


async def versions_count(session: AsyncSession, assessment_id: UUID) -> int:
    rows = select(func.count()).select_from(versions_of(assessment_id).subquery())
    return int(await session.scalar(rows) or 0)


async def newest_reason(session: AsyncSession, assessment_id: UUID) -> str | None:
    """Why it was last amended."""
    rows = versions_of(assessment_id).order_by(AssessmentVersion.number.desc()).limit(1)
    found: AssessmentVersion | None = await session.scalar(rows)
    return found.reason if found else None


async def laboratory_of(session: AsyncSession, assessment_id: UUID) -> dict[str, LaboratoryStatus]:
    """The newest status of each test."""
    rows = select(LaboratoryStatus).where(LaboratoryStatus.assessment_id == assessment_id).order_by(LaboratoryStatus.id)
    return {row.lab: row for row in await session.scalars(rows)}


async def last_check(session: AsyncSession, actor: Actor, client_id: UUID, but: UUID) -> Assessment | None:
    """The client's newest completed health check that the caller reads, other than this one."""
    rows = (
        visible_assessments(actor)
        .where(
            Assessment.client_id == client_id,
            Assessment.kind == "health_check",
            Assessment.state == AssessmentState.COMPLETED,
            Assessment.id != but,
        )
        .order_by(Assessment.completed_at.desc(), Assessment.id.desc())
        .limit(1)
    )
    found: Assessment | None = await session.scalar(rows)
    return found


async def cited(session: AsyncSession, actor: Actor, pathway_id: UUID, ids: Collection[UUID]) -> list[Assessment]:
    """Those of these assessments that are on the path and for the caller to see, in whatever state."""
    rows = visible_assessments(actor).where(Assessment.pathway_id == pathway_id, Assessment.id.in_(ids))
    return list(await session.scalars(rows))


async def visit_of(session: AsyncSession, assessment: Assessment) -> tuple[UUID, datetime, int] | None:
    """The newest visit of a health check that took place: its id, beginning, and the minutes noted of it. Whoever does
    not read health data books without knowing which assessment it is: then the path says it."""
    V = APPOINTMENTS.c
    unsaid = and_(V.assessment_id.is_(None), V.kind == assessment.kind, V.starts_at >= assessment.requested_at)
    rows = (
        select(V.id, V.starts_at, Contact.minutes)
        .join(Contact, Contact.id == V.contact_id)
        .where(V.pathway_id == assessment.pathway_id, or_(V.assessment_id == assessment.id, unsaid))
        .where(V.status == "fulfilled", Contact.minutes.is_not(None))
        .order_by(V.starts_at.desc(), V.id.desc())
        .limit(1)
    )
    found = (await session.execute(rows)).first()
    return None if found is None else (found[0], found[1], found[2])


async def cited_meetings(
    session: AsyncSession, pathway_id: UUID, ids: Collection[UUID]
) -> dict[UUID, tuple[str, datetime]]:
    """State and beginning of those of these meetings that are on the path."""
    rows = select(MEETINGS.c.id, MEETINGS.c.state, MEETINGS.c.starts_at).where(
        MEETINGS.c.pathway_id == pathway_id, MEETINGS.c.id.in_(ids)
    )
    return {row.id: (row.state, row.starts_at) for row in await session.execute(rows)}


async def citable_meetings(session: AsyncSession, pathway_id: UUID) -> list[tuple[UUID, UUID, str, datetime]]:
    """Meetings of the path that were held, the oldest first: id, client, kind, beginning."""
    M = MEETINGS.c
    rows = select(M.id, M.client_id, M.kind, M.starts_at).where(M.pathway_id == pathway_id, M.state == "held")
    return [(row[0], row[1], row[2], row[3]) for row in await session.execute(rows.order_by(M.starts_at, M.id))]


async def cited_responses(
    session: AsyncSession, actor: Actor, pathway_id: UUID, ids: Collection[UUID]
) -> dict[UUID, InstrumentResponse]:
    """Those of these answered instruments that are on the path and for the caller to see, in whatever state."""
    R = InstrumentResponse
    rows = visible_responses(actor).where(R.pathway_id == pathway_id, R.id.in_(ids))
    return {row.id: row for row in await session.scalars(rows)}


async def citable_responses(session: AsyncSession, actor: Actor, pathway_id: UUID) -> list[InstrumentResponse]:
    """Completed ones of the path that the caller sees, the oldest first."""
    R = InstrumentResponse
    rows = visible_responses(actor).where(R.pathway_id == pathway_id, R.state == ResponseState.COMPLETED)
    return list(await session.scalars(rows.order_by(R.completed_at, R.id)))


async def roles_on(session: AsyncSession, person_id: UUID, team_id: UUID, on: date) -> tuple[set[str], set[str]]:
    """Somebody's roles on a civil day, and those of the seats of the team that they held then."""

    def stood(row: type[Membership] | type[Holder]) -> ColumnElement[bool]:
        return and_(row.person_id == person_id, row.valid_from <= on, or_(row.valid_to.is_(None), row.valid_to >= on))

    roles = await session.scalars(select(Membership.role).where(stood(Membership)))
    seats = select(Seat.role).join(Holder, Holder.seat_id == Seat.id).where(Seat.team_id == team_id, stood(Holder))
    return set(roles), set(await session.scalars(seats))


async def citable(session: AsyncSession, actor: Actor, pathway_id: UUID, but: UUID) -> list[Assessment]:
    """Completed ones of the path that the caller sees, the oldest first, other than this one."""
    rows = visible_assessments(actor).where(
        Assessment.pathway_id == pathway_id, Assessment.state == AssessmentState.COMPLETED, Assessment.id != but
    )
    return list(await session.scalars(rows.order_by(Assessment.completed_at, Assessment.id)))


async def permitted_on(session: AsyncSession, actor: Actor, client_id: UUID, consent_id: UUID, on: date) -> bool:
    """Whether it is a permission of this client for health data that the caller sees, in force on that civil day."""
    ends = (Consent.valid_until, Consent.withdrawn_at, Consent.replaced_at)
    rows = visible_consents(actor).where(
        Consent.id == consent_id,
        Consent.client_id == client_id,
        Consent.kind == ConsentKind.PERMISSION,
        Consent.state != ConsentState.ENTERED_IN_ERROR,
        literal("health") == any_(Consent.data_classes),
        civil(Consent.valid_from) <= cast(on, Date),
        *[or_(end.is_(None), civil(end) >= cast(on, Date)) for end in ends],
    )
    return await session.scalar(rows) is not None


async def disclosed_by(session: AsyncSession, actor: Actor, client_id: UUID, disclosure_id: UUID, on: date) -> bool:
    """Whether something of this client was disclosed by it, on that civil day or before."""
    rows = visible_disclosures(actor).where(
        Disclosure.id == disclosure_id, Disclosure.client_id == client_id, civil(Disclosure.at) <= cast(on, Date)
    )
    return await session.scalar(rows) is not None
