"""The steps of the Dockerfile followed by hand, because no engine is where the tests run.

The packages are those of this environment instead of fetched ones; another account runs the service where we are root
and that account may read them.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import pytest

from app import embedded
from app.embedded.account import Account
from tests.serving.dockerfile import stages
from tests.serving.processes import PATIENCE, ROOT

pytestmark = [
    pytest.mark.drill, pytest.mark.skipif(sys.platform != "linux", reason="the image is a Linux one")
]  # fmt: skip
BUILD, FINAL = stages()
ISSUER = {"issuer": "https://login.example.fi", "audience": "heinola", "jwks_url": "https://login.example.fi/keys"}


def test_the_image_is_small_closed_and_hears_signals() -> None:
    assert len(stages()) == 2
    assert BUILD.base.partition(" AS ")[0] == FINAL.base == "python:3.11-slim"
    user = int(FINAL.one("USER"))
    assert user >= 10_000
    assert f"--uid {user} " in FINAL.one("RUN")
    assert FINAL.all("COPY") == ["--from=build /venv /venv"], "no compiler, no source and no cache comes along"
    assert FINAL.one("STOPSIGNAL") == "SIGTERM"
    assert FINAL.command("ENTRYPOINT") + FINAL.command("CMD") == ["python", "-m", "app", "serve"]
    for stage in (BUILD, FINAL):
        assert not stage.all("ADD")
        assert not [words for words in stage.all("ENV") + stage.all("ARG") if "KEY" in words or "PASSWORD" in words]


def test_what_is_copied_is_there_and_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    copied = [name for words in BUILD.all("COPY") for name in words.split()[:-1]]
    assert {"app", "migrations", "openapi", "pyproject.toml", "constraints.txt"} <= set(copied)
    for name in copied:
        assert (ROOT / name).exists()
        assert name not in ignored
        assert f"/{name}" not in ignored


@dataclass
class Image:
    """What the image would hold: a virtual environment, the environment variables, and whose process it is."""

    venv: Path
    env: dict[str, str]
    uid: int | None

    def start(self, *words: str, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(self.venv / "bin" / words[0]), *words[1:]],
            env={**self.env, **more},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            user=self.uid,
            group=self.uid,
            extra_groups=None if self.uid is None else [],
            start_new_session=True,
        )

    def run(self, *words: str, **more: str) -> tuple[int, str]:
        process = self.start(*words, **more)
        try:
            said, _ = process.communicate(timeout=PATIENCE)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        return process.returncode, said

    def files(self) -> set[tuple[str, int]]:
        return {(str(path), path.lstat().st_mtime_ns) for path in self.venv.rglob("*")}


@pytest.fixture(scope="module")
def database() -> Iterator[embedded.Server]:
    with embedded.throwaway() as server:
        yield server


@pytest.fixture(scope="module")
def image(database: embedded.Server) -> Iterator[Image]:
    """The build stage and the settings of the final one, in a folder of their own."""
    folder = Path(tempfile.mkdtemp(prefix="heinola-image-"))
    folder.chmod(0o755)
    try:
        yield built(folder, database)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def built(folder: Path, database: embedded.Server) -> Image:
    build, venv = folder / "build", folder / "venv"
    build.mkdir()
    for words in BUILD.all("COPY"):
        *sources, target = words.split()
        for source in map(ROOT.joinpath, sources):
            if source.is_dir():
                shutil.copytree(source, build / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, build / target)
    made, installed = BUILD.all("RUN")
    here = sysconfig.get_path("purelib")
    account = database.programs.account
    may = account is not None and account.barrier(Path(here)) is None
    python = readable_python(account) if may and account else None
    run(made, venv, build, python=python or sys.executable)
    packages = next((venv / "lib").glob("python*/site-packages"))
    (packages / "packages_of_the_tests.pth").write_text(here + "\n")
    assert " pip install " in installed.replace("/venv/bin/", " ")
    run(installed.replace("-c constraints.txt .", "--quiet --no-deps ."), venv, build)
    shutil.rmtree(build)
    env = dict(word.split("=", 1) for word in shlex.split(FINAL.one("ENV")))
    env |= {"PATH": f"{venv}/bin:{os.environ['PATH']}", "HEINOLA_HOST": "127.0.0.1", "HEINOLA_PORT": str(a_port())}
    return Image(venv, env, account.uid if python and account else None)


def readable_python(account: Account) -> str | None:
    """A Python of this version that the account may run: ours may lie in a closed home."""
    same = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for found in (sys.executable, f"/usr/local/bin/{same}", f"/usr/bin/{same}"):
        real = Path(found).resolve()
        if real.exists() and account.barrier(real) is None:
            return str(real)
    return None


def run(command: str, venv: Path, build: Path, *, python: str = "python") -> None:
    words = command.replace("/venv", str(venv)).replace("python -m venv", f"{python} -m venv", 1)
    done = subprocess.run(
        ["/bin/sh", "-c", words],
        cwd=build, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def a_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def production(database: embedded.Server) -> dict[str, str]:
    return {
        "DATABASE_URL": database.dsn(),
        "HEINOLA_ISSUERS": json.dumps([ISSUER]),
        "HEINOLA_IDENTITY_KEYS": json.dumps({"one": "A" * 43 + "="}),
        "HEINOLA_INDEX_KEY": "B" * 43 + "=",
    }


def until_healthy(image: Image, given: dict[str, str]) -> None:
    check = json.loads(FINAL.one("HEALTHCHECK").partition("CMD ")[2])
    until = monotonic() + PATIENCE
    while monotonic() < until:
        code, _ = image.run(*check, **given)
        if code == 0:
            return
        sleep(0.1)
    raise AssertionError("it did not become healthy")


def test_it_is_installed_whole_and_says_what_it_lacks(image: Image) -> None:
    packages = next((image.venv / "lib").glob("python*/site-packages"))
    for name in (
        "migrations/HEAD", "migrations/sql/0001_people_and_teams.sql", "openapi/openapi.v1.json",
        "app/guides/operator.md", "app/py.typed",
    ):  # fmt: skip
        assert (packages / name).is_file(), name
    assert list((packages / "app/kit/codesets").glob("*.json"))
    assert list((packages / "app/__pycache__").glob("config.*.pyc")), "compiled once, while it is built"
    code, said = image.run(*FINAL.command("ENTRYPOINT"), *FINAL.command("CMD"))
    assert (code, "production needs DATABASE_URL" in said) == (2, True), said
    _, where = image.run("python", "-c", "import app; print(app.__file__)")
    assert where.startswith(str(image.venv)), "the installed copy, not the checkout"


def test_it_runs_as_nobody_in_particular_and_ends_gently(image: Image, database: embedded.Server) -> None:
    given, entry = production(database), FINAL.command("ENTRYPOINT")
    before = image.files()
    code, said = image.run(*entry, "migrate", **given)
    assert (code, "migrated from an empty database" in said) == (0, True), said
    serving = image.start(*entry, *FINAL.command("CMD"), **given)
    try:
        until_healthy(image, given)
        port = int(image.env["HEINOLA_PORT"])
        code, said = image.run(*entry, "work", "--once", **given)
        assert code == 0, said
        drained(serving, port)
        assert serving.wait(PATIENCE) == 0
    finally:
        if serving.poll() is None:
            serving.kill()
        serving.communicate()
    assert image.files() == before, "nothing is written into the image"


def drained(serving: subprocess.Popen[str], port: int) -> None:
    """A request under way when SIGTERM comes is answered, and nobody new is let in."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
        head = "POST /v1/referrals HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", "Content-Length: 2"
        wire.sendall("\r\n".join([*head, "", "{"]).encode())
        serving.send_signal(signal.SIGTERM)
        until = monotonic() + PATIENCE
        while monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                break
            sleep(0.02)
        else:
            raise AssertionError("it goes on letting people in")
        wire.sendall(b"}")
        assert wire.recv(12) == b"HTTP/1.1 401"


def test_another_account_may_run_it_and_write_nothing_of_it(image: Image) -> None:
    if image.uid is None:
        pytest.skip("we are not root, or this environment is closed to other accounts")
    code, said = image.run("python", "-c", "import os, app; print(os.getuid(), os.access(app.__file__, os.W_OK))")
    assert (code, said.split()) == (0, [str(image.uid), "False"])


def test_the_job_process_works_until_it_is_told_to_end(image: Image, database: embedded.Server) -> None:
    """The second command of the image; a second one waits, and takes over."""
    given, entry = production(database), FINAL.command("ENTRYPOINT")
    assert image.run(*entry, "migrate", **given)[0] == 0
    first = image.start(*entry, "work", **given)
    try:
        assert first.stdout is not None
        assert first.stdout.readline().startswith("working: seal")
        code, said = image.run(*entry, "work", "--once", "--job", "seal", **given)
        assert (code, "another job process works on this database" in said) == (1, True), said
        first.send_signal(signal.SIGTERM)
        assert first.wait(PATIENCE) == 0
    finally:
        if first.poll() is None:
            first.kill()
        first.communicate()
    code, said = image.run(*entry, "work", "--once", "--job", "seal", **given)
    assert (code, said.splitlines()[-1]) == (0, "seal        0")
    assert image.run(*entry, "work", "--job", "nothing", **given)[0] == 2
    assert "give events their positions" in image.run(*entry, "work", "--list", **given)[1]
