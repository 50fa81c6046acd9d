"""An event as it is told, the same in the feed and in a message: ids, a code and a time, nothing else."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from app.delivery import rules
from app.delivery.models import Delivery, Subscription
from app.delivery.queries.events import Told
from app.delivery.schemas import EventRead, PingRead
from app.kit.crypto import Vault

PING = "ping"
KEY_BYTES = 32


def told(found: Told) -> EventRead:
    """Feedback is told as its referral, which is where it is read. Only who works with the client, or is the client,
    is told the client's id."""
    event, inside = found
    referral = event.data.get("referral") if event.subject_type == "feedbacks" else None
    assert event.position is not None
    return EventRead(
        id=event.id,
        position=event.position,
        kind=event.kind,
        at=event.at,
        subject_type="referrals" if referral else event.subject_type,
        subject_id=UUID(referral) if referral else event.subject_id,
        client_id=event.client_id if inside else None,
        disclosure_id=event.disclosure_id,
    )


def stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def content(found: Told | None, delivery: Delivery) -> bytes:
    """The body of a message; for each event the same bytes whenever it is sent."""
    if found is None:
        data = PingRead(subscription_id=delivery.subscription_id).model_dump(mode="json", by_alias=True)
        whole = {"type": PING, "timestamp": stamp(delivery.created_at), "data": data}
    else:
        event = told(found)
        data = event.model_dump(mode="json", by_alias=True)
        whole = {"type": event.kind, "timestamp": stamp(event.at), "data": data}
    return json.dumps(whole, separators=(",", ":")).encode()


def message_id(delivery: Delivery) -> str:
    """The same for every try, and after a replay: by it a receiver knows what it has seen."""
    return f"msg_{(delivery.event_id or delivery.id).hex}"


def headers(subscription: Subscription, delivery: Delivery, body: bytes, vault: Vault, at: datetime) -> dict[str, str]:
    id, seconds = message_id(delivery), int(at.timestamp())
    return {
        "content-type": "application/json",
        "user-agent": "Heinola/1",
        "webhook-id": id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": rules.signature(keys(subscription, vault, at), id, seconds, body),
    }


def seal(subscription: Subscription, column: str, key: bytes, vault: Vault) -> bytes:
    return vault.seal(key, table="subscriptions", column=column, row=subscription.id)


def keys(subscription: Subscription, vault: Vault, at: datetime) -> list[bytes]:
    """The secrets that sign now: the present one, and during a change the one before."""
    found = [vault.open(subscription.secret, table="subscriptions", column="secret", row=subscription.id)]
    if subscription.previous_secret is not None and subscription.previous_until and at < subscription.previous_until:
        sealed = subscription.previous_secret
        found.append(vault.open(sealed, table="subscriptions", column="previous_secret", row=subscription.id))
    return found
