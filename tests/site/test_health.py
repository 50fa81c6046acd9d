"""Live is about the process, ready about the database and its schema."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.config import Settings
from app.kit.db import create_engine
from app.main import create_app
from app.migrate import head
from app.site import health


async def test_live_needs_no_database(anyone: httpx.AsyncClient) -> None:
    answer = await anyone.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "live"})


async def test_a_database_that_is_away_is_unavailable_and_its_address_is_not_told(anyone: httpx.AsyncClient) -> None:
    answer = await anyone.get("/health/ready")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "5"
    assert "nobody" not in answer.text
    assert "127.0.0.1" not in answer.text


@pytest.fixture
async def ready(api: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=api), base_url="http://127.0.0.1")


async def test_a_migrated_database_is_ready(ready: httpx.AsyncClient) -> None:
    answer = await ready.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "degraded", "revision": head(), "jobs": "absent"})


@pytest.mark.parametrize(("age", "jobs", "status"), [(5, "running", "ready"), (61, "late", "degraded")])
async def test_without_the_job_process_it_is_degraded_and_answers(
    ready: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, age: float, jobs: str, status: str
) -> None:
    async def heartbeat(_: object) -> float:
        return age

    monkeypatch.setattr("app.site.queries.heartbeat", heartbeat)
    answer = await ready.get("/health/ready")
    assert (answer.status_code, answer.json()["jobs"], answer.json()["status"]) == (200, jobs, status)


async def test_another_schema_is_not_ready_and_the_command_is_named(
    ready: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "head", lambda: "9999_later")
    answer = await ready.get("/health/ready", headers={"Accept-Language": "fi"})
    told = answer.json()
    assert (answer.status_code, told["code"]) == (503, "not_ready")
    assert (told["found"], told["expected"]) == (head(), "9999_later")
    assert told["command"] == "python -m app migrate"
    assert "python -m app migrate" in told["detail"]
    assert answer.headers["content-language"] == "fi"


async def readiness_of(settings: Settings, engine: AsyncEngine) -> tuple[int, str, str | None]:
    api = create_app(settings, engine=engine)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=api), base_url="http://127.0.0.1") as client:
        answer = await client.get("/health/ready")
    await engine.dispose()
    return answer.status_code, answer.json()["code"], answer.json().get("found")


async def test_an_empty_database_is_not_ready(settings: Settings, dsn: str) -> None:
    before, _, after = dsn.partition("/heinola")
    empty = create_engine(settings, f"{before}/postgres{after}")
    assert await readiness_of(settings, empty) == (503, "not_ready", "-")


async def test_a_server_without_our_role_is_not_ready(settings: Settings, dsn: str) -> None:
    strange = create_async_engine(dsn, connect_args={"server_settings": {"role": "no_such_role"}})
    assert await readiness_of(settings, strange) == (503, "not_ready", "-")
