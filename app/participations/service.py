"""A part in a service: planned, checked, started, held for a while, ended."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import queries as consent_queries
from app.kit.clock import civil_date
from app.kit.codesets import require_in_force
from app.kit.ownid import own_id
from app.kit.problems import Problem
from app.kit.queries import one
from app.outbox.events import append
from app.participations import after, queries, rules, steps, telling
from app.participations.models import (
    PARTICIPATION_FLOW,
    QualityReview,
    ServiceParticipation,
    Timeliness,
    TimelinessCheck,
)
from app.participations.refusals import (
    DayInTheFuture,
    GroupFields,
    HoldInThePast,
    NotOfThePath,
    NotTimely,
    OutsidePeriod,
    ParticipationTooLong,
    TimelinessUnchecked,
    UnclearReason,
    UnknownCriterion,
    WorkTrialFields,
)
from app.participations.schemas import (
    ParticipationCreate,
    ParticipationEnd,
    ParticipationPause,
    ParticipationStart,
    ParticipationUpdate,
    QualityReviewCreate,
    TimelinessRecord,
)
from app.pathways import service as pathways
from app.pathways.models import PATHWAY_FLOW, Pathway
from app.people.actor import Actor
from app.people.periods import at_field, check_period
from app.people.service import UnknownOrganisation
from app.referrals.content import refuse_codes

PARTIES = ("organiser_id", "payer_id", "provider_id")


def happened(day: date | None, at: datetime, field: str) -> date:
    """The day given, or today. Raises `DayInTheFuture`."""
    today = civil_date(at)
    if day is not None and day > today:
        raise at_field(DayInTheFuture, field)
    return day or today


def said(session: AsyncSession, kind: str, row: ServiceParticipation) -> None:
    append(session, kind, row, client=row.client_id, team=row.team_id)


def check_dates(kind: str, starts_on: date, ends_on: date) -> None:
    """Raises `EndsBeforeStart`, `ParticipationTooLong`."""
    check_period(starts_on, ends_on, "endsOn")
    if ends_on > rules.limits_on(starts_on).last_day(kind, starts_on):
        raise at_field(ParticipationTooLong, "endsOn")


async def check_group(session: AsyncSession, actor: Actor, row: ServiceParticipation) -> None:
    """Raises `GroupFields`, `NotFound` for a group that the caller does not see."""
    grouped = row.group_id is not None
    if grouped is not (row.mode is not None) or (grouped and row.kind != rules.GROUP):
        raise at_field(GroupFields, "groupId")
    if row.group_id is not None:
        group = await one(session, queries.visible_groups(actor), row.group_id)
        inside = group.starts_on <= row.starts_on and row.ends_on <= group.ends_on
        if not inside or group.provider_id != row.provider_id:
            raise at_field(GroupFields, "groupId")


async def check_parts(session: AsyncSession, row: ServiceParticipation) -> None:
    """Raises `NotOfThePath`."""
    found = await queries.of_path(session, row.pathway_id, row.goal_id, row.step_id)
    for field, id in (("goalId", row.goal_id), ("stepId", row.step_id)):
        if id is not None and id not in found:
            raise at_field(NotOfThePath, field)


async def plan(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: ParticipationCreate, at: datetime
) -> ServiceParticipation:
    """Raises `IllegalMove`, `EndsBeforeStart`, `ParticipationTooLong`, `WorkTrialFields`, `GroupFields`, `GroupFull`,
    `UnknownOrganisation`, `NotOfThePath`, `ConsentMissing`, `CodeInText`."""
    PATHWAY_FLOW.check(pathway.state, "plan_participation")
    refuse_codes(
        contactName=given.contact_name, employer=given.employer, place=given.place, observe=given.observe
    )  # fmt: skip
    require_in_force("service_kind", given.kind, civil_date(at), "/body/kind")
    check_dates(given.kind, given.starts_on, given.ends_on)
    trial = given.kind == rules.TRIAL
    if trial is not (given.employer is not None) or (given.observe is not None and not trial):
        raise at_field(WorkTrialFields, "employer")
    unknown = await queries.unknown_parties(session, actor.area_id, (getattr(given, name) for name in PARTIES))
    for name, field in zip(PARTIES, ("organiserId", "payerId", "providerId"), strict=True):
        if getattr(given, name) in unknown:
            raise at_field(UnknownOrganisation, field)
    row = ServiceParticipation(
        **given.model_dump(exclude={"id"}),
        id=own_id(given.id, at),
        pathway_id=pathway.id,
        client_id=pathway.client_id,
        team_id=pathway.team_id,
        author_id=actor.person_id,
    )
    await check_group(session, actor, row)
    await check_parts(session, row)
    await steps.link(session, row)
    session.add(row)
    await session.flush()
    await telling.tell(session, actor, row, at)
    said(session, "participation.planned", row)
    await session.flush()
    return row


async def update(
    session: AsyncSession, actor: Actor, row: ServiceParticipation, given: ParticipationUpdate, at: datetime
) -> None:
    """Agreed anew: other days, another mode, another place. Raises as `plan`, but asks for no permission."""
    PARTICIPATION_FLOW.check(row.now(civil_date(at)), "update")
    sent = given.model_dump()
    refuse_codes(contactName=sent.get("contact_name"), place=sent.get("place"), observe=sent.get("observe"))
    if sent.get("observe") is not None and row.kind != rules.TRIAL:
        raise at_field(WorkTrialFields, "observe")
    with session.no_autoflush:
        given.apply_to(row)
        if sent.keys() & {"starts_on", "ends_on"}:
            check_dates(row.kind, row.starts_on, row.ends_on)
            if row.started_on is not None and row.ends_on < row.started_on:
                raise at_field(OutsidePeriod, "endsOn")
        if sent.keys() & {"starts_on", "ends_on", "mode"}:
            await check_group(session, actor, row)
        await check_parts(session, row)
    said(session, "participation.changed", row)
    await session.flush()


async def check_timeliness(
    session: AsyncSession, actor: Actor, row: ServiceParticipation, given: TimelinessRecord, at: datetime
) -> None:
    """Raises `IllegalMove`, `DayInTheFuture`, `CodeInText`."""
    today = civil_date(at)
    PARTICIPATION_FLOW.check(row.now(today), "check_timeliness")
    refuse_codes(words=given.words)
    check = TimelinessCheck(
        participation_id=row.id,
        client_id=row.client_id,
        finding=given.finding,
        grounds=list(dict.fromkeys(given.grounds)),
        words=given.words,
        checked_on=happened(given.checked_on, at, "checkedOn"),
        author_id=actor.person_id,
    )
    session.add(check)
    row.touch()
    await steps.checked(session, actor, row, given.finding, at)
    said(session, "participation.checked", row)
    await session.flush()


def start_refusal(row: ServiceParticipation, check: TimelinessCheck | None) -> Problem | None:
    """Why it may not start now, or None: coaching and employment with support wait for the right time."""
    if not rules.needs_check(row.kind):
        return None
    if check is None:
        return TimelinessUnchecked()
    return NotTimely() if check.finding is Timeliness.NOT_TIMELY else None


async def start(
    session: AsyncSession, actor: Actor, row: ServiceParticipation, given: ParticipationStart, at: datetime
) -> None:
    """Raises `IllegalMove`, `TimelinessUnchecked`, `NotTimely`, `UnclearReason`, `OutsidePeriod`, `ConsentMissing`."""
    today = civil_date(at)
    PARTICIPATION_FLOW.check(row.now(today), "start")
    check = (await queries.newest_checks(session, [row.id])).get(row.id)
    if (refusal := start_refusal(row, check)) is not None:
        raise refusal
    unclear = rules.needs_check(row.kind) and check is not None and check.finding is Timeliness.UNCLEAR
    if unclear is not (given.despite_unclear is not None):
        raise at_field(UnclearReason, "despiteUnclear")
    started_on = given.started_on or today
    earliest = row.starts_on - (row.ends_on - row.starts_on)
    if not earliest <= started_on <= min(today, row.ends_on):
        raise at_field(OutsidePeriod, "startedOn")
    await telling.tell(session, actor, row, at)
    row.start(started_on, today, given.despite_unclear)
    await steps.begun(session, actor, row, at)
    said(session, "participation.started", row)
    await session.flush()


async def pause(session: AsyncSession, row: ServiceParticipation, given: ParticipationPause, at: datetime) -> None:
    """Raises `IllegalMove`, `HoldInThePast`, `ParticipationTooLong`."""
    today = civil_date(at)
    PARTICIPATION_FLOW.check(row.now(today), "pause")
    if given.until < today:
        raise at_field(HoldInThePast, "until")
    if given.until > min(row.ends_on, rules.limits_on(today).last_day_of_pause(today)):
        raise at_field(ParticipationTooLong, "until")
    row.pause(today, given.until, given.reason)
    said(session, "participation.paused", row)
    await session.flush()


async def resume(session: AsyncSession, row: ServiceParticipation, at: datetime) -> None:
    """Before the hold is over. Raises `IllegalMove`."""
    row.resume(civil_date(at))
    said(session, "participation.resumed", row)
    await session.flush()


async def end(
    session: AsyncSession,
    actor: Actor,
    pathway: Pathway,
    row: ServiceParticipation,
    given: ParticipationEnd,
    at: datetime,
) -> None:
    """Ended, with an after-contact if one was asked for. Nobody outside the team and the client is told.

    Raises `IllegalMove`, `DayInTheFuture`, `OutsidePeriod`, `CodeInText`, `NotInTeam`, `InConflict`.
    """
    refuse_codes(words=given.words)
    require_in_force("participation_end_reason", given.reason, civil_date(at))
    ended_on = happened(given.ended_on, at, "endedOn")
    if row.started_on is not None and ended_on < row.started_on:
        raise at_field(OutsidePeriod, "endedOn")
    row.end(ended_on, given.reason, given.words, actor.person_id, at)
    await steps.begun(session, actor, row, at)
    said(session, "participation.ended", row)
    if given.after_contact_months is not None:
        await after.agree(
            session, actor, pathway, given.after_contact_months, row.id, given.after_contact_by_id, at,
            field="afterContactById",
        )  # fmt: skip
    await session.flush()


async def review(
    session: AsyncSession, actor: Actor, row: ServiceParticipation, given: QualityReviewCreate, at: datetime
) -> QualityReview:
    """What one side says of the service. Raises `IllegalMove`, `UnknownCriterion`, `DayInTheFuture`, `CodeInText`."""
    PARTICIPATION_FLOW.check(row.now(civil_date(at)), "review_quality")
    refuse_codes(**{f"answers/{n}/words": answer.words for n, answer in enumerate(given.answers)})
    reviewed_on = happened(given.reviewed_on, at, "reviewedOn")
    version = rules.criteria_of(given.criteria_version, reviewed_on)
    if version is None:
        raise at_field(UnknownCriterion, "criteriaVersion")
    for n in rules.strange((answer.criterion for answer in given.answers), version.criteria):
        raise at_field(UnknownCriterion, f"answers/{n}/criterion")
    found = QualityReview(
        id=own_id(given.id, at),
        participation_id=row.id,
        client_id=row.client_id,
        side=given.side,
        criteria_version=version.version,
        answers=[answer.model_dump(mode="json") for answer in given.answers],
        reviewed_on=reviewed_on,
        author_id=actor.person_id,
    )
    session.add(found)
    await pathways.complete_step_of(session, actor, row.pathway_id, steps.CRITERIA, at)
    said(session, "participation.reviewed", row)
    await session.flush()
    return found


async def client_first(session: AsyncSession, client_id: UUID) -> None:
    """The client's row before the path's and the part's: one order everywhere."""
    await consent_queries.lock_client(session, client_id, to_change=False)
