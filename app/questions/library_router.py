"""Addresses of the library of answers."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.clients.schemas import Language
from app.kit.clock import Now
from app.kit.codesets import code_of
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
from app.questions import library, queries
from app.questions import refusals as r
from app.questions.library_schemas import (
    LibraryEntryDetail,
    LibraryEntryEnd,
    LibraryEntryPage,
    LibraryEntryPropose,
    LibraryEntryUpdate,
)
from app.questions.models import Forum, LibraryEntry, LibraryEntryState
from app.referrals.content import CodeInText
from app.security.permissions import Permission as P

router = room("Questions")
Reader = Annotated[Actor, needs(P.QUESTION_READ)]
Asker = Annotated[Actor, needs(P.QUESTION_ASK)]
Expert = Annotated[Actor, needs(P.QUESTION_ANSWER)]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)


async def found(session: Session, actor: Actor, id: UUID, expected: IfMatch) -> tuple[Forum, LibraryEntry]:
    """The entry for a change, locked and of the expected version, and its forum."""
    entry = await one(session, queries.visible_entries(actor), id, lock=True)
    await expected.check(entry, lambda: library.detail(session, actor, entry))
    return await queries.forum_of(session, entry.forum_id), entry


async def shown(session: Session, actor: Actor, entry: LibraryEntry, response: Response) -> LibraryEntryDetail:
    stamp(response, entry.version)
    return await library.detail(session, actor, entry)


@router.post(
    "/forum-questions/{forum_question_id}/library-entries",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, UnacceptableId, IdTaken, r.NotInForum, IllegalMove, r.ReviewInThePast, CodeInText
    ),
)
async def propose_library_entry(
    actor: Expert, session: Session, at: Now, once: OnceOnly, forum_question_id: UUID, given: LibraryEntryPropose
) -> LibraryEntryDetail:
    """An expert proposes an answered question for the library, in words for everybody."""

    async def work() -> LibraryEntryDetail:
        question = await one(session, queries.visible_questions(actor), forum_question_id)
        forum = await queries.forum_of(session, question.forum_id)
        entry = await library.propose(session, actor, forum, question, given, at)
        return await library.detail(session, actor, entry)

    return await once.run(LibraryEntryDetail, work)


@router.get("/library-entries", responses=problems(MissingPermission, BadCursor))
async def list_library_entries(
    actor: Reader,
    session: Session,
    paging: Paged,
    words: Annotated[
        str | None, Query(max_length=200, description='As in a search box: kuntoutus "työkokeilu" -raha.')
    ] = None,
    theme: Annotated[Annotated[str, code_of("question_theme")] | None, Query()] = None,
    language: Language | None = None,
    state: Annotated[LibraryEntryState, Query(description="Drafts only to who wrote, answers or asked.")] = (
        LibraryEntryState.PUBLISHED
    ),
) -> LibraryEntryPage:
    """Answers by words and theme, the newest first. Words are found in any of the three languages, by their stems."""
    rows = queries.listed_entries(queries.visible_entries(actor), words, theme, language, state)
    entries, after, count = await paging.run(session, rows, LibraryEntry.id, caller=actor.login_id)
    return LibraryEntryPage(items=await library.rows(session, actor, entries), next_cursor=after, count=count)


@router.get("/library-entries/{library_entry_id}", responses=problems(MissingPermission, NotFound))
async def get_library_entry(
    actor: Reader, session: Session, at: Now, library_entry_id: UUID, response: Response
) -> LibraryEntryDetail:
    """An answer. Readers are counted once a month, without a list of who they were."""
    entry = await one(session, queries.visible_entries(actor), library_entry_id)
    await library.note_reading(session, actor, entry, at)
    return await shown(session, actor, entry, response)


@router.patch(
    "/library-entries/{library_entry_id}", responses=problems(*CHANGES, r.NotInForum, r.ReviewInThePast, CodeInText)
)
async def update_library_entry(
    actor: Expert, session: Session, at: Now, expected: IfMatch, library_entry_id: UUID, given: LibraryEntryUpdate,
    response: Response,
) -> LibraryEntryDetail:  # fmt: skip
    """Other words for a draft. They need another agreement."""
    forum, entry = await found(session, actor, library_entry_id, expected)
    await library.update(session, actor, forum, entry, given, at)
    return await shown(session, actor, entry, response)


@router.post(
    "/library-entries/{library_entry_id}/agree", responses=problems(*CHANGES, r.NotYourQuestion, r.QuestionWithdrawn)
)
async def agree_to_library_entry(
    actor: Asker, session: Session, at: Now, once: OnceOnly, expected: IfMatch, library_entry_id: UUID,
    response: Response,
) -> LibraryEntryDetail:  # fmt: skip
    """The asker agrees that these words are published."""

    async def work() -> LibraryEntryDetail:
        _, entry = await found(session, actor, library_entry_id, expected)
        await library.agree(session, actor, entry, at)
        return await shown(session, actor, entry, response)

    return await once.run(LibraryEntryDetail, work)


@router.post(
    "/library-entries/{library_entry_id}/publish",
    responses=problems(
        *CHANGES, r.NotInForum, r.AgreementMissing, r.SecondPersonNeeded, r.QuestionWithdrawn, CodeInText
    ),
)
async def publish_library_entry(
    actor: Expert, session: Session, at: Now, once: OnceOnly, expected: IfMatch, library_entry_id: UUID,
    response: Response,
) -> LibraryEntryDetail:  # fmt: skip
    """Checked and published by another expert than the one who wrote it."""

    async def work() -> LibraryEntryDetail:
        forum, entry = await found(session, actor, library_entry_id, expected)
        await library.publish(session, actor, forum, entry, at)
        return await shown(session, actor, entry, response)

    return await once.run(LibraryEntryDetail, work)


@router.post("/library-entries/{library_entry_id}/withdraw", responses=problems(*CHANGES, r.NotInForum, CodeInText))
async def withdraw_library_entry(
    actor: Expert, session: Session, at: Now, once: OnceOnly, expected: IfMatch, library_entry_id: UUID,
    given: LibraryEntryEnd, response: Response,
) -> LibraryEntryDetail:  # fmt: skip
    """It is found no more; it stays to be read with the reason by who has its address."""

    async def work() -> LibraryEntryDetail:
        forum, entry = await found(session, actor, library_entry_id, expected)
        await library.end(session, actor, forum, entry, "withdraw", given.reason)
        return await shown(session, actor, entry, response)

    return await once.run(LibraryEntryDetail, work)


@router.post(
    "/library-entries/{library_entry_id}/mark-outdated", responses=problems(*CHANGES, r.NotInForum, CodeInText)
)
async def mark_library_entry_outdated(
    actor: Expert, session: Session, at: Now, once: OnceOnly, expected: IfMatch, library_entry_id: UUID,
    given: LibraryEntryEnd, response: Response,
) -> LibraryEntryDetail:  # fmt: skip
    """What it says is true no more: the reason stands beside it."""

    async def work() -> LibraryEntryDetail:
        forum, entry = await found(session, actor, library_entry_id, expected)
        await library.end(session, actor, forum, entry, "mark_outdated", given.reason)
        return await shown(session, actor, entry, response)

    return await once.run(LibraryEntryDetail, work)
