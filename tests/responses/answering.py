"""A path of Aino's, and answers to instruments on it."""

from __future__ import annotations

import httpx

from tests import factories as f
from tests.conftest import As
from tests.factories import Json, act, ok
from tests.world import World

FREE = {"mode": "interview", "answeredOn": "2026-11-20"}


def items(instrument: str, *values: int) -> list[Json]:
    """Answers of an instrument whose items are numbered, in order."""
    name = {"phq9": "phq9_{}", "whodas12": "S{}", "audit_c": "audit_{}"}[instrument]
    return [{"item": name.format(number), "value": value} for number, value in enumerate(values, start=1)]


PHQ9 = items("phq9", 1, 1, 1, 1, 1, 1, 1, 1, 0)
DANGER = items("phq9", 0, 0, 0, 0, 0, 0, 0, 0, 1)


async def path_of(who: As, world: World) -> Json:
    sent = await f.a_referral(who, world, client=f.person(identityCode=f.AINO))
    return (await f.accepted(who, world, sent))[1]


async def record(who: As, path: Json, by: str, instrument: str, **given: object) -> httpx.Response:
    return await act(who(by), f"/v1/pathways/{path['id']}/responses", {**FREE, "instrument": instrument, **given})


async def asked(who: As, path: Json, instrument: str = "phq9", by: str = "nurse", **given: object) -> Json:
    body = {"instrument": instrument, "language": "en", **given}
    return ok(await act(who(by), f"/v1/pathways/{path['id']}/response-requests", body))


async def linked(who: As, response: Json, **given: object) -> Json:
    return ok(await act(who("nurse"), f"/v1/responses/{response['id']}/links", dict(given), response))


def held(link: Json, version: int | None = None) -> dict[str, str]:
    return {"Form-Token": link["token"], "If-Match": f'"{version or link["version"]}"'}
