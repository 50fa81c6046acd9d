"""Every select of summaries, and of what summaries, suggestions and costs are made of."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.assessments.models import Assessment, AssessmentState, Conclusion
from app.assessments.queries import newest_problems
from app.clients.models import Client
from app.contacts.models import Contact
from app.kit.calendar import civil
from app.kit.clock import civil_date
from app.meetings.models import Meeting, MeetingParticipant, MeetingState
from app.outcomes.models import ClientSummary, ClientSummaryWords, SummaryState
from app.outcomes.rules import Known
from app.pathways.models import Outcome, PathwayStep, StepState
from app.pathways.outcome_models import GoalAchievement, PathwayScore
from app.people.actor import Actor
from app.plans.models import BarrierStanding
from app.plans.queries import barriers_of
from app.referrals.models import Referral
from app.teams.models import Team
from app.time_entries.models import TimeEntry
from app.time_entries.queries import visible_entries


def visible_summaries(actor: Actor) -> Select[ClientSummary]:
    return seen(actor, "client_summary", ClientSummary)


def listed_entries(actor: Actor) -> Select[TimeEntry]:
    """Time as it is read of a path: to a client not that of steps they are not shown."""
    rows = visible_entries(actor)
    if actor.client_id is None:
        return rows
    shown = select(PathwayStep.id).where(PathwayStep.pathway_id == TimeEntry.pathway_id, PathwayStep.client_visible)
    return rows.where(or_(TimeEntry.subject_type != "step", TimeEntry.subject_id.in_(shown)))


async def words_of(session: AsyncSession, summary_ids: list[UUID]) -> dict[UUID, ClientSummaryWords]:
    """By summary; of none that the caller's row context does not show."""
    rows = select(ClientSummaryWords).where(ClientSummaryWords.summary_id.in_(summary_ids))
    return {row.summary_id: row for row in await session.scalars(rows)}


async def draft_of(session: AsyncSession, pathway_id: UUID) -> ClientSummary | None:
    rows = select(ClientSummary).where(
        ClientSummary.pathway_id == pathway_id, ClientSummary.state == SummaryState.DRAFT
    )
    found: ClientSummary | None = await session.scalar(rows.with_for_update())
    return found


async def newest(session: AsyncSession, pathway_id: UUID) -> ClientSummary | None:
    """The summary drafted last, in whatever state; locked."""
    rows = select(ClientSummary).where(ClientSummary.pathway_id == pathway_id).order_by(ClientSummary.id.desc())
    found: ClientSummary | None = await session.scalar(rows.limit(1).with_for_update())
    return found


async def came_since(session: AsyncSession, pathway_id: UUID, summary_id: UUID, offered_at: datetime | None) -> bool:
    """Whether an outcome, a conclusion, a goal's achievement or a score was said after a summary was drafted, by the
    order of ids, or was amended or taken back after it was offered; of what the row context shows."""
    later: tuple[tuple[Any, Any], ...] = (
        (Outcome, Outcome.entered_in_error_at),
        (Conclusion, Conclusion.amended_at),
        (GoalAchievement, None),
        (PathwayScore, PathwayScore.entered_in_error_at),
    )
    any_of = [
        exists().where(
            model.pathway_id == pathway_id,
            or_(model.id > summary_id, changed > offered_at) if changed is not None else model.id > summary_id,
        )
        for model, changed in later
    ]
    return bool(await session.scalar(select(or_(*any_of))))


async def conclusions_of(session: AsyncSession, pathway_id: UUID) -> list[str]:
    """What was concluded on a path in plain words, in order, of what the caller's row context shows."""
    rows = select(Conclusion.work_ability).where(
        Conclusion.pathway_id == pathway_id, Conclusion.work_ability.is_not(None), ~Conclusion.in_error
    )
    return [words for words in await session.scalars(rows.order_by(Conclusion.said_at, Conclusion.id)) if words]


async def meeting_days(session: AsyncSession, pathway_id: UUID) -> list[date]:
    rows = select(civil(Meeting.starts_at)).where(Meeting.pathway_id == pathway_id, Meeting.state == MeetingState.HELD)
    return list(await session.scalars(rows.order_by(Meeting.starts_at)))


async def language_of(session: AsyncSession, client_id: UUID) -> str | None:
    found: str | None = await session.scalar(select(Client.language).where(Client.id == client_id))
    return found


async def team_name(session: AsyncSession, team_id: UUID) -> str:
    return str(await session.scalar(select(Team.name).where(Team.id == team_id)))


async def known(session: AsyncSession, actor: Actor, pathway_id: UUID) -> Known:
    """What is recorded of a case, by what the caller reads: health facts only to the health register and the client
    (domain 5.3)."""
    newest: dict[str, BarrierStanding] = {}
    for record in await barriers_of(session, pathway_id):
        newest.setdefault(record.barrier, record.standing)
    # What the sender told of is a fact to look into, until somebody here has said how it is.
    present = {barrier for barrier, standing in newest.items() if standing is BarrierStanding.PRESENT}
    present |= await told_barriers(session, pathway_id) - newest.keys()
    steps = select(PathwayStep.id).where(
        PathwayStep.pathway_id == pathway_id,
        PathwayStep.kind == "health_check",
        PathwayStep.state == StepState.DONE,
    )
    done = await session.scalar(steps.limit(1)) is not None
    problems, suspected = None, False
    if actor.health_professional or actor.client_id is not None:
        rows = select(Assessment.kind, Assessment.conclusion).where(
            Assessment.pathway_id == pathway_id, Assessment.state == AssessmentState.COMPLETED
        )
        concluded = (await session.execute(rows.order_by(Assessment.completed_at))).all()
        done = done or any(kind == "health_check" for kind, _ in concluded)
        seen_by_physician = any(kind == "physician_assessment" for kind, _ in concluded)
        suspected = not seen_by_physician and any(said == "incapacity_suspected" for _, said in concluded)
        problems = await newest_problems(session, pathway_id)
    return Known(
        problem_areas=len(problems.areas) if problems else 0,
        health_barrier="barrier_health" in present,
        demanding=bool(problems and problems.demanding),
        incapacity_suspected=suspected,
        barrier_kinds=len(present),
        organisations=await organisations(session, pathway_id),
        health_check_done=done,
    )


async def told_barriers(session: AsyncSession, pathway_id: UUID) -> set[str]:
    """The barriers that the referrals of a path name."""
    rows = select(func.unnest(Referral.barriers)).where(Referral.pathway_id == pathway_id)
    return set(await session.scalars(rows))


async def organisations(session: AsyncSession, pathway_id: UUID) -> int:
    """How many partner organisations sent the client or are invited to a meeting of the path."""
    senders = select(Referral.sender_organisation_id).where(
        Referral.pathway_id == pathway_id, Referral.sender_organisation_id.is_not(None)
    )
    guests = (
        select(MeetingParticipant.organisation_id)
        .join(Meeting, Meeting.id == MeetingParticipant.meeting_id)
        .where(Meeting.pathway_id == pathway_id, MeetingParticipant.disclosure_id.is_not(None))
    )
    return int(await session.scalar(select(func.count()).select_from(senders.union(guests).subquery())) or 0)


async def subject_known(session: AsyncSession, pathway_id: UUID, client_id: UUID, kind: str, subject_id: UUID) -> bool:
    """Whether there is such a step, meeting, assessment or contact on the path (a contact: of its client)."""
    tables: dict[str, Any] = {"step": PathwayStep, "meeting": Meeting, "assessment": Assessment, "contact": Contact}
    model = tables[kind]
    rows = select(model.id).where(model.id == subject_id, model.client_id == client_id)
    if model is Contact:
        rows = rows.where(or_(Contact.pathway_id == pathway_id, Contact.pathway_id.is_(None)))
    else:
        rows = rows.where(model.pathway_id == pathway_id)
    return await session.scalar(rows) is not None


class Held(NamedTuple):
    """A meeting that was held, and who of the area's own people was in it."""

    id: UUID
    held_on: date
    minutes: int
    convener_id: UUID
    people: frozenset[UUID]


async def held_meetings(session: AsyncSession, pathway_id: UUID, area_id: UUID) -> list[Held]:
    rows = (
        select(Meeting, MeetingParticipant.person_id)
        .outerjoin(
            MeetingParticipant,
            (MeetingParticipant.meeting_id == Meeting.id)
            & (MeetingParticipant.organisation_id == area_id)
            & MeetingParticipant.closed_at.is_(None)
            & MeetingParticipant.awaiting_since.is_(None),
        )
        .where(Meeting.pathway_id == pathway_id, Meeting.state == MeetingState.HELD)
        .order_by(Meeting.starts_at, Meeting.id)
    )
    people: dict[UUID, set[UUID]] = {}
    meetings: dict[UUID, Meeting] = {}
    for meeting, person in (await session.execute(rows)).all():
        meetings[meeting.id] = meeting
        people.setdefault(meeting.id, {meeting.convener_id}).update({person} if person else ())
    return [
        Held(m.id, civil_date(m.starts_at), m.minutes, m.convener_id, frozenset(people[m.id]))
        for m in meetings.values()
    ]
