"""Path templates on the wire. The document has the same form as the shipped files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import MISSING, Field, StringConstraints

from app.kit.schemas import AllowedAction, Input, Line, Output, Page, Resource, Words, WordsRead
from app.path_templates.models import TemplateState

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Source = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Days = Annotated[int, Field(ge=-100_000, le=100_000)]
Keys = Annotated[list[Code], Field(max_length=100)]


class SaidIn(Input):
    """In plain words to the client, in three languages. A draft may still lack some."""

    fi: Line | None = Field(None, examples=["Kerrot, mitä tarvitset."])
    sv: Line | None = Field(None, examples=["Du berättar vad du behöver."])
    en: Line | None = Field(None, examples=["You tell what you need."])


class TemplateStepIn(Input):
    key: Code = Field(description="The step's name within the template, each once.", examples=["need_assessment"])
    kind: Code = Field(description="Of the code set `step_kind`.", examples=["need_assessment"])
    owner_role: Code = Field(description="A seat of the teams.", examples=["work_ability_coordinator"])
    due_days: Days = Field(description="Working days from the start of the path, 0 to 1000.", examples=[10])
    urgent_due_days: Days = Field(description="The same for an urgent referral; no more.", examples=[5])
    optional: bool
    client_visible: bool
    purpose: SaidIn = Field(description="What the step is for, as the client reads it.")
    bring: SaidIn | None = Field(None, description="What the client brings along.")
    after: Keys = Field(default_factory=list, description="Keys of steps that usually come first.", examples=[[]])
    requires: Keys = Field(default_factory=list, description="Keys of steps that must be done first.", examples=[[]])
    expected_minutes: int | None = Field(None, ge=0, le=1440, description="Person-minutes.", examples=[60])
    branch: Code | None = Field(None, description="A path takes one of the branches.", examples=["group"])


Steps = Annotated[list[TemplateStepIn], Field(max_length=200, description="In their order; at most 100.")]


class TemplateDocument(Input):
    """A whole document, saved nowhere."""

    code: Code = Field("draft", description="To be checked, too: never a shipped template's.", examples=["our_path"])
    title: Words
    source: Source = Field("own design", description="Where the steps come from.")
    scores: bool = Field(False, description="The work ability score is asked at the start and at the end.")
    steps: Steps


class TemplateName(Input):
    code: Code = Field(examples=["heinola"])
    number: int = Field(ge=1, le=1_000_000, examples=[2])


class TemplateCreate(Input):
    """A draft: title and steps, or a copy `from` another version, in which what is sent takes the copy's place."""

    code: Code = Field(description="Of your own; a version of a code gets the next number.", examples=["our_path"])
    copied: TemplateName | None = Field(None, alias="from")
    title: Words | MISSING = MISSING
    source: Source | MISSING = MISSING
    scores: bool | MISSING = MISSING
    steps: Steps | MISSING = MISSING


class TemplateUpdate(Input):
    """Each member sent takes the place of the whole old one."""

    title: Words | MISSING = MISSING
    source: Source | MISSING = MISSING
    scores: bool | MISSING = MISSING
    steps: Steps | MISSING = MISSING


class SaidRead(Output):
    fi: str | None
    sv: str | None
    en: str | None


class TemplateStepRead(Output):
    """`after` usually comes first, `requires` must be done first; `branch`: a path takes one of them."""

    key: str = Field(examples=["need_assessment"])
    kind: str = Field(examples=["need_assessment"])
    owner_role: str = Field(examples=["work_ability_coordinator"])
    due_days: int = Field(description="Working days from the start of the path.", examples=[10])
    urgent_due_days: int = Field(examples=[5])
    optional: bool
    client_visible: bool
    purpose: SaidRead
    bring: SaidRead | None
    after: list[str] = Field(examples=[["start_score"]])
    requires: list[str] = Field(examples=[[]])
    expected_minutes: int | None = Field(description="Person-minutes.", examples=[60])
    branch: str | None


class TemplateRead(Resource):
    """One version of a template. A path names its `code` and `number`, and copies its steps when it starts. `shipped`
    ones are the same for everybody; with `ownDesign` their steps are the product's own. `teamTemplates` are the teams
    that have a seat for every step."""

    code: str = Field(examples=["coordinator_episode"])
    number: int = Field(examples=[1])
    shipped: bool
    state: TemplateState
    valid_from: date | None = Field(description="Null of a shipped one, and of a draft.")
    valid_to: date | None
    newest: bool = Field(description="New paths start from it.")
    title: SaidRead
    source: str
    own_design: bool
    example: WordsRead | None = Field(description="The source's example client.")
    scores: bool
    steps: list[TemplateStepRead]
    team_templates: list[str] = Field(examples=[["coordinator_only"]])
    author_id: UUID | None
    published_by_id: UUID | None
    published_at: datetime | None
    retired_at: datetime | None
    allowed_actions: list[AllowedAction]


class TemplatePage(Page):
    items: list[TemplateRead]


class TemplateFinding(Output):
    """`error` keeps a draft from being saved; everything else from being published."""

    code: str = Field(examples=["template_cycle"])
    pointer: str = Field(examples=["/body/steps/3/after/0"])
    steps: list[str]
    error: bool
    text: WordsRead


class TemplateCheck(Output):
    sound: bool = Field(description="It could be saved and published.")
    findings: list[TemplateFinding]
