"""In demo mode only the names of this machine are answered; in production the proxy decides."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from app.kit.loopback import HERE


async def live(api: FastAPI, host: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=api)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return await client.get("/health/live", headers={"Host": host})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8000", "LOCALHOST", "127.0.0.2", "[::1]:8000", "[::1]"])
async def test_this_machine_is_answered(api: FastAPI, host: str) -> None:
    assert (await live(api, host)).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "", "127.0.0.1@evil.example", "::1"]
)
async def test_another_name_is_not(api: FastAPI, host: str) -> None:
    answer = await live(api, host)
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_host")
    assert "evil" not in answer.text


def test_the_whole_name_counts() -> None:
    assert HERE.fullmatch(b"127.0.0.1\n") is None
