"""A small Heinola for tests: the same town that `python -m app.dev seed` builds, without its cases."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from fastapi import FastAPI

from app.dev.town import build_town


@dataclass(frozen=True)
class World:
    """Ids by the short names of `app.dev.town`."""

    organisations: dict[str, UUID]
    persons: dict[str, UUID]
    seats: dict[str, UUID]
    team: UUID
    clients: dict[str, UUID]


async def build(api: FastAPI) -> World:
    town = await build_town(api)
    return World(town.organisations, town.persons, town.seats, town.team, town.clients)
