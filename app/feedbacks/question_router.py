"""Addresses of one feedback: the copy of what went out, and questions about it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from app.audit.trail import used
from app.consents.queries import lock_client
from app.feedbacks import asking, queries, reading, sealing
from app.feedbacks.models import FeedbackQuestion
from app.feedbacks.router import BEYOND, CHANGES
from app.feedbacks.schemas import FeedbackCopy, QuestionAnswer, QuestionAsk, QuestionList, QuestionRead
from app.kit.clock import Now
from app.kit.codesets import CodeNotInForce
from app.kit.db import Session
from app.kit.etags import IfMatch
from app.kit.once import OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.problems import Forbidden, MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.security.permissions import Permission as P

router = room("Feedback")
Reader = Annotated[Actor, needs(P.REFERRAL_READ)]
Asker = Annotated[Actor, needs(P.FEEDBACK_ACKNOWLEDGE)]
Giver = Annotated[Actor, needs(P.FEEDBACK_GIVE)]


@router.get("/feedbacks/{feedback_id}/copy", responses=problems(MissingPermission, NotFound, sealing.CopyNotKept))
async def get_feedback_copy(actor: Reader, session: Session, feedback_id: UUID) -> FeedbackCopy:
    """The whole of what went out, in the words and the language in which it went, with its hash."""
    row, referral = await reading.of_feedback(session, actor, feedback_id)
    await used(session, "feedbacks", [(row.id, referral.client_id)], fields=["copy"])
    await reading.receive(session, actor, referral, [row])
    return await reading.copy(session, actor, referral, row)


@router.get("/feedbacks/{feedback_id}/questions", responses=problems(MissingPermission, NotFound))
async def list_feedback_questions(actor: Reader, session: Session, feedback_id: UUID) -> QuestionList:
    """What was asked about this feedback, and answered."""
    row, referral = await reading.of_feedback(session, actor, feedback_id)
    found = await queries.questions_of(session, [row.id])
    await used(session, "feedback_questions", [(q.id, q.client_id) for q in found])
    return QuestionList(items=await reading.questions(session, actor, referral, row, found))


@router.post(
    "/feedbacks/{feedback_id}/ask",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, Forbidden, asking.QuestionOpen, asking.TooManyQuestions, CodeInText,
        UnacceptableId, IdTaken,
    ),
)  # fmt: skip
async def ask_about_feedback(
    actor: Asker, session: Session, at: Now, once: OnceOnly, feedback_id: UUID, given: QuestionAsk
) -> QuestionRead:
    """Ask about feedback that you got: one question at a time, five at most. The team answers what it may."""

    async def work() -> QuestionRead:
        row, referral = await reading.of_feedback(session, actor, feedback_id, lock=True)
        if not await reading.got_it(session, actor, referral):
            raise Forbidden()
        question = await asking.ask(session, actor, row, referral, given, at)
        return (await reading.questions(session, actor, referral, row, [question]))[0]

    return await once.run(QuestionRead, work)


@router.post(
    "/feedback-questions/{question_id}/answer",
    responses=problems(
        *CHANGES, Forbidden, *BEYOND, asking.NoticeAnsweredInCodes, asking.AnswerNotWhole, CodeInText, CodeNotInForce
    ),
)
async def answer_feedback_question(
    actor: Giver, session: Session, at: Now, once: OnceOnly, expected: IfMatch, question_id: UUID, given: QuestionAnswer
) -> QuestionRead:
    """Within the level of the feedback and what the client permits now; about a closure notice in codes only."""

    async def find() -> FeedbackQuestion:
        seen = await one(session, queries.visible_questions(actor), question_id)
        _, referral = await reading.of_feedback(session, actor, seen.feedback_id)
        if referral.team_id not in actor.teams:
            raise Forbidden()
        await lock_client(session, seen.client_id, to_change=False)
        return await one(session, queries.visible_questions(actor), question_id, lock=True)

    async def show(question: FeedbackQuestion) -> QuestionRead:
        row, referral = await reading.of_feedback(session, actor, question.feedback_id)
        return (await reading.questions(session, actor, referral, row, [question]))[0]

    async def do(question: FeedbackQuestion) -> None:
        row, referral = await reading.of_feedback(session, actor, question.feedback_id)
        await asking.answer(session, actor, question, row, referral, given, at)

    return await once.change(QuestionRead, find, expected, show, do)
