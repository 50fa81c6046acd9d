"""The served API as a process: first start, the story, the end, a crash, and the start after it.

The tests share one folder, which is quicker: what one leaves, the next one starts from. Each works in a new one too.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from app import embedded
from app.__main__ import main
from app.dev.personas import PERSONAS
from tests.serving.processes import PATIENCE, get, postgres_of, run, serving

pytestmark = [
    pytest.mark.drill, pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
]  # fmt: skip


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Not pytest's own folder: that one is closed to the account of PostgreSQL when we are root."""
    folder = Path(tempfile.mkdtemp(prefix="heinola-serving-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


ANNA = ("--area", "Alue", "--administrator", "Anna Aho", "--issuer", "https://login.example.fi", "--subject", "anna")
ISSUERS = '[{"issuer": "https://login.example.fi", "audience": "heinola", "jwks_url": "https://login.example.fi/keys"}]'
Program = Callable[..., tuple[int, str, str]]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Program:
    """A command in this process, which is quicker: its exit code, what it said and what it complained of."""

    def call(*arguments: str, **given: str) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            for name in [n for n in os.environ if n.startswith(("HEINOLA_", "DATABASE_URL"))]:
                patch.delenv(name)
            for name, value in {"HEINOLA_DATA_DIR": str(tmp_path / "new"), **given}.items():
                patch.setenv(name, value)
            capsys.readouterr()
            code = main(arguments)
        return code, *capsys.readouterr()

    return call


def tokens_in(said: list[str]) -> dict[str, str]:
    """The token of each persona, as printed: a line of name and description, and the token under it."""
    return {
        line.partition(":")[0]: said[at + 1]
        for at, line in enumerate(said[:-1])
        if re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", said[at + 1])
    }


def states(url: str, token: str) -> set[str]:
    page = get(url, "/v1/referrals?limit=200", token)
    assert page.status_code == 200, page.text
    return {item["status"] for item in page.json()["items"]}


def running(url: str) -> str:
    """What ready says once the jobs have begun."""
    until = monotonic() + PATIENCE
    while (status := get(url, "/health/ready").json()["status"]) == "degraded" and monotonic() < until:
        sleep(0.05)
    return str(status)


def test_the_first_start_makes_everything(home: Path) -> None:
    with serving(home, HEINOLA_LOGS="json") as server:
        url = server.url()
        assert get(url, "/health/live").json() == {"status": "live"}
        assert running(url) == "ready", "the jobs run inside, unless told otherwise"
        assert get(url, "/docs").status_code == 200
        assert any(f"{url}/docs" in line for line in server.said)
        tokens = tokens_in(server.said)
        assert tokens.keys() == PERSONAS.keys()
        for persona, token in tokens.items():
            assert get(url, "/v1/me", token).status_code == 200, persona
        assert states(url, tokens["employment"]) >= {"draft", "received", "in_progress", "rejected"}
        seen = get(url, "/v1/referrals?limit=200", tokens["nurse"]).json()["items"]
        assert {item["feedback"]["state"] for item in seen} >= {"coming", "owed", "given"}
        returned = get(url, "/v1/referrals?limit=200", tokens["workshop"]).json()["items"]
        assert [item["status"] for item in returned] == ["returned_for_info"]

        told = run("app.dev", "story", url, data_dir=home)
        assert told.returncode == 0, told.stdout + told.stderr
        assert "Nobody was lost on the way." in told.stdout

        busy = run("app", "serve", data_dir=home)
        assert busy.returncode == 1
        assert f"already in use by process {server.process.pid}" in busy.stderr.splitlines()[0]

        assert server.stop(signal.SIGINT) == 0
        logged = [json.loads(line) for line in server.complained]
        others = [line for line in logged if line["log"] != "heinola.access"]
        assert logged
        assert others == [], "only requests are logged, as JSON"
        assert "Traceback" not in "".join(server.complained)
    assert postgres_of(home) == []
    assert (home / "keys").stat().st_mode & 0o077 == 0


def test_after_a_kill_everything_is_there(home: Path) -> None:
    with serving(home) as server:
        url = server.url()
        token = run("app", "token", "nurse", data_dir=home).stdout.strip()
        before = get(url, "/v1/referrals?limit=200", token).json()["items"]
        assert len(before) >= 7
        server.stop(signal.SIGKILL)
    with serving(home) as server:
        url = server.url()
        # The same key signs: the token of the killed server still holds.
        assert get(url, "/v1/referrals?limit=200", token).json()["items"] == before
        assert not any("founding" in line or "migrating" in line for line in server.said)
        assert server.stop(signal.SIGTERM) == 0, server.complained
    assert postgres_of(home) == []


def test_it_ends_with_its_database(home: Path) -> None:
    """Without its database the service ends by itself, and says so: whoever watches it starts it again."""
    with serving(home) as server:
        server.url()
        for pid in postgres_of(home):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert server.process.wait(timeout=20) == 1
        assert "the embedded PostgreSQL has ended by itself" in "".join(server.complained[-3:])


def test_an_external_database_is_never_migrated(home: Path, program: Program) -> None:
    """Another PostgreSQL of ours plays the external one."""
    with embedded.throwaway() as elsewhere:
        with serving(home, DATABASE_URL=elsewhere.dsn()) as server:
            url = server.url()
            ready = get(url, "/health/ready")
            assert ready.status_code == 503
            assert ready.json()["code"] == "not_ready"
            assert ready.json()["command"] == "python -m app migrate"
            assert get(url, "/health/live").status_code == 200
            assert any("python -m app migrate" in line for line in server.said)
        count = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        tables = elsewhere.client("psql", "-XAtd", "heinola", "-c", count)
        assert tables.stdout.strip() == "0"

        there = {"DATABASE_URL": elsewhere.dsn()}
        code, said, _ = program("bootstrap", *ANNA, **there)
        assert (code, said) == (1, "")  # not before it is migrated
        code, said, complaint = program("migrate", **there)
        assert (code, "migrated from an empty database to" in said) == (0, True), complaint
        assert program("migrate", **there)[1].startswith("already at")
        code, _, complaint = program("bootstrap", *ANNA, **there)
        assert (code, "is not an issuer in HEINOLA_ISSUERS" in complaint) == (1, True)
        there["HEINOLA_ISSUERS"] = ISSUERS
        code, said, complaint = program("bootstrap", *ANNA, **there)
        assert (code, said.count("Anna Aho")) == (0, 1), complaint
        code, _, complaint = program("bootstrap", *ANNA, **there)
        assert (code, "called Alue already" in complaint) == (1, True)
        code, said, complaint = program("migrate", "--down", "--to", "base", **there)
        assert (code, "to an empty database" in said) == (0, True), complaint


@pytest.mark.parametrize(
    ("arguments", "given", "code", "words"),
    [
        ("serve", {"HEINOLA_HOST": "0.0.0.0"}, 2, "demo mode hands out tokens and listens on loopback only"),
        ("serve", {"HEINOLA_MODE": "production"}, 2, "production needs DATABASE_URL"),
        ("serve", {"HEINOLA_PORT": "many"}, 2, "HEINOLA_PORT"),
        ("serve", {"HEINOLA_ISSUERS": "[{"}, 2, "issuers"),
        ("migrate", {"DATABASE_URL": "postgresql://secret@host/x"}, 1, "write postgresql+asyncpg://"),
        ("migrate", {"DATABASE_URL": "postgresql+asyncpg://x:secret@127.0.0.1:1/x"}, 1, "does not let us in"),
        ("migrate --down", {}, 2, "--down needs --to REVISION"),
        ("token nobody", {}, 1, "nobody is called nobody"),
    ],
)
def test_a_clear_refusal(program: Program, arguments: str, given: dict[str, str], code: int, words: str) -> None:
    refused, said, complaint = program(*arguments.split(), **given)
    assert (refused, said) == (code, "")
    assert words in complaint.splitlines()[0]
    assert "secret" not in complaint


def test_production_refuses_the_development_issuer(tmp_path: Path) -> None:
    issuer = {
        "issuer": "http://127.0.0.1/development",
        "audience": "heinola",
        "jwks_url": "https://login.example.fi/keys",
    }
    key = "A" * 43 + "="
    given = {
        "HEINOLA_MODE": "production",
        "HEINOLA_HOST": "127.0.0.1",
        "DATABASE_URL": "postgresql+asyncpg://x@127.0.0.1:1/x",
        "HEINOLA_ISSUERS": json.dumps([issuer]),
        "HEINOLA_IDENTITY_KEYS": json.dumps({"one": key}),
        "HEINOLA_INDEX_KEY": "B" * 43 + "=",
    }
    refused = run("app", "serve", data_dir=tmp_path / "new", **given)
    assert (refused.returncode, "is the development issuer" in refused.stderr.splitlines()[0]) == (2, True)
    assert not (tmp_path / "new").exists()
    shown = run("app", "settings", data_dir=tmp_path / "new", **given)
    assert shown.returncode == 0
    assert key not in shown.stdout
    assert "* HEINOLA_INDEX_KEY = (set, not shown)" in shown.stdout


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = run("app", "serve", data_dir=tmp_path / "new", HEINOLA_PORT=port)
    assert refused.returncode == 1
    assert f"cannot listen on 127.0.0.1 port {port}" in refused.stderr.splitlines()[0]
    assert not (tmp_path / "new" / "database").exists(), "nothing was started for it"


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    refused = run("app", "serve", data_dir=tmp_path)
    assert (refused.returncode, "was not made by us" in refused.stderr.splitlines()[0]) == (1, True)
    assert [entry.name for entry in tmp_path.iterdir()] == ["letter.txt"]
