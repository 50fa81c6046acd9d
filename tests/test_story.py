"""The main job, from a referral to the referrer's feedback."""

from __future__ import annotations

import httpx
from fastapi import FastAPI

from app.dev.roads.scene import ROADS, listed
from app.dev.story import tell


async def test_the_main_job(app: FastAPI) -> None:
    said: list[str] = []
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        await tell(http, said.append)
    assert len(said) >= 12


def test_the_list_of_side_roads_keeps_names_and_words_apart() -> None:
    lines = listed(ROADS.values()).splitlines()
    assert len(lines) == len(ROADS)
    for line, road in zip(lines, ROADS.values(), strict=True):
        assert line.split("  ")[1] == road.name
        assert line.endswith(f"  {road.about}")
