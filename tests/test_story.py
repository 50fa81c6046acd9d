"""The main job, from a referral to the referrer's feedback."""

from __future__ import annotations

import httpx
from fastapi import FastAPI

from app.dev.story import tell


async def test_the_main_job(app: FastAPI) -> None:
    said: list[str] = []
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        await tell(http, said.append)
    assert len(said) >= 12
