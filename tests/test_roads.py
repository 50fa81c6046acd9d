"""Every side road, told over HTTP."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from app.dev.roads import ROADS
from app.dev.story import main, tell_roads


@pytest.mark.parametrize("name", ROADS)
async def test_a_side_road(app: FastAPI, name: str) -> None:
    said: list[str] = []
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        await tell_roads(http, [name], said.append)
    assert len(said) >= 2


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
