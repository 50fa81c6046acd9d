"""Who was asked about the client, and plans that are kept elsewhere: in the words of the matrix's life."""

from __future__ import annotations

from tests.conftest import As
from tests.factories import act, ok
from tests.world import World

Words = dict[str, dict[str, str]]


async def consulted(who: As, world: World, here: str, words: Words) -> None:
    """The physician was asked by the coordinator, and answered in plain words."""
    word = words["consultations"]
    seat = str(world.seats["physician_msk_somatic"])
    agreed = {"agreed": True, "on": "2026-11-20", "how": "phone"}
    question = {"seatId": seat, "theme": "next_step", "question": word["asked"], "agreedWithClient": agreed}
    row = ok(await act(who("coordinator"), f"{here}/consultations", question))
    ok(await act(who("physician_msk"), f"/v1/consultations/{row['id']}/answer", {"answer": word["answered"]}, row))


async def planned_elsewhere(who: As, world: World, here: str, words: Words) -> None:
    permits = {"permitted": True, "on": "2026-11-20", "how": "phone"}
    days = {"madeOn": "2026-11-20", "validFrom": "2026-11-20", "clientPermits": permits}
    for by, kind, row in (("nurse", "multi_sector_plan", ""), ("social", "client_plan", "_social")):
        named = {"planType": kind, "externalId": words[f"plan_references{row}"][""]}
        organiser = {"organiserId": str(world.organisations["area"])}
        ok(await act(who(by), f"{here}/plan-references", named | organiser | days))
