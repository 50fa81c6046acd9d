"""pg_dump and pg_restore: which ones, and how they reach a database. They read from and write to us, not to files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy.engine import make_url

from app.embedded import EmbeddedError, programs
from app.serving.faults import Fault


@dataclass(frozen=True)
class Tools:
    """Programs of one PostgreSQL version, and the environment that leads them to the database."""

    folder: Path
    environment: dict[str, str]

    @contextmanager
    def run(self, name: str, *arguments: str, stdin: IO[bytes] | None = None) -> Iterator[IO[bytes]]:
        """What the program writes, to be read to its end. Raises `Fault` with its first words when it fails."""
        process = subprocess.Popen(  # noqa: S603 - the command is ours
            [str(self.folder / name), *arguments],
            stdin=stdin or subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        said: list[bytes] = []
        listening = threading.Thread(target=lambda: said.append(process.stderr.read()), daemon=True)  # type: ignore[union-attr]
        listening.start()
        try:
            yield process.stdout
            code = process.wait()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            listening.join()
            process.stdout.close()
            process.stderr.close()
        if code:
            words = b"".join(said).decode(errors="replace").strip().splitlines()
            raise Fault(f"{name} failed: {safe(words[0]) if words else f'exit code {code}'}")


def safe(words: str) -> str:
    """A line of an error up to where it may quote a value (`Key (…)=(…)`, `COPY clients, line 3: "…"`)."""
    return re.split(r'[:,] (?=line \d+)|=\(|: "', words)[0]


def tools(dsn: str, server_major: int) -> Tools:
    """Those on the PATH, or those of the embedded PostgreSQL: of the server's version or newer. Raises `Fault`."""
    seen = []
    for folder in folders():
        major = major_of(folder)
        if major >= server_major:
            return Tools(folder, environment(dsn))
        seen.append(str(major))
    found = f"found {', '.join(seen)}" if seen else "none was found"
    raise Fault(f"pg_dump and pg_restore of PostgreSQL {server_major} or newer are needed on the PATH ({found})")


def folders() -> Iterator[Path]:
    on_path = shutil.which("pg_dump")
    if on_path:
        yield Path(on_path).resolve().parent if Path(on_path).is_symlink() else Path(on_path).parent
    try:
        yield programs.find(None, lambda _: None).bin
    except EmbeddedError:
        return


def major_of(folder: Path) -> int:
    """0 where it does not run, or pg_restore is not beside it."""
    if not (folder / "pg_restore").exists() and not (folder / "pg_restore.exe").exists():
        return 0
    try:
        told = subprocess.run(  # noqa: S603 - as above
            [str(folder / "pg_dump"), "--version"], capture_output=True, text=True, check=False, timeout=10
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    version = re.search(r"(\d+)(?:\.\d+)*\s*(?:\(|$)", told) or re.search(r"\) (\d+)", told)
    return int(version[1]) if version else 0


def environment(dsn: str) -> dict[str, str]:
    """The address as libpq reads it: the password stands in the environment of the program, and in no command line."""
    url = make_url(dsn)
    query = {name: value for name, value in url.query.items() if isinstance(value, str)}
    said = {
        "PGHOST": query.get("host") or url.host,
        "PGPORT": query.get("port") or (str(url.port) if url.port else None),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": query.get("sslmode") or query.get("ssl"),
        "PGCONNECT_TIMEOUT": "10",
        "PGOPTIONS": "-c lock_timeout=60000 -c statement_timeout=0",
    }
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("PG")}
    return {**kept, "LC_ALL": "C", **{name: value for name, value in said.items() if value}}
