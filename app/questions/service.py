"""Asking, answering, closing; and a referral out of a question, which only the client's permission makes."""

from __future__ import annotations

from datetime import datetime

from pydantic import MISSING
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.ownid import own_id
from app.outbox.events import append
from app.people.actor import Actor
from app.people.periods import at_field
from app.questions import queries
from app.questions import refusals as r
from app.questions.forums import check_convener, expert_post, post_in, say
from app.questions.models import QUESTION_FLOW, Forum, ForumQuestion
from app.questions.schemas import ForumQuestionArrange, ForumQuestionAsk, ForumQuestionClose, ForumQuestionReferral
from app.referrals import sending
from app.referrals.content import refuse_codes_of_nobody
from app.referrals.models import Referral


def check_asker(actor: Actor, question: ForumQuestion) -> None:
    """Raises `NotYourQuestion`."""
    if actor.person_id is None or actor.person_id != question.asker_id:
        raise r.NotYourQuestion()


async def ask(
    session: AsyncSession, actor: Actor, forum: Forum, given: ForumQuestionAsk, at: datetime
) -> ForumQuestion:
    """Raises `NotInForum`, `ForumClosed`, `CodeInText` for a text with an identity code (C-31)."""
    post = post_in(actor, forum, forum.asker_roles)
    if post is None or actor.person_id is None:
        raise r.NotInForum()
    if not forum.open:
        raise r.ForumClosed()
    refuse_codes_of_nobody(body=given.body)
    question = ForumQuestion(
        id=own_id(given.id, at),
        forum_id=forum.id,
        asker_id=actor.person_id,
        asker_role=post.role,
        asker_organisation_id=post.organisation_id,
        is_case=given.is_case,
        themes=sorted(set(given.themes)),
        language=given.language,
        body=given.body,
        way=given.way,
        asked_at=at,
        waiting_since=at,
    )
    session.add(question)
    append(session, "forum_question.asked", question)
    await session.flush()
    return question


async def answer(
    session: AsyncSession, actor: Actor, forum: Forum, question: ForumQuestion, body: str, at: datetime
) -> None:
    """By an expert of the forum, at any time (C-29). Raises `NotInForum`, `IllegalMove`, `CodeInText`."""
    post = expert_post(actor, forum)
    if post is None:
        raise r.NotInForum()
    refuse_codes_of_nobody(body=body)
    question.answered(at)
    question.touch()
    say(session, actor, question, "answer", body, post, at)
    append(session, "forum_question.answered", question)
    await session.flush()


async def ask_further(
    session: AsyncSession, actor: Actor, forum: Forum, question: ForumQuestion, body: str, at: datetime
) -> None:
    """It waits for an answer again. Raises `NotYourQuestion`, `NotInForum`, `IllegalMove`, `CodeInText`."""
    check_asker(actor, question)
    post = post_in(actor, forum, {*forum.asker_roles, *forum.expert_roles})
    if post is None:
        raise r.NotInForum()
    refuse_codes_of_nobody(body=body)
    question.asked_further(at)
    question.touch()
    say(session, actor, question, "follow_up", body, post, at)
    append(session, "forum_question.asked", question)
    await session.flush()


async def close(session: AsyncSession, actor: Actor, question: ForumQuestion, given: ForumQuestionClose) -> None:
    """Raises `NotYourQuestion`, `IllegalMove`, `EntryNotHere`."""
    check_asker(actor, question)
    if given.helpful_entry_id is not None:
        entries = await queries.entries_of(session, question.id)
        if given.helpful_entry_id not in {one.id for one in entries if one.kind != "follow_up"}:
            raise at_field(r.EntryNotHere, "helpfulEntryId")
    question.close(given.reason, given.helpful_entry_id)
    append(session, "forum_question.closed", question)
    await session.flush()


async def withdraw(session: AsyncSession, actor: Actor, question: ForumQuestion, reason: str, at: datetime) -> None:
    """Its words are then shown to the asker alone, and what was proposed of it for the library ends with it; what was
    published stays. Raises `NotYourQuestion`, `IllegalMove`."""
    check_asker(actor, question)
    for entry in await queries.drafts_of(session, question.id):
        entry.agreed_at = None
        entry.end("withdraw", reason)
    await session.flush()
    question.withdraw(reason, at)
    append(session, "forum_question.withdrawn", question)
    await session.flush()


async def arrange(
    session: AsyncSession,
    actor: Actor,
    forum: Forum,
    question: ForumQuestion,
    given: ForumQuestionArrange,
    at: datetime,
) -> None:
    """Raises `NotConvener`, `IllegalMove`."""
    check_convener(actor, forum)
    QUESTION_FLOW.check(question.state, "arrange")
    if given.way is not MISSING and given.way == "session" and question.way == "thread":
        question.waiting_since = at
    given.apply_to(question)
    append(session, "forum_question.arranged", question)
    await session.flush()


async def refer(
    session: AsyncSession, actor: Actor, question: ForumQuestion, given: ForumQuestionReferral, at: datetime
) -> Referral:
    """A referral as any other, of the client whom the asker alone knows; the link stands in the referral. Nothing is
    written of the question, so nobody can tell from it that there is one, or of whom.

    Raises `NotYourQuestion`, `IllegalMove`, `PermissionNeeded`, and what `sending.create` does.
    """
    check_asker(actor, question)
    QUESTION_FLOW.check(question.state, "refer")
    if given.permission is None:
        raise at_field(r.PermissionNeeded, "permission")
    return await sending.create(session, actor, given, at, question.id)
