"""Questions about feedback that was given: asked by whoever got it, answered within the same gate, and few."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import service as consents
from app.feedbacks import gating, queries
from app.feedbacks.holders import give_work
from app.feedbacks.models import (
    IN_WORDS,
    MOST_QUESTIONS,
    QUESTION,
    QUESTION_FLOW,
    UNANSWERED,
    FeedbackQuestion,
)
from app.feedbacks.schemas import QuestionAnswer, QuestionAsk
from app.kit.clock import civil_date
from app.kit.codesets import require_in_force
from app.kit.db import Receiving
from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Conflict, Invalid
from app.outbox.events import append
from app.pathways.models import Pathway
from app.pathways.rules import FEEDBACK_PURPOSE
from app.people.actor import Actor
from app.referrals.content import refuse_codes
from app.referrals.models import Feedback, FeedbackLevel, Referral
from app.referrals.refusals import FeedbackProhibited
from app.work import service as work


class QuestionOpen(Conflict):
    """One question at a time: the earlier one waits for its answer."""

    code = "question_open"
    detail = Text(
        "Edelliseen kysymykseen ei ole vielä vastattu.",
        "Den förra frågan har inte besvarats ännu.",
        "The earlier question has not been answered yet.",
    )
    constraints = ("uq_feedback_questions_open",)


class TooManyQuestions(Conflict):
    code = "too_many_questions"
    detail = Text(
        "Tästä palautteesta on kysytty jo viisi kertaa. Soita tiimille.",
        "Det har redan ställts fem frågor om den här återkopplingen. Ring teamet.",
        "Five questions have been asked about this feedback already. Call the team.",
    )
    constraints = ("uq_feedback_questions_feedback_id",)


class NoticeAnsweredInCodes(Conflict):
    """A closure notice tells nothing, and neither does an answer about it: choose a coded answer."""

    code = "notice_answered_in_codes"
    detail = Text(
        "Päättymisilmoituksesta ei kerrota enempää. Valitse koodattu vastaus.",
        "Om ett meddelande om avslut berättas inget mer. Välj ett kodat svar.",
        "No more is told about a closure notice. Choose a coded answer.",
    )


class AnswerNotWhole(Invalid):
    """`answered` goes with words, the other codes without."""

    code = "answer_not_whole"
    detail = Text(
        "Koodiin answered kuuluu vastaus sanoin, muihin ei.",
        "Till koden answered hör ett svar i ord, till de andra inte.",
        "The code answered goes with words, the others without.",
    )


async def ask(
    session: AsyncSession, actor: Actor, feedback: Feedback, referral: Referral, given: QuestionAsk, at: datetime
) -> FeedbackQuestion:
    """The team has it to answer, also after the path has closed. Raises `QuestionOpen`, `TooManyQuestions`,
    `CodeInText`."""
    assert referral.client_id is not None
    assert referral.team_id is not None
    refuse_codes(question=given.question)
    earlier = await queries.questions_of(session, [feedback.id])
    partner = actor.client_id is None
    if any(one.answered_at is None or (partner and one.answer_code == UNANSWERED) for one in earlier):
        raise QuestionOpen()
    if len(earlier) >= MOST_QUESTIONS:
        raise TooManyQuestions()
    question = FeedbackQuestion(
        id=own_id(given.id, at),
        feedback_id=feedback.id,
        referral_id=referral.id,
        client_id=referral.client_id,
        number=len(earlier) + 1,
        question=given.question,
        asked_by_id=actor.login_id,
        asked_at=at,
    )
    session.add(question)
    await session.flush()
    async with Receiving(session, team=referral.team_id, area=referral.area_id):
        path = await session.get(Pathway, referral.pathway_id) if referral.pathway_id else None
    holder = path.responsible_person_id if path else feedback.given_by_id
    assert holder is not None
    await give_work(
        session,
        kind=QUESTION,
        client_id=referral.client_id,
        area_id=referral.area_id,
        team_id=path.team_id if path else referral.team_id,
        subject_type=QUESTION,
        subject_id=question.id,
        holder_id=holder,
        at=at,
    )
    append(
        session, "feedback.question_asked", feedback,
        client=referral.client_id, team=referral.team_id, referral=str(referral.id), question=str(question.id),
    )  # fmt: skip
    await session.flush()
    return question


async def answer(
    session: AsyncSession,
    actor: Actor,
    question: FeedbackQuestion,
    feedback: Feedback,
    referral: Referral,
    given: QuestionAnswer,
    at: datetime,
) -> None:
    """In words no more than the feedback's own level tells, while the client permits it; in codes nothing. That it gets
    no answer leaves the team's list, and a sender goes on seeing it open.

    Raises `IllegalMove`, `AnswerNotWhole`, `NoticeAnsweredInCodes`, `CodeInText`, and what `gating.gate` raises.
    """
    QUESTION_FLOW.check(question.state, "answer")
    refuse_codes(answer=given.answer)
    require_in_force("feedback_answer", given.code, civil_date(at), "/body/code")
    if (given.answer is not None) != (given.code == IN_WORDS):
        where = "/body/answer"
        raise AnswerNotWhole(errors=[{"pointer": where, "code": AnswerNotWhole.code, "detail": AnswerNotWhole.detail}])
    assert feedback.level is not None
    if given.answer is not None and feedback.level is FeedbackLevel.CLOSURE_NOTICE:
        raise NoticeAnsweredInCodes()
    recipient, classes, basis = feedback.sender_organisation_id, frozenset[str](), None
    if given.code != UNANSWERED:
        if recipient is not None and given.answer is not None:
            basis, classes = await gating.gate(session, referral, feedback.level, set(), at)
        elif recipient is not None:
            ruling = await consents.ask(session, feedback.client_id, recipient, classes, FEEDBACK_PURPOSE, at)
            if ruling.prohibited:
                raise FeedbackProhibited()
        told = await consents.disclose(
            session, actor, client_id=feedback.client_id, recipient_id=recipient, data_classes=classes,
            purpose=FEEDBACK_PURPOSE, basis=basis, subject_type="referral", subject_id=referral.id, at=at,
        )  # fmt: skip
        question.disclosure_id = told.id
        append(
            session, "feedback.question_answered", feedback,
            client=feedback.client_id, team=referral.team_id, organisation=recipient, disclosure=told.id,
            referral=str(referral.id), question=str(question.id),
        )  # fmt: skip
    question.answer, question.answer_code = given.answer, given.code
    question.answered_at, question.answered_by_id = at, actor.person_id
    await work.finish(session, question.id, QUESTION, at)
    await session.flush()
