from __future__ import annotations

import asyncio
import os
import shutil
import time
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.embedded import (
    EmbeddedError,
    Server,
    account,
    address,
    create_database,
    drop_database,
    processes,
    start,
    throwaway,
)
from app.embedded.address import Address
from app.embedded.cluster import LOG, LOG_BYTES
from tests.embedded.conftest import Spawn, eventually, line

linux = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc")


def ask(server: Server, statement: str, database: str = "heinola") -> str:
    answer = server.client("psql", "-X", "-A", "-t", "-q", "-d", database, "-c", statement)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def test_first_start_makes_a_durable_utf8_cluster_and_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    begun = time.perf_counter()
    server = start(folder, say=said.append)
    cold = time.perf_counter() - begun
    try:
        assert [words.split(" in ")[0] for words in said] == [
            "creating the database cluster",
            f"starting PostgreSQL {server.programs.version}",
            "creating the database heinola",
        ]
        want = {
            "server_encoding": "UTF8",
            "data_checksums": "on",
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            "listen_addresses": "",
            "unix_socket_permissions": "0700",
            "shared_buffers": "128MB",
            "max_connections": "60",
            "jit": "off",
            "TimeZone": "UTC",
        }
        assert {name: ask(server, f"SHOW {name}") for name in want} == want
        owned = "SELECT pg_get_userbyid(datdba), datlocprovider, datlocale FROM pg_database WHERE datname = 'heinola'"
        assert ask(server, owned) == "postgres|b|C.UTF-8"
        ask(server, "CREATE TABLE kept AS SELECT 1 AS one")
    finally:
        server.stop()

    said.clear()
    begun = time.perf_counter()
    server = start(folder, say=said.append)
    warm = time.perf_counter() - begun
    try:
        assert said == [f"starting PostgreSQL {server.programs.version}"]
        assert ask(server, "SELECT one FROM kept") == "1"
    finally:
        server.stop()
    with capsys.disabled():
        print(f"\nembedded PostgreSQL: cold start {cold:.2f} s, warm start {warm:.2f} s")
    assert cold < 10
    assert warm < 3


def test_stop_leaves_no_process_and_no_socket_and_may_be_repeated(lived_in: Path) -> None:
    server = start(lived_in, fast=True)
    assert server.socket_dir is not None
    assert (server.socket_dir / ".s.PGSQL.5432").is_socket()
    assert server.socket_dir.stat().st_mode & 0o777 == 0o700
    server.stop()
    server.stop()
    assert not server.socket_dir.exists()
    assert not processes.of_cluster(lived_in / str(server.programs.major))
    with pytest.raises(ProcessLookupError):
        os.kill(server.pid, 0)


def test_fast_is_for_tests(lived_in: Path) -> None:
    server = start(lived_in, fast=True)
    try:
        names = ("fsync", "synchronous_commit", "full_page_writes")
        assert [ask(server, f"SHOW {name}") for name in names] == ["off"] * 3
    finally:
        server.stop()


@linux
def test_pg_variables_reach_neither_the_server_nor_the_dsn(lived_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "1", "PGHOST": "/nowhere", "PGDATA": "/nowhere", "PGOPTIONS": "-c fsync=on"}.items():
        monkeypatch.setenv(name, value)
    server = start(lived_in, fast=True)
    try:
        seen = Path(f"/proc/{server.pid}/environ").read_bytes().split(b"\0")
        assert not [variable for variable in seen if variable.startswith(b"PG")]

        async def connect() -> str:
            monkeypatch.delenv("PGOPTIONS")
            engine = create_async_engine(server.dsn())
            async with engine.connect() as connection:
                name = (await connection.execute(text("SELECT current_database()"))).scalar_one()
            await engine.dispose()
            return str(name)

        assert asyncio.run(connect()) == "heinola"
    finally:
        server.stop()


def test_a_throwaway_server_leaves_nothing() -> None:
    with throwaway() as server:
        assert ask(server, "SHOW fsync") == "off"
    assert not server.data_dir.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(server.pid, 0)


def test_databases_are_made_cloned_and_dropped(lived_in: Path) -> None:
    server = start(lived_in, fast=True)
    try:
        create_database(server, "template_1")
        ask(server, "CREATE TABLE t AS SELECT 'ä' AS c", "template_1")
        create_database(server, "clone_1", "template_1")
        assert ask(server, "SELECT c, length(c) FROM t", "clone_1") == "ä|1"
        with pytest.raises(EmbeddedError, match="already exists"):
            create_database(server, "clone_1")
        for name in ("clone_1", "template_1", "template_1"):
            drop_database(server, name)
        assert "_1" not in ask(server, "SELECT string_agg(datname, ' ') FROM pg_database")
        with pytest.raises(EmbeddedError, match="not a database name"):
            drop_database(server, "x; DROP DATABASE heinola")
    finally:
        server.stop()


def test_the_database_is_made_again_when_it_is_gone(lived_in: Path) -> None:
    server = start(lived_in, fast=True)
    drop_database(server, "heinola")
    server.stop()
    said: list[str] = []
    start(lived_in, fast=True, say=said.append).stop()
    assert said[-1] == "creating the database heinola"


def test_nothing_a_client_sends_reaches_the_log(lived_in: Path) -> None:
    server = start(lived_in, fast=True)
    try:
        for statement in (
            "SELECT 'Aino-131052-9'::date",
            "DO $$BEGIN RAISE EXCEPTION 'x Aino-131052-9'; END$$",
            "DO $$BEGIN RAISE WARNING 'x Aino-131052-9'; END$$",
            "Aino-131052-9",
        ):
            server.client("psql", "-X", "-d", "heinola", "-c", statement)
        ended = "DO $$BEGIN PERFORM pg_terminate_backend(pg_backend_pid()), 'Aino-131052-9'; END$$"
        assert server.client("psql", "-X", "-d", "heinola", "-c", ended).returncode != 0
    finally:
        server.stop()
    log = (lived_in / LOG).read_text()
    assert "Aino" not in log
    assert "FATAL:  terminating connection" in log


def test_a_long_log_begins_anew(lived_in: Path) -> None:
    start(lived_in, fast=True).stop()
    with (lived_in / LOG).open("ab") as log:
        log.write(b"." * LOG_BYTES)
    start(lived_in, fast=True).stop()
    assert 0 < (lived_in / LOG).stat().st_size < LOG_BYTES


def test_a_long_path_gets_a_short_socket(settled: Path) -> None:
    folder = settled.rename(settled.with_name("long" * 25))
    server = start(folder, fast=True)
    try:
        assert server.socket_dir is not None
        assert not server.socket_dir.is_relative_to(folder)
        assert server.socket_dir.stat().st_mode & 0o777 == 0o700
        assert ask(server, "SELECT 1") == "1"
    finally:
        server.stop()
    assert not server.socket_dir.exists()


@pytest.mark.parametrize(("mode", "ours"), [(0o770, True), (0o707, True), (0o700, False)])
def test_a_socket_folder_others_can_enter_is_refused(lived_in: Path, mode: int, ours: bool) -> None:
    if not ours and not account.is_root():
        pytest.skip("needs two accounts")
    somebodys = lived_in / "socket"
    somebodys.mkdir()
    somebodys.chmod(mode)
    if ours and account.is_root():
        shutil.chown(somebodys, account.unprivileged().uid)
    try:
        with pytest.raises(EmbeddedError, match="not a private folder of ours"):
            start(lived_in, fast=True)
    finally:
        somebodys.rmdir()


def test_loopback_asks_for_the_password(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Windows gets."""

    def choose(folder: Path, runs_as: account.Account | None) -> Address:
        found = address.loopback(folder)
        if runs_as:
            os.chown(folder / "password", runs_as.uid, runs_as.gid)
        return found

    monkeypatch.setattr(address, "choose", choose)
    server = start(folder, fast=True)
    try:
        assert server.socket_dir is None
        assert server.address.password
        assert server.address.password in server.dsn()
        assert server.address.password not in repr(server)
        assert ask(server, "SHOW listen_addresses") == "127.0.0.1"
        wrong = Address(server.address.host, server.address.port, "wrong")
        answer = server.programs.run("psql", "-X", "-d", "heinola", "-c", "SELECT 1", env=wrong.environment())
        assert "password authentication failed" in answer.stderr
    finally:
        server.stop()


def test_an_ordinary_user_starts_and_stops_it(place: Path, spawn: Spawn) -> None:
    place.chmod(0o777)
    code = """
    server = start(folder, fast=True)
    tell(os.geteuid(), folder.stat().st_mode & 0o777, ask(server, "SELECT 7"))
    server.stop()
    tell(server.socket_dir.exists())
    """
    process = spawn("if True:" + code, place / "data", as_user=True)
    out, _ = process.communicate(timeout=20)
    user = account.unprivileged().uid if account.is_root() else os.geteuid()
    assert out.split() == [str(user), str(0o700), "7", "False"]


def test_ctrl_c_leaves_the_server_to_us(lived_in: Path, spawn: Spawn) -> None:
    code = """
    import signal
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it otherwise
    server = start(folder, fast=True)
    try:
        tell("ready")
        time.sleep(30)
    except KeyboardInterrupt:
        tell(ask(server, "SELECT 7"))
    """
    process = spawn("if True:" + code, lived_in)
    assert line(process) == "ready"
    os.killpg(process.pid, 2)  # what a terminal does
    assert line(process) == "7"
    process.wait(10)
    # Not stopped by hand: leaving the interpreter did it.
    eventually(lambda: not processes.of_cluster(lived_in / "18"), 1)


def test_a_forked_child_does_not_stop_its_parents_server(lived_in: Path, spawn: Spawn) -> None:
    code = """
    server = start(folder, fast=True)
    if os.fork() == 0:
        server.stop()
        sys.exit()
    os.wait()
    tell(ask(server, "SELECT 7"))
    server.stop()
    """
    out, _ = spawn("if True:" + code, lived_in).communicate(timeout=20)
    assert out.split() == ["7"]
