"""How fast, against a floor that has the same duties, in one run: `python -m app.dev bench`.

The floor is asyncpg without framework or ORM: it checks the same token, sets the same row-security context, runs the
same list statement and writes the same use-log lines. Only ratios inside one run mean anything.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from app import embedded
from app.config import unlimited
from app.dev.stage import Stage, test_identity_code
from app.dev.town import build_town
from app.kit.clock import utcnow
from app.kit.ids import new_id
from app.main import create_app
from app.migrate import migrate
from app.people.actor import actor_of
from app.views.chosen import Chosen
from app.views.queries import worklist

Once = Callable[[], Awaitable[None]]
LOG = (
    "INSERT INTO use_log (at, id, login_id, person_name, role, action, resource_type, resource_id, client_id, fields, "
    "purpose, basis, request_id, person_id) "
    "VALUES ($1, $2, $3, 'n', 'r', 'search', 'work_items', $4, $5, '{}', 'p', 'b', '', $6)"
)


async def floor_of(dsn: str, token: str, api: Any) -> tuple[asyncpg.Pool, Once]:
    """The worklist of 50 rows with nothing between the socket and the database but its duties."""
    parts = httpx.URL(dsn.replace("postgresql+asyncpg", "http"))
    pool = await asyncpg.create_pool(
        host=parts.params["host"], port=int(parts.params["port"]), user="postgres", database=parts.path.strip("/"),
        min_size=6, max_size=6, server_settings={"role": "heinola_app", "jit": "off"},
    )  # fmt: skip
    gate = asyncio.Semaphore(6)
    statement: str | None = None
    values: list[Any] = []

    async def once() -> None:
        nonlocal statement, values
        claims = await api.state.verifier.verify(token, utcnow())
        async with gate, pool.acquire() as connection, connection.transaction():
            today = utcnow().date()
            raw = await connection.fetchval("SELECT enter_request($1, $2, $3)", claims.issuer, claims.subject, today)
            actor = actor_of(json.loads(raw), utcnow())
            if statement is None:
                rows, keys = worklist(actor, Chosen("mine"), api.state.settings.recheck_days)
                rows = rows.order_by(keys["opened_at"], keys["id"]).limit(51)
                compiled = rows.compile(dialect=api.state.engine.dialect, compile_kwargs={"render_postcompile": True})
                statement = str(compiled)
                values = [compiled.params[name] for name in compiled.positiontup or []]
            found = await connection.fetch(statement, *values)
            await connection.fetch(
                "SELECT id, given_name, family_name FROM clients WHERE id = ANY($1)",
                [row["client_id"] for row in found],
            )
            at = utcnow()
            await connection.executemany(
                LOG,
                [(at, new_id(), actor.login_id, row["id"], row["client_id"], actor.person_id) for row in found[:50]],
            )
            json.dumps([{k: str(v) for k, v in row.items()} for row in found[:50]])

    return pool, once


async def timed(once: Once, seconds: float, connections: int) -> tuple[float, list[float]]:
    """Requests per second and every latency in milliseconds, with so many at a time."""
    until, taken = time.perf_counter() + seconds, []

    async def worker() -> None:
        while time.perf_counter() < until:
            begun = time.perf_counter()
            await once()
            taken.append((time.perf_counter() - begun) * 1000)

    begun = time.perf_counter()
    await asyncio.gather(*[worker() for _ in range(connections)])
    return len(taken) / (time.perf_counter() - begun), taken


async def run(rows: int, seconds: float, rounds: int, connections: int) -> None:
    console = Console()
    with embedded.throwaway() as server, tempfile.TemporaryDirectory() as keys:
        await migrate(server.dsn())
        api = create_app(unlimited(), dsn=server.dsn(), data_dir=Path(keys))
        town = await build_town(api)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=api), base_url="http://127.0.0.1", timeout=60
        ) as http:
            stage = Stage(http, console.print)
            for persona in ("employment", "nurse", "admin"):
                await stage.sign_in(persona)
            me = stage.me["employment"]
            permission = {
                "recipientIds": [me["areaId"]], "dataClasses": ["referral_reason"],
                "purposes": ["work_ability_assessment"], "howGiven": "oral",
            }  # fmt: skip

            def referral() -> dict[str, Any]:
                client = {
                    "identityCode": test_identity_code(), "givenName": "A", "familyName": "B", "municipality": "111"
                }  # fmt: skip
                return {"client": client, "reason": "Bench.", "permission": permission, "allowDuplicate": True}

            await widen(stage, town.seats["unemployed_health_nurse"])
            with Progress(console=console) as bar:
                task = bar.add_task(f"{rows} referrals", total=rows)
                for _ in range(rows):
                    last = await stage.post("employment", "/v1/referrals", referral())
                    bar.advance(task)
            pool, floor = await floor_of(server.dsn(), stage.tokens["nurse"], api)

            async def listed() -> None:
                await stage.get("nurse", "/v1/worklist", list="mine", limit="50")

            async def detail() -> None:
                await stage.get("nurse", f"/v1/referrals/{last['id']}")

            async def create() -> None:
                await stage.post("employment", "/v1/referrals", referral())

            named = {"floor: worklist of 50": floor, "worklist of 50": listed, "referral": detail, "create": create}
            found: dict[str, list[tuple[float, list[float]]]] = {name: [] for name in named}
            for _ in range(rounds):
                for name, once in named.items():
                    found[name].append(await timed(once, seconds, connections))
            await pool.close()
            await api.state.engine.dispose()
    table = Table("operation", "requests/s", "p50 ms", "p99 ms", title=f"{connections} at a time, {rounds} rounds")
    speed: dict[str, float] = {}
    for name, results in found.items():
        speed[name] = statistics.median(rate for rate, _ in results)
        cuts = statistics.quantiles([one for _, taken in results for one in taken], n=100)
        table.add_row(name, f"{speed[name]:,.0f}", f"{cuts[49]:.1f}", f"{cuts[98]:.1f}")
    console.print(table)
    ratio = speed["worklist of 50"] / speed["floor: worklist of 50"]
    console.print(f"worklist against its floor: {ratio:.0%} ({datetime.now(UTC):%Y-%m-%d})")


async def widen(stage: Stage, seat: UUID) -> None:
    """Let the nurse take everything, so that the list is long."""
    found = await stage.get("admin", f"/v1/seats/{seat}")
    answer = await stage.http.patch(
        f"/v1/seats/{seat}",
        headers=stage.headers("admin") | {"If-Match": f'"{found["version"]}"'},
        json={"maxOpen": None},
    )
    stage.expect(200, answer)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.dev bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=300, help="referrals in the database (default 300)")
    parser.add_argument("--seconds", type=float, default=3, help="per operation and round (default 3)")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds (default 3)")
    parser.add_argument("--connections", type=int, default=16, help="requests at a time (default 16)")
    given = parser.parse_args(argv)
    asyncio.run(run(given.rows, given.seconds, given.rounds, given.connections))
    return 0
