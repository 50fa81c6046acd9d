"""Consultations of one path, asked and answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import Json, act, get, ok
from tests.world import World

AGREED = {"agreed": True, "on": "2026-11-20", "how": "phone"}


async def a_path(who: As, world: World, *recipients: str) -> Json:
    """A path of the Heinola team, whose client stated a permission for these."""
    permission = f.permission(world, "area", "employment", *recipients)
    return (await f.accepted(who, world, client=f.person(identityCode=f.AINO), permission=permission))[1]


async def permit(who: As, world: World, path: Json, *recipients: str, **over: Any) -> Json:
    classes = over.pop("dataClasses", ["participation", "service_path"])
    terms = f.consent(world, *recipients, dataClasses=classes, purposes=["service_coordination"], **over)
    return ok(await act(who("nurse"), f"/v1/clients/{path['clientId']}/consents", terms))


def question(seat: UUID | str, **over: Any) -> Json:
    return {
        "seatId": str(seat), "theme": "next_step", "question": "Is a work trial too early?",
        "dataClasses": ["service_path"], "agreedWithClient": AGREED, **over,
    }  # fmt: skip


async def asked(who: As, path: Json, given: Json, by: str = "coordinator") -> httpx.Response:
    return await act(who(by), f"/v1/pathways/{path['id']}/consultations", given)


async def does(who: As, row: Json, verb: str, body: Json | None = None, by: str = "coordinator") -> httpx.Response:
    return await act(who(by), f"/v1/consultations/{row['id']}/{verb}", body or {}, row)


async def sees(who: As, row: Json, by: str) -> httpx.Response:
    return await who(by).get(f"/v1/consultations/{row['id']}")


async def seen(who: As, row: Json, by: str) -> Json:
    return await get(who(by), f"/v1/consultations/{row['id']}")


async def seat_of(connection: AsyncConnection, world: World, persona: str) -> UUID:
    """The seat that somebody of the town sits on."""
    rows = text("SELECT seat_id FROM holders WHERE person_id = :p ORDER BY valid_from LIMIT 1")
    found: UUID = (await connection.execute(rows, {"p": world.persons[persona]})).scalar_one()
    return found


async def work_of(who: As, row: Json, by: str) -> list[Json]:
    """The work about it on somebody's list."""
    items = (await get(who(by), "/v1/worklist", list="mine"))["items"]
    return [one for one in items if one["subjectId"] == row["id"]]
