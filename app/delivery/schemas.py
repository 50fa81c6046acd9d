"""Events, subscriptions, deliveries and notices on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import MISSING, Field, StringConstraints

from app.delivery.models import DeliveryState, SubscriptionState
from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Input, Name, Output, Page, Resource

EventKind = Annotated[str, code_of("event_kind")]
Url = Annotated[
    str,
    StringConstraints(min_length=8, max_length=500),
    Field(
        description="HTTPS, a name, port 443 or 8443; nothing before an @ and no #.",
        examples=["https://hooks.workshop.example/heinola"],
    ),
]
Kinds = Annotated[list[EventKind], Field(min_length=1, max_length=200, examples=[["referral.accepted"]])]
Mode = Annotated[
    Literal["off", "immediately", "daily"], Field(description="`daily` goes at 8 in the morning, Finnish time.")
]
Speech = Literal["fi", "sv", "en"]


class EventRead(Output):
    """That something happened to a subject; what, is read at the subject's own address, by whoever may."""

    id: UUID
    position: int = Field(ge=1, examples=[4211], description="Its place in the feed: dense, in the order of commits.")
    kind: str = Field(examples=["referral.accepted"], description="A code of the code set `event_kind`.")
    at: datetime
    subject_type: str = Field(examples=["referrals"])
    subject_id: UUID
    client_id: UUID | None = Field(description="Of one's own team's client; never told to a partner.")
    disclosure_id: UUID | None = Field(description="The disclosure it tells of.")


class EventFeed(Output):
    """The next events in order. `position` is what to ask `after` the next time; `more` that there is more already."""

    items: list[EventRead]
    position: int = Field(ge=0, examples=[4211])
    more: bool


class PingRead(Output):
    """The content of a test message."""

    subscription_id: UUID


class SubscriptionCreate(Input):
    """`loginId` is an information system of the area (role `integration`); without it one subscribes oneself."""

    id: UUID | None = None
    name: Name = Field(examples=["Torpan asiakasjärjestelmä"])
    url: Url
    kinds: Kinds
    login_id: UUID | None = None
    team_id: UUID | None = Field(None, description="Only events of this team.")
    organisation_id: UUID | None = Field(None, description="Only what this organisation is told.")


class SubscriptionUpdate(Input):
    name: Name | MISSING = MISSING
    url: Url | MISSING = MISSING
    kinds: Kinds | MISSING = MISSING


class SubscriptionRead(Resource):
    """`position` is the last event that was looked at for it; `failingSince` since when nothing gets through."""

    created_at: datetime
    login_id: UUID
    team_id: UUID | None
    organisation_id: UUID | None
    name: str
    url: str
    kinds: list[str]
    state: SubscriptionState
    disabled_because: str | None = Field(examples=["gone"])
    position: int = Field(ge=0, examples=[4211])
    failing_since: datetime | None
    previous_until: datetime | None = Field(description="Until when the secret before the present one signs too.")
    allowed_actions: list[AllowedAction]


class SubscriptionSecret(SubscriptionRead):
    """With its secret, which is shown this once (and again only as the kept answer of the same Idempotency-Key)."""

    secret: str = Field(examples=["whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="])


class SubscriptionPage(Page):
    items: list[SubscriptionRead]


class SubscriptionReplay(Input):
    from_position: int = Field(ge=1, le=2**53 - 1, examples=[4000], description="The first position to deliver again.")


class DeliveryRead(Output):
    """A message on its way, or at its end. `attempts` tells how often; each is in the log for 30 days."""

    id: UUID
    subscription_id: UUID
    message_id: str = Field(examples=["msg_019ab3c4d5e67f8091a2b3c4d5e6f708"], description="The `webhook-id`.")
    event_id: UUID | None
    kind: str = Field(examples=["feedback.given"])
    position: int = Field(ge=0, examples=[4211])
    state: DeliveryState
    attempts: int = Field(ge=0, examples=[1])
    due_at: datetime
    finished_at: datetime | None
    last_outcome: str | None = Field(examples=["http_error"])
    last_status: int | None = Field(examples=[503])
    allowed_actions: list[AllowedAction]


class DeliveryPage(Page):
    items: list[DeliveryRead]


class AttemptRead(Output):
    """One try: when, how it went, the HTTP status, and how long it took. Never what was sent or answered."""

    id: UUID
    number: int = Field(ge=1, examples=[1])
    at: datetime
    outcome: str = Field(examples=["timeout"])
    status: int | None = Field(examples=[503])
    took_ms: int = Field(ge=0, examples=[312])


class AttemptPage(Page):
    items: list[AttemptRead]


class NotificationsRead(Output):
    """Whether I am told by e-mail that there is something new here: no names, no content, a link."""

    version: int = Field(ge=1, examples=[1])
    mode: Mode
    language: Speech


class NotificationsUpdate(Input):
    mode: Mode | MISSING = MISSING
    language: Speech | MISSING = MISSING
