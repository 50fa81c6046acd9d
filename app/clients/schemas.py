"""Clients on the wire. The identity code comes in, and goes out masked; the whole code only by a logged request."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import MISSING, AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from app.clients.identity import scan
from app.kit.codesets import code_of
from app.kit.schemas import Email, Input, Line, Municipality, Name, Output, Page, Phone, Resource

IdentityCodeText = Annotated[
    str,
    StringConstraints(max_length=20),
    Field(description="Finnish personal identity code, 11 characters.", examples=["010100A905M"]),
]


def no_code(text: str) -> str:
    """Free text holds no identity code: the rule of every room, said here because referrals stand above."""
    if scan(text):
        raise PydanticCustomError("identity_code_in_text", "The text holds a personal identity code")
    return text


Note = Annotated[Line, AfterValidator(no_code)]
Language = Annotated[str, code_of("language")]
Channel = Annotated[str, code_of("contact_channel")]
Status = Literal["unemployed", "at_risk", "outside_work_life", "employed"]


class ClientCreate(Input):
    """A client whom a team takes on without a referral. Known by the code already: the team joins that client."""

    id: UUID | None = None
    team_id: UUID = Field(description="Which of your teams takes the client on.")
    identity_code: IdentityCodeText | None = None
    identity_use: Literal["official", "temp"] = "official"
    given_name: Name = Field(examples=["Aino"])
    family_name: Name = Field(examples=["Esimerkki"])
    birth_date: date | None = None
    municipality: Municipality | None = Field(None, examples=["111"])
    phone: Phone | None = None
    email: Email | None = None
    address: Line | None = None
    preferred_channel: Channel | None = None
    language: Language = "fi"
    interpreter_needed: bool = False
    interpreter_language: Language | None = Field(None, description="Absent: the client's language.")
    preferred_times: Note | None = Field(None, examples=["Weekdays after noon"])
    leave_no_messages: bool = Field(False, description="A wish for safety: somebody else may hear or read them.")
    send_no_letters: bool = Field(False, description="A wish for safety: somebody else may open them.")
    protected: bool = Field(False, description="Turvakielto: contact details and municipality are hidden.")
    status: Status = "unemployed"
    own_care_team: Name | None = None


class ClientUpdate(Input):
    given_name: Name | MISSING = MISSING
    family_name: Name | MISSING = MISSING
    municipality: Municipality | MISSING | None = MISSING
    phone: Phone | MISSING | None = MISSING
    email: Email | MISSING | None = MISSING
    address: Line | MISSING | None = MISSING
    preferred_channel: Channel | MISSING | None = MISSING
    language: Language | MISSING = MISSING
    interpreter_needed: bool | MISSING = MISSING
    interpreter_language: Language | MISSING | None = MISSING
    preferred_times: Note | MISSING | None = MISSING
    leave_no_messages: bool | MISSING = MISSING
    send_no_letters: bool | MISSING = MISSING
    protected: bool | MISSING = MISSING
    status: Status | MISSING = MISSING
    own_care_team: Name | MISSING | None = MISSING
    conflict_person_ids: Annotated[list[UUID], Field(max_length=20)] | MISSING = MISSING


class ClientSearch(Input):
    """By the whole identity code, or by the beginning of the family name (and birth date)."""

    identity_code: IdentityCodeText | None = None
    family_name: Annotated[str, StringConstraints(min_length=2, max_length=100)] | None = None
    birth_date: date | None = None


class ClientSummary(Output):
    id: UUID
    given_name: str
    family_name: str
    birth_date: date | None
    identity_code_masked: str | None = Field(examples=["010100A****"])
    protected: bool


class ClientRead(Resource):
    """`contactHidden` is true where a protected identity hides the contact details from this caller."""

    given_name: str
    family_name: str
    birth_date: date | None
    identity_code_masked: str | None
    identity_use: str | None
    municipality: str | None
    phone: str | None
    email: str | None
    address: str | None
    preferred_channel: str | None
    language: str
    interpreter_needed: bool
    interpreter_language: str | None
    preferred_times: str | None
    leave_no_messages: bool
    send_no_letters: bool
    protected: bool
    contact_hidden: bool
    status: str
    own_care_team: str | None
    conflict_person_ids: list[UUID]
    entered_in_error_reason: str | None
    created_at: datetime


class ClientPage(Page):
    items: list[ClientSummary]


class ClientsFound(Output):
    items: list[ClientSummary]


class RevealIdentityCode(Input):
    purpose: Annotated[str, code_of("purpose")]


class IdentityCodeRevealed(Output):
    identity_code: str
    use: str


class MarkEnteredInError(Input):
    reason: Line


class UseLogLine(Output):
    """One line of who used or received the client's data (Act 703/2023, section 11)."""

    at: datetime
    who: str
    organisation: str | None
    role: str
    action: str
    what: str
    fields: list[str]
    purpose: str
    basis: str


class UseLogPage(Page):
    items: list[UseLogLine]
