"""Sends what is due. No transaction is open while a receiver is waited for, with one exception.

A subscription is claimed by one worker at a time (`FOR UPDATE SKIP LOCKED`, and an instant until when), which queues
the events its subscriber may read, and sends in the order of positions until one fails. Each message is noted when its
answer is in: a crash in between sends it once more, under the same id. Subscriptions are served side by side.

The exception is a message that rests on the client's permission. It leaves under share locks on the client's row and
consents, within `HELD_SECONDS`: a withdrawal takes the client's row alone, so it is either there before the lock, and
the message is stopped, or it waits until the answer is in. Nothing is sent, or on its way, once a withdrawal is
acknowledged. The wait of a withdrawal is shorter than the lock timeout of requests.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from app.consents.leaving import still_permitted
from app.delivery import messages, rules
from app.delivery.models import DeliveryState, Subscription, SubscriptionState
from app.delivery.queries import events
from app.delivery.sending import queries
from app.delivery.sending.post import TOTAL_SECONDS, Answer, Poster
from app.delivery.sending.queries import Head
from app.kit.crypto import Vault
from app.kit.ids import new_id
from app.outbox.events import append

AT_ONCE = 4
QUEUED_AT_ONCE = 500
HELD_SECONDS = 5.0
BUDGET = 30.0  # seconds for one subscription before the next is looked at
CLAIM = timedelta(seconds=BUDGET + 3 * TOTAL_SECONDS)
Transaction = Callable[[datetime], AbstractAsyncContextManager[AsyncSession]]


@dataclass
class Deliverer:
    """`run` is one round. `transaction` begins one as `heinola_job`; `now` is the clock."""

    transaction: Transaction
    now: Callable[[], datetime]
    vault: Vault
    poster: Poster
    jitter: Callable[[], float] = field(default=random.random)

    async def run(self) -> int:
        """How many messages were sent or came to their end."""
        at, token = self.now(), new_id()
        async with self.transaction(at) as session:
            taken = await queries.claim(session, at, at + CLAIM, token, AT_ONCE)
        done = await asyncio.gather(*(self.serve(id, login, token) for id, login in taken), return_exceptions=True)
        if failed := [one for one in done if isinstance(one, BaseException)]:
            raise failed[0]
        return sum(one for one in done if isinstance(one, int))

    async def serve(self, id: UUID, login: UUID, token: UUID) -> int:
        """One subscription, for a while; it is given back whatever happens, but a crash keeps it until its time."""
        until, sent = time.monotonic() + BUDGET, 0
        try:
            while time.monotonic() < until:
                if await self.look(id, login, token):
                    continue
                if not await self.next(id, login, token):
                    break
                sent += 1
        finally:
            async with self.transaction(self.now()) as session:
                await queries.release(session, id, token, self.now())
        return sent

    async def look(self, id: UUID, login: UUID, token: UUID) -> bool:
        """Queue the next events that the subscriber may read; whether there may be more of them."""
        at = self.now()
        async with self.transaction(at) as session:
            subscription = await queries.held(session, id, token)
            newest = await queries.newest(session)
            if subscription is None or subscription.position >= newest:
                return False
            before, wanted = subscription.position, [events.E.position <= newest, *narrowed(subscription)]
            actor = await queries.enter_subscriber(session, login, at)
            # A team filters for who sits in it: to others it would tell which team has a case.
            told = actor is not None and (subscription.team_id is None or subscription.team_id in actor.teams)
            found = await events.after(session, actor, before, QUEUED_AT_ONCE, *wanted) if actor and told else []
            await queries.queue(session, id, found, at)
            await queries.as_job(session)
            if actor is None:
                await self.disable(session, id, token, "not_enrolled")
                return False
            full = len(found) == QUEUED_AT_ONCE
            await queries.moved(session, id, before, found[-1].event.position or newest if full else newest)
            return full

    async def next(self, id: UUID, login: UUID, token: UUID) -> bool:
        """The next message that is due, sent or stopped; False when there is none, or it has to wait."""
        at = self.now()
        async with self.transaction(at) as session:
            subscription = await queries.held(session, id, token)
            head = await queries.head(session, id, at) if subscription else None
            if subscription is None or head is None:
                return False
            if head.delivery.disclosure_id is not None:
                return await self.under_lock(session, subscription, head, login, token)
            found = await self.readable(session, head, login, at)
            if head.event is not None and found is None:
                await queries.note(session, head.delivery, Answer("not_readable"), DeliveryState.STOPPED, at, at)
                return True
        answer = await self.send(subscription, head, found, TOTAL_SECONDS)
        async with self.transaction(self.now()) as session:
            return await self.keep(session, subscription, head, answer, token)

    async def under_lock(
        self, session: AsyncSession, subscription: Subscription, head: Head, login: UUID, token: UUID
    ) -> bool:
        at, disclosure = self.now(), head.delivery.disclosure_id
        assert disclosure is not None
        if not await queries.alone(session, disclosure):
            return False  # one at a time for a client, so that a withdrawal that waits is not overtaken
        permitted = await still_permitted(session, disclosure, at)
        again = await queries.head(session, subscription.id, at)  # a withdrawal may have stopped it while we waited
        if again is None or again.delivery.id != head.delivery.id:
            return True
        found = await self.readable(session, head, login, at) if permitted else None
        if found is None:
            # Why is nobody's to read out of the log: a withdrawal reads like a membership that ended.
            await queries.note(session, head.delivery, Answer("not_readable"), DeliveryState.STOPPED, at, at)
            return True
        answer = await self.send(subscription, head, found, HELD_SECONDS)
        return await self.keep(session, subscription, head, answer, token)

    async def readable(self, session: AsyncSession, head: Head, login: UUID, at: datetime) -> events.Told | None:
        """The event, if its subscriber may read it now; the test message is anybody's."""
        if head.event is None:
            return None
        actor = await queries.enter_subscriber(session, login, at)
        found = await events.still(session, actor, head.event.id) if actor else None
        if actor is not None and found is not None:
            await queries.log_use(session, actor, found)
        await queries.as_job(session)
        return found

    async def send(self, subscription: Subscription, head: Head, found: events.Told | None, seconds: float) -> Answer:
        at, body = self.now(), messages.content(found, head.delivery)
        headers = messages.headers(subscription, head.delivery, body, self.vault, at)
        return await self.poster.post(subscription.url, body, headers, at, seconds)

    async def keep(
        self, session: AsyncSession, subscription: Subscription, head: Head, answer: Answer, token: UUID
    ) -> bool:
        """Note how it went; whether the next one may be tried. After a failure it is tried again later, for three days:
        then it is a dead letter."""
        at, delivery = self.now(), head.delivery
        if answer.delivered:
            await queries.note(session, delivery, answer, DeliveryState.SENT, at, at)
            await queries.went_well(session, subscription.id)
            return True
        again = at + rules.pause(delivery.attempts + 1, self.jitter(), answer.wish)
        dead = at - delivery.since >= rules.DEAD_AFTER
        await queries.note(session, delivery, answer, DeliveryState.DEAD if dead else DeliveryState.DUE, at, again)
        await queries.failed(session, subscription.id, at)
        if answer.outcome == "gone":
            await self.disable(session, subscription.id, token, "gone")
        elif subscription.failing_since and at - subscription.failing_since >= rules.DISABLED_AFTER:
            await self.disable(session, subscription.id, token, "failing")
        return dead

    async def disable(self, session: AsyncSession, id: UUID, token: UUID, because: str) -> None:
        """Nothing more is sent until somebody enables it again; its owner is told."""
        subscription = await queries.held(session, id, token, lock=True)
        if subscription is not None:
            assert subscription.state is SubscriptionState.ENABLED
            subscription.disable(because)
            append(session, "subscription.disabled", subscription)
            await session.flush()


def narrowed(subscription: Subscription) -> list[ColumnElement[bool]]:
    """What the subscription wants of what its subscriber may read."""
    wanted: list[ColumnElement[bool]] = [events.E.kind.in_(subscription.kinds)]
    if subscription.team_id is not None:
        wanted.append(events.E.team_id == subscription.team_id)
    if subscription.organisation_id is not None:
        wanted.append(events.E.organisation_id == subscription.organisation_id)
    return wanted
