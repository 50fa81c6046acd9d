"""Every statement on forums, questions, sessions and the library."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, cast, false, func, or_, select
from sqlalchemy.dialects.postgresql import TSQUERY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.kit.clock import civil_date
from app.kit.ids import new_id
from app.people.actor import Actor
from app.people.models import Organisation, Person
from app.questions.models import (
    Forum,
    ForumEntry,
    ForumQuestion,
    ForumQuestionState,
    ForumSession,
    LibraryEntry,
    LibraryEntryState,
    LibraryRead,
)

MOST_WAITING = 500


def any_of(ways: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    found = list(ways)
    return or_(*found) if found else false()


def takes_part(organisation: UUID) -> ColumnElement[bool]:
    """The area itself, or a partner that the forum is open to."""
    return or_(Forum.area_id == organisation, Forum.organisation_ids.contains([organisation]))


def colleague(actor: Actor) -> ColumnElement[bool]:
    return any_of(takes_part(one) for one in actor.organisation_ids)


def in_roles(actor: Actor, *columns: Any) -> ColumnElement[bool]:
    """By the role that one has in an organisation that takes part; the convener always."""
    posts = dict.fromkeys((held.organisation_id, held.role) for held in actor.memberships)
    ways = [
        and_(takes_part(organisation), or_(*(column.contains([role]) for column in columns)))
        for organisation, role in posts
    ]
    if actor.person_id is not None:
        ways.append(Forum.convener_id == actor.person_id)
    return any_of(ways)


def forums_where(clause: ColumnElement[bool]) -> Select[Any]:
    return select(Forum.id).where(clause)


def visible_forums(actor: Actor) -> Select[Forum]:
    """Those that the caller's organisation takes part in, and to a lead those of the area."""
    return seen(actor, "forum", Forum, {"colleague": colleague(actor)})


def audience(actor: Actor) -> Select[Any]:
    return forums_where(in_roles(actor, Forum.asker_roles, Forum.expert_roles))


def visible_questions(actor: Actor) -> Select[ForumQuestion]:
    return seen(actor, "forum_question", ForumQuestion, {"audience": ForumQuestion.forum_id.in_(audience(actor))})


def visible_sessions(actor: Actor) -> Select[ForumSession]:
    return seen(actor, "forum_session", ForumSession, {"audience": ForumSession.forum_id.in_(audience(actor))})


def asked_by(actor: Actor) -> Select[Any]:
    return select(ForumQuestion.id).where(
        ForumQuestion.asker_id == actor.person_id, ForumQuestion.forum_id.in_(audience(actor))
    )


def convened_by(actor: Actor) -> Select[Any]:
    """Questions of the forums that the caller convenes."""
    return select(ForumQuestion.id).where(
        ForumQuestion.forum_id.in_(forums_where(Forum.convener_id == actor.person_id))
    )


TAKEN_BACK = select(ForumQuestion.id).where(ForumQuestion.state == ForumQuestionState.WITHDRAWN)


def visible_entries(actor: Actor) -> Select[LibraryEntry]:
    """What was published, to colleagues; drafts to those who answer in the forum, until the question is withdrawn, and
    to the asker."""
    ways = {
        "colleague": and_(
            LibraryEntry.forum_id.in_(forums_where(colleague(actor))), LibraryEntry.released_at.is_not(None)
        ),
        "forum_expert": and_(
            LibraryEntry.forum_id.in_(forums_where(in_roles(actor, Forum.expert_roles))),
            or_(LibraryEntry.released_at.is_not(None), LibraryEntry.question_id.not_in(TAKEN_BACK)),
        ),
        "asker": LibraryEntry.question_id.in_(asked_by(actor)),
    }
    return seen(actor, "library_entry", LibraryEntry, ways)


async def drafts_of(session: AsyncSession, question_id: UUID) -> Sequence[LibraryEntry]:
    """What is proposed of a question and not published yet, locked: who publishes it meanwhile comes first."""
    rows = select(LibraryEntry).where(
        LibraryEntry.question_id == question_id, LibraryEntry.state == LibraryEntryState.DRAFT
    )
    return (await session.scalars(rows.order_by(LibraryEntry.id).with_for_update())).all()


async def unagreed(session: AsyncSession, question_id: UUID) -> list[UUID]:
    """Entries that wait for the asker's agreement."""
    rows = select(LibraryEntry.id).where(
        LibraryEntry.question_id == question_id,
        LibraryEntry.state == LibraryEntryState.DRAFT,
        LibraryEntry.agreed_at.is_(None),
    )
    return list(await session.scalars(rows.order_by(LibraryEntry.id)))


async def forum_of(session: AsyncSession, id: UUID) -> Forum:
    return (await session.scalars(select(Forum).where(Forum.id == id))).one()


async def forums_of(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Forum]:
    rows = await session.scalars(select(Forum).where(Forum.id.in_(list(ids))))
    return {row.id: row for row in rows}


async def sessions_of(session: AsyncSession, forums: Collection[UUID], since: datetime) -> Sequence[ForumSession]:
    """Every session of these forums that begins after an instant: twelve a year."""
    rows = select(ForumSession).where(ForumSession.forum_id.in_(list(forums)), ForumSession.starts_at > since)
    return (await session.scalars(rows.order_by(ForumSession.starts_at, ForumSession.id))).all()


async def question_of(session: AsyncSession, id: UUID) -> ForumQuestion:
    return (await session.scalars(select(ForumQuestion).where(ForumQuestion.id == id))).one()


async def waiting(session: AsyncSession, forum_id: UUID) -> Sequence[ForumQuestion]:
    """What waits for a session of the forum, the oldest first."""
    rows = select(ForumQuestion).where(
        ForumQuestion.forum_id == forum_id,
        ForumQuestion.state == ForumQuestionState.ASKED,
        ForumQuestion.way == "session",
    )
    order = rows.order_by(ForumQuestion.asked_at, ForumQuestion.id).limit(MOST_WAITING)
    return (await session.scalars(order)).all()


async def waiting_ones(session: AsyncSession, forum_id: UUID, ids: Collection[UUID]) -> dict[UUID, ForumQuestion]:
    """These questions of the forum, locked, in the order of their ids; those that wait for an answer."""
    rows = select(ForumQuestion).where(
        ForumQuestion.forum_id == forum_id,
        ForumQuestion.id.in_(list(ids)),
        ForumQuestion.state == ForumQuestionState.ASKED,
    )
    locked = rows.order_by(ForumQuestion.id).with_for_update(key_share=True)
    return {row.id: row for row in await session.scalars(locked)}


async def entries_of(session: AsyncSession, question_id: UUID) -> Sequence[ForumEntry]:
    rows = select(ForumEntry).where(ForumEntry.question_id == question_id)
    return (await session.scalars(rows.order_by(ForumEntry.said_at, ForumEntry.id).limit(500))).all()


async def answered_in(session: AsyncSession, session_id: UUID) -> int:
    rows = select(func.count(func.distinct(ForumEntry.question_id))).where(ForumEntry.forum_session_id == session_id)
    return await session.scalar(rows) or 0


async def names_of(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Of people and organisations."""
    wanted = list(set(ids))
    people = select(Person.id, Person.name).where(Person.id.in_(wanted))
    places = select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))
    return {row[0]: row[1] for row in (await session.execute(people.union_all(places))).all()}


async def partners_of(session: AsyncSession, area_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    """Those of these organisations that are partners of the area, or the area."""
    rows = select(Organisation.id).where(Organisation.id.in_(list(ids)), Organisation.area_id == area_id)
    return set(await session.scalars(rows))


CONFIGS = {"fi": "finnish", "sv": "swedish", "en": "english"}


# Every word of a query, as PostgreSQL writes it back: what it begins with is enough, because the Finnish stemmer cuts
# some forms shorter than others.
A_WORD, ITS_BEGINNING = "('(?:[^']|'')+')", r"\1:*"


def beginning(config: str, words: str) -> ColumnElement[Any]:
    query = cast(func.websearch_to_tsquery(config, words), Text)
    return cast(func.regexp_replace(query, A_WORD, ITS_BEGINNING, "g"), TSQUERY)


def matching(rows: Select[LibraryEntry], words: str) -> Select[LibraryEntry]:
    """With these words: as they stand, or beginning like their stem in the entry's language. What a search box takes
    (`websearch_to_tsquery`) never fails, whatever was typed."""
    plain = LibraryEntry.search.bool_op("@@")(func.websearch_to_tsquery("simple", words))
    stems = [
        and_(LibraryEntry.language == language, LibraryEntry.search.bool_op("@@")(beginning(config, words)))
        for language, config in CONFIGS.items()
    ]
    return rows.where(or_(plain, *stems))


def with_theme(rows: Select[Any], model: Any, theme: str) -> Select[Any]:
    return rows.where(model.themes.contains([theme]))


async def note_reading(
    session: AsyncSession, entry_id: UUID, reader: str, role: str, organisation_id: UUID, at: datetime
) -> None:
    """Once for a reader and a month."""
    row = {
        "id": new_id(), "created_at": at, "library_entry_id": entry_id, "month": civil_date(at).replace(day=1),
        "reader": reader, "role": role, "organisation_id": organisation_id,
    }  # fmt: skip
    await session.execute(insert(LibraryRead).values(row).on_conflict_do_nothing())


async def is_asker(session: AsyncSession, question_id: UUID, person_id: UUID) -> bool:
    rows = select(ForumQuestion.id).where(ForumQuestion.id == question_id, ForumQuestion.asker_id == person_id)
    return await session.scalar(rows) is not None


def listed(
    rows: Select[ForumQuestion],
    forum_id: UUID | None,
    state: ForumQuestionState | None,
    theme: str | None,
    asker_id: UUID | None,
) -> Select[ForumQuestion]:
    if forum_id is not None:
        rows = rows.where(ForumQuestion.forum_id == forum_id)
    if state is not None:
        rows = rows.where(ForumQuestion.state == state)
    if theme is not None:
        rows = with_theme(rows, ForumQuestion, theme)
    return rows if asker_id is None else rows.where(ForumQuestion.asker_id == asker_id)


def listed_sessions(rows: Select[ForumSession], forum_id: UUID | None, state: Any) -> Select[ForumSession]:
    if forum_id is not None:
        rows = rows.where(ForumSession.forum_id == forum_id)
    return rows if state is None else rows.where(ForumSession.state == state)


def listed_entries(
    rows: Select[LibraryEntry], words: str | None, theme: str | None, language: str | None, state: LibraryEntryState
) -> Select[LibraryEntry]:
    rows = rows.where(LibraryEntry.state == state)
    if words is not None and words.strip():
        rows = matching(rows, words)
    if theme is not None:
        rows = with_theme(rows, LibraryEntry, theme)
    return rows if language is None else rows.where(LibraryEntry.language == language)
