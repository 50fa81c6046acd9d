"""The development town: whole, the same when built again, and everybody in it can sign in."""

from __future__ import annotations

import asyncio

import pytest
from fastapi import FastAPI

from app.clients.identity import parse
from app.dev.personas import CLIENTS, HEINOLA, ORGANISATIONS, TOWN, Resident
from app.dev.town import PERSONAS, build_town
from tests.conftest import NOON, As
from tests.world import World


async def test_built_again_it_is_the_same_town(api: FastAPI, world: World) -> None:
    api.state.clock.at = NOON
    for town in await asyncio.gather(build_town(api), build_town(api)):
        assert World(town.organisations, town.persons, town.seats, town.team, town.clients) == world


def test_it_is_whole(world: World) -> None:
    assert world.organisations.keys() == {"area", *ORGANISATIONS}
    assert world.persons.keys() == TOWN.keys()
    assert world.seats.keys() == HEINOLA.keys()
    assert world.clients.keys() == CLIENTS.keys()


@pytest.mark.parametrize("persona", PERSONAS)
async def test_everybody_signs_in(who: As, persona: str) -> None:
    answer = await who(persona).get("/v1/clients" if persona == "client" else "/v1/directory")
    assert answer.status_code == 200


@pytest.mark.parametrize("resident", CLIENTS.values(), ids=CLIENTS)
def test_the_identity_codes_are_artificial(resident: Resident) -> None:
    code = parse(resident.identity_code, mode="demo", use="official", born_by=NOON.date())
    assert code.value[7:10] >= "900"


@pytest.mark.parametrize(
    ("persona", "seen"),
    [
        ("nurse", {"Aino", "Veikko", "Sirpa"}),
        ("nurse_deputy", {"Aino", "Veikko", "Sirpa"}),
        ("social", {"Aino", "Veikko", "Sirpa"}),
        ("hollola_nurse", set()),
        ("client", {"Aino"}),
    ],
)
async def test_who_sees_whom(who: As, persona: str, seen: set[str]) -> None:
    items = (await who(persona).get("/v1/clients")).json()["items"]
    assert {client["givenName"] for client in items} == seen
