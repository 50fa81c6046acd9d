"""Every side road, told over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from app.dev.roads import ROADS, Scene
from app.dev.stage import Stage
from app.dev.story import main, tell_roads
from tests.conftest import As, Clock

# Roads that take people's time: told twice, as one who tries them does.
TIMES = ["receptions", "reception", "rebooking"]


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1") as made:
        yield made


@pytest.mark.parametrize("name", [name for name in ROADS if name not in TIMES])
async def test_a_side_road(http: httpx.AsyncClient, name: str) -> None:
    said: list[str] = []
    await tell_roads(http, [name], said.append)
    assert len(said) >= 2


async def test_roads_that_take_time_are_told_again_on_the_same_day(http: httpx.AsyncClient) -> None:
    said: list[str] = []
    await tell_roads(http, TIMES * 2, said.append)
    assert len([line for line in said if line.startswith("Another client did not come")]) == 2


async def test_a_road_told_after_midnight_in_finland_is_of_the_new_day(http: httpx.AsyncClient, clock: Clock) -> None:
    said: list[str] = []
    clock.at = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
    await tell_roads(http, ["care_team"], said.append)
    assert len(said) >= 2


async def test_a_full_nurse_is_given_room_for_a_telling(who: As, http: httpx.AsyncClient) -> None:
    said: list[str] = []
    seat = (await who("lead").get("/v1/directory", params={"municipality": "111"})).json()["teams"][0]["seats"][0]
    assert seat["role"] == "unemployed_health_nurse"
    here = f"/v1/seats/{seat['id']}"
    version = (await who("lead").get(here)).headers["ETag"]
    assert (await who("lead").patch(here, json={"maxOpen": 0}, headers={"If-Match": version})).is_success
    for _ in range(2):
        await Scene(Stage(http, said.append)).room()
    assert said == ["-- the nurse had 0 places left: the lead lets her hold 50"]


def test_the_command_asks_for_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere"]) == 1
    assert "nowhere is not an address: write http://host:port" in capsys.readouterr().err


def test_the_command_says_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert all(name in shown for name in ROADS)
    with pytest.raises(SystemExit):
        main(["--road", "nowhere"])
