"""Time on a path: whose it is, on what, and the cost of the path."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.codesets import called, codeset
from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Forbidden, Invalid, Problem
from app.kit.schemas import AllowedAction
from app.outcomes import queries
from app.pathways import queries as pathways
from app.pathways import rules as path_rules
from app.pathways.models import PATHWAY_FLOW, Pathway, PathwayStep, StepState
from app.pathways.step_reading import tells
from app.people.actor import Actor
from app.people.periods import at_field
from app.security.permissions import Permission as P
from app.time_entries import queries as times
from app.time_entries import rules, service
from app.time_entries.models import TimeEntry
from app.time_entries.schemas import (
    KindMinutes,
    MeetingTime,
    PathwayCost,
    RoleMinutes,
    StepMinutes,
    TimeEntryCreate,
    TimeEntryRead,
)  # fmt: skip


class UnknownSubject(Invalid):
    """The step, meeting, assessment or contact is not of this path; a consultation and other work name none."""

    code = "unknown_subject"
    detail = Text(
        "Kohdetta ei ole tällä polulla. Konsultaatiolle ja muulle työlle kohdetta ei anneta.",
        "Stigen har inget sådant objekt. För konsultation och annat arbete anges inget objekt.",
        "The path has no such subject. A consultation and other work name none.",
    )


class NotOfMeeting(Forbidden):
    """For everybody records the convener of a meeting that was held."""

    code = "not_of_meeting"
    detail = Text(
        "Kaikkien puolesta ajan kirjaa pidetyn tapaamisen kutsuja.",
        "För alla antecknas tiden av sammankallaren till ett hållet möte.",
        "For everybody the time is recorded by the convener of a meeting that was held.",
    )


async def record(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: TimeEntryCreate, at: datetime
) -> list[TimeEntry]:
    """Raises `UnknownSubject`, `NotOfMeeting`, `SpentInTheFuture`, `RoleNotYours`."""
    PATHWAY_FLOW.check(pathway.state, "record_time")
    named = given.subject_type in rules.NAMED
    if named != (given.subject_id is not None):
        raise at_field(UnknownSubject, "subjectId")
    if given.subject_id is not None and not await queries.subject_known(
        session, pathway.id, pathway.client_id, given.subject_type, given.subject_id
    ):
        raise at_field(UnknownSubject, "subjectId")
    if given.for_everybody:
        rows = await of_everybody(session, actor, pathway, given, at)
    else:
        own = service.write(
            session, actor, at,
            pathway_id=pathway.id, client_id=pathway.client_id, subject_type=given.subject_type,
            subject_id=given.subject_id, minutes=given.minutes, role=given.role, spent_on=given.spent_on,
            id=own_id(given.id, at),
        )  # fmt: skip
        rows = [own]
    await session.flush()
    return rows


async def of_everybody(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: TimeEntryCreate, at: datetime
) -> list[TimeEntry]:
    """One row for each of the area's own people who was in the meeting and has no time on it yet."""
    meetings = await queries.held_meetings(session, pathway.id, actor.area_id)
    meeting = next((one for one in meetings if one.id == given.subject_id), None)
    if meeting is None or meeting.convener_id != actor.person_id:
        raise NotOfMeeting()
    missing = sorted(
        meeting.people - (await times.of_subjects(session, "meeting", [meeting.id])).get(meeting.id, set())
    )
    roles = await times.roles_of(session, missing)
    return [
        service.write(
            session, actor, at,
            pathway_id=pathway.id, client_id=pathway.client_id, subject_type="meeting", subject_id=meeting.id,
            minutes=given.minutes, role=roles[person][0], spent_on=given.spent_on or meeting.held_on,
            person_id=person,
        )
        for person in missing
        if person in roles
    ]  # fmt: skip


def names_people(actor: Actor) -> bool:
    """Colleagues who do the work know each other; whoever manages it, and the client, read roles."""
    return actor.client_id is None and actor.may(P.PATHWAY_WRITE)


async def entries(session: AsyncSession, actor: Actor, rows: Sequence[TimeEntry]) -> list[TimeEntryRead]:
    """Who did what on a step that tells is not for those outside health; one's own minutes are one's own."""
    back = await times.reversed_ids(session, [row.id for row in rows])
    named = {row.subject_id for row in rows if row.subject_type == "step" and row.subject_id is not None}
    steps = await pathways.steps_named(session, named)
    telling = {id for id, step in steps.items() if tells(actor, step)}
    return [shown(actor, row, back, telling) for row in rows]


def shown(actor: Actor, row: TimeEntry, back: set[UUID], telling: set[UUID]) -> TimeEntryRead:
    fields = {n: getattr(row, n) for n in TimeEntryRead.model_fields if hasattr(row, n)}
    counts = row.reverses_id is None and row.id not in back
    told = row.person_id == actor.person_id or (row.subject_id not in telling and seen_role(actor, row.role))
    if not (names_people(actor) and told):
        fields["person_id"] = None
    if not seen_role(actor, row.role):
        fields["role"] = path_rules.SOME_PHYSICIAN
    actions = []
    if names_people(actor):
        refusal: Problem | None = None if counts else service.TimeReversed()
        if counts and actor.person_id not in (row.person_id, row.recorded_by_id):
            refusal = service.TimeNotYours()
        actions.append(AllowedAction.of("reverse", refusal))
    return TimeEntryRead(
        **fields,
        subject_label=called("time_subject", row.subject_type),
        role_label=called("role", fields["role"]),
        counts=counts,
        allowed_actions=actions,
    )


def seen_role(actor: Actor, role: str) -> bool:
    """Which of the two named physicians it was tells what the client is treated for."""
    return role not in path_rules.TELLING_ROLES or actor.health_professional or actor.client_id is not None


def person_minutes(kind: str, minutes: int) -> int:
    """How much of people's time so many minutes of a step are: a meeting takes everybody's."""
    steps = codeset("support_step")
    return minutes * int(steps[kind].facts["people"]) if kind in steps else minutes


def expectation(step: PathwayStep) -> int | None:
    return None if step.expected_minutes is None else person_minutes(step.kind, step.expected_minutes)


async def cost(session: AsyncSession, actor: Actor, pathway: Pathway) -> PathwayCost:
    """A path in person-minutes: what was expected, and what was spent. To a client without what is kept from them."""
    every = await pathways.every_step(session, pathway.id)
    steps = [step for step in every if visible(actor, step.client_visible)]
    hidden = {step.id for step in every} - {step.id for step in steps}
    found = rules.cost(one for one in await times.counting(session, pathway.id) if one.subject_id not in hidden)
    expected = [step for step in steps if step.state is not StepState.SKIPPED]
    roles: dict[str, int] = {}
    for role, minutes in found.by_role.items():
        name = role if seen_role(actor, role) else path_rules.SOME_PHYSICIAN
        roles[name] = roles.get(name, 0) + minutes
    return PathwayCost(
        pathway_id=pathway.id,
        client_id=pathway.client_id,
        spent=found.minutes,
        expected=sum(expectation(step) or 0 for step in expected),
        expected_so_far=sum(expectation(step) or 0 for step in expected if step.state is StepState.DONE),
        by_role=[RoleMinutes(role=r, label=called("role", r), minutes=m) for r, m in sorted(roles.items())],
        by_kind=[
            KindMinutes(subject_type=k, label=called("time_subject", k), minutes=m) for k, m in found.by_kind.items()
        ],
        by_step=[
            StepMinutes(
                step_id=step.id,
                kind=step.kind,
                label=called("step_kind", step.kind),
                expected=expectation(step),
                spent=found.by_step.get(step.id, 0),
            )
            for step in steps
        ],
        to_confirm=await to_confirm(session, actor, pathway),
    )


def visible(actor: Actor, client_visible: bool) -> bool:
    return client_visible or actor.client_id is None


async def to_confirm(session: AsyncSession, actor: Actor, pathway: Pathway) -> list[MeetingTime]:
    """Meetings held with people who have no time on them: people × length. To the team that writes it down."""
    if not names_people(actor):
        return []
    held = await queries.held_meetings(session, pathway.id, actor.area_id)
    there = await times.of_subjects(session, "meeting", [meeting.id for meeting in held])
    missing = {meeting.id: meeting.people - there.get(meeting.id, set()) for meeting in held}
    roles = await times.roles_of(session, sorted(set().union(*missing.values())))
    found = []
    for meeting in held:
        told = [roles[person][0] for person in missing[meeting.id] if person in roles]
        if told:
            found.append(
                MeetingTime(
                    meeting_id=meeting.id,
                    held_on=meeting.held_on,
                    minutes=meeting.minutes,
                    roles=sorted(role if seen_role(actor, role) else path_rules.SOME_PHYSICIAN for role in told),
                    person_minutes=meeting.minutes * len(told),
                )
            )
    return found
