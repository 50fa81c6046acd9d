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
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app import embedded
from app.config import Settings
from app.dev.stage import Stage, test_identity_code
from app.dev.town import Town, build_town
from app.main import create_app
from app.migrate import migrate
from app.serving.web import server as uvicorn_server

TELLS = ("feedback", "invitation", "contact", "onward")
ENDS = ("withdraw", "prohibit", "replace")
CLASSES = ["participation", "referral_reason", "work_ability_conclusion"]
PURPOSES = ["work_ability_assessment", "referral_feedback", "network_meeting", "service_coordination"]
PERSONAS = ("nurse", "employment", "kela", "workshop")
# What a race may be answered: told or refused for want of permission; the end always happens.
REFUSED = {"consent_missing", "feedback_prohibited"}

# A deferred trigger fires as the transaction commits: the order of these instants is the order of commits wherever
# the two could not both hold the locks.
MARKS = [
    """CREATE TABLE race_marks (kind text, id uuid, at timestamptz)""",
    """CREATE FUNCTION race_mark() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
       BEGIN
         INSERT INTO race_marks VALUES (TG_ARGV[0], NEW.id, clock_timestamp());
         RETURN NULL;
       END $$""",
    """CREATE CONSTRAINT TRIGGER race_told AFTER INSERT ON disclosures DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW EXECUTE FUNCTION race_mark('told')""",
    """CREATE CONSTRAINT TRIGGER race_ended AFTER UPDATE ON consents DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW WHEN (NEW.state IN ('withdrawn', 'replaced') AND OLD.state = 'recorded')
       EXECUTE FUNCTION race_mark('ended')""",
    """CREATE CONSTRAINT TRIGGER race_forbidden AFTER INSERT ON consents DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW WHEN (NEW.kind = 'prohibition') EXECUTE FUNCTION race_mark('forbidden')""",
]
# Each must be 0.
PROMISES: dict[str, str] = {
    "told on a permission whose end was committed before": """
        SELECT count(*) FROM disclosures d JOIN race_marks told ON told.id = d.id
          JOIN race_marks ended ON ended.id = d.consent_id AND ended.kind = 'ended' WHERE told.at > ended.at""",
    "told against a prohibition that was committed before": """
        SELECT count(*) FROM disclosures d JOIN race_marks told ON told.id = d.id
          JOIN consents p ON p.client_id = d.client_id AND p.kind = 'prohibition'
           AND d.recipient_organisation_id = ANY (p.recipient_ids)
          JOIN race_marks said ON said.id = p.id AND said.kind = 'forbidden'
          LEFT JOIN race_marks lifted ON lifted.id = p.id AND lifted.kind = 'ended'
         WHERE told.at > said.at AND (lifted.at IS NULL OR told.at < lifted.at)""",
    "logged at an instant at which the permission had ended": """
        SELECT count(*) FROM disclosures d JOIN consents c ON c.id = d.consent_id
         WHERE d.at >= LEAST(c.withdrawn_at, c.replaced_at, c.valid_until)""",
    "told without the version of the permission that it rests on": """
        SELECT count(*) FROM disclosures d WHERE basis = 'consent' AND NOT EXISTS (
          SELECT FROM consents c WHERE c.id = d.consent_id AND d.consent_version <= c.version)""",
}


@dataclass
class Told:
    """What the run found. `orders` counts, for each kind of telling and of ending, which of the two came first."""

    races: int
    seconds: float = 0
    orders: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    deadlocks: int = 0
    broken: dict[str, int] = field(default_factory=dict)

    def came(self, first: str) -> int:
        return sum(n for (_, _, order), n in self.orders.items() if order == first)


@dataclass
class Start:
    """How long the end waits before it starts, so that both orders come about on any machine: it follows what came
    first, in longer steps while it is the same side again and again."""

    wait: float = 0
    step: float = 0
    last: bool | None = None

    def follow(self, told_first: bool, least: float) -> None:
        self.step = min(self.step * 2, 0.4) if told_first is self.last else least
        self.wait = self.wait - self.step if told_first else self.wait + self.step
        self.last = told_first


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
        headers = self.stage.headers("nurse") | {"If-Match": "*"}
        return await self.stage.http.post(path, json=body, headers=headers)


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
            soon = (datetime.now(UTC) + timedelta(days=9)).isoformat()
            meeting = {"startsAt": soon, "minutes": 30, "place": "H", "participantIds": [me["kela"]["personId"]]}
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
        settings = Settings(mode="demo", pool_size=pool, gate_seconds=60)
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


def show(told: Told, console: Console) -> None:
    table = Table("what", "figure", title="disclosures against withdrawals, prohibitions and new terms")
    table.add_row("races", f"{told.races} in {told.seconds:.1f} s ({told.races / told.seconds:.0f}/s)")
    for telling in TELLS:
        for ending in ENDS:
            firsts = [told.orders[telling, ending, order] for order in ("told first", "ended first")]
            table.add_row(f"{telling} against {ending}", "told first {}, ended first {}".format(*firsts))
    table.add_row("all", f"told first {told.came('told first')}, ended first {told.came('ended first')}")
    table.add_row("answers", ", ".join(f"{key}: {n}" for key, n in sorted(told.answers.items())))
    table.add_row("deadlocks the database broke, each answered", str(told.deadlocks))
    for promise in (*PROMISES, "other answers"):
        table.add_row(promise, str(told.broken.get(promise, 0)))
    console.print(table)
    for promise, n in told.broken.items():
        console.print(f"[red]BROKEN[/red] {promise}: {n}")


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
