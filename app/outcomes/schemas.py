"""The client's summary and the suggestions on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Input, Output, Page, Resource
from app.outcomes.models import SummaryState

SectionCode = Annotated[str, code_of("summary_section")]
PlainText = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class SummaryDraft(Input):
    """A draft made from what is recorded on the path."""

    language: Literal["fi", "sv", "en"] | None = Field(None, description="Absent: the client's.")


class SectionGiven(Input):
    section: SectionCode
    text: PlainText


class SummaryUpdate(Input):
    """The sections that change; the others stay."""

    sections: list[SectionGiven] = Field(min_length=1, max_length=6)


class SummaryVerb(Input):
    """Nothing to say."""


class PlainHint(Output):
    """Where the words could be plainer. A hint never stops anything."""

    section: str
    code: str = Field(examples=["long_sentence"])
    label: str
    words: str


class SectionRead(Output):
    section: str
    title: str
    text: str


class SummaryRead(Resource):
    """`sections` and `hints` are null to a colleague who does not read conclusions: that it was offered, they read."""

    pathway_id: UUID
    client_id: UUID
    team_id: UUID
    language: str
    state: SummaryState
    author_id: UUID | None
    sha256: str
    offered_at: datetime | None
    offered_by_id: UUID | None
    automatically: bool
    first_read_at: datetime | None
    declined_at: datetime | None
    sections: list[SectionRead] | None
    hints: list[PlainHint] | None = Field(description="To the team, of a draft.")
    allowed_actions: list[AllowedAction]


class SummaryPage(Page):
    items: list[SummaryRead]


class SuggestedStep(Output):
    """One rung. `enough`: it answers what is known now. `because` says why it is needed; `neededIf` what would make a
    heavier one needed."""

    step: str = Field(examples=["consultation"])
    label: str
    person_minutes: int = Field(description="Expected: of the path's own step of this kind, or people × minutes.")
    enough: bool
    suggested: bool
    because: list[str]
    needed_if: list[str]
    why: str


class Suggestions(Output):
    """The lightest sufficient step first. A suggestion never blocks anything (C-10, C-34)."""

    pathway_id: UUID
    client_id: UUID
    steps: list[SuggestedStep]
