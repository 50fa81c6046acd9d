"""The parts of serving that need no process of their own."""

from __future__ import annotations

import io
import json
import logging
import stat
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.config import Settings
from app.migrate import head
from app.serving import database, faults, home, schema, shown
from app.serving.faults import BadSettings, Fault
from app.serving.logs import JsonLines
from app.serving.web import Door


async def test_a_closed_door_says_that_we_live_and_asks_to_wait(api: FastAPI) -> None:
    door = Door()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=door), base_url="http://127.0.0.1") as http:
        live = await http.get("/health/live")
        assert (live.status_code, live.json()) == (200, {"status": "live"})
        for path in ("/health/ready", "/v1/me", "/docs"):
            wait = await http.get(path)
            assert (wait.status_code, wait.json()["code"], wait.headers["Retry-After"]) == (503, "unavailable", "1")
            assert wait.headers["X-Request-Id"] == wait.json()["instance"]
        assert (await http.post("/health/live")).status_code == 503
        door.opens_to(api)
        assert (await http.get("/v1/me")).status_code == 401


def test_logs_are_json_and_never_hold_the_words_of_an_exception() -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    logs = [logging.Logger("heinola.access"), logging.Logger("asyncio")]
    for log in logs:
        log.addHandler(handler)
    logs[0].info(json.dumps({"request": "one", "status": 200}))
    try:
        raise ValueError("Aino 010100A905M")
    except ValueError:
        logs[1].exception("it failed: %s", "Aino")
    logs[1].error("never retrieved\nfuture: exception=ValueError('Aino')")
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert (lines[0]["log"], lines[0]["request"], lines[0]["level"]) == ("heinola.access", "one", "info")
    assert lines[1]["failure"] == "builtins.ValueError"
    assert lines[2]["message"] == "never retrieved"
    assert "Aino" not in written.getvalue()


@pytest.mark.parametrize(("major", "refused"), [(14, True), (15, False), (18, False)])
def test_a_postgresql_older_than_15_is_refused(major: int, refused: bool) -> None:
    seen = database.Seen(major, None)
    if refused:
        with pytest.raises(database.TooOld, match="15 or newer is needed"):
            database.check_version(seen)
    else:
        database.check_version(seen)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("postgresql://me:hush@host/x", "DATABASE_URL begins with postgresql: write postgresql[+]asyncpg"),
        ("mysql://me:hush@host/x", "DATABASE_URL begins with mysql"),
        ("hush", "DATABASE_URL is not an address"),
    ],
)
def test_an_address_we_cannot_use_is_not_repeated(given: str, words: str) -> None:
    with pytest.raises(Fault, match=words) as raised:
        database.address(SecretStr(given), "DATABASE_URL")
    assert "hush" not in str(raised.value)


async def test_a_database_newer_than_the_program_is_left_alone(dsn: str) -> None:
    before = await database.look(dsn)
    assert before.revision == head()
    with pytest.raises(Fault, match=r"cannot migrate from .* to 9999_future"):
        await schema.bring(dsn, lambda _: None, to="9999_future")
    assert await database.look(dsn) == before


async def test_a_migrated_database_is_left_as_it_is(dsn: str) -> None:
    said: list[str] = []
    before, after = await schema.bring(dsn, said.append)
    assert before == after
    assert said == []
    assert await schema.advise(dsn) is None


def test_every_setting_is_shown_and_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEINOLA_PORTS", "hush")
    monkeypatch.setenv("HEINOLA_INDEX_KEY_FILE", "hush")
    settings = Settings(
        _env_file=None,
        data_dir=tmp_path,
        database_url="postgresql+asyncpg://me:hush@host/x",
        identity_keys={"one": "hush"},
        index_key="hush",
    )
    text = "\n".join(shown.lines(settings))
    for name, field in Settings.model_fields.items():
        assert faults.env_name(name) in text
        assert field.description
        assert field.description in text
    assert "hush" not in text
    assert "without effect: HEINOLA_PORTS\n" in text
    assert f"* HEINOLA_DATA_DIR = {tmp_path}" in text
    assert "  HEINOLA_PORT = 8000" in text


def test_wrong_settings_are_named_by_their_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEINOLA_PORT", "700000")
    monkeypatch.setenv("HEINOLA_POOL_SIZE", "hush")
    with pytest.raises(BadSettings, match="HEINOLA_PORT") as raised:
        faults.settings()
    assert "HEINOLA_POOL_SIZE" in str(raised.value)
    assert "hush" not in str(raised.value)
    monkeypatch.setenv("HEINOLA_INDEX_KEY_FILE", str(tmp_path / "absent"))
    with pytest.raises(BadSettings, match="a file with a secret cannot be read"):
        faults.settings()


def test_keys_of_others_are_not_used(tmp_path: Path) -> None:
    ours = home.Home(tmp_path / "home")
    ours.prepare()
    assert stat.S_IMODE(ours.keys.stat().st_mode) == 0o700
    ours.prepare()
    ours.keys.chmod(0o755)
    with pytest.raises(Fault, match="chmod 700"):
        ours.prepare()
    ours.keys.rmdir()
    ours.keys.symlink_to(tmp_path)
    with pytest.raises(Fault, match="closed to others"):
        ours.prepare()
