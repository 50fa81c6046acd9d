"""How feedback, drafts and questions are shown; and that whoever got feedback has read it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.protecting import blot
from app.feedbacks import gating, giving, levels, onward, queries, rules, sealing
from app.feedbacks.models import DRAFT_FLOW, QUESTION_FLOW, UNANSWERED, DraftState, FeedbackDraft, FeedbackQuestion
from app.feedbacks.schemas import DraftRead, FeedbackCopy, LeftOut, QuestionRead
from app.kit.codesets import called
from app.kit.db import Receiving
from app.kit.queries import one
from app.outbox.events import append
from app.people.actor import Actor
from app.referrals import reading
from app.referrals.models import Feedback, Referral
from app.referrals.queries import visible_referrals
from app.referrals.refusals import FeedbackProhibited
from app.referrals.schemas import FeedbackRead
from app.routing.queries import names_of

TEAM = {"team"}
Shown = FeedbackRead | FeedbackCopy | QuestionRead


async def unprotected(session: AsyncSession, actor: Actor, referral: Referral, rows: list[Shown], *names: str) -> None:
    """Details of a protected client are blotted out of the words. A sender does not see the client: the area looks, and
    only the words come out."""
    told = [(referral.client_id, row) for row in rows if any(getattr(row, name) for name in names)]
    if not told:
        return
    if reading.view_of(actor, referral) != "sender":
        await blot(session, actor, told, *names)
    else:
        async with Receiving(session, team=None, area=referral.area_id):
            await blot(session, actor, told, *names)


async def feedbacks(
    session: AsyncSession, actor: Actor, referral: Referral, rows: list[Feedback]
) -> list[FeedbackRead]:
    """The words are a conclusion: not every reader of the referral reads them."""
    names = await names_of(session, [row.given_by_id for row in rows])
    found = [reading.show_feedback(row, names) for row in rows]
    for row, read in zip(rows, found, strict=True):
        if row.body is not None and not await giving.reads_words(session, actor, referral, row, actor.at):
            read.body = None
    await unprotected(session, actor, referral, [*found], "body")
    return found


async def got_it(session: AsyncSession, actor: Actor, referral: Referral) -> bool:
    """Whether the caller is whom feedback on this referral goes to."""
    return "sender" in await onward.sides_of(session, actor, referral)


async def receive(session: AsyncSession, actor: Actor, referral: Referral, rows: list[Feedback]) -> None:
    """The first reading by whoever it was given to: through the API, whatever told them that it is there."""
    new = [row.id for row in rows if row.received_at is None]
    if not new or not await got_it(session, actor, referral):
        return
    for row in await queries.unread(session, new):
        row.received_at = actor.at
        append(
            session, "feedback.received", row,
            client=referral.client_id, team=referral.team_id, referral=str(referral.id),
        )  # fmt: skip
    await session.flush()


async def copy(session: AsyncSession, actor: Actor, referral: Referral, row: Feedback) -> FeedbackCopy:
    """Raises `CopyNotKept`."""
    words = await giving.reads_words(session, actor, referral, row, actor.at)
    sender = reading.view_of(actor, referral) == "sender"
    shown = await sealing.show(session, row, words=words, sender=sender)
    await unprotected(session, actor, referral, [shown], "text")
    return shown


async def draft(session: AsyncSession, actor: Actor, row: FeedbackDraft) -> DraftRead:
    referral = await one(session, visible_referrals(actor), row.referral_id)
    names = await names_of(session, [row.author_id])
    open_now = row.state is DraftState.OPEN
    most = await levels.allowed(session, referral, actor.at) if open_now else None
    refusal = await gating.draft_refusal(session, row, referral, actor.at) if open_now else None
    # Against a prohibition nothing is written either: it is waived.
    refused = {"give_feedback": refusal, "update": FeedbackProhibited() if open_now and most is None else None}
    codes = await queries.outcome_codes(session, actor, row.outcome_ids)
    told, own = frozenset(row.data_classes), referral.sender_organisation_id is None
    fields = {n: getattr(row, n) for n in DraftRead.model_fields if hasattr(row, n)}
    shown = DraftRead(
        **fields,
        author=names.get(row.author_id),
        allowed_level=most,
        beyond=refusal is not None and not isinstance(refusal, gating.DraftOutdated),
        outdated=isinstance(refusal, gating.DraftOutdated),
        left_out=[
            LeftOut(code=code, label=called("outcome", code), because=because)
            for code, because in rules.left_out(codes, row.level, told, own=own)
        ],
        allowed_actions=DRAFT_FLOW.actions(row.state, actor, refused.get, sides=TEAM),
    )
    await blot(session, actor, [(row.client_id, shown)], "body")
    return shown


async def questions(
    session: AsyncSession, actor: Actor, referral: Referral, row: Feedback, found: list[FeedbackQuestion]
) -> list[QuestionRead]:
    """A sender reads one that got no answer as one that waits; a client reads it as it is."""
    asked_it = await got_it(session, actor, referral)
    words = asked_it or await giving.reads_words(session, actor, referral, row, actor.at)
    mine = {"team"} if "receiver" in reading.sides(actor, referral) else set()
    shown = [question(actor, one, asked_it and actor.client_id is None, words, mine) for one in found]
    await unprotected(session, actor, referral, [*shown], "question", "answer")
    return shown


def question(actor: Actor, row: FeedbackQuestion, asked_it: bool, words: bool, mine: set[str]) -> QuestionRead:
    waits = row.answered_at is None or (asked_it and row.answer_code == UNANSWERED)
    return QuestionRead(
        id=row.id,
        version=1 if asked_it and row.answer_code == UNANSWERED else row.version,
        feedback_id=row.feedback_id,
        referral_id=row.referral_id,
        number=row.number,
        question=row.question if words else None,
        asked_at=row.asked_at,
        state="open" if waits else "answered",
        answer=row.answer if words and not waits else None,
        answer_code=None if waits else row.answer_code,
        answer_label=None if waits or row.answer_code is None else called("feedback_answer", row.answer_code),
        answered_at=None if waits else row.answered_at,
        allowed_actions=QUESTION_FLOW.actions(row.state, actor, lambda verb: None, sides=mine) if mine else [],
    )


async def of_feedback(
    session: AsyncSession, actor: Actor, feedback_id: UUID, *, lock: bool = False
) -> tuple[Feedback, Referral]:
    """Feedback that the caller sees, and its referral, locked for a change. Raises `NotFound`."""
    row = await one(session, queries.told_on(visible_referrals(actor)), feedback_id)
    return row, await one(session, visible_referrals(actor), row.referral_id, lock=lock)
