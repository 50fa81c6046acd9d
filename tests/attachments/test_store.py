"""Where the bytes are: the database or a folder, by setting and per row; lost and damaged ones; files nobody has."""

from __future__ import annotations

import json
import logging
import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from fastapi import FastAPI
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.attachments.service import sweep
from app.attachments.store import GRACE, path_of
from app.config import Settings
from app.kit.ids import new_id
from tests.attachments.hands import PDF, attached, on_path
from tests.conftest import NOON, As
from tests.factories import Json, accepted, code, get
from tests.world import World


@pytest.fixture
def folder(app: FastAPI, tmp_path: Path) -> Iterator[Path]:
    """New attachments go to a folder meanwhile."""
    before = app.state.settings
    place = tmp_path / "kept"
    app.state.settings = before.model_copy(update={"attachment_store": "folder", "attachment_folder": place})
    yield place
    app.state.settings = before


@pytest.fixture
async def path(who: As, world: World) -> Json:
    return (await accepted(who, world))[1]


def content_of(row: Json) -> str:
    return f"/v1/attachments/{row['id']}/content"


def files(folder: Path) -> list[Path]:
    return sorted(found for found in folder.rglob("*") if found.is_file())


async def test_a_file_is_sealed_private_and_named_by_the_id(who: As, path: Json, folder: Path) -> None:
    kept = await attached(who("nurse"), on_path(path), register="health", fileName="../../nimi.pdf")
    assert files(folder) == [path_of(folder, UUID(kept["id"]))]
    found = files(folder)[0]
    assert stat.S_IMODE(found.stat().st_mode) == 0o600
    assert stat.S_IMODE(found.parent.stat().st_mode) & 0o077 == 0
    assert b"%PDF" not in found.read_bytes()
    assert (await who("nurse").get(content_of(kept))).content == PDF


async def test_another_setting_later_leaves_both_readable(
    who: As, path: Json, app: FastAPI, folder: Path, connection: AsyncConnection
) -> None:
    nurse = who("nurse")
    in_folder = await attached(nurse, on_path(path), register="health")
    app.state.settings = app.state.settings.model_copy(update={"attachment_store": "database"})
    in_database = await attached(nurse, on_path(path), register="health")
    for row in (in_folder, in_database):
        assert (await nurse.get(content_of(row))).content == PDF
    assert len(files(folder)) == 1
    states = [row["state"] for row in (await get(nurse, f"{on_path(path)}/attachments"))["items"]]
    assert states == ["available", "available"]


@pytest.mark.parametrize("harm", ["gone", "flipped", "cut", "another's", "a link"])
async def test_a_file_that_is_not_what_was_put_is_not_shown(
    who: As, path: Json, folder: Path, caplog: pytest.LogCaptureFixture, harm: str, tmp_path: Path
) -> None:
    nurse = who("nurse")
    kept = await attached(nurse, on_path(path), register="health")
    other = await attached(nurse, on_path(path), register="health")
    place, another = (path_of(folder, UUID(row["id"])) for row in (kept, other))
    sealed = place.read_bytes()
    if harm == "flipped":
        place.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    elif harm == "cut":
        place.write_bytes(sealed[:-5])
    elif harm == "another's":
        place.write_bytes(another.read_bytes())
    else:
        place.unlink()
    if harm == "a link":
        (tmp_path / "elsewhere").write_bytes(sealed)
        place.symlink_to(tmp_path / "elsewhere")
    with caplog.at_level(logging.ERROR, logger="heinola.error"):
        answer = await nurse.get(content_of(kept))
    assert code(answer) == (409, "content_unavailable")
    alarms = [json.loads(line.getMessage()) for line in caplog.records if line.name == "heinola.error"]
    assert [(a["alarm"], a["attachment"]) for a in alarms] == [("attachment_unavailable", kept["id"])]
    assert "lausunto" not in caplog.text
    if harm == "gone":
        assert (await get(nurse, f"/v1/attachments/{kept['id']}"))["state"] == "unavailable"
        listed = (await get(nurse, f"{on_path(path)}/attachments"))["items"]
        assert {row["id"]: row["state"] for row in listed} == {kept["id"]: "unavailable", other["id"]: "available"}


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM attachment_contents WHERE attachment_id = :id",
        "UPDATE attachment_contents SET sealed = set_byte(sealed, 60, (get_byte(sealed, 60) + 1) % 256)"
        " WHERE attachment_id = :id",
    ],
)
async def test_a_row_that_is_not_what_was_put_is_not_shown(
    who: As, path: Json, connection: AsyncConnection, harm: str
) -> None:
    kept = await attached(who("nurse"), on_path(path), register="health")
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(text(harm), {"id": kept["id"]})
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    assert code(await who("nurse").get(content_of(kept))) == (409, "content_unavailable")


async def test_files_that_no_attachment_has_are_swept_up_after_a_day(
    who: As, path: Json, folder: Path, session: AsyncSession, connection: AsyncConnection
) -> None:
    kept = await attached(who("nurse"), on_path(path), register="health")
    mine = path_of(folder, UUID(kept["id"]))
    stray, young = (path_of(folder, new_id()) for _ in range(2))
    draft, foreign = stray.parent / "tmpx.part", stray.parent / "README.txt"
    misplaced = stray.parent / f"{new_id().hex[:-2]}zz.sealed"
    for place in (stray, young, draft, foreign, misplaced):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"x")
    old = (NOON - GRACE - timedelta(minutes=1)).timestamp()
    for place in (mine, stray, draft, foreign, misplaced):
        os.utime(place, (old, old))
    os.utime(young, (NOON.timestamp(), NOON.timestamp()))
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(text("SET LOCAL ROLE heinola_job"))
    assert await sweep(session, folder, NOON) == 2
    assert set(files(folder)) == {mine, young, foreign, misplaced}
    assert await sweep(session, folder, NOON) == 0


async def test_a_file_is_whole_or_not_there(who: As, path: Json, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full, or the machine stops, before the rename: nothing is left, and the same put works later."""
    from tests.attachments.hands import put, said

    nurse = who("nurse")
    told = await said(nurse, on_path(path), register="health")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.attachments.store.os.replace", full)
    assert (await put(nurse, told)).status_code == 500
    assert files(folder) == []
    monkeypatch.undo()
    assert (await put(nurse, told)).json()["state"] == "available"


def test_a_folder_is_named_where_one_is_used() -> None:
    with pytest.raises(ValidationError, match="HEINOLA_ATTACHMENT_FOLDER"):
        Settings(mode="demo", attachment_store="folder", _env_file=None)
    assert Settings(mode="demo", attachment_folder=Path("/x"), _env_file=None).attachment_store == "database"
