"""Mandates to start from."""

from __future__ import annotations

from typing import Any

from tests.conftest import As
from tests.factories import Json, act, ok
from tests.world import World


def of(world: World, client: str = "aino") -> str:
    return f"/v1/clients/{world.clients[client]}/representatives"


def mandate(**over: Any) -> Json:
    return {
        "name": "Raija Esimerkki",
        "relation": "close_person",
        "mandate": "written_authorisation",
        "scopes": ["receive_information", "give_consent"],
        "evidence": "Signed on paper, seen.",
        **over,
    }


async def recorded(who: As, world: World, by: str = "nurse", client: str = "aino", **over: Any) -> Json:
    return ok(await act(who(by), of(world, client), mandate(**over)))
