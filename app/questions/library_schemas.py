"""The library of answers on the wire."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import MISSING, Field

from app.clients.schemas import Language
from app.kit.schemas import AllowedAction, Day, Input, Line, Name, Page, Prose, Resource
from app.questions.models import LibraryEntryState
from app.questions.schemas import Themes


class LibraryEntryPropose(Input):
    """The question and its answer in words for everybody. The asker agrees to them, another expert checks them."""

    id: UUID | None = None
    title: Name = Field(examples=["Sick days ran out before rehabilitation"])
    question: Prose
    answer: Prose
    themes: Themes
    language: Language = "fi"
    review_on: Day = Field(description="When it is to be looked at again.")


class LibraryEntryUpdate(Input):
    """Other words need another agreement: the one that was given is gone."""

    title: Name | MISSING = MISSING
    question: Prose | MISSING = MISSING
    answer: Prose | MISSING = MISSING
    themes: Themes | MISSING = MISSING
    review_on: Day | MISSING = MISSING


class LibraryEntryEnd(Input):
    reason: Line


class LibraryEntryRead(Resource):
    """`questionId`, `agreedAt` and `writtenById` are null to who neither asked nor answers in the forum: the library
    never says who asked."""

    forum_id: UUID
    state: LibraryEntryState
    title: str
    question: str
    answer: str
    themes: list[str]
    language: str
    review_on: date
    due_for_review: bool
    published_at: datetime | None
    ended_reason: str | None
    question_id: UUID | None
    agreed_at: datetime | None
    written_by_id: UUID | None
    warnings: list[str]


class LibraryEntryDetail(LibraryEntryRead):
    allowed_actions: list[AllowedAction]


class LibraryEntryPage(Page):
    items: list[LibraryEntryRead]
