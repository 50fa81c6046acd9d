"""Addresses of questions."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.consents.service import PermissionTermsInvalid, RecipientUnknown
from app.kit.clock import Now
from app.kit.codesets import CodeNotInForce, code_of
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.questions import queries, service, showing
from app.questions import refusals as r
from app.questions.models import Forum, ForumQuestion, ForumQuestionState
from app.questions.schemas import (
    ForumQuestionArrange,
    ForumQuestionAsk,
    ForumQuestionClose,
    ForumQuestionDetail,
    ForumQuestionPage,
    ForumQuestionReferral,
    ForumQuestionWithdraw,
    ThreadSaid,
)
from app.referrals import reading, sending, sources
from app.referrals.bases import StatutoryBasisUnfit
from app.referrals.content import CodeInText, ReferralIncomplete
from app.referrals.schemas import ReferralRead
from app.representatives.service import MANDATES
from app.security.permissions import Permission as P

router = room("Questions")
Reader = Annotated[Actor, needs(P.QUESTION_READ)]
Asker = Annotated[Actor, needs(P.QUESTION_ASK)]
Expert = Annotated[Actor, needs(P.QUESTION_ANSWER)]
Convener = Annotated[Actor, needs(P.QUESTION_CONVENE)]
Sender = Annotated[Actor, needs(P.REFERRAL_SEND)]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)


async def found(session: Session, actor: Actor, id: UUID, expected: IfMatch) -> tuple[Forum, ForumQuestion]:
    """The question for a change, locked and of the expected version, and its forum."""
    question = await one(session, queries.visible_questions(actor), id, lock=True)
    await expected.check(question, lambda: showing.detail(session, actor, question, actor.at))
    return await queries.forum_of(session, question.forum_id), question


async def answered(session: Session, actor: Actor, question: ForumQuestion, response: Response) -> ForumQuestionDetail:
    stamp(response, question.version)
    return await showing.detail(session, actor, question, actor.at)


@router.post(
    "/forums/{forum_id}/questions",
    status_code=201,
    responses=problems(MissingPermission, NotFound, UnacceptableId, IdTaken, r.NotInForum, r.ForumClosed, CodeInText),
)
async def ask_question(
    actor: Asker, session: Session, at: Now, once: OnceOnly, forum_id: UUID, given: ForumQuestionAsk
) -> ForumQuestionDetail:
    """Ask your colleagues, at any time (C-29). A text with an identity code is refused (C-31)."""

    async def work() -> ForumQuestionDetail:
        forum = await one(session, queries.visible_forums(actor), forum_id)
        question = await service.ask(session, actor, forum, given, at)
        return await showing.detail(session, actor, question, at)

    return await once.run(ForumQuestionDetail, work)


@router.get("/forum-questions", responses=problems(MissingPermission, BadCursor))
async def list_questions(
    actor: Reader,
    session: Session,
    at: Now,
    paging: Paged,
    forum_id: Annotated[UUID | None, Query(alias="forumId")] = None,
    state: ForumQuestionState | None = None,
    theme: Annotated[Annotated[str, code_of("question_theme")] | None, Query()] = None,
    mine: Annotated[bool, Query(description="Only those I asked.")] = False,
) -> ForumQuestionPage:
    """Questions of the forums I take part in, the newest first."""
    rows = queries.listed(queries.visible_questions(actor), forum_id, state, theme, actor.person_id if mine else None)
    questions, after, count = await paging.run(
        session, rows, ForumQuestion.asked_at, ForumQuestion.id, caller=actor.login_id
    )
    return ForumQuestionPage(items=await showing.rows(session, actor, questions, at), next_cursor=after, count=count)


@router.get("/forum-questions/{forum_question_id}", responses=problems(MissingPermission, NotFound))
async def get_question(
    actor: Reader, session: Session, at: Now, forum_question_id: UUID, response: Response
) -> ForumQuestionDetail:
    """With its thread. Who asked is shown to experts and to the asker."""
    question = await one(session, queries.visible_questions(actor), forum_question_id)
    return await answered(session, actor, question, response)


@router.post("/forum-questions/{forum_question_id}/answer", responses=problems(*CHANGES, r.NotInForum, CodeInText))
async def answer_question(
    actor: Expert, session: Session, at: Now, once: OnceOnly, expected: IfMatch, forum_question_id: UUID,
    given: ThreadSaid, response: Response,
) -> ForumQuestionDetail:  # fmt: skip
    """An answer in the thread, before, between or after sessions. The asker hears that there is one."""

    async def work() -> ForumQuestionDetail:
        forum, question = await found(session, actor, forum_question_id, expected)
        await service.answer(session, actor, forum, question, given.body, at)
        return await answered(session, actor, question, response)

    return await once.run(ForumQuestionDetail, work)


@router.post(
    "/forum-questions/{forum_question_id}/ask-further",
    responses=problems(*CHANGES, r.NotYourQuestion, r.NotInForum, CodeInText),
)
async def ask_further(
    actor: Asker, session: Session, at: Now, once: OnceOnly, expected: IfMatch, forum_question_id: UUID,
    given: ThreadSaid, response: Response,
) -> ForumQuestionDetail:  # fmt: skip
    """The asker asks further: it waits for an answer again."""

    async def work() -> ForumQuestionDetail:
        forum, question = await found(session, actor, forum_question_id, expected)
        await service.ask_further(session, actor, forum, question, given.body, at)
        return await answered(session, actor, question, response)

    return await once.run(ForumQuestionDetail, work)


@router.post(
    "/forum-questions/{forum_question_id}/close", responses=problems(*CHANGES, r.NotYourQuestion, r.EntryNotHere)
)
async def close_question(
    actor: Asker, session: Session, at: Now, once: OnceOnly, expected: IfMatch, forum_question_id: UUID,
    given: ForumQuestionClose, response: Response,
) -> ForumQuestionDetail:  # fmt: skip
    """The asker is done with it, and says which answer helped."""

    async def work() -> ForumQuestionDetail:
        _, question = await found(session, actor, forum_question_id, expected)
        await service.close(session, actor, question, given)
        return await answered(session, actor, question, response)

    return await once.run(ForumQuestionDetail, work)


@router.post("/forum-questions/{forum_question_id}/withdraw", responses=problems(*CHANGES, r.NotYourQuestion))
async def withdraw_question(
    actor: Asker, session: Session, at: Now, once: OnceOnly, expected: IfMatch, forum_question_id: UUID,
    given: ForumQuestionWithdraw, response: Response,
) -> ForumQuestionDetail:  # fmt: skip
    """The asker takes it back: its words are shown to nobody else any more."""

    async def work() -> ForumQuestionDetail:
        _, question = await found(session, actor, forum_question_id, expected)
        await service.withdraw(session, actor, question, given.reason, at)
        return await answered(session, actor, question, response)

    return await once.run(ForumQuestionDetail, work)


@router.post("/forum-questions/{forum_question_id}/arrange", responses=problems(*CHANGES, r.NotConvener))
async def arrange_question(
    actor: Convener, session: Session, at: Now, once: OnceOnly, expected: IfMatch, forum_question_id: UUID,
    given: ForumQuestionArrange, response: Response,
) -> ForumQuestionDetail:  # fmt: skip
    """The convener says whether a session or the thread answers it, its place in the queue and its minutes."""

    async def work() -> ForumQuestionDetail:
        forum, question = await found(session, actor, forum_question_id, expected)
        await service.arrange(session, actor, forum, question, given, at)
        return await answered(session, actor, question, response)

    return await once.run(ForumQuestionDetail, work)


@router.post(
    "/forum-questions/{forum_question_id}/referrals",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, IllegalMove, r.NotYourQuestion, r.PermissionNeeded, sources.NotYourOrganisation,
        sources.SourceNotYours, sources.OwnReferralOnly, sources.PersonGivenTwice, sources.PersonMissing,
        sources.SenderDescriptionMisplaced, sources.MeetingInFuture, sources.OrganiserUnclear,
        sources.OrganiserUnknown, sources.RepresentativeMisplaced, *MANDATES, CodeInText, PermissionTermsInvalid,
        RecipientUnknown, StatutoryBasisUnfit, CodeNotInForce, ReferralIncomplete, sending.AlreadyReferred,
        UnacceptableId, IdTaken,
    ),
)  # fmt: skip
async def refer_from_question(
    actor: Sender, session: Session, at: Now, once: OnceOnly, forum_question_id: UUID, given: ForumQuestionReferral
) -> ReferralRead:
    """The asker refers the client, with the client's permission. The link stands in the referral; nothing is written of
    the question."""

    async def work() -> ReferralRead:
        question = await one(session, queries.visible_questions(actor), forum_question_id)
        referral = await service.refer(session, actor, question, given, at)
        return await reading.show(session, actor, referral)

    return await once.run(ReferralRead, work)
