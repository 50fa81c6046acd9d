"""Addresses of forums and their sessions."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.calendars.service import PersonBooked
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor, Paged
from app.kit.problems import Forbidden, MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.kit.schemas import Day
from app.people.actor import Actor, needs
from app.people.service import UnknownOrganisation
from app.questions import forums, queries, showing
from app.questions import reach as reaching
from app.questions import refusals as r
from app.questions.forum_schemas import (
    ForumDetail,
    ForumMake,
    ForumPage,
    ForumRead,
    ForumSessionCancel,
    ForumSessionDetail,
    ForumSessionHold,
    ForumSessionPage,
    ForumSessionPlan,
    ForumSessionRead,
    ForumUpdate,
    Reach,
)
from app.questions.models import Forum, ForumSession, ForumSessionState
from app.referrals.content import CodeInText
from app.security.permissions import Permission as P

router = room("Questions")
Reader = Annotated[Actor, needs(P.QUESTION_READ)]
Convener = Annotated[Actor, needs(P.QUESTION_CONVENE)]
Manager = Annotated[Actor, needs(P.TEAM_MANAGE)]
CHANGES = (MissingPermission, NotFound, PreconditionRequired, PreconditionFailed)


@router.post(
    "/forums",
    status_code=201,
    responses=problems(
        MissingPermission, Forbidden, UnacceptableId, IdTaken, r.ExpertUnknown, UnknownOrganisation, CodeInText
    ),
)
async def make_forum(actor: Manager, session: Session, at: Now, once: OnceOnly, given: ForumMake) -> ForumDetail:
    """A forum of the area: who asks, who answers, which partners it is open to, and who convenes it."""

    async def work() -> ForumDetail:
        forum = await forums.make(session, actor, given, at)
        return await showing.forum(session, actor, forum, at)

    return await once.run(ForumDetail, work)


@router.get("/forums", responses=problems(MissingPermission, BadCursor))
async def list_forums(actor: Reader, session: Session, paging: Paged) -> ForumPage:
    """The forums my organisation takes part in."""
    rows, after, count = await paging.run(session, queries.visible_forums(actor), Forum.id, caller=actor.login_id)
    return ForumPage(items=[ForumRead.model_validate(one) for one in rows], next_cursor=after, count=count)


@router.get("/forums/{forum_id}", responses=problems(MissingPermission, NotFound))
async def get_forum(actor: Reader, session: Session, at: Now, forum_id: UUID, response: Response) -> ForumDetail:
    """With its next session; to its convener with what was carried on twice or more (C-30)."""
    forum = await one(session, queries.visible_forums(actor), forum_id)
    stamp(response, forum.version)
    return await showing.forum(session, actor, forum, at)


@router.patch(
    "/forums/{forum_id}",
    responses=problems(*CHANGES, Forbidden, r.ExpertUnknown, UnknownOrganisation, CodeInText),
)
async def update_forum(
    actor: Manager, session: Session, at: Now, expected: IfMatch, forum_id: UUID, given: ForumUpdate, response: Response
) -> ForumDetail:
    """Another convener, other roles, or closed to new questions."""

    async def show() -> ForumDetail:
        return await showing.forum(session, actor, forum, at)

    forum = await one(session, queries.visible_forums(actor), forum_id, lock=True)
    await expected.check(forum, show)
    await forums.update(session, actor, forum, given, at)
    stamp(response, forum.version)
    return await show()


@router.get("/forums/{forum_id}/reach", responses=problems(MissingPermission, NotFound, r.MonthNotOver))
async def get_forum_reach(
    actor: Reader,
    session: Session,
    at: Now,
    forum_id: UUID,
    month: Annotated[Day, Query(description="The first day of a month that has ended.", examples=["2026-10-01"])],
) -> Reach:
    """Distinct askers, their roles and organisations, and readers by theme; and consultation by actor (C-28)."""
    forum = await one(session, queries.visible_forums(actor), forum_id)
    return await reaching.reach(session, forum, month, at)


@router.post(
    "/forums/{forum_id}/sessions",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, UnacceptableId, IdTaken, r.NotConvener, r.ForumClosed, r.SessionWithoutConvener,
        r.ExpertUnknown, r.SessionInThePast, r.SessionThen, PersonBooked, CodeInText,
    ),
)  # fmt: skip
async def plan_forum_session(
    actor: Convener, session: Session, at: Now, once: OnceOnly, forum_id: UUID, given: ForumSessionPlan
) -> ForumSessionDetail:
    """Plan a session. What waits is taken up by it without being moved."""

    async def work() -> ForumSessionDetail:
        forum = await one(session, queries.visible_forums(actor), forum_id)
        planned = await forums.plan(session, actor, forum, given, at)
        return await showing.forum_session(session, actor, planned, at)

    return await once.run(ForumSessionDetail, work)


@router.get("/forum-sessions", responses=problems(MissingPermission, BadCursor))
async def list_forum_sessions(
    actor: Reader,
    session: Session,
    paging: Paged,
    forum_id: Annotated[UUID | None, Query(alias="forumId")] = None,
    state: ForumSessionState | None = None,
) -> ForumSessionPage:
    """Sessions of the forums I take part in, the latest first."""
    rows = queries.listed_sessions(queries.visible_sessions(actor), forum_id, state)
    found, after, count = await paging.run(
        session, rows, ForumSession.starts_at, ForumSession.id, caller=actor.login_id
    )
    return ForumSessionPage(
        items=[ForumSessionRead.model_validate(one) for one in found], next_cursor=after, count=count
    )


@router.get("/forum-sessions/{forum_session_id}", responses=problems(MissingPermission, NotFound))
async def get_forum_session(
    actor: Reader, session: Session, at: Now, forum_session_id: UUID, response: Response
) -> ForumSessionDetail:
    """With its queue, in order."""
    planned = await one(session, queries.visible_sessions(actor), forum_session_id)
    stamp(response, planned.version)
    return await showing.forum_session(session, actor, planned, at)


@router.post(
    "/forum-sessions/{forum_session_id}/hold",
    responses=problems(
        *CHANGES, IllegalMove, r.NotConvener, r.SessionNotBegun, r.QuestionNotHere, UnknownOrganisation, CodeInText
    ),
)
async def hold_forum_session(
    actor: Convener, session: Session, at: Now, once: OnceOnly, expected: IfMatch, forum_session_id: UUID,
    given: ForumSessionHold, response: Response,
) -> ForumSessionDetail:  # fmt: skip
    """It was held: who took part, and what came of each question. The asker hears that there is an answer."""

    async def work() -> ForumSessionDetail:
        planned = await one(session, queries.visible_sessions(actor), forum_session_id, lock=True)
        await expected.check(planned, lambda: showing.forum_session(session, actor, planned, at))
        forum = await queries.forum_of(session, planned.forum_id)
        await forums.hold(session, actor, forum, planned, given, at)
        stamp(response, planned.version)
        return await showing.forum_session(session, actor, planned, at)

    return await once.run(ForumSessionDetail, work)


@router.post(
    "/forum-sessions/{forum_session_id}/cancel",
    responses=problems(*CHANGES, IllegalMove, r.NotConvener, CodeInText),
)
async def cancel_forum_session(
    actor: Convener, session: Session, at: Now, once: OnceOnly, expected: IfMatch, forum_session_id: UUID,
    given: ForumSessionCancel, response: Response,
) -> ForumSessionDetail:  # fmt: skip
    """Called off: its questions are carried on to the next."""

    async def work() -> ForumSessionDetail:
        planned = await one(session, queries.visible_sessions(actor), forum_session_id, lock=True)
        await expected.check(planned, lambda: showing.forum_session(session, actor, planned, at))
        forum = await queries.forum_of(session, planned.forum_id)
        await forums.cancel(session, actor, forum, planned, given.reason, at)
        stamp(response, planned.version)
        return await showing.forum_session(session, actor, planned, at)

    return await once.run(ForumSessionDetail, work)
