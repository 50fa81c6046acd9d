"""What the reach of a forum is counted from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.questions.models import (
    ForumEntry,
    ForumQuestion,
    ForumQuestionState,
    ForumSession,
    LibraryEntry,
    LibraryRead,
)


class Asked(NamedTuple):
    """One question of a month, or what was said of one."""

    themes: list[str]
    person_id: UUID
    role: str
    organisation_id: UUID


async def asked_in(session: AsyncSession, forum_id: UUID, since: datetime, until: datetime) -> list[Asked]:
    rows = select(
        ForumQuestion.themes, ForumQuestion.asker_id, ForumQuestion.asker_role, ForumQuestion.asker_organisation_id
    ).where(
        ForumQuestion.forum_id == forum_id,
        ForumQuestion.asked_at >= since,
        ForumQuestion.asked_at < until,
        ForumQuestion.state != ForumQuestionState.WITHDRAWN,
    )
    return [Asked(*row) for row in (await session.execute(rows)).all()]


async def said_in(session: AsyncSession, forum_id: UUID, since: datetime, until: datetime) -> list[Asked]:
    """Answers and outcomes."""
    rows = (
        select(ForumQuestion.themes, ForumEntry.author_id, ForumEntry.author_role, ForumEntry.author_organisation_id)
        .join(ForumQuestion, ForumQuestion.id == ForumEntry.question_id)
        .where(
            ForumQuestion.forum_id == forum_id,
            ForumEntry.kind != "follow_up",
            ForumEntry.said_at >= since,
            ForumEntry.said_at < until,
        )
    )
    return [Asked(*row) for row in (await session.execute(rows)).all()]


async def read_in(session: AsyncSession, forum_id: UUID, month: date) -> list[tuple[list[str], str]]:
    """(themes of the entry, reader) of a month."""
    rows = (
        select(LibraryEntry.themes, LibraryRead.reader)
        .join(LibraryEntry, LibraryEntry.id == LibraryRead.library_entry_id)
        .where(LibraryEntry.forum_id == forum_id, LibraryRead.month == month)
    )
    return [(row[0], row[1]) for row in (await session.execute(rows)).all()]


async def held_in(session: AsyncSession, forum_id: UUID, since: datetime, until: datetime) -> Sequence[ForumSession]:
    rows = select(ForumSession).where(
        ForumSession.forum_id == forum_id,
        ForumSession.starts_at >= since,
        ForumSession.starts_at < until,
        ForumSession.held_at.is_not(None),
    )
    return (await session.scalars(rows)).all()
