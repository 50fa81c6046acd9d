"""Forums and their sessions: who takes part, what is planned, what came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.calendars import service as calendars
from app.kit.clock import civil_date
from app.kit.ownid import own_id
from app.kit.problems import Forbidden
from app.meetings.queries import organisations_of
from app.outbox.events import append
from app.people.actor import Actor, Held
from app.people.periods import at_field
from app.people.service import UnknownOrganisation
from app.questions import queries
from app.questions import refusals as r
from app.questions.forum_schemas import (
    ForumMake,
    ForumSessionHold,
    ForumSessionPlan,
    ForumUpdate,
)
from app.questions.models import Forum, ForumEntry, ForumQuestion, ForumSession
from app.questions.rules import Waiting, follow
from app.referrals.content import refuse_codes_of_nobody
from app.security.permissions import Permission as P

SESSIONS = "forum_sessions"


def post_in(actor: Actor, forum: Forum, roles: Collection[str]) -> Held | None:
    """The membership by which the caller takes part in one of these roles."""
    places = {forum.area_id, *forum.organisation_ids}
    return next((m for m in actor.memberships if m.organisation_id in places and m.role in roles), None)


def expert_post(actor: Actor, forum: Forum) -> Held | None:
    """As whom the caller answers: in a role of the forum's experts, or as its convener."""
    post = post_in(actor, forum, forum.expert_roles)
    if post is None and actor.person_id == forum.convener_id and actor.memberships:
        return actor.memberships[0]
    return post


async def check_people(session: AsyncSession, people: Iterable[UUID], area_id: UUID, at: datetime, field: str) -> None:
    """Raises `ExpertUnknown` for somebody who is not in the area's network today."""
    wanted = set(people)
    if wanted - set(await organisations_of(session, list(wanted), area_id, civil_date(at))):
        raise at_field(r.ExpertUnknown, field)


async def check_organisations(session: AsyncSession, ids: Collection[UUID], area_id: UUID) -> None:
    """Raises `UnknownOrganisation`."""
    if set(ids) - await queries.partners_of(session, area_id, ids):
        raise at_field(UnknownOrganisation, "organisationIds")


async def make(session: AsyncSession, actor: Actor, given: ForumMake, at: datetime) -> Forum:
    """Raises `Forbidden`, `ExpertUnknown`, `UnknownOrganisation`, `CodeInText`."""
    if actor.area_id not in actor.areas_with(P.TEAM_MANAGE):
        raise Forbidden()
    refuse_codes_of_nobody(name=given.name, about=given.about)
    await check_people(session, [given.convener_id], actor.area_id, at, "convenerId")
    await check_organisations(session, given.organisation_ids, actor.area_id)
    forum = Forum(**given.model_dump(exclude={"id"}), id=own_id(given.id, at), area_id=actor.area_id, open=True)
    session.add(forum)
    append(session, "forum.made", forum)
    await session.flush()
    return forum


async def update(session: AsyncSession, actor: Actor, forum: Forum, given: ForumUpdate, at: datetime) -> None:
    """Raises what `make` does."""
    if forum.area_id not in actor.areas_with(P.TEAM_MANAGE):
        raise Forbidden()
    sent = given.model_dump()
    refuse_codes_of_nobody(name=sent.get("name"), about=sent.get("about"))
    if "convener_id" in sent:
        await check_people(session, [sent["convener_id"]], forum.area_id, at, "convenerId")
    await check_organisations(session, sent.get("organisation_ids", []), forum.area_id)
    given.apply_to(forum)
    append(session, "forum.changed", forum)
    await session.flush()


async def standing_of(session: AsyncSession, questions: Sequence[ForumQuestion], at: datetime) -> dict[UUID, Waiting]:
    """Where each question stands: computed of the sessions of its forum."""
    if not questions:
        return {}
    since = min(question.waiting_since for question in questions)
    found = await queries.sessions_of(session, {question.forum_id for question in questions}, since)
    slots = {forum: [one.slot for one in found if one.forum_id == forum] for forum in {o.forum_id for o in found}}
    return {
        question.id: follow(
            question.way, question.waiting_since, question.waiting_to or at, slots.get(question.forum_id, [])
        )
        for question in questions
    }


async def queue_of(session: AsyncSession, planned: ForumSession, at: datetime) -> list[ForumQuestion]:
    """What a session takes up, in order: the convener's first, then the oldest."""
    waiting = await queries.waiting(session, planned.forum_id)
    standing = await standing_of(session, waiting, at)
    mine = [question for question in waiting if standing[question.id].session_id == planned.id]
    return sorted(mine, key=lambda one: (one.place_in_queue or 1000, one.asked_at, one.id))


def check_convener(actor: Actor, forum: Forum, planned: ForumSession | None = None) -> None:
    """Raises `NotConvener`."""
    if actor.person_id not in (forum.convener_id, planned.convener_id if planned else None):
        raise r.NotConvener()


async def plan(
    session: AsyncSession, actor: Actor, forum: Forum, given: ForumSessionPlan, at: datetime
) -> ForumSession:
    """Plan a session, and take the time of its convener and experts.

    Raises `NotConvener`, `ForumClosed`, `SessionWithoutConvener`, `ExpertUnknown`, `SessionInThePast`, `SessionThen`,
    `PersonBooked`, `CodeInText`.
    """
    check_convener(actor, forum)
    if not forum.open:
        raise r.ForumClosed()
    if given.convener_id is None:
        raise at_field(r.SessionWithoutConvener, "convenerId")
    if given.starts_at <= at:
        raise at_field(r.SessionInThePast, "startsAt")
    refuse_codes_of_nobody(place=given.place)
    experts = list(dict.fromkeys(given.expert_ids))
    await check_people(session, [given.convener_id], forum.area_id, at, "convenerId")
    await check_people(session, experts, forum.area_id, at, "expertIds")
    planned = ForumSession(
        id=own_id(given.id, at),
        forum_id=forum.id,
        starts_at=given.starts_at,
        minutes=given.minutes,
        place=given.place,
        convener_id=given.convener_id,
        expert_ids=experts,
    )
    session.add(planned)
    await session.flush()
    await calendars.reserve(
        session,
        kind="session",
        subject_type=SESSIONS,
        subject_id=planned.id,
        starts_at=planned.starts_at,
        ends_at=planned.starts_at + timedelta(minutes=planned.minutes),
        persons=[given.convener_id, *experts],
    )
    append(session, "forum_session.planned", planned)
    return planned


async def hold(
    session: AsyncSession, actor: Actor, forum: Forum, planned: ForumSession, given: ForumSessionHold, at: datetime
) -> None:
    """It was held. Each outcome answers its question as of the session; the others are carried on by themselves.

    Raises `NotConvener`, `IllegalMove`, `SessionNotBegun`, `QuestionNotHere`, `UnknownOrganisation`, `CodeInText`.
    """
    check_convener(actor, forum, planned)
    for number, one in enumerate(given.outcomes):
        refuse_codes_of_nobody(**{f"outcomes/{number}/note": one.note})
    planned.hold([one.model_dump(mode="json") for one in given.attendance], at)
    if planned.starts_at > at:
        raise r.SessionNotBegun()
    places = {one.organisation_id for one in given.attendance}
    if places - await queries.partners_of(session, forum.area_id, places):
        raise at_field(UnknownOrganisation, "attendance")
    ids = [one.question_id for one in given.outcomes]
    asked = await queries.waiting_ones(session, forum.id, ids)
    for number, one in enumerate(given.outcomes):
        question = asked.pop(one.question_id, None)
        if question is None or question.asked_at > at:
            raise at_field(r.QuestionNotHere, f"outcomes/{number}/questionId")
        say(session, actor, question, "outcome", one.note, actor.memberships[0], at, planned.id)
        question.answered(max(question.waiting_since, planned.starts_at))
        append(session, "forum_question.answered", question)
    append(session, "forum_session.held", planned)
    await session.flush()


def say(
    session: AsyncSession,
    actor: Actor,
    question: ForumQuestion,
    kind: str,
    body: str,
    post: Held,
    at: datetime,
    forum_session_id: UUID | None = None,
) -> ForumEntry:
    """One more entry of the thread, in the caller's name."""
    assert actor.person_id is not None
    entry = ForumEntry(
        question_id=question.id,
        forum_session_id=forum_session_id,
        kind=kind,
        author_id=actor.person_id,
        author_role=post.role,
        author_organisation_id=post.organisation_id,
        body=body,
        said_at=at,
    )
    session.add(entry)
    return entry


async def cancel(
    session: AsyncSession, actor: Actor, forum: Forum, planned: ForumSession, reason: str, at: datetime
) -> None:
    """Its time is free again, and its questions go to the next one. Raises `NotConvener`, `IllegalMove`,
    `CodeInText`."""
    check_convener(actor, forum, planned)
    refuse_codes_of_nobody(reason=reason)
    planned.cancel(reason, at)
    await calendars.release(session, SESSIONS, planned.id, at)
    append(session, "forum_session.cancelled", planned)
    await session.flush()
