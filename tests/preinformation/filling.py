"""A form asked on a path, and filled: what the tests of this room start from."""

from __future__ import annotations

from typing import Any

import httpx

from tests.conftest import As
from tests.factories import Json, accepted, act, get, ok
from tests.world import World

REQUIRED: list[Json] = [
    {"linkId": "health_now", "code": "poor"},
    {"linkId": "work_ability_score", "number": 4},
    {"linkId": "information_read", "yes": True},
]


async def asked(who: As, world: World, by: str = "nurse", **over: Any) -> Json:
    """A form asked on a new path, as who asked it reads it."""
    _, path = await accepted(who, world, **over)
    return ok(await act(who(by), f"/v1/pathways/{path['id']}/preinformation"))


def here(form: Json) -> str:
    return f"/v1/preinformation/{form['id']}"


async def again(who: As, form: Json, by: str = "nurse") -> Json:
    return await get(who(by), here(form))


async def linked(who: As, form: Json, by: str = "nurse", **given: Any) -> Json:
    """A new link of the form: its token is in the answer."""
    return ok(await act(who(by), f"{here(form)}/links", given, await again(who, form, by)))


def holding(made: Json, version: int | None = None) -> dict[str, str]:
    """The headers of who holds the link and knows a version of the form."""
    return {"Form-Token": made["token"], "If-Match": f'"{version or made["version"]}"'}


async def fill(http: httpx.AsyncClient, made: Json, answers: list[Json], version: int | None = None) -> httpx.Response:
    return await http.patch("/v1/filling", json={"answers": answers}, headers=holding(made, version))


async def send(
    http: httpx.AsyncClient, made: Json, answers: list[Json] | None = None, version: int | None = None
) -> httpx.Response:
    body = {"answers": REQUIRED if answers is None else answers}
    return await http.post("/v1/filling/submit", json=body, headers=holding(made, version))


async def save(http: httpx.AsyncClient, form: Json, answers: list[Json], **over: Any) -> httpx.Response:
    """Signed in; by phone for a professional."""
    headers = {"If-Match": f'"{form["version"]}"'}
    return await http.patch(here(form), json={"answers": answers, **over}, headers=headers)


async def submitted(who: As, world: World, answers: list[Json] | None = None, **over: Any) -> Json:
    """A form that the nurse filled by phone and sent."""
    form = await asked(who, world, **over)
    body = {"answers": [*REQUIRED, *(answers or ())]}
    return ok(await act(who("nurse"), f"{here(form)}/submit", body, form))
