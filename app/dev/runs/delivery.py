"""Events to three receivers, one of which fails now and then, while the worker is killed with SIGKILL and clients
withdraw the permission that feedback rests on. `python -m app.dev runs delivery` prints the figures; exit code 1 when a
promise is broken: every event arrives at least once, in order, and nothing after a withdrawal is acknowledged.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import os
import random
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app import embedded
from app.config import UNLIMITED, Settings
from app.dev.receiver import Got, Receiver, Reply
from app.dev.runs.routing import referral
from app.dev.stage import Stage
from app.dev.town import Town, build_town
from app.main import create_app
from app.migrate import migrate
from app.security.development import DEVELOPMENT_ISSUER

KINDS = ["referral.received", "referral.accepted", "feedback.given"]
COPY = """
INSERT INTO outbox_events (id, at, kind, subject_type, subject_id, client_id, team_id, organisation_id, data)
SELECT gen_random_uuid(), now(), kind, subject_type, subject_id, client_id, team_id, organisation_id, data
  FROM outbox_events e, generate_series(1, :n)
 WHERE e.id = (SELECT id FROM outbox_events WHERE kind = 'referral.received' ORDER BY id LIMIT 1)
"""
EXPECTED = """
SELECT e.id FROM outbox_events e WHERE e.kind = ANY (:kinds) AND e.organisation_id = :organisation
   AND e.position > :since AND NOT EXISTS (
     SELECT FROM deliveries d WHERE d.event_id = e.id AND d.subscription_id = :id AND d.state = 'stopped')
"""
PATIENCE = 600.0


@dataclass
class Told:
    """What the run found; `broken` names promises that were not kept, with how often."""

    seconds: float = 0
    events: int = 0
    kills: int = 0
    sent: list[int] = field(default_factory=list)
    tries: list[int] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    withdrawals: int = 0
    left_before: int = 0
    stopped: int = 0
    broken: dict[str, int] = field(default_factory=dict)


@dataclass
class Ear:
    """A receiver that fails on a share of what comes, and notes what it said yes to."""

    failing: float
    chance: random.Random
    receiver: Receiver = field(default_factory=Receiver)
    taken: list[Got] = field(default_factory=list)
    subscription: dict[str, Any] = field(default_factory=dict)

    def answer(self, got: Got) -> Reply:
        if not got.signed_by(self.subscription["secret"]):
            return Reply(400)
        if self.chance.random() < self.failing:
            return Reply(self.chance.choice((500, 503, None)))
        self.taken.append(got)
        return Reply()


@dataclass
class Scene:
    stage: Stage
    town: Town
    root: AsyncEngine
    environment: dict[str, str]

    async def act(self, persona: str, method: str, path: str, body: Any = None, expected: int = 200) -> Any:
        headers = self.stage.headers(persona) | {"If-Match": "*"}
        answer = await self.stage.http.request(method, path, json=body, headers=headers)
        return self.stage.expect(expected, answer)

    async def value(self, statement: str, **values: Any) -> Any:
        async with self.root.begin() as connection:
            return await connection.scalar(text(statement), values)


@asynccontextmanager
async def scene() -> AsyncIterator[Scene]:
    """A throwaway town, and what a worker of it has to know."""
    key, index = (base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
    with embedded.throwaway() as server, tempfile.TemporaryDirectory() as folder:
        dsn = server.dsn()
        given = {
            "DATABASE_URL": dsn, "HEINOLA_MODE": "demo", "HEINOLA_WEBHOOK_LOOPBACK": "true", "HEINOLA_INDEX_KEY": index,
            "HEINOLA_IDENTITY_KEYS": f'{{"run": "{key}"}}', "HEINOLA_DATA_DIR": f"{folder}/work",
        }  # fmt: skip
        await migrate(dsn)
        settings = Settings(
            mode="demo", webhook_loopback=True, identity_keys={"run": key}, index_key=index, pool_size=20, **UNLIMITED
        )
        api = create_app(settings, dsn=dsn, data_dir=Path(folder))
        town = await build_town(api)
        root = create_async_engine(dsn, pool_size=8)
        transport = httpx.ASGITransport(app=api)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=120) as http:
            stage = Stage(http, lambda _: None)
            for persona in ("employment", "nurse", "admin"):
                await stage.sign_in(persona)
            yield Scene(stage, town, root, {**os.environ, **given})
        await root.dispose()
        await api.state.engine.dispose()


class Worker:
    """`python -m app work` as a process of its own, that can be killed."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app", "work", "--job", "seal", "--job", "deliver",
            env=self.environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip

    async def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


async def subscribed(at: Scene, ears: Sequence[Ear]) -> None:
    organisation = str(at.town.organisations["employment"])
    joined = {"organisationId": organisation, "role": "integration", "register": "none", "validFrom": "2026-01-01"}
    made = await at.act("admin", "POST", "/v1/persons", {"name": "Järjestelmä", "membership": joined}, 201)
    login = {"issuer": DEVELOPMENT_ISSUER, "subject": "system"}
    known = await at.act("admin", "POST", f"/v1/persons/{made['id']}/logins", login, 201)
    for ear in ears:
        body = {"name": "Ear", "url": ear.receiver.url, "kinds": KINDS, "loginId": known["id"]}
        ear.subscription = await at.act("admin", "POST", "/v1/subscriptions", body, 201)


async def owing(at: Scene) -> tuple[UUID, UUID]:
    """A referral that owes feedback, and the permission it will rest on."""
    permission = {
        "recipientIds": [str(at.town.organisations[name]) for name in ("area", "employment")],
        "dataClasses": ["referral_reason", "work_ability_conclusion", "participation"], "howGiven": "written",
        "purposes": ["work_ability_assessment", "referral_feedback"], "informationGivenAt": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    body = referral(at.town) | {"permission": permission}
    sent = await at.act("employment", "POST", "/v1/referrals", body, 201)
    path = await at.act("nurse", "POST", f"/v1/referrals/{sent['id']}/accept", {})
    await at.act("nurse", "POST", f"/v1/pathways/{path['id']}/record-outcome", {"code": "work_trial"})
    consent = await at.value("SELECT consent_id FROM referrals WHERE id = :id", id=UUID(sent["id"]))
    return UUID(sent["id"]), consent


async def withdrawn(at: Scene, referral_id: UUID, consent: UUID, after: float) -> tuple[str, float]:
    """Feedback is given and a little later its permission withdrawn: the disclosure, and when that was acknowledged."""
    body = {"level": "conclusion", "body": "Half days are possible."}
    await at.act("nurse", "POST", f"/v1/referrals/{referral_id}/feedback", body, 201)
    await asyncio.sleep(after)
    await at.act("nurse", "POST", f"/v1/consents/{consent}/withdraw", {})
    acknowledged = time.monotonic()
    found = await at.value("SELECT disclosure_id FROM feedbacks WHERE referral_id = :id", id=referral_id)
    return str(found), acknowledged


async def settled(at: Scene, worker: Worker) -> None:
    """Everything has its position and came to its end. Raises when the worker ends or it takes too long."""
    waits = (
        "SELECT (SELECT count(*) FROM outbox_events WHERE position IS NULL)"
        " + (SELECT count(*) FROM deliveries WHERE state = 'due')"
        " + (SELECT count(*) FROM subscriptions WHERE position < (SELECT max(position) FROM outbox_events))"
    )
    async with asyncio.timeout(PATIENCE):
        while await at.value(waits):
            await asyncio.sleep(0.5)
            assert worker.process.returncode is None, "the worker has ended"


async def run(events: int, races: int, kills: int, failing: float, seed: int) -> Told:
    told, chance = Told(kills=kills, withdrawals=races), random.Random(seed)
    async with scene() as at, AsyncExitStack() as stack:
        ears = [Ear(share, random.Random(seed + n)) for n, share in enumerate((0, failing, 0))]
        for ear in ears:
            ear.receiver.answer = ear.answer
            await stack.enter_async_context(ear.receiver)
        await subscribed(at, ears)
        since = int(ears[0].subscription["position"])
        cases = [await owing(at) for _ in range(max(races, 1))]
        worker = Worker(at.environment)
        await worker.start()
        stack.push_async_callback(worker.kill)
        began = time.monotonic()

        async def write() -> None:
            for _ in range(0, events, 20):
                await at.value(COPY + " RETURNING 1", n=20)

        async def race() -> list[tuple[str, float]]:
            return [await withdrawn(at, *case, chance.uniform(0, 4)) for case in cases[:races]]

        async def harm() -> None:
            for _ in range(kills):
                await asyncio.sleep(chance.uniform(4, 9))
                await worker.kill()
                await worker.start()

        _, ended, _ = await asyncio.gather(write(), race(), harm())
        await settled(at, worker)
        told.seconds = time.monotonic() - began
        await judge(at, told, ears, dict(ended), since)
    return told


async def judge(at: Scene, told: Told, ears: Sequence[Ear], ended: dict[str, float], since: int) -> None:
    """What arrived against what had to."""
    lost = disordered = unsigned = late = 0
    for ear in ears:
        async with at.root.connect() as connection:
            values = {
                "kinds": KINDS, "organisation": at.town.organisations["employment"], "since": since,
                "id": UUID(ear.subscription["id"]),
            }  # fmt: skip
            due = {f"msg_{row[0].hex}" for row in await connection.execute(text(EXPECTED), values)}
        first: dict[str, Got] = {}
        for got in ear.taken:
            first.setdefault(got.id, got)
        lost += len(due - first.keys())
        places = [got.position for got in first.values()]
        disordered += sum(a > b for a, b in pairwise(places))
        unsigned += sum(not got.signed_by(ear.subscription["secret"]) for got in ear.receiver.got)
        late += sum(
            got.at > ended.get(str(got.content["data"]["disclosureId"]), float("inf")) for got in ear.receiver.got
        )
        told.sent.append(len(first))
        told.tries.append(len(ear.receiver.got))
        told.again.append(len(ear.taken) - len(first))
        told.left_before += sum(str(got.content["data"]["disclosureId"]) in ended for got in first.values())
        told.events = max(told.events, len(due))
    told.stopped = int(await at.value("SELECT count(*) FROM deliveries WHERE state = 'stopped'"))
    dead = int(await at.value("SELECT count(*) FROM deliveries WHERE state = 'dead'"))
    found = {
        "lost": lost,
        "out of order": disordered,
        "badly signed": unsigned,
        "after a withdrawal": late,
        "dead": dead,
    }
    told.broken = {name: n for name, n in found.items() if n}


def show(told: Told, console: Console) -> None:
    table = Table("what", "figure", title="events to three receivers, the second of which fails now and then")
    total = sum(told.sent)
    table.add_row("events", str(told.events))
    table.add_row("delivered", f"{told.sent}: {total} in {told.seconds:.0f} s ({total / told.seconds:.0f}/s)")
    table.add_row("requests, failed ones too", str(told.tries))
    table.add_row("taken more than once", str(told.again))
    table.add_row("kills of the worker", str(told.kills))
    table.add_row("withdrawals", f"{told.withdrawals}: {told.left_before} messages left before, {told.stopped} stopped")
    for promise in ("lost", "out of order", "badly signed", "after a withdrawal", "dead"):
        table.add_row(promise, str(told.broken.get(promise, 0)))
    console.print(table)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.dev runs delivery", description=__doc__)
    parser.add_argument("--events", type=int, default=2000, help="how many (default 2000)")
    parser.add_argument("--races", type=int, default=30, help="withdrawals while feedback waits (default 30)")
    parser.add_argument("--kills", type=int, default=2, help="how often the worker is killed (default 2)")
    parser.add_argument("--failing", type=float, default=0.005, help="share that fails at one receiver (default 0.005)")
    parser.add_argument("--seed", type=int, default=5, help="of chance (default 5)")
    given = parser.parse_args(argv)
    told = asyncio.run(run(given.events, given.races, given.kills, given.failing, given.seed))
    show(told, Console())
    return 1 if told.broken else 0
