"""Parts in services, and what the client permits for them."""

from __future__ import annotations

from typing import Any

import httpx

from tests import factories as f
from tests.conftest import As
from tests.factories import Json, act, ok
from tests.world import World

PARTIES = ("employment", "workshop", "disability")
TIMELY = {"finding": "timely", "grounds": ["own_wish", "work_is_the_goal"]}


async def permit(who: As, world: World, path: Json, *recipients: str) -> Json:
    """The client permits these to be told that they take part."""
    terms = f.consent(
        world, *recipients or PARTIES, dataClasses=["participation"], purposes=["service_coordination"]
    )  # fmt: skip
    return ok(await act(who("nurse"), f"/v1/clients/{path['clientId']}/consents", terms))


def part(world: World, kind: str = "job_coaching", *parties: str, **over: Any) -> Json:
    """By the organiser, the payer and the provider; all three the area itself unless it says otherwise."""
    organiser, payer, provider = (str(world.organisations[name]) for name in parties or ("area",) * 3)
    return {
        "kind": kind, "organiserId": organiser, "payerId": payer, "providerId": provider, "startsOn": "2026-11-23",
        "endsOn": "2027-02-22", **over,
    }  # fmt: skip


async def planned(who: As, path: Json, given: Json, by: str = "nurse") -> httpx.Response:
    return await act(who(by), f"/v1/pathways/{path['id']}/participations", given)


async def a_part(who: As, path: Json, given: Json) -> Json:
    return ok(await planned(who, path, given))


async def does(who: As, row: Json, verb: str, body: Json | None = None, by: str = "nurse") -> httpx.Response:
    return await act(who(by), f"/v1/participations/{row['id']}/{verb}", body or {}, row)


async def running(who: As, path: Json, given: Json) -> Json:
    """Checked where it must be, and started."""
    row = await a_part(who, path, given)
    if row["timelinessAsked"]:
        row = ok(await does(who, row, "check-timeliness", TIMELY))
    return ok(await does(who, row, "start"))
