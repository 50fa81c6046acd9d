"""The contact log, notes and the state of contact on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.clients.schemas import Note as PlainLine
from app.consents.schemas import DataClass
from app.contacts.models import EntryState
from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Input, Output, Page, Prose, Resource
from app.representatives.schemas import Scope

Register = Literal["health", "social", "employment", "operational"]
Channel = Annotated[str, code_of("contact_log_channel")]
Result = Annotated[str, code_of("contact_result")]
Place = Annotated[str, code_of("contact_place")]


class NoteWrite(Input):
    """`operational` is read by the whole team; another register by its own professionals only."""

    data_register: Register
    body: Prose
    client_visible: bool = Field(False, description="Whether the client reads it. It cannot be changed afterwards.")


class NoteCreate(NoteWrite):
    id: UUID | None = None
    addendum_to_id: UUID | None = Field(None, description="An earlier note of this path, of the same register.")


class ContactCreate(Input):
    """An attempt or a contact that took place: it cannot be changed afterwards, only marked as entered in error."""

    id: UUID | None = None
    direction: Literal["outgoing", "incoming"]
    channel: Channel = Field(examples=["phone"])
    result: Result = Field(examples=["no_answer"])
    at: AwareDatetime | None = Field(None, description="Absent: now.")
    met: Literal["client", "representative", "party"] = Field("client", description="Who was sought, or spoke.")
    representative_id: UUID | None = Field(None, description="With `met` representative.")
    scope: Scope | None = Field(None, description="In which scope of the mandate the representative spoke.")
    organisation_id: UUID | None = Field(None, description="With `met` party.")
    told: list[DataClass] = Field(
        default_factory=list, max_length=20, description="What the party was told; the client must permit it."
    )
    referral_id: UUID | None = None
    pathway_id: UUID | None = None
    place: Place | None = None
    interpreter_used: bool = False
    minutes: int | None = Field(None, ge=0, le=600)
    next_attempt_on: date | None = Field(None, description="When to try next: today or later.")
    note: NoteWrite | None = None


class MarkEntryError(Input):
    reason: PlainLine


class NoteRead(Resource):
    client_id: UUID
    pathway_id: UUID | None
    contact_id: UUID | None
    addendum_to_id: UUID | None
    data_register: Register
    body: str
    client_visible: bool
    written_at: datetime
    author_id: UUID | None
    author: str | None
    state: EntryState
    error_reason: str | None
    allowed_actions: list[AllowedAction]


class NotePage(Page):
    items: list[NoteRead]


class ContactRead(Resource):
    """`attempt`, `reached` and `noShow` are what the result counts as. `note` is null for who does not read it."""

    client_id: UUID
    direction: str
    channel: str
    result: str
    attempt: bool
    reached: bool
    no_show: bool
    at: datetime
    met: str
    representative_id: UUID | None
    scope: str | None
    organisation_id: UUID | None
    told: list[str]
    disclosure_id: UUID | None
    referral_id: UUID | None
    pathway_id: UUID | None
    place: str | None
    interpreter_used: bool
    minutes: int | None
    next_attempt_on: date | None
    recorded_by_id: UUID | None
    recorded_by: str | None
    note: NoteRead | None
    state: EntryState
    error_reason: str | None
    sender_sees: list[str] = Field(description="To the client: that nobody outside the team sees this.")
    allowed_actions: list[AllowedAction]


class ContactPage(Page):
    items: list[ContactRead]


class Attempts(Output):
    channel: str
    attempts: int


class Remedy(Output):
    """What to do about the silence: a code of `silence_remedy`, and its words in the reader's language."""

    code: str
    text: str


class ContactStateRead(Output):
    """Whether the client has fallen silent, and how to reach them, as of now. Nothing is closed because of it.

    Attempts and no-shows are counted from the last contact, or from the beginning of what is open about the client.
    `waitingSince` is null when nothing is open: then nobody is silent. Null channel and times: hidden or not said.
    """

    client_id: UUID
    silent: bool
    because: str | None = Field(examples=["attempts_failed"])
    silent_since: datetime | None
    waiting_since: datetime | None
    last_reached_at: datetime | None
    attempts: list[Attempts]
    days_tried: int
    no_shows: int
    untried_channels: list[str]
    next_attempt_on: date | None
    preferred_channel: str | None
    preferred_times: str | None
    language: str
    interpreter_needed: bool
    interpreter_language: str | None
    leave_no_messages: bool
    send_no_letters: bool
    representative_ids: list[UUID]
    remedies: list[Remedy]
