"""The drill: a told database is backed up, restored into another, and is the same; what does not fit is refused."""

from __future__ import annotations

import json
import secrets
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from app.embedded import Server, drop_database
from app.jobs import queries as jobs
from app.kit.crypto import Vault
from app.kit.db import create_engine
from app.main import create_app
from app.serving import manifest, pgtools
from app.serving.backup import backup
from app.serving.faults import Fault
from app.serving.restore import restore
from app.serving.work import engine_for
from tests.contract.conftest import Place

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
INTO = "restored"

pytestmark = pytest.mark.drill


def quiet(_: str) -> None:
    pass


def address(place: Place) -> str:
    return place.root.url.render_as_string(hide_password=False)


async def sealed(place: Place, dsn: str, most: int) -> int:
    engine = engine_for(place.api.state.settings, dsn)
    try:
        async with AsyncSession(engine) as session, session.begin():
            return await jobs.seal(session, most)
    finally:
        await engine.dispose()


@pytest.fixture
async def file(place: Place, tmp_path: Path, server: Server) -> AsyncIterator[Path]:
    """A backup of a database in which some events have positions and some have not."""
    assert await sealed(place, address(place), 20) == 20
    # As if of another cluster, whose transactions have far greater numbers than those of the one it is restored into.
    await place.sql("UPDATE outbox_events SET xid = xid + 1000000000000")
    made = tmp_path / "heinola.dump"
    await backup(address(place), made, place.api.state.vault, AT, quiet)
    yield made
    drop_database(server, INTO)


async def test_what_was_backed_up_comes_back_whole(place: Place, file: Path, server: Server) -> None:
    known = manifest.read(file)
    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE(manifest.beside(file).stat().st_mode) == 0o600
    assert known.counts["clients"] >= 2
    assert known.counts["use_log"] > 50
    assert known.feed.position == known.feed.sealed == 20 < known.feed.events
    assert "Testi" not in manifest.beside(file).read_text()
    # Later changes are not in it.
    await place.sql("UPDATE clients SET given_name = 'Later'")
    before = await place.sql("SELECT id, position FROM outbox_events WHERE position IS NOT NULL ORDER BY position")
    order = await place.sql("SELECT id FROM outbox_events WHERE position IS NULL ORDER BY xid, seq")

    restored = await restore(address(place), file, place.api.state.vault, quiet, into=INTO)
    assert restored == known
    root = create_async_engine(server.dsn(INTO))
    try:
        async with root.connect() as connection:

            async def rows(statement: str) -> list[Any]:
                return list(await connection.execute(text(statement)))

            assert await rows("SELECT count(*) FROM clients WHERE given_name = 'Later'") == [(0,)]
            found = "SELECT id, position FROM outbox_events WHERE position IS NOT NULL ORDER BY position"
            assert await rows(found) == before
            assert await rows("SELECT DISTINCT xid FROM outbox_events WHERE position IS NULL") == [(0,)]
            await connection.rollback()
            left = known.feed.events - 20
            assert await sealed(place, server.dsn(INTO), 10_000) == left, "also what another cluster's xid is on"
            after = "SELECT id, position FROM outbox_events WHERE position > 20 ORDER BY position"
            assert await rows(after) == [(row[0], 21 + number) for number, row in enumerate(order)]
    finally:
        await root.dispose()
    await works(place, server)


async def works(place: Place, server: Server) -> None:
    """The API on the restored database: rows by care relationship, identity codes by their index, new rows."""
    engine = create_engine(place.api.state.settings, server.dsn(INTO))
    api = create_app(place.api.state.settings, engine=engine)
    api.state.vault, api.state.development = place.api.state.vault, place.api.state.development
    api.state.issuers, api.state.verifier = place.api.state.issuers, place.api.state.verifier
    try:
        async with engine.connect() as connection:
            assert (await connection.execute(text("SELECT count(*) FROM clients"))).scalar_one() == 0, "row security"
        transport = httpx.ASGITransport(app=api)
        token = api.state.development.token("nurse", api.state.clock())
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as nurse:
            seen = await nurse.get("/v1/referrals", params={"limit": 200})
            assert seen.status_code == 200
            assert len(seen.json()["items"]) >= 2
    finally:
        await engine.dispose()


async def test_a_restore_is_only_into_an_empty_database(place: Place, file: Path) -> None:
    count = await place.value("SELECT count(*) FROM clients")
    with pytest.raises(Fault, match=r"^the database is not empty, and is left as it is"):
        await restore(address(place), file, place.api.state.vault, quiet)
    assert await place.value("SELECT count(*) FROM clients") == count
    with pytest.raises(Fault, match="is not a database name"):
        await restore(address(place), file, place.api.state.vault, quiet, into='x"; DROP DATABASE heinola; --')


@pytest.mark.parametrize("spoil", ["flip", "cut", "manifest gone", "manifest text", "newer", "format"])
async def test_a_tampered_backup_is_refused_before_anything_is_made(place: Place, file: Path, spoil: str) -> None:
    beside = manifest.beside(file)
    content = bytearray(file.read_bytes())
    told: dict[str, Any] = json.loads(beside.read_text())
    words = "is not what was backed up: its SHA-256 is another"
    if spoil == "flip":
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    elif spoil == "cut":
        file.write_bytes(content[:-100])
    elif spoil == "manifest gone":
        beside.unlink()
        words = "a backup is two files, keep them together"
    elif spoil == "manifest text":
        beside.write_text("{")
        words = "is damaged"
    elif spoil == "newer":
        beside.write_text(json.dumps(told | {"revision": "9999_future"}))
        words = "which this program does not know"
    else:
        beside.write_text(json.dumps(told | {"format": 99}))
        words = "is of format 99"
    with pytest.raises(Fault, match=words):
        await restore(address(place), file, place.api.state.vault, quiet, into=INTO)
    assert await place.value("SELECT count(*) FROM pg_database WHERE datname = :name", name=INTO) == 0


async def test_a_manifest_that_lies_is_found_out(place: Place, file: Path, server: Server) -> None:
    beside = manifest.beside(file)
    told: dict[str, Any] = json.loads(beside.read_text())
    for change, words in (
        ({"counts": told["counts"] | {"clients": 1}}, "rows are missing or too many after the restore, in: clients"),
        ({"feed": told["feed"] | {"position": 19}}, "positions of the feed are not as they were"),
        ({"guards": "0" * 64}, "row security, rights or triggers are not as they were"),
    ):
        beside.write_text(json.dumps(told | change))
        with pytest.raises(Fault, match=words):
            await restore(address(place), file, place.api.state.vault, quiet, into=INTO)
        drop_database(server, INTO)


async def test_other_keys_are_refused(place: Place, file: Path) -> None:
    used = manifest.read(file).keys
    other = Vault({"demo-1": secrets.token_bytes(32)}, secrets.token_bytes(32))
    with pytest.raises(Fault, match=r"^the index key is not the one of this backup"):
        await restore(address(place), file, other, quiet, into=INTO)
    index = secrets.token_bytes(32)
    first, second = (Vault({"demo-1": secrets.token_bytes(32)}, index) for _ in range(2))
    with pytest.raises(Fault, match=r"^the identity keys are not those of this backup"):
        manifest.check_keys(second, manifest.mark(first, used.identity))
    with pytest.raises(Fault, match="sealed with keys that are not here: lost-1"):
        manifest.check_keys(first, manifest.mark(first, ["demo-1", "lost-1"]))
    assert await place.value("SELECT count(*) FROM pg_database WHERE datname = :name", name=INTO) == 0


async def test_a_backup_overwrites_nothing_and_leaves_no_half(place: Place, file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(Fault, match="is there already and is left as it is"):
        await backup(address(place), file, place.api.state.vault, AT, quiet)
    assert file.read_bytes() == before
    with pytest.raises(Fault, match="there is no folder"):
        await backup(address(place), file.parent / "absent" / "x", place.api.state.vault, AT, quiet)
    wrong = Vault({"demo-1": secrets.token_bytes(32)}, secrets.token_bytes(32))
    with pytest.raises(Fault, match=r"does not open with the present keys|sealed with keys that are not here"):
        await backup(address(place), file.parent / "other", wrong, AT, quiet)
    assert sorted(path.name for path in file.parent.iterdir()) == [file.name, manifest.beside(file).name]


async def test_a_login_under_row_security_does_not_back_up(place: Place, tmp_path: Path) -> None:
    await place.sql("DROP ROLE IF EXISTS plain")
    await place.sql("CREATE ROLE plain LOGIN")
    plain = place.root.url.set(username="plain").render_as_string(hide_password=False)
    try:
        with pytest.raises(Fault, match=r"HEINOLA_BACKUP_URL is not a member.*GRANT pg_read_all_data TO"):
            await backup(plain, tmp_path / "x", place.api.state.vault, AT, quiet)
        await place.sql("GRANT SELECT ON alembic_version TO plain")
        with pytest.raises(Fault, match="this login is under row security, so rows would be missing"):
            await backup(plain, tmp_path / "x", place.api.state.vault, AT, quiet)
    finally:
        await place.sql("REVOKE ALL ON alembic_version FROM plain")
        await place.sql("DROP ROLE plain")


def test_an_error_of_pg_restore_is_told_without_values() -> None:
    said = 'pg_restore: error: COPY failed for table "clients": ERROR:  duplicate key, Key (given_name)=(Aino) exists'
    assert "Aino" not in pgtools.safe(said)
    assert "Aino" not in pgtools.safe('pg_restore: error: COPY clients, line 3: "Aino"')


def test_a_password_is_in_no_command_line() -> None:
    said = pgtools.environment("postgresql+asyncpg://me:hush@db.example.fi:5433/heinola?ssl=require")
    assert (said["PGHOST"], said["PGPORT"], said["PGUSER"], said["PGDATABASE"]) == (
        "db.example.fi", "5433", "me", "heinola",
    )  # fmt: skip
    assert (said["PGPASSWORD"], said["PGSSLMODE"]) == ("hush", "require")
