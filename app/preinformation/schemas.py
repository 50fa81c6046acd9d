"""The form on the wire: its definition, who is asked, answers member by member, links."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Input, Line, Output, Page, Resource
from app.preinformation.models import PreinformationState
from app.preinformation.rules import Form, Kind

LinkId = Annotated[str, StringConstraints(min_length=1, max_length=60)]
FillMode = Annotated[str, code_of("fill_mode")]


class FormText(Output):
    """A text of the form."""

    fi: str = Field(examples=["Tarvitsetko tulkin?"])
    sv: str = Field(examples=["Behöver du tolk?"])
    en: str = Field(examples=["Do you need an interpreter?"])


class FormOption(Output):
    code: str = Field(examples=["good"])
    text: FormText


class FormCondition(Output):
    """Ask it only when the item `linkId` is asked and has one of these answers: option codes, or `codes` empty and
    `yes` said."""

    link_id: str
    codes: list[str]
    yes: bool | None


class FormItem(Output):
    """One item. `kind` says which member of an answer it takes: text `text`, choice `code`, multiple `codes`, integer
    and scale_0_10 `number`, date `day`, yes_no `yes`. `section` is what it prefills in the health check."""

    link_id: str = Field(examples=["interpreter"])
    kind: Kind
    text: FormText
    help: FormText | None
    required: bool
    section: str | None = Field(description="A code of health_check_section; null: a practical matter.")
    enable_when: FormCondition | None
    options: list[FormOption]
    max_length: int | None
    least: int | None
    most: int | None
    unit: str | None
    not_after_today: bool
    instrument: str | None


class FormGroup(Output):
    id: str
    title: FormText
    items: list[FormItem]


class FormRead(Output):
    """One version of a form; it is never changed after its release. `sure` is false until native professionals have
    confirmed its texts."""

    id: str = Field(examples=["heinola.v1"])
    code: str = Field(examples=["heinola"])
    form_version: int
    source: str
    sure: bool
    title: FormText
    intro: FormText
    data_use: FormText = Field(description="What the answers are used for; show it before the first item.")
    groups: list[FormGroup]

    @classmethod
    def of(cls, form: Form) -> FormRead:
        return cls.model_validate(_shape(form))


class FormList(Output):
    items: list[FormRead]


def _shape(form: Form) -> dict[str, Any]:
    def item(i: Any) -> dict[str, Any]:
        condition = i.condition and {
            "link_id": i.condition.link_id,
            "codes": [answer for answer in i.condition.answers if isinstance(answer, str)],
            "yes": next((answer for answer in i.condition.answers if isinstance(answer, bool)), None),
        }
        plain = {name: getattr(i, name) for name in ("link_id", "kind", "text", "help", "required", "section")}
        rest = {name: getattr(i, name) for name in ("max_length", "least", "most", "unit", "instrument")}
        options = [{"code": option.code, "text": option.text} for option in i.options]
        return plain | rest | {"enable_when": condition, "options": options, "not_after_today": i.past}

    groups = [{"id": g.id, "title": g.title, "items": [item(i) for i in g.items]} for g in form.groups]
    head = {name: getattr(form, name) for name in ("id", "code", "source", "sure", "title", "intro", "data_use")}
    return head | {"form_version": form.version, "groups": groups}


class PreinformationRequest(Input):
    """Ask the client to fill the newest version of the form. One is open on a path at a time."""

    id: UUID | None = None
    form: Annotated[str, StringConstraints(min_length=1, max_length=40)] = Field("heinola", examples=["heinola"])


class AnswerGiven(Input):
    """The answer to one item, in the one member of its kind; with none of them the answer is taken back."""

    link_id: LinkId = Field(examples=["interpreter"])
    text: Annotated[str, StringConstraints(min_length=1, max_length=4000)] | None = None
    code: LinkId | None = None
    codes: list[LinkId] | None = Field(None, max_length=40)
    number: int | None = Field(None, ge=-100_000, le=100_000)
    day: date | None = None
    yes: bool | None = Field(None, examples=[False])


Given = Annotated[list[AnswerGiven], Field(max_length=200)]


class FillingSave(Input):
    """Answers to keep; what is not named stays as it is."""

    answers: Given


class FillingSubmit(Input):
    """The last answers, if any, and then the whole is sent."""

    answers: Given = Field(default_factory=list)


class PreinformationUpdate(FillingSave):
    """`mode`: how a professional got the answers, `interview` (when not said) or `paper`. A client leaves it out.
    `representativeId`: a representative answered, who has a mandate to fill forms."""

    mode: FillMode | None = None
    representative_id: UUID | None = None


class PreinformationSubmit(FillingSubmit):
    """The last answers, if any, and then the whole is sent. `mode` and `representativeId` as when saving."""

    mode: FillMode | None = None
    representative_id: UUID | None = None


class AddendumCreate(Input):
    """More words after submission; what was submitted stays as it was."""

    link_id: LinkId | None = Field(None, description="The item it is about.", examples=["interpreter"])
    body: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    mode: FillMode | None = None


class PreinformationEnd(Input):
    reason: Line


class FormLinkCreate(Input):
    """`days` (default: a setting) bounds how long it opens the form. `representativeId`: it is given to somebody with
    a mandate to fill forms, and ends with the mandate."""

    representative_id: UUID | None = None
    days: int | None = Field(None, ge=1, le=90)


class FormLinkMade(Output):
    """The token is shown this once. Give the client the address, or the token to type in. `version` is the form's."""

    version: int = Field(ge=1)
    token: str = Field(examples=["kX0hJ5qz0Wb6yTtVd2fSg7mN1cPpR3uLxA9eYiZoQw4"])
    url: str | None = Field(description="The address of the form with the token in its fragment; null: not configured.")
    expires_at: datetime


class FormLinkRead(Output):
    """The link in force, without its token."""

    representative_id: UUID | None
    issued_at: datetime
    issued_by_id: UUID | None
    expires_at: datetime


class AnswerRead(Output):
    """A kept answer, in the member of its kind."""

    link_id: str
    text: str | None
    code: str | None
    codes: list[str] | None
    number: int | None
    day: date | None
    yes: bool | None


class AddendumRead(Output):
    id: UUID
    link_id: str | None
    body: str
    mode: str
    added_at: datetime
    added_by_id: UUID | None


class PreinformationRead(Resource):
    """`answers`, `missing` and `addenda` are health data: null for readers outside the health register."""

    client_id: UUID
    pathway_id: UUID
    form: str = Field(examples=["heinola.v1"])
    state: PreinformationState
    requested_at: datetime
    requested_by_id: UUID | None
    link: FormLinkRead | None
    modes: list[str]
    saved_at: datetime | None
    submitted_at: datetime | None
    submitted_mode: str | None
    submitted_by_id: UUID | None
    representative_id: UUID | None = Field(description="Who filled it for the client, where not the client.")
    ended_reason: str | None
    answers: list[AnswerRead] | None
    missing: list[str] | None = Field(description="Required items without an answer.")
    addenda: list[AddendumRead] | None
    allowed_actions: list[AllowedAction]


class PreinformationSummary(Output):
    id: UUID
    client_id: UUID
    pathway_id: UUID
    state: PreinformationState
    requested_at: datetime
    saved_at: datetime | None
    submitted_at: datetime | None


class PreinformationPage(Page):
    items: list[PreinformationSummary]


class FillingService(Output):
    """Who asks, and how to reach them."""

    name: str = Field(examples=["Heinola"])
    phone: str | None
    email: str | None


class FillingRead(Output):
    """What the holder of a link sees: the form and the answers saved so far. Nothing says whose it is."""

    version: int = Field(ge=1)
    state: PreinformationState
    service: FillingService
    expires_at: datetime
    form: FormRead
    answers: list[AnswerRead]
    missing: list[str]
