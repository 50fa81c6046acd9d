"""Row security alone, Python's checks out of the way: a populated town, every kind of caller against every table of
clients' data by SQL as the app role, pooled connections between people, and what it costs. `python -m app.dev runs
rows` prints the figures; exit code 1 when a foreign row was seen, changed, added or deleted, or anybody was remembered.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app import embedded
from app.config import UNLIMITED, Settings
from app.dev.roads import ROADS
from app.dev.runs.rows_asked import examine, prepare
from app.dev.runs.rows_pool import Pooled, Speed, as_rows, pooled, speed
from app.dev.runs.rows_sides import KNOWN, Counted
from app.dev.runs.rows_town import Lived
from app.dev.story import tell, tell_roads
from app.dev.town import build_town
from app.kit.clock import civil_date
from app.kit.db import create_engine
from app.main import create_app
from app.migrate import migrate


@dataclass
class Told:
    """What the run found. `rows` is how much stands in the tables of clients' data."""

    seconds: float = 0
    clients: int = 0
    rows: int = 0
    empty: list[str] = field(default_factory=list)
    sides: dict[str, Counted] = field(default_factory=dict)
    pool: Pooled = field(default_factory=Pooled)
    speed: list[Speed] = field(default_factory=list)

    @property
    def attempts(self) -> int:
        return sum(one.attempts for one in self.sides.values())

    @property
    def broken(self) -> list[str]:
        """What must not have happened, an empty run among it."""
        found = [line for one in self.sides.values() for line in one.seen]
        found += [f"a connection still knew: {line}" for line in self.pool.left]
        if self.attempts < 100 * len(self.sides) // 2 or not self.pool.probes:
            found.append(f"only {self.attempts} attempts and {self.pool.probes} probes")
        found += [f"nothing stands in {table}: it shows nothing anyway" for table in self.empty]
        blind = [name for name, one in self.sides.items() if one.missed]
        return found + [f"{name} did not see {self.sides[name].missed} rows of their own" for name in blind]


async def counted(root: AsyncEngine, told: Told) -> None:
    async with root.connect() as connection:
        for table in sorted(KNOWN):
            rows = (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()
            told.rows += rows
            told.empty += [] if rows else [table]
        told.clients = (await connection.execute(text("SELECT count(*) FROM clients"))).scalar_one()


async def run(stories: int, requests: int, rounds: int, console: Console) -> Told:
    """A throwaway town with its stories told; then everybody asks for everything."""
    told, began = Told(), time.perf_counter()
    settings = Settings(mode="demo", pool_size=2, **UNLIMITED)
    with embedded.throwaway() as server, tempfile.TemporaryDirectory() as keys:
        await migrate(server.dsn())
        engine = create_engine(settings, server.dsn())
        api = create_app(settings, engine=engine, data_dir=Path(keys))
        town = await build_town(api)
        root = create_async_engine(server.dsn())
        transport = httpx.ASGITransport(app=api)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=120) as http:
            with console.status("telling every road of the town"):
                for _ in range(stories):
                    await tell(http, lambda _: None)
                    await tell_roads(http, list(ROADS), lambda _: None)
                await Lived(http, root).live(town, datetime.now(UTC))
        at = datetime.now(UTC)
        await prepare(root, at, civil_date(at) - timedelta(days=1))
        await counted(root, told)
        with console.status("everybody asks for everything"):
            told.sides = await examine(root, engine, at)
        async with root.connect() as connection:
            # A client of the nurse's who has a referral, and that referral.
            newest = text(
                "SELECT r.client_id, r.id FROM referrals r JOIN work_items w ON w.subject_id = r.id JOIN involvements i"
                " ON i.client_id = r.client_id AND i.team_id = r.team_id AND i.ended_at IS NULL"
                " ORDER BY r.id DESC LIMIT 1"
            )
            client, referral = (await connection.execute(newest)).one()
        people = ("nurse", "coordinator", "employment", "client", "kela", "hollola_nurse", "dpo")
        tokens = {one: api.state.development.token(one, api.state.clock()) for one in people}
        with console.status("alternating people over a pool of two"):
            told.pool = await pooled(api, engine, tokens, str(client), str(referral), requests)
        told.speed = await speed(engine, root, at, referral, rounds)
        await root.dispose()
        await engine.dispose()
    told.seconds = time.perf_counter() - began
    return told


def show(told: Told, console: Console) -> None:
    console.print(f"{told.rows} rows of {told.clients} clients in {len(KNOWN)} tables")
    table = Table("caller", "statements tried", "foreign rows there", "foreign rows reached", "own rows seen")
    for name, one in told.sides.items():
        table.add_row(name, str(one.attempts), str(one.rows), str(len(one.seen)), str(one.own))
    reached = sum(len(one.seen) for one in told.sides.values())
    there = sum(one.rows for one in told.sides.values())
    table.add_row("together", str(told.attempts), str(there), str(reached), "", style="bold")
    console.print(table)
    answers = ", ".join(f"{number} {what}" for what, number in sorted(told.pool.answers.items()))
    console.print(
        f"{told.pool.requests} requests of alternating people over 2 connections ({answers}); {told.pool.probes} looks "
        f"between them: {len(told.pool.left)} times somebody was remembered"
    )
    costs = Table("one statement", "rows", "with: p50", "a second", "without: p50", "a second", title="row security")
    for row in as_rows(told.speed):
        costs.add_row(*row)
    console.print(costs)
    for line in told.broken:
        console.print(f"[red]{line}", highlight=False)
    console.print(f"{told.seconds:.0f} s: {'BROKEN' if told.broken else 'no foreign row was reached'}")


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.dev runs rows", description=__doc__)
    parser.add_argument("--stories", type=int, default=2, help="how often every road is told (default 2)")
    parser.add_argument("--requests", type=int, default=500, help="requests over the pool of two (default 500)")
    parser.add_argument("--rounds", type=int, default=300, help="of each query in the comparison (default 300)")
    given = parser.parse_args(argv)
    console = Console()
    told = asyncio.run(run(given.stories, given.requests, given.rounds, console))
    show(told, console)
    return 1 if told.broken else 0
