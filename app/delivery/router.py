"""Addresses of subscriptions: who is told of events by webhook, how it goes, and once more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.delivery import service
from app.delivery.models import Delivery, DeliveryAttempt, DeliveryState, Subscription
from app.delivery.queries import subscriptions as queries
from app.delivery.schemas import (
    AttemptPage,
    AttemptRead,
    DeliveryPage,
    DeliveryRead,
    SubscriptionCreate,
    SubscriptionPage,
    SubscriptionRead,
    SubscriptionReplay,
    SubscriptionSecret,
    SubscriptionUpdate,
)
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P

router = room("Subscriptions")
Manager = Annotated[Actor, needs(P.SUBSCRIPTION_MANAGE)]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)
TERMS = (service.WebhookAddressRefused, service.EventKindForNobody)


@router.post(
    "/subscriptions",
    status_code=201,
    responses=problems(MissingPermission, NotFound, UnacceptableId, IdTaken, service.SubscriberUnknown, *TERMS),
)
async def create_subscription(
    actor: Manager, session: Session, at: Now, once: OnceOnly, given: SubscriptionCreate
) -> SubscriptionSecret:
    """Be told of events from now on, or let an information system be told. The secret is shown this once."""

    async def work() -> SubscriptionSecret:
        row, secret = await service.subscribe(session, actor, given, at)
        return service.show_with(actor, row, secret)

    return await once.run(SubscriptionSecret, work)


@router.get("/subscriptions", responses=problems(MissingPermission, BadCursor))
async def list_subscriptions(actor: Manager, session: Session, paging: Paged) -> SubscriptionPage:
    """My own, and as an administrator those of the area's information systems; the newest first."""
    rows = queries.visible_subscriptions(actor)
    found, after, count = await paging.run(session, rows, Subscription.id, caller=actor.login_id)
    return SubscriptionPage(items=[service.show(actor, row) for row in found], next_cursor=after, count=count)


@router.get("/subscriptions/{subscription_id}", responses=problems(MissingPermission, NotFound))
async def get_subscription(
    actor: Manager, session: Session, subscription_id: UUID, response: Response
) -> SubscriptionRead:
    row = await one(session, queries.visible_subscriptions(actor), subscription_id)
    stamp(response, row.version)
    return service.show(actor, row)


async def change(
    session: Session, actor: Actor, once: Once, expected: Expected, id: UUID,
    do: Callable[[Subscription], Awaitable[None]],
) -> SubscriptionRead:  # fmt: skip
    async def find() -> Subscription:
        return await one(session, queries.visible_subscriptions(actor), id, lock=True)

    async def show(row: Subscription) -> SubscriptionRead:
        return service.show(actor, row)

    return await once.change(SubscriptionRead, find, expected, show, do)


@router.patch("/subscriptions/{subscription_id}", responses=problems(*CHANGES, *TERMS))
async def update_subscription(
    actor: Manager, session: Session, once: OnceOnly, expected: IfMatch, subscription_id: UUID,
    given: SubscriptionUpdate,
) -> SubscriptionRead:  # fmt: skip
    """Another name, address or other kinds; from the next message on."""
    return await change(
        session, actor, once, expected, subscription_id, lambda row: service.update(session, row, given)
    )


@router.post("/subscriptions/{subscription_id}/rotate-secret", responses=problems(*CHANGES))
async def rotate_subscription_secret(
    actor: Manager, session: Session, at: Now, once: OnceOnly, expected: IfMatch, subscription_id: UUID
) -> SubscriptionSecret:
    """A new secret, shown this once. For 24 hours messages carry a signature of each."""

    async def work() -> SubscriptionSecret:
        row = await one(session, queries.visible_subscriptions(actor), subscription_id, lock=True)

        async def present() -> SubscriptionRead:
            return service.show(actor, row)

        await expected.check(row, present)
        secret = await service.rotate(session, row, at)
        return service.show_with(actor, row, secret)

    return await once.run(SubscriptionSecret, work)


@router.post("/subscriptions/{subscription_id}/enable", responses=problems(*CHANGES))
async def enable_subscription(
    actor: Manager, session: Session, once: OnceOnly, expected: IfMatch, subscription_id: UUID
) -> SubscriptionRead:
    """Messages leave again, from where it stopped."""

    async def do(row: Subscription) -> None:
        row.enable()
        await session.flush()

    return await change(session, actor, once, expected, subscription_id, do)


@router.post("/subscriptions/{subscription_id}/disable", responses=problems(*CHANGES))
async def disable_subscription(
    actor: Manager, session: Session, once: OnceOnly, expected: IfMatch, subscription_id: UUID
) -> SubscriptionRead:
    """Nothing leaves until it is enabled; what waits goes on waiting."""

    async def do(row: Subscription) -> None:
        row.disable("by_hand")
        await session.flush()

    return await change(session, actor, once, expected, subscription_id, do)


@router.post("/subscriptions/{subscription_id}/replay", responses=problems(*CHANGES))
async def replay_subscription(
    actor: Manager, session: Session, once: OnceOnly, expected: IfMatch, subscription_id: UUID,
    given: SubscriptionReplay,
) -> SubscriptionRead:  # fmt: skip
    """Deliver everything again from a position on, as far as the subscriber may read it now; with the same ids."""
    return await change(
        session, actor, once, expected, subscription_id,
        lambda row: service.replay(session, row, given.from_position),
    )  # fmt: skip


@router.post(
    "/subscriptions/{subscription_id}/test",
    status_code=201,
    responses=problems(MissingPermission, NotFound, IllegalMove),
)
async def test_subscription(
    actor: Manager, session: Session, at: Now, once: OnceOnly, subscription_id: UUID
) -> DeliveryRead:
    """Send a message of the type `ping`. How it went is in the deliveries."""

    async def work() -> DeliveryRead:
        row = await one(session, queries.visible_subscriptions(actor), subscription_id)
        return service.show_delivery(actor, await service.ping(session, row, at))

    return await once.run(DeliveryRead, work)


@router.get("/subscriptions/{subscription_id}/deliveries", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_deliveries(
    actor: Manager, session: Session, paging: Paged, subscription_id: UUID,
    state: Annotated[DeliveryState | None, Query(description="`dead`: what was given up.")] = None,
) -> DeliveryPage:  # fmt: skip
    """Messages of the last 30 days and those that wait, the newest event first."""
    subscription = await one(session, queries.visible_subscriptions(actor), subscription_id)
    rows = queries.visible_deliveries(actor).where(Delivery.subscription_id == subscription.id)
    if state is not None:
        rows = rows.where(queries.shown_as(actor, state))
    found, after, count = await paging.run(session, rows, Delivery.position, Delivery.id, caller=actor.login_id)
    return DeliveryPage(items=[service.show_delivery(actor, row) for row in found], next_cursor=after, count=count)


@router.get("/deliveries/{delivery_id}/attempts", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_delivery_attempts(actor: Manager, session: Session, paging: Paged, delivery_id: UUID) -> AttemptPage:
    """How each try went, the newest first."""
    delivery = await one(session, queries.visible_deliveries(actor), delivery_id)
    rows = queries.attempts_of(delivery.id)
    if actor.organisations:  # a message that was stopped goes on waiting in a partner's eyes
        rows = rows.where(DeliveryAttempt.outcome != "not_readable")
    found, after, count = await paging.run(session, rows, DeliveryAttempt.id, caller=actor.login_id)
    return AttemptPage(items=[AttemptRead.model_validate(row) for row in found], next_cursor=after, count=count)


@router.post("/deliveries/{delivery_id}/retry", responses=problems(MissingPermission, NotFound, IllegalMove))
async def retry_delivery(actor: Manager, session: Session, at: Now, once: OnceOnly, delivery_id: UUID) -> DeliveryRead:
    """Send a dead letter once more, before everything newer that waits."""

    async def work() -> DeliveryRead:
        delivery = await one(session, queries.visible_deliveries(actor), delivery_id, lock=True)
        await service.retry(session, delivery, at)
        return service.show_delivery(actor, delivery)

    return await once.run(DeliveryRead, work)
