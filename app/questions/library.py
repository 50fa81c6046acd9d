"""The library of answers: proposed by an expert, agreed to by the asker, checked by another expert; and how far it
reaches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.ownid import own_id
from app.kit.problems import Problem
from app.outbox.events import append
from app.people.actor import Actor
from app.people.periods import at_field
from app.questions import queries, rules
from app.questions import refusals as r
from app.questions.forums import expert_post
from app.questions.library_schemas import LibraryEntryDetail, LibraryEntryPropose, LibraryEntryRead, LibraryEntryUpdate
from app.questions.models import (
    LIBRARY_FLOW,
    QUESTION_FLOW,
    Forum,
    ForumQuestion,
    ForumQuestionState,
    LibraryEntry,
    LibraryEntryState,
)
from app.questions.service import check_asker
from app.referrals.content import refuse_codes_of_nobody


def check_expert(actor: Actor, forum: Forum) -> None:
    """Raises `NotInForum`."""
    if expert_post(actor, forum) is None:
        raise r.NotInForum()


async def propose(
    session: AsyncSession, actor: Actor, forum: Forum, question: ForumQuestion, given: LibraryEntryPropose, at: datetime
) -> LibraryEntry:
    """Raises `NotInForum`, `IllegalMove` for a question without an answer, `ReviewInThePast`, `CodeInText`."""
    check_expert(actor, forum)
    QUESTION_FLOW.check(question.state, "propose")
    refuse_codes_of_nobody(title=given.title, question=given.question, answer=given.answer)
    if given.review_on <= civil_date(at):
        raise at_field(r.ReviewInThePast, "reviewOn")
    assert actor.person_id is not None
    entry = LibraryEntry(
        **given.model_dump(exclude={"id", "themes"}),
        id=own_id(given.id, at),
        themes=sorted(set(given.themes)),
        forum_id=forum.id,
        question_id=question.id,
        written_by_id=actor.person_id,
    )
    session.add(entry)
    append(session, "forum_question.proposed", question)
    await session.flush()
    return entry


async def update(
    session: AsyncSession, actor: Actor, forum: Forum, entry: LibraryEntry, given: LibraryEntryUpdate, at: datetime
) -> None:
    """Other words: agreed to anew, and checked by somebody else than who wrote them. Raises what `propose` does."""
    check_expert(actor, forum)
    LIBRARY_FLOW.check(entry.state, "update")
    sent = given.model_dump()
    refuse_codes_of_nobody(title=sent.get("title"), question=sent.get("question"), answer=sent.get("answer"))
    if sent.get("review_on", entry.review_on) <= civil_date(at):
        raise at_field(r.ReviewInThePast, "reviewOn")
    given.apply_to(entry)
    assert actor.person_id is not None
    if {"title", "question", "answer"} & sent.keys():
        entry.agreed_at, entry.written_by_id = None, actor.person_id
        append(session, "forum_question.proposed", await queries.question_of(session, entry.question_id))
    await session.flush()


async def check_standing(session: AsyncSession, entry: LibraryEntry) -> None:
    """Raises `QuestionWithdrawn`."""
    question = await queries.question_of(session, entry.question_id)
    if question.state is ForumQuestionState.WITHDRAWN:
        raise r.QuestionWithdrawn()


async def agree(session: AsyncSession, actor: Actor, entry: LibraryEntry, at: datetime) -> None:
    """The asker agrees that these words are published. Raises `NotYourQuestion`, `IllegalMove`, `QuestionWithdrawn`."""
    check_asker(actor, await queries.question_of(session, entry.question_id))
    LIBRARY_FLOW.check(entry.state, "agree")
    await check_standing(session, entry)
    entry.agreed_at = at
    await session.flush()


def not_publishable(actor: Actor, entry: LibraryEntry) -> Problem | None:
    if entry.agreed_at is None:
        return r.AgreementMissing()
    return r.SecondPersonNeeded() if actor.person_id == entry.written_by_id else None


async def publish(session: AsyncSession, actor: Actor, forum: Forum, entry: LibraryEntry, at: datetime) -> None:
    """Checked and published by another expert. Codes are looked for once more.

    Raises `NotInForum`, `IllegalMove`, `QuestionWithdrawn`, `AgreementMissing`, `SecondPersonNeeded`, `CodeInText`.
    """
    check_expert(actor, forum)
    LIBRARY_FLOW.check(entry.state, "publish")
    await check_standing(session, entry)
    if (refusal := not_publishable(actor, entry)) is not None:
        raise refusal
    refuse_codes_of_nobody(title=entry.title, question=entry.question, answer=entry.answer)
    assert actor.person_id is not None
    entry.publish(actor.person_id, at)
    append(session, "forum_question.published", await queries.question_of(session, entry.question_id))
    await session.flush()


async def end(session: AsyncSession, actor: Actor, forum: Forum, entry: LibraryEntry, verb: str, reason: str) -> None:
    """`withdraw` or `mark_outdated`. Raises `NotInForum`, `IllegalMove`, `CodeInText`."""
    check_expert(actor, forum)
    refuse_codes_of_nobody(reason=reason)
    entry.end(verb, reason)
    await session.flush()


async def note_reading(session: AsyncSession, actor: Actor, entry: LibraryEntry, at: datetime) -> None:
    """Counted once a month for each reader, under a keyed hash. Who wrote it is no reader."""
    if entry.state is not LibraryEntryState.PUBLISHED or actor.person_id in (None, entry.written_by_id):
        return
    month, post = civil_date(at).replace(day=1), actor.memberships[0]
    reader = session.info["vault"].index(f"library:{month.isoformat()}:{actor.person_id}").hex()
    await queries.note_reading(session, entry.id, reader, post.role, post.organisation_id, at)


async def rows(session: AsyncSession, actor: Actor, entries: Sequence[LibraryEntry]) -> list[LibraryEntryRead]:
    forums = await queries.forums_of(session, {one.forum_id for one in entries})
    return [row(actor, forums[one.forum_id], one, mine=False) for one in entries]


def row(actor: Actor, forum: Forum, entry: LibraryEntry, *, mine: bool) -> LibraryEntryRead:
    known = mine or expert_post(actor, forum) is not None
    fields = {name: getattr(entry, name) for name in LibraryEntryRead.model_fields if hasattr(entry, name)}
    if not known:
        fields |= dict.fromkeys(("question_id", "agreed_at", "written_by_id"))
    return LibraryEntryRead.model_validate(
        fields
        | {
            "due_for_review": entry.state is LibraryEntryState.PUBLISHED and entry.review_on <= civil_date(actor.at),
            "published_at": entry.released_at,
            "warnings": rules.warnings_of(entry.title, entry.question, entry.answer) if known else [],
        },
        by_name=True,
    )


async def detail(session: AsyncSession, actor: Actor, entry: LibraryEntry) -> LibraryEntryDetail:
    forum = await queries.forum_of(session, entry.forum_id)
    mine = actor.person_id is not None and await queries.is_asker(session, entry.question_id, actor.person_id)
    sides = {"asker"} if mine else set[str]()
    if expert_post(actor, forum) is not None:
        sides.add("expert")
    publishable = not_publishable(actor, entry)
    return LibraryEntryDetail(
        **row(actor, forum, entry, mine=mine).model_dump(),
        allowed_actions=LIBRARY_FLOW.actions(
            entry.state, actor, lambda verb: publishable if verb == "publish" else None, sides=sides
        ),
    )
