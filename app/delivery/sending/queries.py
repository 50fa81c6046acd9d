"""What the job process reads and writes of deliveries, as `heinola_job`; what a subscriber may read is asked as the
role of requests, entered as that subscriber: the very decision of a read, row security included."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import String, and_, cast, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import Disclosure
from app.audit.trail import settle, used
from app.delivery.models import Delivery, DeliveryAttempt, DeliveryState, Subscription, SubscriptionState
from app.delivery.queries.events import Told
from app.delivery.sending.post import Answer
from app.kit.ids import new_id
from app.outbox.models import OutboxEvent
from app.people.actor import Actor, NotEnrolled, actor_of, known_as
from app.people.models import Login

AS_REQUEST, AS_JOB = text("SET LOCAL ROLE heinola_app"), text("SET LOCAL ROLE heinola_job")
DUE, ENABLED = DeliveryState.DUE, SubscriptionState.ENABLED


async def enter_subscriber(session: AsyncSession, login_id: UUID, at: datetime) -> Actor | None:
    """From here on this transaction reads as the subscriber, until `as_job`. None: nobody here any more."""
    login = (await session.execute(select(Login.issuer, Login.subject).where(Login.id == login_id))).one()
    await session.execute(AS_REQUEST)
    answer = await known_as(session, login.issuer, login.subject, at)
    try:
        return actor_of(answer, at) if answer else None
    except NotEnrolled:
        return None


async def log_use(session: AsyncSession, actor: Actor, told: Told) -> None:
    """A line of the use log for each try, as the feed leaves one for each event it shows. It is committed before the
    message leaves; of one that leaves under the client's lock together with how that went."""
    session.info.update(actor=actor, request_id=f"webhook-{told.event.id}")
    await used(session, "outbox_events", [(told.event.id, told.event.client_id)])
    await settle(session)
    session.info.pop("actor")


async def as_job(session: AsyncSession) -> None:
    await session.flush()
    await session.execute(AS_JOB)


async def newest(session: AsyncSession) -> int:
    return int(await session.scalar(select(func.coalesce(func.max(OutboxEvent.position), 0))) or 0)


async def claim(
    session: AsyncSession, at: datetime, until: datetime, token: UUID, most: int
) -> Sequence[tuple[UUID, UUID]]:
    """Subscriptions (with their login) that have something to do and that no other worker has, taken until an instant:
    the one served longest ago first."""
    head = select(Delivery.due_at).where(Delivery.subscription_id == Subscription.id, Delivery.state == DUE)
    waits = head.order_by(Delivery.position, Delivery.id).limit(1).scalar_subquery()
    found = (
        select(Subscription)
        .where(
            Subscription.state == ENABLED,
            or_(Subscription.claimed_until.is_(None), Subscription.claimed_until <= at),
            or_(
                waits <= at,
                and_(waits.is_(None), Subscription.position < await newest(session)),
            ),
        )
        .order_by(Subscription.claimed_until.asc().nulls_first(), Subscription.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    taken = list(await session.scalars(found))
    if taken:
        mine = Subscription.id.in_([one.id for one in taken])
        await session.execute(update(Subscription).where(mine).values(claim=token, claimed_until=until))
    return [(one.id, one.login_id) for one in taken]


async def release(session: AsyncSession, subscription_id: UUID, token: UUID, at: datetime) -> None:
    """Somebody else may serve it now; when it was served last stays."""
    mine = (Subscription.id == subscription_id, Subscription.claim == token)
    await session.execute(update(Subscription).where(*mine).values(claim=None, claimed_until=at))


async def held(session: AsyncSession, subscription_id: UUID, token: UUID, *, lock: bool = False) -> Subscription | None:
    """The subscription while this worker has it and it is enabled; with `lock` nobody changes it meanwhile."""
    rows = (
        select(Subscription)
        .where(Subscription.id == subscription_id, Subscription.claim == token, Subscription.state == ENABLED)
        .execution_options(populate_existing=True)
    )
    found: Subscription | None = await session.scalar(rows.with_for_update() if lock else rows)
    return found


async def queue(session: AsyncSession, subscription: UUID, found: Sequence[Told], at: datetime) -> None:
    """A message for each event. One that was sent before (a replay) is due once more, under the same id."""
    if not found:
        return
    rows = [
        {
            "id": new_id(),
            "created_at": at,
            "subscription_id": subscription,
            "event_id": event.id,
            "kind": event.kind,
            "position": event.position,
            "disclosure_id": None if inside else event.disclosure_id,
            "state": DUE,
            "attempts": 0,
            "since": at,
            "due_at": at,
        }
        for event, inside in found
    ]
    again = {"state": DUE, "attempts": 0, "since": at, "due_at": at, "finished_at": None}
    added = insert(Delivery).values(rows)
    await session.execute(
        added.on_conflict_do_update(
            index_elements=["subscription_id", "event_id"], set_=again, where=Delivery.state != DUE
        )
    )


async def moved(session: AsyncSession, subscription_id: UUID, before: int, to: int) -> None:
    """Everything up to a position was looked at; unless a replay has set another one meanwhile."""
    same = (Subscription.id == subscription_id, Subscription.position == before)
    await session.execute(update(Subscription).where(*same).values(position=to))


class Head(NamedTuple):
    delivery: Delivery
    event: OutboxEvent | None


async def head(session: AsyncSession, subscription_id: UUID, at: datetime) -> Head | None:
    """The next message of a subscription in order, if it is due by now."""
    rows = (
        select(Delivery, OutboxEvent)
        .outerjoin(OutboxEvent, OutboxEvent.id == Delivery.event_id)
        .where(Delivery.subscription_id == subscription_id, Delivery.state == DUE)
        .order_by(Delivery.position, Delivery.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )
    found = (await session.execute(rows)).first()
    return Head(found[0], found[1]) if found and found[0].due_at <= at else None


async def log(session: AsyncSession, delivery: Delivery, answer: Answer, at: datetime) -> None:
    """One try, as it went."""
    row = {
        "id": new_id(), "delivery_id": delivery.id, "number": delivery.attempts + 1, "at": at,
        "outcome": answer.outcome, "status": answer.status, "took_ms": answer.took_ms,
    }  # fmt: skip
    await session.execute(insert(DeliveryAttempt).values(row))


async def note(
    session: AsyncSession, delivery: Delivery, answer: Answer, state: DeliveryState, at: datetime, due_at: datetime
) -> bool:
    """What became of the message, and the try in the log; whether it still was due."""
    ended = None if state is DUE else at
    changed = await session.execute(
        update(Delivery)
        .where(Delivery.id == delivery.id, Delivery.state == DUE)
        .values(
            state=state,
            attempts=Delivery.attempts + 1,
            due_at=due_at,
            finished_at=ended,
            last_outcome=answer.outcome,
            last_status=answer.status,
        )
        .returning(Delivery.id)
    )
    await log(session, delivery, answer, at)
    return changed.first() is not None


async def went_well(session: AsyncSession, subscription_id: UUID) -> None:
    failing = (Subscription.id == subscription_id, Subscription.failing_since.is_not(None))
    await session.execute(update(Subscription).where(*failing).values(failing_since=None))


async def failed(session: AsyncSession, subscription_id: UUID, at: datetime) -> None:
    first = (Subscription.id == subscription_id, Subscription.failing_since.is_(None))
    await session.execute(update(Subscription).where(*first).values(failing_since=at))


async def forget(session: AsyncSession, before: datetime, most: int) -> int:
    values = {"before": before, "most": most}
    return int(await session.scalar(text("SELECT forget_deliveries(:before, :most)"), values) or 0)


async def alone(session: AsyncSession, disclosure_id: UUID) -> bool:
    """Whether no other message about the same client is being sent under its lock; held until the transaction ends."""
    client = select(Disclosure.client_id).where(Disclosure.id == disclosure_id).scalar_subquery()
    key = func.hashtextextended(cast(client, String), 27)
    return bool(await session.scalar(select(func.pg_try_advisory_xact_lock(key))))
