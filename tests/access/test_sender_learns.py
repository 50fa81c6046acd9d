"""What a sender can learn: lives that must look alike are lived one by one from the same beginning, and everything the
sender can ask, try or be told afterwards is compared byte by byte. Which lives these are is data (`lives.json`).

Only ids and the ids of requests are aside: they are numbered in the order in which they are met.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.access import probe
from tests.conftest import NOON, As, Clock
from tests.factories import act, get, ok
from tests.world import World

Life = list[list[Any]]
DATA: dict[str, Any] = json.loads(Path(__file__).with_name("lives.json").read_text(encoding="utf-8"))
UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
STATUSES = ("received", "waitlisted", "returned_for_info", "in_progress", "ended", "rejected", "withdrawn", "closed")
READ_ON = 6  # the day on which the sender looks
GENERATED = 4


class Stage:
    """One referral of the employment expert about Aino, and who does what with it."""

    def __init__(self, who: As, world: World, clock: Clock) -> None:
        self.who, self.world, self.clock = who, world, clock

    async def live(self, life: Life) -> None:
        self.clock.at = NOON
        sent = f.referral(self.world, client=f.person(identityCode=f.AINO))
        self.id = ok(await act(self.who("employment"), "/v1/referrals", sent))["id"]
        self.at = f"/v1/referrals/{self.id}"
        for day, persona, verb in life:
            self.clock.at = NOON + timedelta(days=day)
            name, _, value = verb.partition(":")
            await getattr(self, name)(self.who(persona), value)
        self.clock.at = NOON + timedelta(days=READ_ON)

    async def verb(self, http: httpx.AsyncClient, verb: str, **body: Any) -> Any:
        return ok(await act(http, f"{self.at}/{verb}", body, await get(http, self.at)))

    async def on_path(self, http: httpx.AsyncClient, verb: str, **body: Any) -> Any:
        path = f"/v1/pathways/{(await get(self.who('nurse'), self.at))['pathwayId']}"
        return ok(await act(http, f"{path}/{verb}", body, await get(http, path)))

    async def contact(self, http: httpx.AsyncClient, result: str) -> None:
        made = {"direction": "outgoing", "channel": "phone", "result": result}
        ok(await act(http, f"/v1/clients/{self.world.clients['aino']}/contacts", made))

    async def attempt(self, http: httpx.AsyncClient, _: str) -> None:
        await self.contact(http, "no_answer")

    async def no_show(self, http: httpx.AsyncClient, _: str) -> None:
        await self.contact(http, "did_not_come")

    async def reached(self, http: httpx.AsyncClient, _: str) -> None:
        await self.contact(http, "reached")

    async def prioritise(self, http: httpx.AsyncClient, _: str) -> None:
        await self.verb(http, "prioritise", priority="urgent", reason="need_changed")

    async def withdraw(self, http: httpx.AsyncClient, _: str) -> None:
        await self.verb(http, "withdraw", reason="I do not want it.")

    async def redirect(self, http: httpx.AsyncClient, _: str) -> None:
        teams = (await get(http, "/v1/directory"))["teams"]
        other = next(one["id"] for one in teams if one["id"] != str(self.world.team) and one["code"] == "hollola")
        await self.verb(http, "redirect", teamId=other, reason="other_competence")

    async def forbid(self, http: httpx.AsyncClient, _: str) -> None:
        no = f.prohibition(self.world, "employment")
        ok(await act(http, f"/v1/clients/{self.world.clients['aino']}/consents", no))

    async def end_consents(self, http: httpx.AsyncClient, _: str) -> None:
        for one in (await get(http, f"/v1/clients/{self.world.clients['aino']}/consents"))["items"]:
            ok(await act(http, f"/v1/consents/{one['id']}/withdraw", {}, one))

    async def waitlist(self, http: httpx.AsyncClient, _: str) -> None:
        await self.verb(http, "waitlist", reason="no_free_times")

    async def recheck(self, http: httpx.AsyncClient, _: str) -> None:
        await self.verb(http, "recheck", result="still_needed", how="phone")

    async def accept(self, http: httpx.AsyncClient, _: str) -> None:
        await self.verb(http, "accept")

    async def reject(self, http: httpx.AsyncClient, _: str) -> None:
        await self.verb(http, "reject", reason="other", advice="Turn to the employment services.")

    async def problems(self, http: httpx.AsyncClient, _: str) -> None:
        path = {"id": (await get(http, self.at))["pathwayId"]}
        await f.problems(self.who, path, "mental_health")

    async def assess(self, http: httpx.AsyncClient, _: str) -> None:
        path = {"id": (await get(http, self.at))["pathwayId"]}
        await f.an_assessment(self.who, path, "physician_assessment")

    async def outcome(self, http: httpx.AsyncClient, code: str) -> None:
        await self.on_path(http, "record-outcome", code=code)

    async def notice(self, http: httpx.AsyncClient, _: str) -> None:
        await self.verb(http, "feedback", level="closure_notice")

    async def waive(self, http: httpx.AsyncClient, _: str) -> None:
        await self.verb(http, "waive-feedback", reason="client_forbade")

    async def close(self, http: httpx.AsyncClient, reason: str) -> None:
        await self.on_path(http, "close", reason=reason)


setattr(Stage, "return", lambda self, http, _: self.verb(http, "return", reason="unclear_reason"))


async def surface(stage: Stage, app: FastAPI, connection: AsyncConnection, world: World) -> str:
    """Everything the sender can ask, try and be told, one after the other."""
    http, parts = stage.who("employment"), []
    ids = await probe.ids_of(connection, str(world.clients["aino"])) | {"referral_id": [stage.id]}

    async def tried(method: str, path: str, **more: Any) -> None:
        inner = await connection.begin_nested()
        answer = await http.request(method, path, **more)
        await inner.rollback()
        parts.append(f"{method} {path} {more}\n{answer.status_code}\n{probe.told(answer)}")

    for operation in probe.operations(app, "GET"):
        if operation not in DATA["not_asked"]:
            for address in probe.addresses(operation, ids):
                # An id that the sender was never given is foreign: it is enough that each answers alike.
                given_to_sender = stage.id in address or "{" not in operation
                if given_to_sender:
                    await tried("GET", address)
    for status in STATUSES:
        await tried("GET", f"/v1/referrals?status={status}&count=true")
        await tried("GET", "/v1/worklist?list=referred&count=true&sort=-opened&urgency=routine")
    for header in (
        {},
        {"If-Match": '"1"'},
        {"If-Match": '"2"'},
        {"If-Match": '"3"'},
        {"If-Match": '"99"'},
        {"If-Match": "*"},
    ):
        for verb, body in (
            ("cancel", {}), ("submit", None), ("mark-entered-in-error", {"reason": "x"}), ("acknowledge-feedback", {}),
            ("accept", {}), ("withdraw", {}), ("return", {"reason": "unclear_reason"}), ("prioritise", {}),
        ):  # fmt: skip
            await tried("POST", f"{stage.at}/{verb}", json=body, headers=header)
        await tried("PATCH", stage.at, json={"reason": "Anew."}, headers=header)
    await tried("GET", stage.at, headers={"If-None-Match": '"1"'})
    await tried("POST", "/v1/referrals/search", json={"identityCode": f.AINO})
    again = f.referral(world, client=f.person(identityCode=f.AINO), draft=True)
    await tried("POST", "/v1/referrals", json=again)
    await tried("POST", f"{stage.at}/attachments", json=document())
    ahead = ok(await act(http, "/v1/referrals/preflight", again))
    parts.append(json.dumps({name: ahead[name] for name in ("complete", "gaps", "duplicates", "answerBy")}))
    parts.append(await events(connection, world))
    return numbered("\n\n".join(parts))


def document() -> dict[str, Any]:
    return {
        "kind": "plan", "fileName": "a.txt", "title": "A", "mediaType": "text/plain", "sizeBytes": 1,
        "sha256": "0" * 64,
    }  # fmt: skip


async def events(connection: AsyncConnection, world: World) -> str:
    """What is addressed to the sender's organisation, in order, with its time."""
    await connection.execute(text("SET LOCAL ROLE NONE"))
    rows = await connection.execute(
        text(
            "SELECT kind, subject_type, at::text, data::text FROM outbox_events WHERE organisation_id = :o ORDER BY id"
        ),
        {"o": world.organisations["employment"]},
    )
    found = "\n".join(str(tuple(row)) for row in rows)
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    return found


def numbered(said: str) -> str:
    """Ids by the order in which they are met; without the id of each request."""
    said = re.sub(r'x-request-id: .*|"instance":"[^"]*"', "", said)
    met: dict[str, str] = {}
    return UUIDS.sub(lambda found: met.setdefault(found[0], f"<{len(met)}>"), said)


SURFACES: dict[str, list[str]] = {}


async def lived(stage: Stage, life: Life, app: FastAPI, connection: AsyncConnection, world: World) -> list[str]:
    """Lived and looked at in a savepoint: the next life begins where this one began.

    Every life begins in the same town at the same instant, so one that several tests compare with is lived once.
    """
    told = json.dumps(life)
    if told not in SURFACES:
        inner = await connection.begin_nested()
        await stage.live(life)
        SURFACES[told] = (await surface(stage, app, connection, world)).splitlines()
        await inner.rollback()
    return SURFACES[told]


@pytest.mark.parametrize("row", DATA["rows"])
async def test_a_sender_cannot_tell_them_apart(
    who: As, world: World, app: FastAPI, connection: AsyncConnection, clock: Clock, row: str
) -> None:
    stage = Stage(who, world, clock)
    first, *others = DATA["rows"][row]
    wanted = await lived(stage, first, app, connection, world)
    assert len(wanted) > 500
    for life in others:
        found = await lived(stage, life, app, connection, world)
        differing = [(a, b) for a, b in zip(wanted, found, strict=False) if a != b]
        assert (differing[:3], len(found)) == ([], len(wanted)), life


@pytest.mark.parametrize("row", DATA["generated"])
async def test_nor_by_what_happens_meanwhile(
    who: As, world: World, app: FastAPI, connection: AsyncConnection, clock: Clock, row: str
) -> None:
    """Whatever of these happens in which order on which days, and however often; the client may withdraw at the end."""
    stage, dice = Stage(who, world, clock), Random(row)
    base = DATA["rows"][row][0]
    wanted = await lived(stage, base, app, connection, world)
    for number in range(GENERATED):
        days = sorted(dice.randint(2, READ_ON - 1) for _ in range(dice.randint(1, 5)))
        life = [*base, *([day, "nurse", dice.choice(DATA["generated"][row])] for day in days)]
        life += [[READ_ON - 1, "client", "withdraw"]] if number % 2 else []
        assert await lived(stage, life, app, connection, world) == wanted, life


async def test_rows_are_told_apart(
    who: As, world: World, app: FastAPI, connection: AsyncConnection, clock: Clock
) -> None:
    """The comparison sees what there is to be seen: from row to row it differs."""
    stage = Stage(who, world, clock)
    surfaces = {
        row: "\n".join(await lived(stage, lives[0], app, connection, world)) for row, lives in DATA["rows"].items()
    }
    assert len(set(surfaces.values())) == len(surfaces)
