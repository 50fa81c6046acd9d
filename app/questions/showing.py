"""How questions, sessions and forums are shown: who asked, to experts and to the asker alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.problems import Problem
from app.people.actor import Actor
from app.questions import queries, rules
from app.questions import refusals as r
from app.questions.forum_schemas import ForumDetail, ForumRead, ForumSessionDetail, ForumSessionRead
from app.questions.forums import expert_post, post_in, queue_of, standing_of
from app.questions.models import (
    QUESTION_FLOW,
    SESSION_FLOW,
    Forum,
    ForumEntry,
    ForumQuestion,
    ForumQuestionState,
    ForumSession,
)
from app.questions.rules import Waiting
from app.questions.schemas import ForumQuestionDetail, ForumQuestionRead, ThreadEntry


def plain(question: ForumQuestion) -> dict[str, object]:
    return {name: getattr(question, name) for name in ForumQuestionRead.model_fields if hasattr(question, name)}


async def rows(
    session: AsyncSession, actor: Actor, questions: Sequence[ForumQuestion], at: datetime
) -> list[ForumQuestionRead]:
    """List rows."""
    forums = await queries.forums_of(session, {one.forum_id for one in questions})
    standing = await standing_of(session, questions, at)
    names = await queries.names_of(session, {id for q in questions for id in (q.asker_id, q.asker_organisation_id)})
    return [row(actor, forums[one.forum_id], one, standing[one.id], names) for one in questions]


def row(
    actor: Actor, forum: Forum, question: ForumQuestion, standing: Waiting, names: dict[UUID, str]
) -> ForumQuestionRead:
    mine = question.asker_id == actor.person_id
    known = mine or expert_post(actor, forum) is not None
    kept = question.state is ForumQuestionState.WITHDRAWN and not mine
    waits = question.state is ForumQuestionState.ASKED
    fields = plain(question) | {"body": None if kept else question.body}
    fields |= {"case_minutes": question.case_minutes or forum.case_minutes}
    if not known:
        fields["asker_role"] = None
    return ForumQuestionRead.model_validate(
        fields
        | {
            "mine": mine,
            "asker": names.get(question.asker_id) if known else None,
            "asker_organisation": names.get(question.asker_organisation_id) if known else None,
            "forum_session_id": standing.session_id if waits else None,
            "carried_times": standing.carried,
            "warnings": [] if kept else rules.warnings_of(question.body),
        },
        by_name=True,
    )


async def detail(session: AsyncSession, actor: Actor, question: ForumQuestion, at: datetime) -> ForumQuestionDetail:
    """With its thread. A withdrawn question shows its thread to the asker alone."""
    forum = await queries.forum_of(session, question.forum_id)
    (shown,) = await rows(session, actor, [question], at)
    entries = await queries.entries_of(session, question.id) if shown.body is not None else []
    names = await queries.names_of(session, {one.author_id for one in entries})
    known = shown.asker_role is not None
    sides = set[str]()
    if shown.mine:
        sides.add("asker")
    if expert_post(actor, forum) is not None:
        sides.add("expert")
    if actor.person_id == forum.convener_id:
        sides.add("convener")

    def refusal(verb: str) -> Problem | None:
        if verb == "ask_further" and post_in(actor, forum, {*forum.asker_roles, *forum.expert_roles}) is None:
            return r.NotInForum()
        return None

    return ForumQuestionDetail(
        **shown.model_dump(),
        entries=[entry(one, question, names, known) for one in entries],
        awaits_agreement=await queries.unagreed(session, question.id) if shown.mine else [],
        allowed_actions=QUESTION_FLOW.actions(question.state, actor, refusal, sides=sides),
    )


def entry(one: ForumEntry, question: ForumQuestion, names: dict[UUID, str], known: bool) -> ThreadEntry:
    hidden = one.author_id == question.asker_id and not known
    return ThreadEntry(
        id=one.id,
        kind=one.kind,
        body=one.body,
        said_at=one.said_at,
        forum_session_id=one.forum_session_id,
        author=None if hidden else names.get(one.author_id),
        author_role=None if hidden else one.author_role,
        helpful=one.id == question.helpful_entry_id,
    )


async def forum(session: AsyncSession, actor: Actor, found: Forum, at: datetime) -> ForumDetail:
    """With the coming session; to the convener also what was carried on too often (C-30)."""
    coming = [one for one in await queries.sessions_of(session, [found.id], at) if one.slot.over_at > at]
    often: list[ForumQuestionRead] | None = None
    if actor.person_id == found.convener_id:
        waiting = await rows(session, actor, await queries.waiting(session, found.id), at)
        often = [one for one in waiting if one.carried_times >= rules.CARRIED_TOO_OFTEN]
    return ForumDetail(
        **ForumRead.model_validate(found).model_dump(),
        may_ask=found.open and post_in(actor, found, found.asker_roles) is not None,
        may_answer=expert_post(actor, found) is not None,
        next_session_id=coming[0].id if coming else None,
        next_session_at=coming[0].starts_at if coming else None,
        carried_too_often=often,
    )


async def forum_session(session: AsyncSession, actor: Actor, found: ForumSession, at: datetime) -> ForumSessionDetail:
    """With its queue, which nobody is shown asking but to experts and the asker."""
    forum = await queries.forum_of(session, found.forum_id)
    queue = await rows(session, actor, await queue_of(session, found, at), at)
    sides = {"convener"} if actor.person_id in (forum.convener_id, found.convener_id) else set()
    not_begun = r.SessionNotBegun() if found.starts_at > at else None
    return ForumSessionDetail(
        **ForumSessionRead.model_validate(found).model_dump(),
        queue=queue,
        queue_minutes=sum(one.case_minutes for one in queue),
        answered=await queries.answered_in(session, found.id),
        allowed_actions=SESSION_FLOW.actions(
            found.state, actor, lambda verb: not_begun if verb == "hold" else None, sides=sides
        ),
    )
