"""What a told life has beside its path: times agreed, a colleague asked, a plan kept elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests import factories as f
from tests.appointments.booking import verb, visit
from tests.conftest import As
from tests.consultations.cases import question
from tests.consultations.test_pair_work import pair
from tests.factories import Json, get
from tests.plan_references.test_router import plan
from tests.world import World

Done = Callable[..., Awaitable[Json]]


async def times_agreed(who: As, world: World, path: Json, done: Done) -> list[Json]:
    """Three short visits within the hour: the last is called off at once."""
    terms = [visit(world, minutes=15, outsideHours=True, startsAt=f.at(minutes=minutes)) for minutes in (15, 30, 45)]
    rows = [await done(f"/v1/pathways/{path['id']}/appointments", body) for body in terms]
    await done(verb(rows[2], "cancel"), {"reason": "client_asked"})
    return rows


async def times_over(rows: list[Json], done: Done) -> None:
    """To the first the client came, to the second not."""
    await done(verb(rows[0], "fulfil"))
    await done(verb(rows[1], "no-show"))


async def others_asked(who: As, world: World, path: Json, done: Done) -> None:
    """A physician of the team answers a question; pair work about the client; a plan that is kept elsewhere."""
    coordinator, physician = who("coordinator"), who("physician_msk")
    here = f"/v1/pathways/{path['id']}"
    seat = (await get(physician, "/v1/me"))["seats"][0]["seatId"]
    asked = await done(f"{here}/consultations", question(seat), coordinator)
    await done(f"/v1/consultations/{asked['id']}/answer", {"answer": "Half days."}, physician)
    await done(f"/v1/consultations/{asked['id']}/close", {}, coordinator)
    call = pair(world, kind="joint_call", pathwayId=path["id"], doneOn="2026-11-23")
    await done(f"/v1/teams/{world.team}/pair-work", call, coordinator)
    await done(f"{here}/plan-references", plan(world), coordinator)
