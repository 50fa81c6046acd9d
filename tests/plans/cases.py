"""A path of Aino's, who can sign in, and what is put on it."""

from __future__ import annotations

from typing import Any

from tests import factories as f
from tests.conftest import As
from tests.factories import Json, act, ok
from tests.world import World


async def a_path(who: As, world: World, **over: Any) -> Json:
    """Aino's path; the sender named two barriers."""
    sent = {"client": f.person(identityCode=f.AINO), "barriers": ["barrier_health", "barrier_skills"], **over}
    return (await f.accepted(who, world, **sent))[1]


async def put(who: As, path: Json, where: str, by: str = "nurse", /, **body: Any) -> Json:
    return ok(await act(who(by), f"/v1/pathways/{path['id']}/{where}", body))


async def a_follow_up(who: As, path: Json, by: str = "nurse", **over: Any) -> Json:
    return await put(who, path, "follow-ups", by, **follow_up(**over))


def follow_up(**over: Any) -> Json:
    return {"party": "kela", "what": "Asks how it goes.", "dueOn": "2026-12-01", "agreedWithClient": True, **over}
