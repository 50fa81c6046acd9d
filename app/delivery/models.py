"""Who is told of events and where, each message on its way, and how each try went."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, Kept, Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission as P


class SubscriptionState(StrEnum):
    ENABLED = "enabled"
    DISABLED = "disabled"


S = SubscriptionState
BOTH = frozenset(S)
SUBSCRIPTION_FLOW = Flow(
    SubscriptionState,
    {
        "update": Verb(BOTH, None, P.SUBSCRIPTION_MANAGE),
        "rotate_secret": Verb(BOTH, None, P.SUBSCRIPTION_MANAGE),
        "send_test": Verb(frozenset({S.ENABLED}), None, P.SUBSCRIPTION_MANAGE),
        "replay": Verb(frozenset({S.ENABLED}), None, P.SUBSCRIPTION_MANAGE),
        "enable": Verb(frozenset({S.DISABLED}), S.ENABLED, P.SUBSCRIPTION_MANAGE),
        "disable": Verb(frozenset({S.ENABLED}), S.DISABLED, P.SUBSCRIPTION_MANAGE),
    },
)


class Subscription(Root, kw_only=True, eq=False, repr=False):
    """Events of `kinds` to `url`, as the person behind `login_id` may read them at the moment each leaves.

    `team_id` and `organisation_id` narrow it. `position` is the last event looked at. `secret` is sealed; the previous
    one signs too until `previous_until`. `claim` is the worker that sends now, until `claimed_until`: one at a time.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (
        CheckConstraint("(state = 'disabled') = (disabled_because IS NOT NULL)", name="disabled"),
        CheckConstraint("(previous_secret IS NULL) = (previous_until IS NULL)", name="previous"),
        CheckConstraint("position >= 0", name="position"),
    )

    login_id: Mapped[UUID] = mapped_column(ForeignKey("logins.id"), index=True)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str]
    url: Mapped[str]
    kinds: Mapped[list[str]]
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    previous_secret: Mapped[bytes | None] = mapped_column(LargeBinary, init=False, default=None)
    previous_until: Mapped[datetime | None] = mapped_column(init=False, default=None)
    state: Mapped[SubscriptionState] = mapped_column(init=False, default=S.ENABLED)
    disabled_because: Mapped[str | None] = mapped_column(init=False, default=None)
    position: Mapped[int] = mapped_column(BigInteger)
    failing_since: Mapped[datetime | None] = mapped_column(init=False, default=None)
    claim: Mapped[UUID | None] = mapped_column(init=False, default=None)
    claimed_until: Mapped[datetime | None] = mapped_column(init=False, default=None)
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), default=None)

    def enable(self) -> None:
        self.state = SUBSCRIPTION_FLOW.move(self.state, "enable")
        self.disabled_because, self.failing_since = None, None

    def disable(self, because: str) -> None:
        """`because`: a code of the code set `disabled_because`."""
        self.state = SUBSCRIPTION_FLOW.move(self.state, "disable")
        self.disabled_because = because


class DeliveryState(StrEnum):
    DUE = "due"
    SENT = "sent"
    DEAD = "dead"
    STOPPED = "stopped"


D = DeliveryState
DELIVERY_FLOW = Flow(DeliveryState, {"retry": Verb(frozenset({D.DEAD}), D.DUE, P.SUBSCRIPTION_MANAGE)})


class Delivery(Kept, kw_only=True, eq=False, repr=False):
    """One event on its way to one subscription; without an event it is the test message.

    `position` is the event's, and the order of sending. `disclosure_id` is set where the receiver is the recipient of
    that disclosure: then consent is asked once more when it leaves. `stopped`: it may not leave any more.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("subscription_id", "event_id"),
        CheckConstraint("(state = 'due') = (finished_at IS NULL)", name="finished"),
        Index("ix_deliveries_due", "subscription_id", "position", postgresql_where=text("state = 'due'")),
        Index("ix_deliveries_disclosure_id", "disclosure_id", postgresql_where=text("disclosure_id IS NOT NULL")),
    )

    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscriptions.id"))
    event_id: Mapped[UUID | None] = mapped_column(ForeignKey("outbox_events.id"))
    kind: Mapped[str]
    position: Mapped[int] = mapped_column(BigInteger)
    disclosure_id: Mapped[UUID | None] = mapped_column(ForeignKey("disclosures.id"))
    state: Mapped[DeliveryState] = mapped_column(init=False, default=DeliveryState.DUE)
    attempts: Mapped[int] = mapped_column(init=False, default=0)
    since: Mapped[datetime]
    due_at: Mapped[datetime]
    finished_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    last_outcome: Mapped[str | None] = mapped_column(init=False, default=None)
    last_status: Mapped[int | None] = mapped_column(init=False, default=None)


class DeliveryAttempt(Base, kw_only=True, eq=False, repr=False):
    """How one try went: never what was sent or answered. Only added to, and forgotten after 30 days (domain 5.2)."""

    __tablename__ = "delivery_attempts"

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"), index=True)
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)
    outcome: Mapped[str]
    status: Mapped[int | None]
    took_ms: Mapped[int]


class NotificationSettings(Root, kw_only=True, eq=False, repr=False):
    """Whether somebody is told by e-mail that there is something new, and how often. Without a row: never.

    `looked_at` is until when was looked for something new, `mailed_at` when the last one went.
    """

    __tablename__ = "notification_settings"
    __table_args__ = (CheckConstraint("mode IN ('off', 'immediately', 'daily')", name="mode"),)

    login_id: Mapped[UUID] = mapped_column(ForeignKey("logins.id"), unique=True)
    mode: Mapped[str] = mapped_column(default="off")
    language: Mapped[str] = mapped_column(default="fi")
    looked_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None] = mapped_column(init=False, default=None)


class Notice(Base, kw_only=True, eq=False, repr=False):
    """An e-mail that went, or did not: to whose login and when, without address and without content."""

    __tablename__ = "notices"

    login_id: Mapped[UUID] = mapped_column(ForeignKey("logins.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    outcome: Mapped[str]
    took_ms: Mapped[int]
