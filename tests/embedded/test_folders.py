"""Where the data may lie, and whose they are, above all when root starts us."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from app.embedded import account, folders, start
from app.embedded.errors import DiskFull, EmbeddedError, FolderUnusable, ForeignFolder, NoAccount, OtherVersion
from app.embedded.lock import NAME
from tests.embedded.conftest import Spawn, as_posix, as_root, line, modes


def test_a_folder_with_other_content_is_left_untouched(place: Path) -> None:
    (place / "thesis.txt").write_text("mine")
    before = modes(place)
    with pytest.raises(ForeignFolder, match="HEINOLA_DATA_DIR to an empty or new folder"):
        start(place)
    assert [path.name for path in place.iterdir()] == ["thesis.txt"]
    assert modes(place) == before


def test_a_fresh_volume_counts_as_empty(place: Path) -> None:
    (place / "lost+found").mkdir(mode=0o700)  # what mkfs.ext4 leaves
    runs_as = account.unprivileged() if account.is_root() else None
    folders.prepare(place, runs_as)
    assert [path.name for path in place.iterdir()] == ["lost+found"]


def test_an_empty_cluster_folder_is_not_taken_for_ours(place: Path) -> None:
    (place / NAME).touch()
    (place / "18").mkdir()
    if account.is_root():
        shutil.chown(place / "18", account.unprivileged().uid)
    with pytest.raises(ForeignFolder, match="no PostgreSQL data folder"):
        start(place)
    assert not list((place / "18").iterdir())


@pytest.mark.parametrize("name", ["16", "18"])
def test_data_of_another_version_are_refused_by_name(place: Path, name: str) -> None:
    (place / NAME).touch()
    (place / name).mkdir()
    (place / name / "PG_VERSION").write_text("16\n")
    if account.is_root():
        shutil.chown(place / name, account.unprivileged().uid)
    with pytest.raises(
        OtherVersion, match=r"PostgreSQL 16 and the programs are PostgreSQL 18: dump it with pg_dump 16"
    ):
        start(place)
    assert (place / name / "PG_VERSION").read_text() == "16\n"


@as_posix
def test_a_file_in_place_of_the_folder(place: Path) -> None:
    (place / "file").write_text("mine")
    with pytest.raises(EmbeddedError, match=r"file .*HEINOLA_DATA_DIR|failed in"):
        start(place / "file")


@as_posix
def test_a_folder_we_may_not_write_in(place: Path, spawn: Spawn) -> None:
    code = """if True:
    try:
        start(folder, fast=True)
    except EmbeddedError as error:
        tell(type(error).__name__, str(error).splitlines()[0])
    """
    place.chmod(0o555)
    out, _ = spawn(code, place / "data", as_user=True).communicate(timeout=20)
    assert out.startswith(f"FolderUnusable {place}/data cannot be used (Permission denied): give us access, or set")


@as_root
def test_data_of_another_account(settled: Path, spawn: Spawn) -> None:
    shutil.chown(settled, account.unprivileged().uid)
    shutil.chown(settled / "18", "daemon")
    code = """if True:
    try:
        start(folder, fast=True)
    except EmbeddedError as error:
        tell(str(error).splitlines()[0])
    """
    out, _ = spawn(code, settled, as_user=True).communicate(timeout=20)
    assert "18 belongs to daemon: start us as that account or as root, or set HEINOLA_DATA_DIR" in out


@as_root
def test_a_full_disk(place: Path) -> None:
    disk = place / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("may not mount a small disk here")
    try:
        with pytest.raises(DiskFull, match=r"the disk of .* is full: make room, or set HEINOLA_DATA_DIR"):
            start(disk / "data", fast=True)
        assert [path.name for path in (disk / "data").iterdir()] == [NAME]
    finally:
        subprocess.run(["umount", disk], check=True)


@as_root
def test_root_runs_it_as_an_unprivileged_account_that_owns_the_cluster(settled: Path) -> None:
    server = start(settled, fast=True)
    try:
        runs_as = account.unprivileged()
        assert Path(f"/proc/{server.pid}").stat().st_uid == runs_as.uid != 0
        assert modes(settled / "18") == [(0o40700, runs_as.uid)]
        assert modes(settled / "socket") == [(0o40700, runs_as.uid)]
    finally:
        server.stop()


@as_root
def test_no_group_of_root_goes_to_the_server(lived_in: Path, spawn: Spawn) -> None:
    code = """if True:
    os.setgroups([0, 4])
    server = start(folder, fast=True)
    (groups,) = [words for words in Path(f"/proc/{server.pid}/status").read_text().splitlines() if "Groups:" in words]
    server.stop()
    tell(groups.split())
    """
    assert line(spawn(code, lived_in)) == "['Groups:']"


@as_root
def test_root_keeps_the_account_that_owns_the_data(settled: Path) -> None:
    for path in (settled / "18", *(settled / "18").rglob("*")):
        shutil.chown(path, "daemon")
    server = start(settled, fast=True)
    try:
        assert Path(f"/proc/{server.pid}").owner() == "daemon" != account.unprivileged().name
    finally:
        server.stop()


@as_root
def test_root_without_any_account(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "CANDIDATES", ("root", "no-such-account"))
    with pytest.raises(NoAccount, match="start us as an ordinary user, or set DATABASE_URL"):
        start(folder)


@as_root
def test_root_that_may_not_become_anybody(folder: Path, spawn: Spawn) -> None:
    """Root in a container without capabilities."""
    code = """if True:
    import ctypes
    CAP_SETGID, CAP_SETUID, PR_CAPBSET_DROP = 6, 7, 24
    for capability in (CAP_SETGID, CAP_SETUID):
        assert ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0
    os.execv(sys.executable, [sys.executable, "-c", sys.argv[2], str(folder)])
    """
    inner = """if True:
    import sys
    from pathlib import Path
    from app.embedded import EmbeddedError, start
    try:
        start(Path(sys.argv[1]))
    except EmbeddedError as error:
        print(type(error).__name__, error)
    """
    out, _ = spawn(code, folder, inner).communicate(timeout=20)
    assert out.startswith(f"NoAccount we are root and may not become {account.unprivileged().name}")
    assert not folder.exists()


@as_root
def test_roots_closed_home_gives_way_to_a_system_folder(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = place / "root"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "share"))
    monkeypatch.setattr(folders, "SYSTEM", place / "system")
    assert folders.choose(None) == (place / "system", account.unprivileged())
    folders.prepare(*folders.choose(None))
    assert modes(place / "system") == [(0o40711, 0)]
    assert modes(home) == [(0o40700, 0)]
    assert not list(home.iterdir())

    home.chmod(0o755)  # opened later: the data stay where they are
    assert folders.choose(None)[0] == place / "system"
    shutil.rmtree(place / "system")
    assert folders.choose(None)[0] == home / "share" / "heinola"


@as_root
def test_a_given_folder_behind_a_closed_one_is_refused_and_no_mode_changes(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(FolderUnusable, match=f"may not enter {closed}: set HEINOLA_DATA_DIR"):
        start(closed / "data", fast=True)
    assert modes(closed) == [(0o40700, 0)]
