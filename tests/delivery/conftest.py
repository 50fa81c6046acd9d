"""A told place, a receiver on this machine, and a worker that sends at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.delivery.sending.post import Poster
from app.delivery.sending.worker import Deliverer
from app.dev.receiver import Receiver
from app.dev.town import Town
from app.jobs import queries as jobs
from app.kit.clock import utcnow
from app.security.development import DEVELOPMENT_ISSUER
from app.serving.work import engine_for
from tests.contract.conftest import Place, Settle, new_person, place, settle, template
from tests.factories import Json, act, get, ok

__all__ = ["place", "settle", "template"]
PARTNER = ["referral.received", "referral.accepted", "referral.returned", "feedback.given", "meeting.invited"]


@dataclass
class Post:
    """The job process of a place: `later` moves its clock on."""

    place: Place
    engine: AsyncEngine
    poster: Poster
    later: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return utcnow() + self.later

    def transaction(self, at: datetime) -> AbstractAsyncContextManager[AsyncSession]:
        @asynccontextmanager
        async def begun() -> AsyncIterator[AsyncSession]:
            async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
                session.info["at"] = at
                yield session

        return begun()

    def deliverer(self) -> Deliverer:
        return Deliverer(self.transaction, self.now, self.place.api.state.vault, self.poster, jitter=lambda: 0)

    async def seal(self) -> None:
        async with self.transaction(self.now()) as session:
            await jobs.seal(session, 10_000)

    async def round(self) -> int:
        """Positions are given, and everything due is tried."""
        await self.seal()
        return await self.deliverer().run()


@pytest.fixture
async def fresh(settle: Settle) -> AsyncIterator[Place]:
    """A told place of one test, whose subscriptions may send to this machine."""
    async with settle(webhook_loopback=True, pool_size=6) as made:
        yield made


@pytest.fixture
async def post(fresh: Place) -> AsyncIterator[Post]:
    engine = engine_for(fresh.api.state.settings, fresh.root.url.render_as_string(hide_password=False))
    yield Post(fresh, engine, Poster(loopback=True))
    await engine.dispose()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as made:
        yield made


async def machine(place: Place, town: Town, at: str = "employment") -> UUID:
    """An information system of an organisation that can sign in as `machine`; its login."""
    admin = place.who("admin")
    joined = {
        "organisationId": str(town.organisations[at]),
        "role": "integration",
        "register": "none",
        "validFrom": "2026-11-01",
    }
    made = ok(await act(admin, "/v1/persons", {"name": "Tietojärjestelmä", "membership": joined}))
    login = {"issuer": DEVELOPMENT_ISSUER, "subject": "machine"}
    return UUID(ok(await act(admin, f"/v1/persons/{made['id']}/logins", login))["id"])


async def subscribed(place: Place, url: str, *kinds: str, who: str = "admin", **over: Any) -> Json:
    body = {"name": "Testi", "url": url, "kinds": list(kinds) or PARTNER, **over}
    return ok(await act(place.who(who), "/v1/subscriptions", body))


async def sent(place: Place, town: Town, who: str = "employment", **over: Any) -> Json:
    return ok(await act(place.who(who), "/v1/referrals", new_person(town, **over)))


async def taken(place: Place, referral: Json) -> Json:
    """Accepted by the nurse; the path."""
    nurse = place.who("nurse")
    seen = await get(nurse, f"/v1/referrals/{referral['id']}")
    return ok(await act(nurse, f"/v1/referrals/{referral['id']}/accept", {}, seen))


async def answered(place: Place, referral: Json, path: Json) -> Json:
    """An outcome and final feedback."""
    nurse = place.who("nurse")
    path = await get(nurse, f"/v1/pathways/{path['id']}")
    ok(await act(nurse, f"/v1/pathways/{path['id']}/record-outcome", {"code": "work_trial"}, path))
    seen = await get(nurse, f"/v1/referrals/{referral['id']}")
    told = {"level": "conclusion", "body": "Half days are possible."}
    return ok(await act(nurse, f"/v1/referrals/{referral['id']}/feedback", told, seen))


async def deliveries(place: Place, subscription: Json, who: str = "admin", **params: Any) -> list[Json]:
    found = await get(place.who(who), f"/v1/subscriptions/{subscription['id']}/deliveries", **params)
    return list(found["items"])[::-1]
