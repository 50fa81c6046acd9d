"""Many referrals at once while rules, limits and presence change: one owner each, never over a limit, every decision
explained by rules that were in force. `python -m app.dev runs routing` prints the figures; exit code 1 when a promise
is broken.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app import embedded
from app.config import unlimited
from app.dev.stage import Stage, test_identity_code
from app.dev.town import Town, build_town
from app.main import create_app
from app.migrate import migrate

DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
NURSES = "unemployed_health_nurse"
PERSONAS = ("employment", "lead", "admin")

# Each must be 0. Loads are the proof that no decision was made on an old count: the n-th assignment of a seat, none
# of which ends meanwhile, has seen n - 1 others.
PROMISES: dict[str, str] = {
    "referrals without exactly one piece of work": """
        SELECT count(*) FROM referrals r WHERE r.id = ANY (:ids)
           AND (SELECT count(*) FROM work_items w WHERE w.subject_id = r.id) <> 1""",
    "work without exactly one owner or queue": """
        SELECT count(*) FROM work_items WHERE subject_id = ANY (:ids) AND (holder_id IS NULL) = (queue IS NULL)""",
    "work in a queue of nobody without an alarm": """
        SELECT count(*) FROM work_items
         WHERE subject_id = ANY (:ids) AND queue LIKE 'team_unassigned%' AND NOT alarm""",
    "holders over their limit": """
        SELECT count(*) FROM (
          SELECT w.seat_id, w.holder_id, count(*) AS n FROM work_items w
           WHERE w.closed_at IS NULL AND w.holder_id IS NOT NULL AND w.seat_id IS NOT NULL GROUP BY 1, 2) held
          JOIN seats s ON s.id = held.seat_id
          JOIN holders h ON h.seat_id = held.seat_id AND h.person_id = held.holder_id
         WHERE n > COALESCE(h.max_open, s.max_open, n)""",
    "work without a decision, or not as decided": """
        SELECT count(*) FROM work_items w WHERE w.subject_id = ANY (:ids) AND NOT EXISTS (
          SELECT FROM routing_decisions d WHERE d.subject_id = w.subject_id
             AND d.holder_id IS NOT DISTINCT FROM w.holder_id AND d.queue IS NOT DISTINCT FROM w.queue)""",
    "decisions without an explanation in three languages": """
        SELECT count(*) FROM routing_decisions WHERE subject_id = ANY (:ids)
           AND (explanation->>'fi' IS NULL OR explanation->>'sv' IS NULL OR explanation->>'en' IS NULL)""",
    "decisions by rules that were not in force that day": """
        SELECT count(*) FROM routing_decisions d WHERE d.subject_id = ANY (:ids) AND d.rule_set_version <> (
          SELECT COALESCE(max(s.number), 1) FROM rule_sets s
           WHERE s.code = d.rule_set AND s.area_id = d.area_id AND s.valid_from IS NOT NULL
             AND (d.decided_at AT TIME ZONE 'Europe/Helsinki')::date
                 BETWEEN s.valid_from AND COALESCE(s.valid_to, 'infinity'))""",
    "assignments made on an old count": """
        SELECT count(*) FROM (
          SELECT (SELECT sum(value::int) FROM jsonb_each_text(d.loads)) AS seen,
                 row_number() OVER (PARTITION BY d.seat_id
                   ORDER BY (SELECT sum(value::int) FROM jsonb_each_text(d.loads))) - 1 AS before
            FROM routing_decisions d WHERE d.subject_id = ANY (:ids) AND d.outcome = 'assigned') counted
         WHERE seen <> before""",
}


@dataclass
class Clock:
    """The day goes on while the work does."""

    at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Told:
    """What the run found. `broken` holds the promises that were not kept, with how often."""

    referrals: int
    seconds: float
    outcomes: Counter[str] = field(default_factory=Counter)
    versions: Counter[int] = field(default_factory=Counter)
    holders: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    broken: dict[str, int] = field(default_factory=dict)


@dataclass
class Scene:
    """An API on a database of its own, its town, and the clock of both."""

    stage: Stage
    town: Town
    root: AsyncEngine
    clock: Clock

    async def act(self, persona: str, method: str, path: str, body: dict[str, Any] | None, expected: int) -> Any:
        headers = self.stage.headers(persona) | {"If-Match": "*"}
        answer = await self.stage.http.request(method, path, json=body, headers=headers)
        return self.stage.expect(expected, answer)


@asynccontextmanager
async def scene() -> AsyncIterator[Scene]:
    """A throwaway town."""
    clock = Clock()
    with embedded.throwaway() as server, tempfile.TemporaryDirectory() as keys:
        await migrate(server.dsn())
        api = create_app(unlimited(), dsn=server.dsn(), data_dir=Path(keys), now=clock)
        town = await build_town(api)
        root = create_async_engine(server.dsn())
        transport = httpx.ASGITransport(app=api)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=120) as http:
            stage = Stage(http, lambda _: None)
            for persona in PERSONAS:
                await stage.sign_in(persona)
            yield Scene(stage, town, root, clock)
        await root.dispose()
        await api.state.engine.dispose()


def referral(town: Town) -> dict[str, Any]:
    person = {"identityCode": test_identity_code(), "givenName": "A", "familyName": "B", "municipality": "111"}
    permission = {
        "recipientIds": [str(town.organisations["area"])], "dataClasses": ["referral_reason"],
        "purposes": ["work_ability_assessment"], "howGiven": "oral",
    }  # fmt: skip
    return {"client": person, "reason": "A run.", "permission": permission, "allowDuplicate": True}


async def new_rules(at: Scene, number: int) -> None:
    """Drafted by one, signed off by another, in force from tomorrow; and tomorrow comes."""
    drafted = await at.act(
        "lead", "POST", "/v1/routing-rule-sets", {"code": "heinola", "from": {"code": "heinola", "number": number}}, 201
    )
    path = f"/v1/routing-rule-sets/{drafted['id']}"
    await at.act("admin", "POST", f"{path}/sign-off", {}, 200)
    tomorrow = (at.clock.at + DAY).date().isoformat()
    await at.act("admin", "POST", f"{path}/put-in-force", {"validFrom": tomorrow}, 200)
    at.clock.at += DAY
    for persona in PERSONAS:  # a token ends before the day does
        await at.stage.sign_in(persona)


async def limit(at: Scene, most: int) -> None:
    await at.act("lead", "PATCH", f"/v1/seats/{at.town.seats[NURSES]}", {"maxOpen": min(most, 1000)}, 200)


async def changes(at: Scene, number: int, share: int) -> None:
    """New rules, room for two thirds of what comes until the next change, and every other time a nurse who is away."""
    await new_rules(at, number)
    await limit(at, share * 2 // 3 * (number + 1))
    today = at.clock.at.date().isoformat()
    away = {"personId": str(at.town.persons["nurse"]), "firstOn": today, "lastOn": today}
    if number % 2:
        await at.act("lead", "POST", "/v1/absences", away, 201)


async def send(at: Scene) -> httpx.Response:
    """One referral, sent again when the day ended between signing in and arriving: the token is of yesterday."""
    given = referral(at.town)
    answer = await at.stage.http.post("/v1/referrals", json=given, headers=at.stage.headers("employment"))
    while answer.status_code == 401:
        await asyncio.sleep(0.05)
        answer = await at.stage.http.post("/v1/referrals", json=given, headers=at.stage.headers("employment"))
    return answer


def said(answer: httpx.Response) -> str:
    return "201" if answer.status_code == 201 else f"{answer.status_code} {answer.json().get('code')}"


async def run(referrals: int, workers: int, rounds: int, console: Console) -> Told:
    """Send them, so many at a time, with `rounds` changes spread over them; then ask the database what is true."""
    async with scene() as at:
        ids: list[UUID] = []
        told, share = Told(referrals, 0), referrals // (rounds + 1)
        await limit(at, share * 2 // 3)
        queue = list(range(referrals))
        begun = time.perf_counter()
        with Progress(console=console) as bar:
            task = bar.add_task(f"{referrals} referrals, {workers} at a time", total=referrals)

            due, changed = [asyncio.Event() for _ in range(rounds)], asyncio.Event()

            async def work() -> None:
                while queue:
                    if len(queue) <= share:  # the last ones are for the newest rules
                        await changed.wait()
                        if not queue:
                            return
                    queue.pop()
                    answer = await send(at)
                    told.answers[said(answer)] += 1
                    if answer.status_code == 201:
                        ids.append(UUID(answer.json()["id"]))
                    bar.advance(task)
                    for event in due[: sum(told.answers.values()) * (rounds + 1) // referrals]:
                        event.set()

            async def change() -> None:
                for number, event in enumerate(due, start=1):
                    await event.wait()
                    await changes(at, number, share)
                changed.set()

            await asyncio.gather(change(), *(work() for _ in range(workers)))
        told.seconds = time.perf_counter() - begun
        async with at.root.connect() as connection:
            for promise, statement in PROMISES.items():
                if found := int((await connection.execute(text(statement), {"ids": ids})).scalar_one()):
                    told.broken[promise] = found
            rows = await connection.execute(
                text(
                    "SELECT d.outcome, d.rule_set_version, p.name FROM routing_decisions d"
                    " LEFT JOIN persons p ON p.id = d.holder_id WHERE d.subject_id = ANY (:ids)"
                ),
                {"ids": ids},
            )
            for outcome, version, name in rows:
                told.outcomes[outcome] += 1
                told.versions[version] += 1
                told.holders[name or "-"] += 1
        if set(told.answers) != {"201"}:
            told.broken["answers other than 201"] = sum(n for code, n in told.answers.items() if code != "201")
        return told


def show(told: Told, console: Console) -> None:
    table = Table("what", "figure", title="referrals routed while rules, limits and presence change")
    table.add_row("referrals", f"{told.referrals} in {told.seconds:.1f} s ({told.referrals / told.seconds:.0f}/s)")
    for name, counted in (
        ("answers", told.answers), ("outcomes", told.outcomes), ("rule versions", told.versions),
        ("holders", told.holders),
    ):  # fmt: skip
        table.add_row(name, ", ".join(f"{key}: {n}" for key, n in sorted(counted.items(), key=str)))
    for promise in PROMISES:
        table.add_row(promise, str(told.broken.get(promise, 0)))
    console.print(table)
    for promise, n in told.broken.items():
        console.print(f"[red]BROKEN[/red] {promise}: {n}")


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.dev runs routing", description=__doc__)
    parser.add_argument("--referrals", type=int, default=2000, help="how many (default 2000)")
    parser.add_argument("--workers", type=int, default=32, help="requests at a time (default 32)")
    parser.add_argument("--changes", type=int, default=8, help="how often the rules change meanwhile (default 8)")
    given = parser.parse_args(argv)
    console = Console()
    told = asyncio.run(run(given.referrals, given.workers, given.changes, console))
    show(told, console)
    return 1 if told.broken else 0
