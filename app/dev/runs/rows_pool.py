"""Pooled connections that remember nobody, and what row security costs: the same queries with it and without."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.clients.queries import visible_clients
from app.kit.db import RowContext
from app.people.actor import enter
from app.referrals.queries import visible_referrals
from app.security.development import DEVELOPMENT_ISSUER
from app.views.chosen import Chosen
from app.views.queries import worklist

LEFT = text(
    "SELECT n || ' = ' || current_setting('app.' || n, true) FROM unnest(CAST(:names AS text[])) n"
    " WHERE COALESCE(current_setting('app.' || n, true), '') <> ''"
)
NAMES = [*(name.removeprefix("app.") for name in RowContext().settings()), "form", "form_client", "form_link"]
SEEN = text(
    "SELECT (SELECT count(*) FROM clients) + (SELECT count(*) FROM referrals) + (SELECT count(*) FROM work_items)"
    " + (SELECT count(*) FROM consents) + (SELECT count(*) FROM use_log) + (SELECT count(*) FROM meetings)"
)


@dataclass
class Pooled:
    """`left` is what a connection still knew of somebody; `probes` how often one was asked between requests."""

    requests: int = 0
    probes: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    left: list[str] = field(default_factory=list)


async def probe(engine: AsyncEngine, told: Pooled) -> None:
    """Whatever connection the pool gives next: nothing set, nothing seen."""
    async with engine.connect() as connection:
        said = [str(one) for one in (await connection.execute(LEFT, {"names": NAMES})).scalars()]
        rows = (await connection.execute(SEEN)).scalar_one()
    told.probes += 1
    told.left += [*said, *([f"{rows} rows"] if rows else [])]


def asked(client: str, referral: str) -> list[tuple[str, str, str, Any]]:
    """Persona, method, path, body: answers, refusals, writes that fail and writes that do not."""
    return [
        ("nurse", "GET", "/v1/worklist", None),
        ("nurse", "GET", f"/v1/clients/{client}", None),
        ("coordinator", "GET", "/v1/worklist?list=team", None),
        ("employment", "GET", "/v1/referrals", None),
        ("client", "GET", "/v1/referrals", None),
        ("kela", "GET", "/v1/meetings", None),
        ("hollola_nurse", "GET", f"/v1/clients/{client}", None),
        ("kela", "GET", "/v1/clients", None),
        ("dpo", "GET", f"/v1/clients/{client}/use-log", None),
        ("nurse", "PATCH", f"/v1/clients/{client}", {"phone": "+358 50 1"}),
        ("nurse", "POST", f"/v1/referrals/{referral}/reject", {"reason": "nonsense"}),
        ("employment", "POST", "/v1/referrals", {"client": {}}),
        ("nurse", "GET", f"/v1/pathways/{referral}", None),
        ("nurse", "PATCH", f"/v1/clients/{client}", {"phone": "+358 50 1", "unknown": True}),
    ]


async def pooled(
    api: FastAPI, engine: AsyncEngine, tokens: dict[str, str], client: str, referral: str, requests: int
) -> Pooled:
    """Requests of alternating people over the pool of `engine`, every third one cancelled or timed out on its way."""
    told, dice, work = Pooled(), random.Random(5), asked(client, referral)
    transport = httpx.ASGITransport(app=api, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:

        async def one(number: int) -> None:
            persona, method, path, body = work[number % len(work)]
            headers = {"Authorization": f"Bearer {tokens[persona]}", "If-Match": "*"}
            sent = asyncio.ensure_future(http.request(method, path, json=body, headers=headers))
            told.requests += 1
            try:
                if number % 6 == 2:
                    await asyncio.sleep(dice.random() * 0.02)
                    sent.cancel()
                answer = await (asyncio.wait_for(sent, dice.random() * 0.02) if number % 6 == 5 else sent)
                told.answers[f"{answer.status_code // 100}xx"] += 1
            except asyncio.CancelledError:
                told.answers["cancelled"] += 1
            except TimeoutError:
                told.answers["timed out"] += 1

        for first in range(0, requests, 4):
            await asyncio.gather(*(one(number) for number in range(first, min(first + 4, requests))))
            await probe(engine, told)
    return told


@dataclass(frozen=True)
class Speed:
    """Milliseconds of the middle one, and how many a second one connection does."""

    name: str
    rows: int
    with_ms: float
    without_ms: float


async def speed(below: AsyncEngine, above: AsyncEngine, at: datetime, referral: Any, rounds: int) -> list[Speed]:
    """The same statements as the app role and as a role that no policy holds, by turns in one run."""
    found = []
    for name in ("worklist of the team", "one referral", "list of clients"):
        times: dict[str, list[float]] = {"with": [], "without": []}
        rows: dict[str, int] = {}
        async with AsyncSession(below) as held, AsyncSession(above) as free:
            sides = {"with": held, "without": free}
            statements = {}
            for side, session in sides.items():
                actor = await enter(session, DEVELOPMENT_ISSUER, "nurse", at)
                statements[side] = {
                    "worklist of the team": worklist(actor, Chosen("team"), 30)[0].limit(51),
                    "one referral": visible_referrals(actor).where(text("referrals.id = :id")).params(id=referral),
                    "list of clients": visible_clients(actor).limit(51),
                }[name]
            for number in range(rounds + 5):
                for side, session in sides.items():
                    began = time.perf_counter()
                    got = (await session.execute(statements[side])).all()
                    if number >= 5:  # the first ones are planned
                        times[side].append((time.perf_counter() - began) * 1000)
                    rows[side] = len(got)
        assert rows["with"] == rows["without"], f"{name}: {rows}"
        found.append(Speed(name, rows["with"], median(times["with"]), median(times["without"])))
    return found


def per_second(milliseconds: float) -> str:
    return f"{1000 / milliseconds:,.0f}" if milliseconds else "-"


def as_rows(found: Sequence[Speed]) -> list[tuple[str, ...]]:
    return [
        (
            one.name, str(one.rows), f"{one.with_ms:.2f} ms", per_second(one.with_ms), f"{one.without_ms:.2f} ms",
            per_second(one.without_ms),
        )
        for one in found
    ]  # fmt: skip
