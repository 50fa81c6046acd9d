"""Shares on the wire: what is given to be shared, what the team and the client read, what the recipient reads."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.consents.schemas import DataClass, Purpose
from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Input, Line, Name, Output, Page, Resource
from app.sharing.models import Reply, ShareState

Message = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
ItemKind = Annotated[str, code_of("share_item_kind")]
Channel = Annotated[str, code_of("share_channel")]
Register = Literal["health", "social", "employment", "operational"]
Hash = Annotated[str, Field(description="SHA-256, lower-case hexadecimal.", examples=["9f86d081884c7d65" + "0" * 48])]


class ShareItemGiven(Input):
    """One thing to share. `sourceId` is the id of the attachment or the feedback; `words` are for `conclusion` only."""

    kind: ItemKind = Field(examples=["conclusion"])
    source_id: UUID | None = None
    words: Message | None = Field(None, examples=["Half days are possible from January."])


class ShareCreate(Input):
    """One disclosure to one organisation. `dataClasses` are everything that is told, the message included: a permission
    in force must cover them all, or a named statute."""

    id: UUID | None = None
    recipient_organisation_id: UUID
    recipient_name: Name | None = Field(
        None, description="Who there, where the organisation has no logins here.", examples=["Satu Savola"]
    )
    channel: Channel = Field("account", examples=["account"])
    purpose: Purpose = Field(examples=["service_coordination"])
    data_classes: list[DataClass] = Field(min_length=1, max_length=20, examples=[["work_ability_conclusion"]])
    statute: Annotated[str, code_of("share_statute")] | None = Field(
        None, description="Instead of a permission: which law says so. It bounds recipients and data classes."
    )
    items: list[ShareItemGiven] = Field(min_length=1, max_length=10)
    message: Message | None = Field(None, examples=["As agreed on the phone with the client."])
    name_told: bool = Field(True, description="Whether the recipient reads the client's name.")
    reply: Reply = Reply.ACKNOWLEDGE
    expires_on: date = Field(description="The last day on which it can be read.", examples=["2026-12-31"])


class ShareRevoke(Input):
    reason: Annotated[str, code_of("share_end_reason")] = Field(examples=["not_needed"])


class ShareLinkCreate(Input):
    """It never outlives its share."""

    hours: int | None = Field(None, ge=1, le=720, description="Absent: as the installation says.", examples=[48])


class ReplyGiven(Input):
    """What the recipient answers, in plain words."""

    body: Message = Field(examples=["Two mornings a week can be arranged from the start of January."])


class ReplyRecord(Input):
    """What came on paper, by phone or by mail, written down for the recipient. An answer has words."""

    kind: Literal["acknowledge", "answer"] = Field(examples=["answer"])
    body: Message | None = Field(None, examples=["Called: two mornings a week can be arranged."])


class ShareItemRead(Output):
    """As it left. `text` is null of a document, whose bytes have an address of their own."""

    id: UUID
    kind: str = Field(examples=["conclusion"])
    title: str = Field(examples=["Conclusion in plain words"])
    text: str | None
    file_name: str | None
    media_type: str | None
    size_bytes: int | None
    sha256: Hash


class ReplyRead(Output):
    """`by`: `account`, `link`, or `manual`, which was written down for the recipient."""

    kind: Literal["acknowledge", "answer"]
    by: Literal["account", "link", "manual"]
    person: str | None
    body: str | None
    at: datetime


class ShareLinkState(Output):
    """The newest link: how far it was used. `standing` is computed."""

    standing: Literal["open", "expired", "used_up", "ended"]
    issued_at: datetime
    expires_at: datetime
    opens: int = Field(examples=[1])
    most_opens: int = Field(examples=[30])
    failures: int = Field(examples=[0], description="Wrong codes.")
    opened_at: datetime | None
    ended_because: str | None


class ShareSummary(Output):
    """A row of a list. `standing`: whether the recipient can read it now; `permission_ended` also when it was
    forbidden since."""

    id: UUID
    client_id: UUID
    pathway_id: UUID
    data_register: Register = Field(alias="register")
    recipient_organisation_id: UUID
    recipient_organisation: str
    recipient_name: str | None
    channel: str
    purpose: str
    data_classes: list[str]
    reply: Reply
    state: ShareState
    standing: Literal["open", "expired", "permission_ended", "revoked"]
    shared_by_id: UUID | None
    shared_by: str | None
    shared_at: datetime
    expires_at: datetime
    acknowledged_at: datetime | None
    answered_at: datetime | None
    reply_unread: bool


class ShareRead(Resource, ShareSummary):
    """The whole of it, for the team in its register and for the client. `sha256` is over everything that left."""

    consent_id: UUID | None
    consent_version: int | None
    statute: str | None
    disclosure_id: UUID
    message: str | None
    name_told: str | None
    items: list[ShareItemRead]
    sha256: Hash
    replies: list[ReplyRead]
    link: ShareLinkState | None
    reply_read_at: datetime | None
    ended_at: datetime | None
    ended_because: str | None
    allowed_actions: list[AllowedAction]


class SharePage(Page):
    items: list[ShareSummary]


class ShareLinkMade(Output):
    """Shown this once. Give the token and the code by two ways: the link by mail, the code by phone."""

    version: int
    token: str = Field(examples=["p4Vf0Yx1cC3m3nq0n8u2y0aQ2jT7sE6kL9wB5dR1zHg"])
    code: str = Field(examples=["481 093"])
    url: str | None = Field(description="The configured address with the token as its fragment; null without one.")
    expires_at: datetime
    most_opens: int = Field(examples=[30])


class ReceivedSummary(Output):
    """A row of what was shared with my organisation: no word of the content."""

    id: UUID
    from_service: str = Field(examples=["Heinolan työkykytiimi"])
    purpose: str
    reply: Reply
    state: ShareState
    shared_at: datetime
    expires_at: datetime


class ReceivedPage(Page):
    items: list[ReceivedSummary]


class SharedRead(ReceivedSummary):
    """One share as its recipient reads it, with an account or by a link. `clientName` only if it was told. Nothing
    else of the client can be learned here."""

    version: int
    client_name: str | None
    message: str | None
    items: list[ShareItemRead]
    sha256: Hash
    replies: list[ReplyRead]
    allowed_actions: list[AllowedAction]


class ExportRequest(Input):
    """`format` of the copy. A professional says why: the only purpose is the client's own request."""

    format: Literal["json", "html"] = "json"
    purpose: Annotated[str, code_of("export_purpose")] = Field("own_data_request", examples=["own_data_request"])


class ExportPart(Output):
    """Everything of one kind. `cut`: there is more than one copy holds; ask the responsible worker for the rest."""

    name: str = Field(examples=["consents"])
    title: Line = Field(examples=["What you have permitted"])
    rows: int = Field(examples=[3])
    cut: bool
    items: list[dict[str, object]]


class Export(Output):
    """A copy of one client's data (General Data Protection Regulation, article 15). `leftOut` says what is not in it,
    and why; `sha256` is over `parts`."""

    client_id: UUID
    made_at: datetime
    language: str = Field(examples=["en"])
    parts: list[ExportPart]
    left_out: list[WhyLeftOut]
    sha256: Hash


class WhyLeftOut(Output):
    name: str = Field(examples=["outbox_events"])
    because: str


Export.model_rebuild()
