"""Killed at any moment, on either side: the next start has one server and every committed row."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.embedded import EmbeddedInUse, Server, account, processes, start
from app.embedded.cluster import LOG
from app.embedded.lock import NAME
from tests.embedded.conftest import Spawn, eventually, line

OWNER = """if True:
    server = start(folder, say=tell if len(sys.argv) > 2 else lambda _: None)
    ask(server, "CREATE TABLE IF NOT EXISTS rows (n int); INSERT INTO rows VALUES (1)")
    tell(server.pid, server._run.watcher.pid)
    time.sleep(60)
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts processes by /proc")


def rows(server: Server) -> str:
    return server.client("psql", "-XAt", "-d", "heinola", "-c", "SELECT count(*) FROM rows").stdout.strip()


def postmasters(cluster: Path) -> list[int]:
    """Processes of the cluster whose parent is none of it."""
    pids = processes.of_cluster(cluster)
    return [pid for pid in pids if parent(pid) not in {*pids, None}]


def parent(pid: int) -> int | None:
    """None when it has ended meanwhile, as workers do."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


@pytest.fixture
def clean(lived_in: Path) -> Path:
    """The shared folder with an empty table, nothing running."""
    server = start(lived_in, fast=True)
    server.client("psql", "-X", "-d", "heinola", "-c", "DROP TABLE IF EXISTS rows")
    server.stop()
    return lived_in


def test_when_we_are_killed_the_server_goes_too(clean: Path, spawn: Spawn) -> None:
    owner = spawn(OWNER, clean)
    assert len(line(owner).split()) == 2
    owner.kill()
    eventually(lambda: not processes.of_cluster(clean / "18"))
    server = start(clean, fast=True)
    try:
        assert rows(server) == "1"
    finally:
        server.stop()


def test_a_next_start_at_once_replaces_the_server_of_a_killed_owner(clean: Path, spawn: Spawn) -> None:
    for count in range(1, 4):
        owner = spawn(OWNER, clean)
        assert len(line(owner).split()) == 2
        owner.kill()
        owner.wait()
        server = start(clean, fast=True)
        try:
            assert postmasters(clean / "18") == [server.pid]
            assert rows(server) == str(count)
        finally:
            server.stop()


def test_an_orphan_without_its_watcher_is_stopped_by_the_next_start(clean: Path, spawn: Spawn) -> None:
    owner = spawn(OWNER, clean)
    orphan, watcher = map(int, line(owner).split())
    os.kill(watcher, signal.SIGKILL)
    owner.kill()
    owner.wait()
    assert processes.is_ours(orphan, clean / "18")
    said: list[str] = []
    (clean / LOG).write_text("")
    server = start(clean, fast=True, say=said.append)
    try:
        log = (clean / LOG).read_text()
        assert "database system is shut down" in log
        assert "not properly shut down" not in log
        assert f"stopping the server an earlier run left (process {orphan})" in said
        assert postmasters(clean / "18") == [server.pid]
        assert rows(server) == "1"
    finally:
        server.stop()


def test_a_killed_postmaster_is_replaced_even_in_the_midst_of_a_query(clean: Path) -> None:
    server = start(clean)  # fast would lose what was committed just now
    env = {**os.environ, **server.address.environment()}
    server.client("psql", "-X", "-d", "heinola", "-c", "CREATE TABLE rows AS SELECT 1 AS n")
    # Never waits, so it does not notice that its postmaster is dead.
    busy = "DO $$BEGIN FOR i IN 1..2000000000 LOOP NULL; END LOOP; END$$"
    query = subprocess.Popen(
        [server.programs.path("psql"), "-X", "-d", "heinola", "-c", busy], env=env, stderr=subprocess.DEVNULL
    )
    try:
        running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DO%' AND state = 'active'"
        eventually(lambda: server.client("psql", "-XAt", "-c", running).stdout.strip() == "1")
        os.kill(server.pid, signal.SIGKILL)
        server.stop()
        assert not processes.of_cluster(clean / "18")
        assert not server.socket_dir or not server.socket_dir.exists()
    finally:
        query.kill()
        query.wait()
    said: list[str] = []
    server = start(clean, fast=True, say=said.append)
    try:
        assert "the last run did not stop properly: recovering" in said
        assert rows(server) == "1"
    finally:
        server.stop()


def test_both_killed_at_once(clean: Path, spawn: Spawn) -> None:
    owner = spawn(OWNER, clean)
    postmaster, _ = map(int, line(owner).split())
    os.kill(postmaster, signal.SIGKILL)
    owner.kill()
    owner.wait()
    server = start(clean, fast=True)
    try:
        assert postmasters(clean / "18") == [server.pid]
        assert rows(server) == "1"
    finally:
        server.stop()


def test_another_process_with_the_old_pid_is_no_rival_and_is_left_alone(clean: Path) -> None:
    """A pid is used again, or its dead holder is never reaped (a container without init)."""
    runs_as = account.owner_of(clean / "18")
    assert runs_as
    bystander = subprocess.Popen(["/bin/sleep", "60"], user=runs_as.uid if account.is_root() else None)
    try:
        pid_file = clean / "18" / "postmaster.pid"
        pid_file.write_text(f"{bystander.pid}\n{clean / '18'}\n1\n5432\n{clean / 'socket'}\n\n 0 0\nready   \n")
        os.chown(pid_file, runs_as.uid, runs_as.gid)
        server = start(clean, fast=True)
        server.stop()
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_of_two_starters_at_once_one_wins_and_the_other_learns_who(folder: Path, spawn: Spawn) -> None:
    code = """if True:
    tell("here")
    sys.stdin.readline()
    try:
        server = start(folder, fast=True)
        tell("won", os.getpid())
    except EmbeddedInUse as error:
        tell("lost", error.pid, error)
    sys.stdin.readline()
    """
    both = [spawn(code, folder), spawn(code, folder)]
    assert [line(each) for each in both] == ["here", "here"]
    for each in both:
        assert each.stdin
        each.stdin.write("go\n")
        each.stdin.flush()
    said = {line(each).split(maxsplit=2)[0]: each for each in both}
    assert said.keys() == {"won", "lost"}
    winner = said["won"].pid
    with pytest.raises(EmbeddedInUse) as refused:
        start(folder, fast=True)
    assert refused.value.pid == winner
    assert f"process {winner}: stop it first" in str(refused.value)
    assert len(postmasters(folder / "18")) == 1
    said["won"].communicate("\n", timeout=20)


def test_a_second_start_in_the_same_process_is_refused(clean: Path) -> None:
    server = start(clean, fast=True)
    try:
        with pytest.raises(EmbeddedInUse) as refused:
            start(clean, fast=True)
        assert refused.value.pid == os.getpid()
        assert rows(server) == ""  # alive, and no such table
        assert processes.is_ours(server.pid, clean / "18")
    finally:
        server.stop()


def test_an_interrupted_creation_is_done_again(folder: Path, spawn: Spawn) -> None:
    owner = spawn(OWNER, folder, "aloud")
    assert line(owner).startswith("creating the database cluster")
    eventually(lambda: list(folder.glob("18.new-*/base")))
    owner.kill()
    owner.wait()
    assert not (folder / "18").exists()
    said: list[str] = []
    server = start(folder, fast=True, say=said.append)
    server.stop()
    assert said[0] == "an earlier creation of the database cluster was interrupted: doing it again"
    eventually(lambda: not list(folder.glob("18.new-*")), 20)
    assert {path.name for path in folder.iterdir()} == {NAME, "postgres.log", "18"}
