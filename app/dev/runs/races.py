"""Disclosures against withdrawals, prohibitions and new terms, over HTTP on a pool of connections: nothing is told on a
permission after the end of it was committed. `python -m app.dev runs races` prints the figures; exit code 1 when a
promise is broken.

Each race is two requests that start within a few milliseconds of each other: one tells something (feedback, an
invitation, a contact, an onward referral), the other ends the permission it rests on. Which of them comes first is read
from the database: triggers of this run note every disclosure and every end at its commit, with the locks still held.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app import embedded
from app.config import UNLIMITED, Settings
from app.dev.runs.race_figures import ENDS, MARKS, PROMISES, TELLS, Start, Told, show
from app.dev.stage import Stage, test_identity_code
from app.dev.town import Town, build_town
from app.main import create_app
from app.migrate import migrate
from app.serving.web import server as uvicorn_server

CLASSES = ["participation", "referral_reason", "work_ability_conclusion"]
PURPOSES = ["work_ability_assessment", "referral_feedback", "network_meeting", "service_coordination"]
TRIES = 10
PERSONAS = ("nurse", "employment", "kela", "workshop")
# What a race may be answered: told or refused for want of permission; the end always happens.
REFUSED = {"consent_missing", "feedback_prohibited"}


@dataclass
class Ring:
    """Where races are held: an API, its town, its database as the superuser, and how far starts are apart (s)."""

    stage: Stage
    town: Town
    root: AsyncEngine
    jitter: float = 0.02
    told: Told = field(default_factory=lambda: Told(0))
    starts: dict[tuple[str, str], Start] = field(default_factory=dict)

    async def values(self, statement: str, **values: Any) -> list[Any]:
        async with self.root.begin() as connection:
            result = await connection.execute(text(statement), values)
            return list(result) if result.returns_rows else []

    async def send(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """As a client does: told that a lock was waited for too long (503, `Retry-After`), it tries again."""
        headers = self.stage.headers("nurse") | {"If-Match": "*"}
        for _ in range(TRIES):
            answer = await self.stage.http.post(path, json=body, headers=headers)
            if answer.status_code != 503:
                break
            self.told.again += 1
            await asyncio.sleep(0.2)
        return answer


@dataclass
class Lane:
    """One client with a path; its races come one after the other, beside those of other lanes."""

    ring: Ring
    client: str
    path: str
    referral: str

    def terms(self, *recipients: str) -> dict[str, Any]:
        organisations = self.ring.town.organisations
        return {
            "recipientIds": [str(organisations[name]) for name in recipients],
            "dataClasses": CLASSES,
            "purposes": PURPOSES,
            "howGiven": "oral",
            "informationGivenAt": "2026-01-02T08:00:00Z",
        }

    async def record(self, kind: str, *recipients: str) -> str:
        given = {"kind": kind, **self.terms(*recipients)}
        answer = await self.ring.send(f"/v1/clients/{self.client}/consents", given)
        return str(self.ring.stage.expect(201, answer)["id"])

    async def tell(self, kind: str) -> httpx.Response:
        """Something that leaves on the permission."""
        me, send = self.ring.stage.me, self.ring.send
        if kind == "feedback":
            said = {"level": "conclusion", "body": "Half days are possible.", "interim": True}
            return await send(f"/v1/referrals/{self.referral}/feedback", said)
        if kind == "invitation":
            soon = (datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=9)).isoformat()
            meeting = {"startsAt": soon, "minutes": 30, "place": "H", "reserve": False,
                       "participantIds": [me["kela"]["personId"]]}  # fmt: skip
            return await send(f"/v1/pathways/{self.path}/meetings", meeting)
        if kind == "contact":
            spoke = {
                "direction": "outgoing", "channel": "phone", "result": "reached", "met": "party",
                "organisationId": str(self.ring.town.organisations["kela"]), "told": ["participation"],
            }  # fmt: skip
            return await send(f"/v1/clients/{self.client}/contacts", spoke)
        asked = {"teamId": str(self.ring.town.other_team), "reason": "A race.", "allowDuplicate": True}
        return await send(f"/v1/pathways/{self.path}/onward-referrals", asked)

    async def end(self, kind: str, consent: str) -> httpx.Response:
        """The client's no, or terms that cover none of it."""
        if kind == "withdraw":
            return await self.ring.send(f"/v1/consents/{consent}/withdraw", {})
        if kind == "replace":
            return await self.ring.send(f"/v1/consents/{consent}/replace", self.terms("workshop"))
        no = {"kind": "prohibition", **self.terms("area", "employment", "kela")}
        return await self.ring.send(f"/v1/clients/{self.client}/consents", no)

    async def race(self, telling: str, ending: str) -> None:
        """One race, and the ring as it was before it."""
        told = self.ring.told
        consent = await self.record("permission", "area", "employment", "kela")

        async def after(pause: float, doing: Any) -> httpx.Response:
            await asyncio.sleep(pause)
            answer: httpx.Response = await doing
            return answer

        start = self.ring.starts.setdefault((telling, ending), Start())
        early, late = (random.uniform(0, self.ring.jitter) for _ in range(2))
        left, no = await asyncio.gather(
            after(early + max(0, -start.wait), self.tell(telling)),
            after(late + max(0, start.wait), self.end(ending, consent)),
        )
        start.follow(left.is_success, self.ring.jitter / 2)
        for name, answer in ((telling, left), (ending, no)):
            told.answers[f"{name}: {said(answer)}"] += 1
        if no.is_success and (left.is_success or said(left).split()[-1] in REFUSED):
            told.orders[telling, ending, "told first" if left.is_success else "ended first"] += 1
        else:
            told.broken["other answers"] = told.broken.get("other answers", 0) + 1
        ended = {"withdraw": [], "replace": [no], "prohibit": [no]}[ending]
        mine = [str(answer.json()["id"]) for answer in ended if answer.is_success]
        for one in [*mine, *([consent] if ending == "prohibit" else [])]:
            self.ring.stage.expect(200, await self.ring.send(f"/v1/consents/{one}/withdraw", {}))


def said(answer: httpx.Response) -> str:
    """The status, and of a refusal its code."""
    return str(answer.status_code) if answer.is_success else f"{answer.status_code} {answer.json().get('code')}"


async def lane(ring: Ring) -> Lane:
    """Somebody new, referred on a permission that covers the receiving alone, and taken on."""
    organisations, stage = ring.town.organisations, ring.stage
    person = {"identityCode": test_identity_code(), "givenName": "A", "familyName": "B", "municipality": "111"}
    narrow = {
        "recipientIds": [str(organisations["area"])], "dataClasses": ["referral_reason"],
        "purposes": ["work_ability_assessment"], "howGiven": "oral", "informationGivenAt": "2026-01-02T08:00:00Z",
    }  # fmt: skip
    given = {"client": person, "reason": "A race.", "permission": narrow, "allowDuplicate": True}
    sent = await stage.post("employment", "/v1/referrals", given, status=201)
    seen = await stage.get("nurse", f"/v1/referrals/{sent['id']}")
    path = await stage.post("nurse", f"/v1/referrals/{sent['id']}/accept", {}, version=seen["version"])
    return Lane(ring, path["clientId"], path["id"], sent["id"])


async def hold(ring: Ring, races: int, lanes: int, console: Console) -> Told:
    """So many races in so many lanes at a time; then the database is asked what is true."""
    told = ring.told = Told(races)
    for statement in MARKS:
        await ring.values(statement)
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    before = (await ring.values(deadlocks))[0][0]
    tracks = [await lane(ring) for _ in range(lanes)]
    kinds = [(TELLS[n % len(TELLS)], ENDS[n // len(TELLS) % len(ENDS)]) for n in range(races)]
    begun = time.perf_counter()
    with Progress(console=console) as bar:
        task = bar.add_task(f"{races} races in {lanes} lanes", total=races)

        async def run(track: Lane) -> None:
            while kinds:
                await track.race(*kinds.pop())
                bar.advance(task)

        await asyncio.gather(*map(run, tracks))
    told.seconds = time.perf_counter() - begun
    for promise, statement in PROMISES.items():
        if found := int((await ring.values(statement))[0][0]):
            told.broken[promise] = found
    rows = (await ring.values("SELECT count(*) FROM disclosures d JOIN race_marks m ON m.id = d.id"))[0][0]
    if (lost := told.came("told first") + lanes - rows) != 0:
        told.broken["answers without a row in the disclosure log, or rows without an answer"] = abs(lost)
    told.deadlocks = (await ring.values(deadlocks))[0][0] - before
    for first in ("told first", "ended first"):
        if told.came(first) == 0:
            told.broken[f"races in which it was {first}: none"] = 1
    return told


@asynccontextmanager
async def served(pool: int) -> AsyncIterator[Ring]:
    """A throwaway town, served on a loopback port."""
    with embedded.throwaway() as database, tempfile.TemporaryDirectory() as keys:
        await migrate(database.dsn())
        settings = Settings(mode="demo", pool_size=pool, gate_seconds=60, **UNLIMITED)
        api = create_app(settings, dsn=database.dsn(), data_dir=Path(keys))
        town = await build_town(api)
        bound = socket.create_server(("127.0.0.1", 0))
        http_server = uvicorn_server(api, settings)
        serving = asyncio.create_task(http_server.serve(sockets=[bound]))
        root = create_async_engine(database.dsn())
        try:
            address = f"http://127.0.0.1:{bound.getsockname()[1]}"
            # Each request on a connection of its own: an idle one may be closed just as it is used again.
            limits = httpx.Limits(max_keepalive_connections=0)
            async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as http:
                stage = Stage(http, lambda _: None)
                for persona in PERSONAS:
                    await stage.sign_in(persona)
                yield Ring(stage, town, root)
        finally:
            http_server.should_exit = True
            await serving
            await root.dispose()
            await api.state.engine.dispose()


async def run(races: int, lanes: int, console: Console) -> Told:
    async with served(pool=min(50, 2 * lanes)) as ring:
        return await hold(ring, races, lanes, console)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.dev runs races", description=__doc__)
    parser.add_argument("--races", type=int, default=1000, help="how many (default 1000)")
    parser.add_argument("--lanes", type=int, default=12, help="clients at a time (default 12)")
    given = parser.parse_args(argv)
    console = Console()
    told = asyncio.run(run(given.races, given.lanes, console))
    show(told, console)
    return 1 if told.broken else 0
