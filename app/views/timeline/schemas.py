"""How an entry of a timeline looks outside."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.kit.schemas import Output, Page


class TimelineEntry(Output):
    """One thing that happened. Its words are of codes and names alone: what somebody wrote is read in its room, by
    `subjectType` and `subjectId`."""

    id: str = Field(examples=["path_started.0198f3a2-0000-7000-8000-000000000001"], description="One for each entry.")
    at: datetime = Field(
        description="When it happened; of a conclusion or a score the day alone: its midnight, in order last of it."
    )
    kind: str = Field(examples=["path_started"], description="A code of `timeline_kind`.")
    kind_label: str = Field(examples=["path started"])
    sentence: str = Field(examples=["The service path started."], description="For this reader, in their language.")
    subject_type: str = Field(examples=["pathway"])
    subject_id: UUID
    pathway_id: UUID | None
    actor: str | None = Field(description="Who did it, by name; null where nobody did, or it is not shown.")


class TimelinePage(Page):
    items: list[TimelineEntry]
